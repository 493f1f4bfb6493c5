# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy", "matplotlib"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.labels.zh]
# "how much faster the GPU does its part" = "GPU 把它那一部分加速多少倍"
# "how much faster the whole is" = "整体加速多少倍"
# "99% on the GPU" = "99% 在 GPU 上"
# "90% on the GPU" = "90% 在 GPU 上"
# "50% on the GPU" = "50% 在 GPU 上"
#
# [tool.neverstale.words.zh]
# "share    10 ×   100 ×  1000 ×  limit" = "占比     10 ×   100 ×  1000 ×   极限"
# ///
# --8<-- [start:law]
import matplotlib.pyplot as plt
import numpy as np


def speedup(share, factor):
    """The whole, when a share of the time is `factor` times as fast."""
    return 1 / ((1 - share) + share / factor)


print("share    10 ×   100 ×  1000 ×  limit")
for share in (0.5, 0.9, 0.99):
    whole = "".join(f"{speedup(share, n):>8.2f}" for n in (10, 100, 1000))
    print(f"{share:.0%}{whole:>26}{1 / (1 - share):>7.0f}")
# --8<-- [end:law]
# --8<-- [start:draw]
factors = np.geomspace(1, 1000, 100)
fig, ax = plt.subplots(figsize=(4.8, 3.2))
for share, style in ((0.99, "-"), (0.9, "--"), (0.5, ":")):
    whole = speedup(share, factors)
    ax.plot(
        factors,
        whole,
        style,
        color="#ad4f09",
        label=f"{share:.0%} on the GPU",
    )
ax.set(xscale="log", yscale="log", ylabel="how much faster the whole is")
ax.set_xlabel("how much faster the GPU does its part")
fig.legend(loc="outside upper center", ncols=1)
fig.savefig("amdahl.svg")
# --8<-- [end:draw]
