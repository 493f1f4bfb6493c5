# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib", "statsmodels"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.labels.zh]
# "years before the last" = "距最后一年的年数"
# "gradient norm" = "梯度的范数"
# "LSTM, forget bias 1" = "LSTM，遗忘门偏置 1"
# "LSTM, forget bias 3" = "LSTM，遗忘门偏置 3"
#
# [tool.neverstale.words.zh]
# "years back           RNN          LSTM forget bias 1 forget bias 3" = "      年前           RNN          LSTM  遗忘门偏置 1  遗忘门偏置 3"
# ///
# --8<-- [start:measure]
import matplotlib.pyplot as plt
import torch
from statsmodels.datasets import sunspots
from torch import nn

data = sunspots.load_pandas().data
series = torch.tensor(data["SUNACTIVITY"].to_numpy())  # (309,)
series = (series - series.mean()) / series.std()
hidden_size = 32


def gradient_norms(cell):
    x = series[-60:].clone().requires_grad_()  # (T,) = (60,)
    state = None
    for x_t in x:
        state = cell(x_t.reshape(1, 1), state)
    h = state[0] if isinstance(state, tuple) else state  # (B, H) = (1, 32)
    rows = [
        torch.autograd.grad(unit, x, retain_graph=True)[0] for unit in h[0]
    ]
    return torch.stack(rows).norm(dim=0)  # (H, T) -> (T,)


torch.manual_seed(0)
curves = {"RNN": gradient_norms(nn.RNNCell(1, hidden_size).double())}
lstm = nn.LSTMCell(1, hidden_size).double()
curves["LSTM"] = gradient_norms(lstm)
for bias in (1, 3):
    with torch.no_grad():
        lstm.bias_ih[hidden_size : 2 * hidden_size] = bias
        lstm.bias_hh[hidden_size : 2 * hidden_size] = 0
    curves[f"LSTM, forget bias {bias}"] = gradient_norms(lstm)
print("years back           RNN          LSTM forget bias 1 forget bias 3")
for k in (0, 10, 20, 50):
    print(f"{k:>10}", end="")
    for norms in curves.values():
        print(f"{norms[-1 - k]:>14.0e}", end="")
    print()
# --8<-- [end:measure]
# --8<-- [start:draw]
fig, ax = plt.subplots(figsize=(4.8, 3.8))
for (name, norms), mark in zip(curves.items(), "os^D", strict=True):
    ax.semilogy(
        range(59, -1, -1), norms, marker=mark, markevery=(9, 10), label=name
    )
ax.set(
    xlabel="years before the last", ylabel="gradient norm", xlim=(60, -1)
)
fig.legend(loc="outside upper center", ncols=2)
fig.savefig("gradient_flow.svg")
# --8<-- [end:draw]
