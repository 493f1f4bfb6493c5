# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib", "statsmodels"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.labels.zh]
# "sunspots" = "太阳黑子数"
# "input gate i" = "输入门 i"
# "forget gate f" = "遗忘门 f"
# "output gate o" = "输出门 o"
# "open" = "开度"
# "year" = "年份"
# "cell state c" = "单元状态 c"
#
# [tool.neverstale.words.zh]
# "step" = "第"
# ": loss" = " 步：损失"
# "unit" = "单元"
# ", input  gate: " = "，输入门："
# ", forget gate: " = "，遗忘门："
# ", output gate: " = "，输出门："
# "to" = "到"
# ///
# --8<-- [start:train]
import matplotlib.pyplot as plt
import torch
from lstm_cell import LSTMCell
from statsmodels.datasets import sunspots
from torch import nn

data = sunspots.load_pandas().data
series = torch.tensor(data["SUNACTIVITY"].to_numpy())  # (309,)
series = (series - series.mean()) / series.std()
windows = series.unfold(0, size=51, step=12)  # (22, 51)
x = windows[:, :-1, None]  # (B, T, F) = (22, 50, 1)
target = windows[:, 1:, None]  # (22, 50, 1)

# zh: 这样小的网络，多开线程没有好处
# en: a network this small gains nothing from more threads
torch.set_num_threads(1)
torch.manual_seed(0)
lstm = nn.LSTM(input_size=1, hidden_size=4, batch_first=True).double()
readout = nn.Linear(4, 1).double()
parameters = [*lstm.parameters(), *readout.parameters()]
optimizer = torch.optim.Adam(parameters, lr=0.03)
for step in range(60):
    output, _ = lstm(x)  # (B, T, H)
    loss = (readout(output) - target).square().mean()
    if step in (0, 59):
        print(f"step {step + 1:>2}: loss {loss.item():.3f}")
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
# --8<-- [end:train]
# --8<-- [start:read]
cell = LSTMCell(input_size=1, hidden_size=4).double()
cell.load_state_dict(
    {
        "ih.weight": lstm.weight_ih_l0,
        "ih.bias": lstm.bias_ih_l0,
        "hh.weight": lstm.weight_hh_l0,
        "hh.bias": lstm.bias_hh_l0,
    }
)
h = c = torch.zeros(1, 4, dtype=torch.float64)  # (B, H)
steps = []
with torch.no_grad():
    for value in series:
        x_t = value.reshape(1, 1)  # (B, F)
        i, f, g, o = cell.gates(x_t, h)
        h, c = cell(x_t, (h, c))
        steps.append(torch.cat([i, f, o, c]))  # (4, H)
history = torch.stack(steps)  # (309, 4, H)

# zh: 选遗忘门变化最大的那个单元
# en: the unit whose forget gate moves most
unit = history[:, 1].std(dim=0).argmax().item()
i, f, o, c = history[:, :, unit].T  # 4 × (309,)
print(f"unit {unit}, input  gate: {i.min():.2f} to {i.max():.2f}")
print(f"unit {unit}, forget gate: {f.min():.2f} to {f.max():.2f}")
print(f"unit {unit}, output gate: {o.min():.2f} to {o.max():.2f}")
# --8<-- [end:read]
# --8<-- [start:draw]
# zh: 只画最后一百年
# en: the last hundred years
since = 209
years = data["YEAR"][since:]
fig, (top, middle, bottom) = plt.subplots(
    3, sharex=True, figsize=(4.8, 5.2)
)
top.plot(years, data["SUNACTIVITY"][since:], color="C4")
top.set_ylabel("sunspots")
middle.plot(years, i[since:], "C0-", label="input gate i")
middle.plot(years, f[since:], "C1--", label="forget gate f")
middle.plot(years, o[since:], "C2:", label="output gate o")
middle.set(ylabel="open", ylim=(0, 1.02))
bottom.plot(years, c[since:], "C3")
bottom.set(xlabel="year", ylabel="cell state c")
fig.legend(loc="outside upper center", ncols=3, columnspacing=1)
fig.savefig("gates.svg")
# --8<-- [end:draw]
