# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "default  " = "默认     "
# "largest" = "最大"
# ///
# --8<-- [start:lost]
import torch
from torch import nn

# zh: 最后一列有一个亮点
# en: a bright pixel in the last column
x = torch.zeros(1, 1, 7, 7)  # (N, C, H, W)
x[0, 0, 3, 6] = 9

floor = nn.MaxPool2d(2)(x)
ceil = nn.MaxPool2d(2, ceil_mode=True)(x)
print("default  ", tuple(floor.shape), "largest", floor.max().item())
print("ceil_mode", tuple(ceil.shape), "largest", ceil.max().item())
# --8<-- [end:lost]
# --8<-- [start:reshape]
try:
    x.reshape(1, 1, 3, 2, 3, 2)
except RuntimeError as error:
    print(error)
# --8<-- [end:reshape]
