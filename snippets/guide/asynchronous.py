# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# measured = "timings of this machine"
#
# [tool.neverstale.words.zh]
# "the calls had returned after" = "调用返回时，已用去"
# "of the time" = "的时间"
# ", .item() waited" = "，等的是 .item()"
# ///
# --8<-- [start:time]
import time

import torch

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
size = 4096 if device == "cuda" else 512
a = torch.randn(size, size, device=device) / size**0.5


def work():
    product = a
    for _ in range(50):
        product = product @ a
    return product


def synchronize():
    if device == "cuda":
        torch.cuda.synchronize()


# zh: 第一次是热身
# en: the first run warms up
work()
synchronize()

start = time.perf_counter()
result = work()
returned = time.perf_counter() - start
synchronize()
finished = time.perf_counter() - start
print(f"the calls had returned after {returned / finished:.0%} of the time")
# --8<-- [end:time]
# --8<-- [start:item]
start = time.perf_counter()
result = work().sum()
called = time.perf_counter() - start
number = result.item()
waited = time.perf_counter() - start
print(f"the calls had returned after {called / waited:.0%}, .item() waited")
# --8<-- [end:item]
