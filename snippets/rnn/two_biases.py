# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "both biases get the same gradient" = "两个偏置的梯度相同"
# "one bias alone gives the same output" = "只留一个偏置，输出也一样"
# ///
# --8<-- [start:biases]
import torch
from torch import nn

torch.manual_seed(0)
cell = nn.LSTMCell(input_size=3, hidden_size=5)
x = torch.randn(4, 3)  # (B, F)
h, c = cell(x)  # 2 × (B, H)
h.sum().backward()
torch.testing.assert_close(cell.bias_ih.grad, cell.bias_hh.grad)
print("both biases get the same gradient")

# zh: 全部加到其中一个上，另一个清零
# en: add everything to one, set the other to zero
with torch.no_grad():
    cell.bias_ih += cell.bias_hh
    cell.bias_hh.zero_()
torch.testing.assert_close(cell(x)[0], h)
print("one bias alone gives the same output")
# --8<-- [end:biases]
