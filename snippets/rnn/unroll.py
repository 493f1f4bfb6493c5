# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib", "statsmodels"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.labels.zh]
# "input" = "输入"
# "year" = "年份"
# "hidden unit" = "隐状态的单元"
#
# [tool.neverstale.words.zh]
# "input " = "输入"
# "output" = "输出"
# "last state" = "最后的状态"
# "nn.RNN agrees:" = "nn.RNN 结果相同："
# ///
# --8<-- [start:loop]
import matplotlib.pyplot as plt
import torch
from rnn_cell import RNNCell
from statsmodels.datasets import sunspots
from torch import nn

data = sunspots.load_pandas().data
series = torch.tensor(data["SUNACTIVITY"].to_numpy())  # (309,)
series = (series - series.mean()) / series.std()
x = series.float().reshape(3, 103, 1)  # (B, T, F)

torch.manual_seed(0)
cell = RNNCell(input_size=1, hidden_size=8)
h, states = None, []
for x_t in x.unbind(dim=1):  # 103 × (B, F)
    h = cell(x_t, h)  # (B, H)
    states.append(h)
output = torch.stack(states, dim=1)  # (B, T, H)
print("input ", tuple(x.shape))
print("output", tuple(output.shape))
print("last state", tuple(h.shape))
# --8<-- [end:loop]
# --8<-- [start:torch]
rnn = nn.RNN(input_size=1, hidden_size=8, batch_first=True)
with torch.no_grad():
    rnn.weight_ih_l0.copy_(cell.ih.weight)
    rnn.weight_hh_l0.copy_(cell.hh.weight)
    rnn.bias_ih_l0.copy_(cell.ih.bias)
    rnn.bias_hh_l0.copy_(cell.hh.bias)
expected, h_n = rnn(x)  # (B, T, H), (1, B, H)
torch.testing.assert_close(output, expected)
torch.testing.assert_close(h, h_n[0])
print("nn.RNN agrees:", tuple(expected.shape), tuple(h_n.shape))
# --8<-- [end:torch]
# --8<-- [start:draw]
fig, (top, bottom) = plt.subplots(2, sharex=True, figsize=(4.8, 3.8))
years = range(1906, 2009)
top.plot(years, x[2, :, 0])
top.set_ylabel("input")
image = bottom.imshow(
    output[2].T.detach().numpy(),
    cmap="viridis",
    vmin=-1,
    vmax=1,
    aspect="auto",
    extent=(1905.5, 2008.5, 7.5, -0.5),
)
bottom.set(xlabel="year", ylabel="hidden unit", yticks=range(0, 8, 2))
fig.colorbar(image, ax=bottom, ticks=[-1, 0, 1])
fig.savefig("unroll.svg")
# --8<-- [end:draw]
