# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
# ///
# --8<-- [start:strided]
import torch
from torch import nn

torch.manual_seed(0)
maps = torch.randn(8, 32, 28, 28)  # (N, C, H, W)

pool = nn.MaxPool2d(2)
strided = nn.Conv2d(32, 32, kernel_size=3, stride=2, padding=1)
for name, layer in [("max pooling", pool), ("strided conv", strided)]:
    parameters = sum(p.numel() for p in layer.parameters())
    print(
        f"{name:<13} {tuple(layer(maps).shape)}  parameters {parameters:,}"
    )
# --8<-- [end:strided]
# --8<-- [start:global]
global_pool = nn.AdaptiveAvgPool2d(1)
for side in (7, 12, 20):
    features = torch.randn(8, 64, side, side)  # (N, C, H, W)
    out = global_pool(features)  # (8, 64, 1, 1)
    torch.testing.assert_close(out[:, :, 0, 0], features.mean(dim=(2, 3)))
    print(tuple(features.shape), "->", tuple(out.shape))
# --8<-- [end:global]
