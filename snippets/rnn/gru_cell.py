# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
# ///
# --8<-- [start:model]
import torch
from torch import nn


class GRUCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.ih = nn.Linear(input_size, 3 * hidden_size)
        self.hh = nn.Linear(hidden_size, 3 * hidden_size)

    def forward(self, x, h):  # (B, F), (B, H)
        from_x = self.ih(x).chunk(3, dim=-1)  # 3 × (B, H): r, z, n
        from_h = self.hh(h).chunk(3, dim=-1)  # 3 × (B, H): r, z, n
        r = torch.sigmoid(from_x[0] + from_h[0])
        z = torch.sigmoid(from_x[1] + from_h[1])
        n = torch.tanh(from_x[2] + r * from_h[2])
        return (1 - z) * n + z * h  # (B, H)


# --8<-- [end:model]
