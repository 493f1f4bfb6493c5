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
# "99 % on the GPU" = "99 % 在 GPU 上"
# "90 % on the GPU" = "90 % 在 GPU 上"
# "50 % on the GPU" = "50 % 在 GPU 上"
# ///
# --8<-- [start:law]
import matplotlib.pyplot as plt
import numpy as np


def speedup(share, factor):
    """The whole, when a share of the time is made `factor` times as fast."""
    return 1 / ((1 - share) + share / factor)


for share in (0.5, 0.9, 0.99):
    values = "  ".join(f"{factor} ×: {speedup(share, factor):5.2f}" for factor in (10, 100, 1000))
    print(f"{share:.0%} of the time  {values}  at most {1 / (1 - share):.0f}")
# --8<-- [end:law]
# --8<-- [start:draw]
factors = np.geomspace(1, 1000, 100)
fig, ax = plt.subplots(figsize=(4.8, 3.2))
for share, style in ((0.99, "-"), (0.9, "--"), (0.5, ":")):
    label = f"{share * 100:.0f} % on the GPU"
    ax.plot(factors, speedup(share, factors), style, color="#ad4f09", label=label)
ax.set(xscale="log", yscale="log")
ax.set(xlabel="how much faster the GPU does its part", ylabel="how much faster the whole is")
fig.legend(loc="outside upper center", ncols=1)
fig.savefig("amdahl.svg")
# --8<-- [end:draw]
