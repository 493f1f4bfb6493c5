# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "max    " = "最大"
# "average" = "平均"
# "part of the numbers kept:" = "留下的比例："
# "parameters:" = "参数："
# "reshape, then max or mean: the same numbers" = "先 reshape，再取最大或平均：结果一样"
# ///
# --8<-- [start:layer]
import torch
from torch import nn

x = torch.tensor(
    [
        [1.0, 3, 2, 0],
        [5, 2, 1, 1],
        [0, 1, 4, 2],
        [2, 1, 3, 7],
    ]
)[None, None]  # (N, C, H, W) = (1, 1, 4, 4)

max_pool = nn.MaxPool2d(kernel_size=2, stride=2)
avg_pool = nn.AvgPool2d(kernel_size=2, stride=2)
print("max    ", max_pool(x)[0, 0].tolist())
print("average", avg_pool(x)[0, 0].tolist())
# --8<-- [end:layer]
# --8<-- [start:shapes]
torch.manual_seed(0)
maps = torch.randn(8, 32, 28, 28)  # (N, C, H, W)
pooled = max_pool(maps)  # (8, 32, 14, 14)

print(tuple(maps.shape), "->", tuple(pooled.shape))
print("part of the numbers kept:", pooled.numel() / maps.numel())
print("parameters:", sum(p.numel() for p in max_pool.parameters()))
# --8<-- [end:shapes]
# --8<-- [start:reshape]
N, C, H, W = maps.shape
blocks = maps.reshape(N, C, H // 2, 2, W // 2, 2)  # (8, 32, 14, 2, 14, 2)
assert torch.equal(blocks.amax(dim=(3, 5)), pooled)
torch.testing.assert_close(blocks.mean(dim=(3, 5)), avg_pool(maps))
print("reshape, then max or mean: the same numbers")
# --8<-- [end:reshape]
