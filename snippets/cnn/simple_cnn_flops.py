# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
# ///
# --8<-- [start:hand]
# zh: 卷积层：权重个数 × 输出的位置数
# en: convolution: number of weights × number of output positions
conv1 = 32 * 3 * 3 * 3 * 28 * 28
conv2 = 64 * 32 * 3 * 3 * 14 * 14
fc1 = 3136 * 128
fc2 = 128 * 10
macs = conv1 + conv2 + fc1 + fc2
print(f"{conv1:,} + {conv2:,} + {fc1:,} + {fc2:,} = {macs:,}")
# --8<-- [end:hand]
# --8<-- [start:torch]
import torch
from simple_cnn import SimpleCNN
from torch.utils.flop_counter import FlopCounterMode

model = SimpleCNN()
with FlopCounterMode(display=False) as counter:
    model(torch.rand(1, 3, 28, 28))  # (N, C, H, W)
flops = counter.get_total_flops()
print(f"FLOPs {flops:,} = 2 × {flops // 2:,}")
assert flops == 2 * macs
# --8<-- [end:torch]
