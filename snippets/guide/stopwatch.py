# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
# ///
# --8<-- [start:stopwatch]
import time

import torch

device = "cuda" if torch.cuda.is_available() else "cpu"


def synchronize():
    # zh: GPU 是异步的：不等它算完，量到的只是「下达命令」的时间
    # en: a GPU works asynchronously: without waiting, you time the orders only
    if device == "cuda":
        torch.cuda.synchronize()


def seconds(run, rounds=5, at_least=0.03):
    # zh: 热身：分配内存、挑选算法、编译都发生在第一次
    # en: warm-up: the first call allocates, chooses an algorithm, compiles
    run()
    synchronize()
    start = time.perf_counter()
    run()
    synchronize()
    # zh: 一轮至少 30 毫秒，时钟的误差和 Python 的开销才不算数
    # en: a round lasts 30 ms or more, so that the clock and Python hardly count
    calls = 1 + int(at_least / (time.perf_counter() - start))
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(calls):
            run()
        synchronize()
        times.append((time.perf_counter() - start) / calls)
    # zh: 取最快的一轮：别的程序只会让它变慢
    # en: the fastest round: other programs can only slow it down
    return min(times)


# --8<-- [end:stopwatch]
