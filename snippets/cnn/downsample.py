# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "max pooling " = "最大池化层"
# "strided conv" = "带步幅卷积"
# "parameters" = "参数"
# ///
# --8<-- [start:strided]
import torch
from torch import nn

torch.manual_seed(0)
maps = torch.randn(8, 32, 28, 28)  # (N, C, H, W)

pool = nn.MaxPool2d(2)
strided = nn.Conv2d(32, 32, kernel_size=3, stride=2, padding=1)
assert not list(pool.parameters())
number = sum(p.numel() for p in strided.parameters())
print("max pooling ", tuple(pool(maps).shape), "parameters 0")
print("strided conv", tuple(strided(maps).shape), f"parameters {number:,}")
# --8<-- [end:strided]
# --8<-- [start:global]
global_pool = nn.AdaptiveAvgPool2d(1)
for side in (7, 12, 20):
    features = torch.randn(8, 64, side, side)  # (N, C, H, W)
    out = global_pool(features)  # (8, 64, 1, 1)
    torch.testing.assert_close(out[:, :, 0, 0], features.mean(dim=(2, 3)))
    print(tuple(features.shape), "->", tuple(out.shape))
# --8<-- [end:global]
