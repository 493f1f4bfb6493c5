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


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.ih = nn.Linear(input_size, 4 * hidden_size)
        self.hh = nn.Linear(hidden_size, 4 * hidden_size)

    def gates(self, x, h):
        return self.cut(self.ih(x) + self.hh(h))

    def cut(self, total):  # (B, 4H)
        # zh: 四份一次算完，再沿最后一维切成四份；次序与 torch 相同
        # en: all four at once, then cut along the
        # en: last dimension, in torch's order
        i, f, g, o = total.chunk(4, dim=-1)  # 4 × (B, H)
        return i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()

    def step(self, from_x, state):
        h, c = state
        i, f, g, o = self.cut(from_x + self.hh(h))
        c = f * c + i * g  # (B, H)
        h = o * torch.tanh(c)  # (B, H)
        return h, c

    def forward(self, x, state=None):
        if state is None:
            zeros = x.new_zeros(*x.shape[:-1], self.hidden_size)  # (B, H)
            state = zeros, zeros
        return self.step(self.ih(x), state)  # ih(x): (B, 4H)


# --8<-- [end:cell]
