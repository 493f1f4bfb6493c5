# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# measured = "timings of this machine"
# varies = [{ match = '^cuda', reason = "there only with a GPU" }]
#
# [tool.neverstale.labels.zh]
# "elements in one call" = "一次调用处理的元素数"
# "µs per call" = "每次调用的微秒数"
# ///
# --8<-- [start:time]
import time

import matplotlib.pyplot as plt
import torch

devices = ["cpu"] + ["cuda"] * torch.cuda.is_available()


def microseconds(x, calls=50):
    times = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(calls):
            x.add_(1)
        if x.is_cuda:
            # zh: Python 往下走时，GPU 还在算
            # en: the GPU is still at work when Python moves on
            torch.cuda.synchronize()
        times.append((time.perf_counter() - start) / calls * 1e6)
    return min(times[1:])


sizes = [10**k for k in range(8)]
measured = {
    device: [microseconds(torch.zeros(n, device=device), 200 if n < 10**6 else 5) for n in sizes]
    for device in devices
}
for device, values in measured.items():
    for n in (1, 10**3, 10**5, 10**7):
        value = values[sizes.index(n)]
        print(f"{device:<5}{n:>9} elements {value:>9.1f} µs {value / n * 1000:>10.2f} ns each")
# --8<-- [end:time]
# --8<-- [start:draw]
fig, ax = plt.subplots(figsize=(4.8, 2.9))
for (device, values), mark in zip(measured.items(), "os", strict=False):
    ax.plot(sizes, values, marker=mark, label=device)
ax.set(xscale="log", yscale="log", xlabel="elements in one call", ylabel="µs per call")
fig.legend(loc="outside upper center", ncols=2)
fig.savefig("small_work.svg")
# --8<-- [end:draw]
# --8<-- [start:batch]
for device in devices:
    x = torch.zeros(1000, 1000, device=device)
    one = microseconds(x, calls=5)
    rows = x.unbind()
    for row in rows:
        row.add_(1)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        for row in rows:
            row.add_(1)
        if device == "cuda":
            torch.cuda.synchronize()
        times.append((time.perf_counter() - start) * 1e6)
    many = min(times)
    print(f"{device}: one call {one:.0f} µs, 1,000 calls {many:.0f} µs, {many / one:.1f} × as long")
# --8<-- [end:batch]
