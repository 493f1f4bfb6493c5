# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "three images in, one out:" = "进去三张，出来一张："
# "with the channel:        " = "补上通道维：        "
# ///
# --8<-- [start:loud]
import torch
from torch import nn

layer = nn.Conv2d(in_channels=3, out_channels=32, kernel_size=3)

for x in (
    # zh: 灰度图
    # en: a grey image
    torch.zeros(1, 1, 28, 28),
    # zh: 通道在最后
    # en: channels last
    torch.zeros(1, 28, 28, 3),
    # zh: 比核还小
    # en: smaller than the kernel
    torch.zeros(1, 3, 2, 2),
    # zh: 是字节，不是浮点数
    # en: bytes, not floats
    torch.zeros(1, 3, 28, 28, dtype=torch.uint8),
):
    try:
        layer(x)
    except RuntimeError as error:
        print(f"{tuple(x.shape)}: {error}\n")
# --8<-- [end:loud]
# --8<-- [start:silent]
# zh: 三张灰度图 (N, H, W)，忘了通道维：torch 把它们当成一张 RGB 图，不报错
# en: three grey images (N, H, W), no channel
# en: dimension: torch takes them for one RGB image
grey = torch.zeros(3, 28, 28)
print("three images in, one out:", tuple(layer(grey).shape))

grey_layer = nn.Conv2d(in_channels=1, out_channels=32, kernel_size=3)
print(
    "with the channel:        ", tuple(grey_layer(grey.unsqueeze(1)).shape)
)
# --8<-- [end:silent]
