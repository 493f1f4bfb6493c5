# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# gpu-prints = ['^largest arrays: (?P<bandwidth>[0-9.]+) GB/s']
# measured = "rates of this machine"
# gpu-differs = "a GPU is measured at other sizes than a CPU"
#
# [tool.neverstale.labels.zh]
# "copy  a = b" = "复制  a = b"
# "add  a = b + c" = "相加  a = b + c"
# "triad  a = b + 3c" = "三元  a = b + 3c"
# "one array, MiB" = "每个数组（MiB）"
#
# [tool.neverstale.words.zh]
# "copy     add   triad" = "复制    相加    三元"
# "largest arrays:" = "最大的数组："
# ", to compare with a datasheet" = "，可与规格书对照"
# "best of all sizes is" = "各种大小里最快的是它的"
# "times that: the caches" = "倍，靠的是缓存"
# ///
# --8<-- [start:measure]
from functools import partial

import matplotlib.pyplot as plt
import torch
from stopwatch import device, seconds

# zh: 每个数组多少 MiB
# en: MiB per array
largest = 512 if device == "cuda" else 128
sizes = [2**k for k in range(-5, 10) if 2**k <= largest]

# zh: 每种运算：每个元素读写几次，怎样算
# en: name → (reads and writes per element, operation)
kinds = {
    "copy  a = b": (2, lambda a, b, c: a.copy_(b)),
    "add  a = b + c": (3, lambda a, b, c: torch.add(b, c, out=a)),
    "triad  a = b + 3c": (
        3,
        lambda a, b, c: torch.add(b, c, alpha=3, out=a),
    ),
}
rates = {name: [] for name in kinds}
for size in sizes:
    count = int(size * 2**20) // 4  # float32
    a, b, c = torch.rand(3, count, device=device)
    for name, (transfers, run) in kinds.items():
        time = seconds(partial(run, a, b, c), at_least=0.01)
        rates[name].append(transfers * size * 2**20 / time / 1e9)

print("MiB    GB/s:    copy     add   triad")
for i, size in enumerate(sizes):
    print(
        f"{size:<12g}"
        + "".join(f"{rate[i]:>8.1f}" for rate in rates.values())
    )
memory = max(rate[-1] for rate in rates.values())
best = max(max(rate) for rate in rates.values())
print(f"largest arrays: {memory:.1f} GB/s, to compare with a datasheet")
print(f"best of all sizes is {best / memory:.1f} times that: the caches")
# --8<-- [end:measure]
# --8<-- [start:draw]
fig, ax = plt.subplots(figsize=(4.8, 3.6))
for (name, rate), mark in zip(rates.items(), "os^", strict=True):
    ax.plot(sizes, rate, marker=mark, label=name)
ax.set(xscale="log", xlabel="one array, MiB", ylabel="GB/s", ylim=(0, None))
ax.set_xticks(sizes[::3], [f"{size:g}" for size in sizes[::3]])
ax.minorticks_off()
fig.legend(loc="outside upper center", ncols=3, columnspacing=1)
fig.savefig("bandwidth.svg")
# --8<-- [end:draw]
