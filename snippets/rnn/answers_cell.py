# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "statsmodels"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "parameters:" = "参数："
# "after" = "读入"
# "steps the states differ by" = "步之后，两个状态相差"
# ///
# --8<-- [start:parameters]
import torch
from statsmodels.datasets import sunspots
from torch import nn

cell = nn.RNNCell(input_size=10, hidden_size=20)
print("parameters:", sum(p.numel() for p in cell.parameters()))
assert 20 * 10 + 20 * 20 + 20 + 20 == 640
# --8<-- [end:parameters]
# --8<-- [start:sum]
cell = nn.RNNCell(input_size=1, hidden_size=1)
with torch.no_grad():
    cell.weight_ih.fill_(0.001)
    cell.weight_hh.fill_(1)
    cell.bias_ih.zero_()
    cell.bias_hh.zero_()
    h = None
    for value in (3.0, 1.0, 4.0, 1.0, 5.0):
        h = cell(torch.tensor([[value]]), h)  # (B, H) = (1, 1)
        print(f"after {value:.0f}: {h.item() * 1000:.3f}")
# --8<-- [end:sum]
# --8<-- [start:forget]
data = sunspots.load_pandas().data
series = torch.tensor(data["SUNACTIVITY"].to_numpy())  # (309,)
series = (series - series.mean()) / series.std()
torch.manual_seed(0)
cell = nn.RNNCell(input_size=1, hidden_size=32).double()
a, b = torch.zeros(1, 32).double(), torch.ones(1, 32).double()  # (B, H)
for step, value in enumerate(series[:40], 1):
    a, b = cell(value.reshape(1, 1), a), cell(value.reshape(1, 1), b)
    if step in (1, 10, 20, 40):
        apart = (a - b).norm()
        print(f"after {step:>2} steps the states differ by {apart:.0e}")
# --8<-- [end:forget]
