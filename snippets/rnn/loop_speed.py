# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# measured = "timings of this machine"
#
# [tool.neverstale.words.zh]
# "our loop  " = "我们的循环"
# "nn.LSTM is" = "nn.LSTM 的速度是它的"
# "times as fast" = "倍"
# ///
# --8<-- [start:time]
import time

import torch
from stacked_lstm import StackedLSTM
from torch import nn

device = "cuda" if torch.cuda.is_available() else "cpu"
# zh: 在 CPU 上，两者都只用一个线程
# en: on the CPU, both use one thread
torch.set_num_threads(1)
torch.manual_seed(0)
x = torch.randn(16, 100, 32, device=device)  # (B, T, F)
loop = StackedLSTM(32, 64, num_layers=2).to(device)
lstm = nn.LSTM(32, 64, num_layers=2, batch_first=True).to(device)


def seconds(model):
    times = []
    for _ in range(6):
        start = time.perf_counter()
        model(x)[0].sum().backward()
        if device == "cuda":
            # zh: Python 往下走时，GPU 还在算
            # en: the GPU is still at work when Python moves on
            torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    # zh: 第一次是热身
    # en: the first run warms up
    return min(times[1:])


ours, theirs = seconds(loop), seconds(lstm)
print(f"our loop   {ours * 1000:>6.1f} ms")
print(f"nn.LSTM    {theirs * 1000:>6.1f} ms")
print(f"nn.LSTM is {ours / theirs:.1f} times as fast")
# --8<-- [end:time]
