# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "conv" = "卷积"
# "linear" = "全连接"
# "total" = "合计 "
# "parameters" = "参数"
# "the same 128 numbers per image" = "每张图的 128 个数相同"
# ///
# --8<-- [start:share]
import torch
from torch import nn

layers = [
    nn.Conv2d(3, 32, kernel_size=3),
    nn.Conv2d(32, 64, kernel_size=3),
    nn.Linear(3136, 128),
    nn.Linear(128, 10),
]
counts = [sum(p.numel() for p in m.parameters()) for m in layers]
total = sum(counts)
rows = [f"{count:>8,}  {count / total:6.1%}" for count in counts]
print("conv 3 -> 32      ", rows[0])
print("conv 32 -> 64     ", rows[1])
print("linear 3136 -> 128", rows[2])
print("linear 128 -> 10  ", rows[3])
print(f"total              {total:>8,}")
# --8<-- [end:share]
# --8<-- [start:global]
head = nn.Sequential(
    nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)
)
print("parameters", sum(p.numel() for p in head.parameters()))
for side in (7, 14):
    maps = torch.zeros(2, 64, side, side)  # (N, C, H, W)
    print(tuple(maps.shape), "->", tuple(head(maps).shape))
# --8<-- [end:global]
# --8<-- [start:same]
torch.manual_seed(0)
linear = nn.Linear(64 * 7 * 7, 128, dtype=torch.float64)
conv = nn.Conv2d(64, 128, kernel_size=7, dtype=torch.float64)
with torch.no_grad():
    conv.weight.copy_(linear.weight.reshape(128, 64, 7, 7))
    conv.bias.copy_(linear.bias)

maps = torch.randn(2, 64, 7, 7, dtype=torch.float64)  # (N, C, H, W)
out = conv(maps)  # (2, 128, 1, 1)
torch.testing.assert_close(out.flatten(1), linear(maps.flatten(1)))
print(tuple(out.shape), "the same 128 numbers per image")
# --8<-- [end:same]
