# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numba", "numpy", "matplotlib"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# gpu-prints = ['^GPU ']
# measured = "timings of this machine"
# timeout = 60
# varies = [
#     { match = '^threads:', reason = "how many this machine has" },
#     { match = '^GPU', reason = "there only with a GPU" },
# ]
#
# [tool.neverstale.labels.zh]
# "ns per element (log scale)" = "每个元素的纳秒数（对数轴）"
# "Python loop" = "Python 循环"
# "compiled" = "编译"
# "SIMD" = "编译，SIMD"
# "all threads" = "编译，SIMD，全部线程"
#
# [tool.neverstale.words.zh]
# "Python loop " = "Python 循环 "
# "compiled    " = "编译        "
# "all threads " = "全部线程    "
# "threads:" = "线程数："
# "relative error" = "相对误差"
#
# [[tool.neverstale.unreached]]
# match = "def (threaded_)?sum_of_squares"
# zh = "由 Numba 编译成机器码来执行，Python 不会逐行经过这里"
# en = "Numba compiles it, and machine code runs; Python never gets to these lines"
# ///
# --8<-- [start:functions]
import time

import matplotlib.pyplot as plt
import numpy as np
import torch
from numba import get_num_threads, njit, prange


def sum_of_squares(x):
    total = np.float32(0)
    for i in range(len(x)):
        total += x[i] * x[i]
    return total


def threaded_sum_of_squares(x):
    total = np.float32(0)
    # zh: prange 把循环分给各个线程
    # en: prange splits the loop among threads
    for i in prange(len(x)):
        total += x[i] * x[i]
    return total


# zh: 换一个次序相加，舍入就不同，所以编译器默认保持原来的次序；
# zh: fastmath 允许它改，于是一条 SIMD 指令可以同时累加好几个数
# en: another order rounds differently, so a compiler adds one after the other;
# en: fastmath lets it reorder, so that one SIMD instruction adds several
compiled = njit(sum_of_squares)
simd = njit(fastmath=True)(sum_of_squares)
threaded = njit(fastmath=True, parallel=True)(threaded_sum_of_squares)
# --8<-- [end:functions]
# --8<-- [start:measure]
x = np.random.default_rng(0).standard_normal(10_000_000, dtype=np.float32)
exact = float(np.dot(x.astype(np.float64), x.astype(np.float64)))
# zh: 纯 Python 太慢，只算前 10 万个
# en: plain Python is too slow for all of them: the first 100,000
few = x[:100_000].tolist()


def nanoseconds(run, numbers):  # for each number
    times = []
    # zh: 第一次包含编译，不计
    # en: the first run includes compiling and is left out
    for _ in range(51):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times[1:]) / len(numbers) * 1e9


def row(each):
    return f"{each:7.4f} ns {loop / each:6.0f} ×"


loop = nanoseconds(lambda: sum(v * v for v in few), few)
print("Python loop ", row(loop))
plain = nanoseconds(lambda: compiled(x), x)
print("compiled    ", row(plain))
lanes = nanoseconds(lambda: simd(x), x)
print("SIMD        ", row(lanes))
threads = nanoseconds(lambda: threaded(x), x)
print("all threads ", row(threads))
if torch.cuda.is_available():
    on_gpu = torch.from_numpy(x).to("cuda")
    # zh: item() 等 GPU 算完，再把结果取回来
    # en: item() waits for the GPU and fetches the result
    gpu = nanoseconds(lambda: torch.dot(on_gpu, on_gpu).item(), x)
    print("GPU         ", row(gpu))
print("threads:", get_num_threads())
# --8<-- [end:measure]


# --8<-- [start:sums]
def error(total):
    return abs(total / exact - 1)


print(f"compiled     relative error {error(compiled(x)):.0e}")
print(f"SIMD         relative error {error(simd(x)):.0e}")
print(f"all threads  relative error {error(threaded(x)):.0e}")
if torch.cuda.is_available():
    total = torch.dot(on_gpu, on_gpu).item()
    print(f"GPU          relative error {error(total):.0e}")
assert error(simd(x)) < 1e-3
# --8<-- [end:sums]
# --8<-- [start:draw]
fig, ax = plt.subplots(figsize=(4.8, 2.2))
names = ["Python loop", "compiled", "SIMD", "all threads"]
values = [loop, plain, lanes, threads]
if torch.cuda.is_available():
    names.append("GPU")
    values.append(gpu)
bars = ax.barh(names, values, color="#ad4f09", height=0.6)
ax.bar_label(bars, fmt="%.2g", padding=4)
ax.set(xscale="log", xlabel="ns per element (log scale)")
ax.set_xlim(min(values) / 2, max(values) * 6)
ax.invert_yaxis()
fig.savefig("lanes.svg")
# --8<-- [end:draw]
