# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# measured = "timings of this machine"
#
# [tool.neverstale.labels.zh]
# "sequences generated together" = "同时生成的序列数"
# "relative to one sequence" = "相对于一条序列"
# "time of a step" = "一步的时间"
# "tokens per second" = "每秒 token 数"
#
# [tool.neverstale.words.zh]
# "weights:" = "权重："
# "batch  FLOP/byte  time  tokens/s" = "batch  FLOP/字节  用时   token/s"
# ///
# --8<-- [start:measure]
import time

import torch
import torch.nn.functional as F

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.manual_seed(0)
width, layers = (2048, 24) if device == "cpu" else (8192, 16)
weights = [
    torch.randn(width, width, device=device) / width**0.5
    for _ in range(layers)
]
read = sum(w.numel() * w.element_size() for w in weights)
print(f"weights: {read / 1e6:.0f} MB")


def step(x):  # (B, width)
    for w in weights:
        x = F.linear(x, w)
    return x


def seconds(x):
    times = []
    for _ in range(9):
        if device == "cuda":
            torch.cuda.synchronize()
        start = time.perf_counter()
        step(x)
        if device == "cuda":
            torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    # zh: 第一次是热身
    # en: the first run warms up
    return min(times[1:])


batches = [1, 2, 4, 8, 16, 32, 64]
times = [seconds(torch.randn(n, width, device=device)) for n in batches]
print("batch  FLOP/byte  time  tokens/s")
for n, t in zip(batches, times, strict=True):
    ratio = t / times[0]
    print(f"{n:>5}  {n / 2:>9.1f}  {ratio:>4.1f}  {n / ratio:>8.1f}")
# --8<-- [end:measure]
# --8<-- [start:draw]
import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(4.8, 3.0))
ax.loglog(
    batches,
    [t / times[0] for t in times],
    marker="o",
    label="time of a step",
)
rates = [n * times[0] / t for n, t in zip(batches, times, strict=True)]
ax.loglog(
    batches, rates, marker="s", linestyle="--", label="tokens per second"
)
ax.set(
    xlabel="sequences generated together", ylabel="relative to one sequence"
)
ax.legend()
fig.savefig("decode.svg")
# --8<-- [end:draw]
