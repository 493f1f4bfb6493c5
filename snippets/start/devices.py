# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# gpu-prints = ["^y on cuda$"]
# varies = [{ match = "(cpu|cuda|Error)", reason = "each device names itself" }]
#
# [tool.neverstale.words.zh]
# "x on" = "x 在"
# "y on" = "y 在"
# "sum:" = "总和："
# ///
# --8<-- [start:move]
import torch
from torch import nn

device = "cuda" if torch.cuda.is_available() else "cpu"
x = torch.ones(2, 3)  # (2, 3)
y = x.to(device)
print("x on", x.device.type)
print("y on", y.device.type)
print("sum:", (y + y).sum().item())
# --8<-- [end:move]
# --8<-- [start:mixed]
# zh: meta 是一种只有形状、没有数据的设备，没有 GPU 也能拿它来演示
# en: meta is a device that has shapes and no
# en: data: good enough to show this without a GPU
layer = nn.Linear(3, 4, device=device if device == "cuda" else "meta")
try:
    layer(x)
except RuntimeError as error:
    print("RuntimeError:", str(error).partition(",")[0])
# --8<-- [end:mixed]
