# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
# ///
# --8<-- [start:model]
import torch
from lstm_cell import LSTMCell
from torch import nn


class StackedLSTM(nn.Module):
    def __init__(
        self,
        input_size,
        hidden_size,
        num_layers=1,
        dropout=0.0,
        learn_initial_state=False,
    ):
        super().__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        sizes = [input_size] + [hidden_size] * (num_layers - 1)
        self.cells = nn.ModuleList(
            LSTMCell(size, hidden_size) for size in sizes
        )
        self.dropout = nn.Dropout(dropout)
        self.initial = None
        if learn_initial_state:
            zeros = torch.zeros(2, num_layers, 1, hidden_size)  # (h, c)
            self.initial = nn.Parameter(zeros)

    def initial_state(self, x):
        shape = len(self.cells), len(x), self.hidden_size  # (L, B, H)
        if self.initial is None:
            zeros = x.new_zeros(shape)
            return zeros, zeros
        h_0, c_0 = self.initial
        return h_0.expand(shape), c_0.expand(shape)

    def forward(self, x, state=None):
        if x.ndim != 3 or x.shape[-1] != self.input_size:
            size, got = self.input_size, tuple(x.shape)
            raise ValueError(f"expected input (B, T, {size}), got {got}")
        h_0, c_0 = self.initial_state(x) if state is None else state
        last_h, last_c = [], []
        for layer, cell in enumerate(self.cells):
            if layer > 0:
                # zh: 只在两层之间
                # en: between layers only
                x = self.dropout(x)
            h, c = h_0[layer], c_0[layer]  # (B, H)
            outputs = []
            # zh: 输入的一份不必等隐状态：所有时间步一次乘完
            # en: the input's part need not wait for the
            # en: state: all time steps in one product
            for from_x in cell.ih(x).unbind(dim=1):  # T × (B, 4H)
                h, c = cell.step(from_x, (h, c))
                outputs.append(h)
            x = torch.stack(outputs, dim=1)  # (B, T, H)
            last_h.append(h)
            last_c.append(c)
        h_n, c_n = torch.stack(last_h), torch.stack(last_c)  # 2 × (L, B, H)
        return x, (h_n, c_n)


# --8<-- [end:model]
