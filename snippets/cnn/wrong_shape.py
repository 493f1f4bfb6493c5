# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
# ///
# --8<-- [start:loud]
import torch
from torch import nn

layer = nn.Conv2d(in_channels=3, out_channels=32, kernel_size=3)

wrong = {
    "grey image": torch.zeros(1, 1, 28, 28),
    "channels last": torch.zeros(1, 28, 28, 3),
    "smaller than the kernel": torch.zeros(1, 3, 2, 2),
    "bytes, not floats": torch.zeros(1, 3, 28, 28, dtype=torch.uint8),
}
for name, x in wrong.items():
    try:
        layer(x)
    except RuntimeError as error:
        print(f"{name}: {error}\n")
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
