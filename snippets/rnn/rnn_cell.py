# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
# ///
# --8<-- [start:cell]
import torch
from torch import nn


class RNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.ih = nn.Linear(input_size, hidden_size)
        self.hh = nn.Linear(hidden_size, hidden_size)

    def forward(self, x, h=None):
        if h is None:
            # zh: 与输入同一设备、同一数据类型
            # en: same device and same dtype as the input
            h = x.new_zeros(*x.shape[:-1], self.hidden_size)  # (B, H)
        return torch.tanh(self.ih(x) + self.hh(h))  # (B, H)


# --8<-- [end:cell]
