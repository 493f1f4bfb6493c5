# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "parameters" = "个参数"
# ///
# --8<-- [start:shapes]
import torch
from residual_block import ResidualBlock

x = torch.zeros(2, 16, 28, 28)  # (N, C, H, W)
for block in (ResidualBlock(16, 16), ResidualBlock(16, 32, stride=2)):
    number = sum(parameter.numel() for parameter in block.parameters())
    print(
        tuple(x.shape),
        "->",
        tuple(block(x).shape),
        f"{number:,} parameters",
    )
# --8<-- [end:shapes]
