# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "same output, h_n and c_n, with and without an initial state" = "给不给初始状态，output、h_n、c_n 都相同"
# "same gradients for all" = "全部"
# "parameter tensors" = "个参数张量的梯度都相同"
# ///
# --8<-- [start:same]
import torch
from stacked_lstm import StackedLSTM
from torch import nn

torch.manual_seed(0)
ours = StackedLSTM(input_size=3, hidden_size=5, num_layers=3).double()
theirs = nn.LSTM(3, 5, num_layers=3, batch_first=True).double()
with torch.no_grad():
    for layer, cell in enumerate(ours.cells):
        cell.ih.weight.copy_(getattr(theirs, f"weight_ih_l{layer}"))
        cell.hh.weight.copy_(getattr(theirs, f"weight_hh_l{layer}"))
        cell.ih.bias.copy_(getattr(theirs, f"bias_ih_l{layer}"))
        cell.hh.bias.copy_(getattr(theirs, f"bias_hh_l{layer}"))

exact = {"rtol": 0, "atol": 1e-10}
x = torch.randn(4, 7, 3, dtype=torch.float64)  # (B, T, F)
h_0, c_0 = torch.randn(2, 3, 4, 5, dtype=torch.float64)  # 2 × (L, B, H)
for state in (None, (h_0, c_0)):
    output, last = ours(x, state)
    expected, expected_last = theirs(x, state)
    torch.testing.assert_close(output, expected, **exact)
    torch.testing.assert_close(last, expected_last, **exact)
print("same output, h_n and c_n, with and without an initial state")
# --8<-- [end:same]
# --8<-- [start:gradients]
output.square().sum().backward()
expected.square().sum().backward()
for layer, cell in enumerate(ours.cells):
    for part in ("weight", "bias"):
        for name in ("ih", "hh"):
            mine = getattr(getattr(cell, name), part).grad
            other = getattr(theirs, f"{part}_{name}_l{layer}").grad
            torch.testing.assert_close(mine, other, **exact)
count = len(list(ours.parameters()))
print("same gradients for all", count, "parameter tensors")
# --8<-- [end:gradients]
