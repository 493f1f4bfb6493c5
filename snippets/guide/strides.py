# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# measured = "timings of this machine"
#
# [tool.neverstale.labels.zh]
# "matrix product" = "矩阵乘法"
# "addition" = "加法"
# "MB read and written" = "读写的 MB 数"
# "ms" = "毫秒"
#
# [tool.neverstale.words.zh]
# "FLOP per byte: addition" = "FLOP/字节：加法"
# "product" = "矩阵乘"
# "same bytes, time of the product:" = "字节数相同，矩阵乘的用时是"
# "times" = "倍"
# "but operations per second:" = "可是每秒的运算次数是"
# "times as many" = "倍之多"
# "stride  numbers used  time" = "  步幅      用到的数  用时"
# "copy along columns:" = "沿列复制要"
# "times the time" = "倍的时间"
# ///
# --8<-- [start:same-bytes]
import time

import matplotlib.pyplot as plt
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.manual_seed(0)


def seconds(function, *arguments, **named):
    times = []
    for _ in range(6):
        if device == "cuda":
            torch.cuda.synchronize()
        start = time.perf_counter()
        function(*arguments, **named)
        if device == "cuda":
            torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    # zh: 第一次是热身
    # en: the first run warms up
    return min(times[1:])


sizes = [256, 512, 1024, 2048]
if device == "cuda":
    sizes = [1024, 2048, 4096, 8192]
megabytes, product, addition = [], [], []
for n in sizes:
    a = torch.randn(n, n, device=device)
    b = torch.randn(n, n, device=device)
    out = torch.empty_like(a)
    # zh: 两种运算都读两个矩阵、写一个
    # en: both read two matrices and write one
    megabytes.append(3 * a.numel() * a.element_size() / 1e6)
    product.append(seconds(torch.mm, a, b, out=out))
    addition.append(seconds(torch.add, a, b, out=out))

n = sizes[-1]
print(
    f"FLOP per byte: addition {1 / 12:.3f},",
    f"product {2 * n**3 / (12 * n**2):.0f}",
)
slower = product[-1] / addition[-1]
print(f"same bytes, time of the product: {slower:.0f} times")
rate = (2 * n**3 / product[-1]) / (n**2 / addition[-1])
print(f"but operations per second: {rate:.0f} times as many")
# --8<-- [end:same-bytes]
# --8<-- [start:draw]
fig, ax = plt.subplots(figsize=(4.8, 3.0))
for label, times, mark in (
    ("matrix product", product, "o"),
    ("addition", addition, "s"),
):
    ax.loglog(megabytes, [t * 1e3 for t in times], marker=mark, label=label)
ax.set(xlabel="MB read and written", ylabel="ms")
ax.legend()
fig.savefig("same_bytes.svg")
# --8<-- [end:draw]
# --8<-- [start:strides]
numbers = torch.randn(2**25, device=device)  # 128 MiB
whole = seconds(numbers.clone)
print("stride  numbers used  time")
for stride in (1, 2, 4, 8, 16):
    view = numbers[::stride]
    share = seconds(view.clone) / whole
    print(f"{stride:>6}  {100 / stride:>10.1f} %  {100 * share:>3.0f} %")

square = torch.randn(4096, 4096, device=device)
straight = seconds(square.clone)
across = seconds(lambda: square.t().contiguous())
print(f"copy along columns: {across / straight:.1f} times the time")
# --8<-- [end:strides]
