# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "weight" = "权重"
# "bias" = "偏置"
# "parameters" = "参数"
# ///
# --8<-- [start:flatten]
import torch
from torch import nn

torch.manual_seed(0)
maps = torch.randn(2, 64, 4, 4)  # (N, C, H, W)
flat = maps.flatten(start_dim=1)  # (N, C*H*W) = (2, 1024)
print(tuple(maps.shape), "->", tuple(flat.shape))

# zh: 数还是那些数，只是排成一行；通道 c、第 i 行、第 j 列的数到了这个位置
# en: the same numbers in one row; this is where channel c, row i, column j went
c, i, j = 5, 2, 3
assert flat[0, c * 16 + i * 4 + j] == maps[0, c, i, j]
# --8<-- [end:flatten]
# --8<-- [start:linear]
layer = nn.Linear(in_features=1024, out_features=10)
scores = layer(flat)  # (2, 10)

# (2, 1024) @ (1024, 10) + (10,)
by_hand = flat @ layer.weight.T + layer.bias
torch.testing.assert_close(by_hand, scores)
print("weight", tuple(layer.weight.shape), "bias", tuple(layer.bias.shape))
print("parameters", sum(p.numel() for p in layer.parameters()))
# --8<-- [end:linear]
