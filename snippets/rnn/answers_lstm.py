# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "step" = "第"
# ": value" = " 步：数值"
# "cell state" = "单元状态"
# "ratio" = "比值"
# ///
# --8<-- [start:parameters]
import torch
from lstm_cell import LSTMCell
from torch import nn


def count(module):
    return sum(p.numel() for p in module.parameters())


print("LSTM:", count(nn.LSTM(input_size=1, hidden_size=64)))
assert count(nn.LSTM(1, 64)) == 4 * (64 * 1 + 64 * 64 + 2 * 64)
# --8<-- [end:parameters]
# --8<-- [start:latch]
cell = LSTMCell(input_size=2, hidden_size=1).double()
with torch.no_grad():
    for parameter in cell.parameters():
        parameter.zero_()
    # zh: 各行依次是 i、f、g、o；两列依次对应数值、写标志
    # en: rows are i, f, g, o; columns are the value and the write flag
    cell.ih.weight.copy_(
        torch.tensor([[0, 30], [0, -30], [0.5, 0], [0, 0]])
    )
    cell.ih.bias.copy_(torch.tensor([-15, 15, 0, 15]))

generator = torch.Generator().manual_seed(0)
exact = dict(generator=generator, dtype=torch.float64)
x = torch.randn(200, 1, 2, **exact)  # (T, B, F)
x[..., 1] = 0
# zh: 只在第 10 步写入
# en: write at step 10 only
x[9, 0, 1] = 1
state = None
for step, x_t in enumerate(x, 1):
    state = cell(x_t, state)
    if step in (9, 10, 11, 200):
        value, c = x_t[0, 0].item(), state[1].item()
        print(f"step {step:>3}: value {value:+.3f}   cell state {c:+.3f}")
# --8<-- [end:latch]
# --8<-- [start:gru]
for hidden_size in (8, 64, 512):
    lstm = count(nn.LSTM(10, hidden_size))
    gru = count(nn.GRU(10, hidden_size))
    print(
        f"H = {hidden_size:>3}: LSTM {lstm:>9,}  ",
        f"GRU {gru:>9,}   ratio {gru / lstm}",
    )
# --8<-- [end:gru]
