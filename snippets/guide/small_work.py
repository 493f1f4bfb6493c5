# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# gpu-prints = ['^cuda ']
# measured = "timings of this machine"
# varies = [{ match = '^cuda', reason = "there only with a GPU" }]
#
# [tool.neverstale.labels.zh]
# "elements in one call" = "一次调用处理的元素数"
# "µs per call" = "每次调用的微秒数"
#
# [tool.neverstale.words.zh]
# "device elements  µs/call ns/element" = "设备     元素数    µs/次    ns/元素"
# "one call   " = "一次调用    "
# "1,000 calls" = "1,000 次调用"
# ///
# --8<-- [start:time]
import time

import matplotlib.pyplot as plt
import torch

devices = ["cpu"] + ["cuda"] * torch.cuda.is_available()


def microseconds(run, device, repeat):
    times = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(repeat):
            run()
        if device == "cuda":
            # zh: Python 往下走时，GPU 还在算
            # en: the GPU is still at work when Python moves on
            torch.cuda.synchronize()
        times.append((time.perf_counter() - start) / repeat * 1e6)
    # zh: 第一次是热身
    # en: the first run warms up
    return min(times[1:])


sizes = [10**k for k in range(8)]
measured = {device: [] for device in devices}
print("device elements  µs/call ns/element")
for device in devices:
    for n in sizes:
        x = torch.zeros(n, device=device)
        repeat = 200 if n < 10**6 else 5
        value = microseconds(lambda x=x: x.add_(1), device, repeat)
        measured[device].append(value)
        if n in (1, 10**3, 10**5, 10**7):
            print(
                f"{device:<5}{n:>10}{value:>9.1f}{value / n * 1000:>10.2f}"
            )
# --8<-- [end:time]
# --8<-- [start:draw]
fig, ax = plt.subplots(figsize=(4.8, 2.9))
for (device, values), mark in zip(measured.items(), "os", strict=False):
    ax.plot(sizes, values, marker=mark, label=device)
ax.set(xscale="log", yscale="log")
ax.set(xlabel="elements in one call", ylabel="µs per call")
fig.legend(loc="outside upper center", ncols=2)
fig.savefig("small_work.svg")
# --8<-- [end:draw]
# --8<-- [start:batch]
for device in devices:
    x = torch.zeros(1000, 1000, device=device)
    rows = x.unbind()
    one = microseconds(lambda x=x: x.add_(1), device, repeat=5)
    many = microseconds(
        lambda rows=rows: [r.add_(1) for r in rows], device, repeat=1
    )
    print(f"{device:<5} one call    {one:7.0f} µs")
    print(f"{device:<5} 1,000 calls {many:7.0f} µs {many / one:5.1f} ×")
# --8<-- [end:batch]
