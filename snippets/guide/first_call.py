# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# measured = "timings of this machine"
#
# [tool.neverstale.words.zh]
# "first call, without waiting " = "第一次调用，不等它算完      "
# "second call, without waiting" = "第二次调用，不等它算完      "
# "seconds(), the real time    " = "seconds()，真正的时间       "
# ///
# --8<-- [start:first_call]
import time

import torch
from stopwatch import device, seconds

a = torch.ones(1024, 1024, device=device)


def without_waiting():
    start = time.perf_counter()
    a @ a
    return (time.perf_counter() - start) * 1e6


print(f"first call, without waiting  {without_waiting():>10.1f} µs")
print(f"second call, without waiting {without_waiting():>10.1f} µs")
best = seconds(lambda: a @ a)
print(f"seconds(), the real time     {best * 1e6:>10.1f} µs")
# --8<-- [end:first_call]
