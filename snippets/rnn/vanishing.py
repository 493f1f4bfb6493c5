# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib", "statsmodels"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.labels.zh]
# "as created" = "默认初始化"
# "orthogonal × 1" = "正交 × 1"
# "orthogonal × 2" = "正交 × 2"
# "years before the last" = "距最后一年的年数"
# "gradient norm" = "梯度的范数"
#
# [tool.neverstale.words.zh]
# "years back      as created  orthogonal × 1  orthogonal × 2" = "      年前      默认初始化        正交 × 1        正交 × 2"
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
    h = None
    for x_t in x:
        h = cell(x_t.reshape(1, 1), h)  # (B, H) = (1, 32)
    # zh: 逐个单元求它对 60 年输入的导数；计算图要用 32 次，所以留着
    # en: for each unit, its derivatives with respect to the inputs
    # en: of 60 years; the graph is used 32 times, so it is kept
    rows = [
        torch.autograd.grad(unit, x, retain_graph=True)[0] for unit in h[0]
    ]
    return torch.stack(rows).norm(dim=0)  # (H, T) -> (T,)


torch.manual_seed(0)
cell = nn.RNNCell(1, hidden_size).double()
curves = {"as created": gradient_norms(cell)}
for gain in (1.0, 2.0):
    nn.init.orthogonal_(cell.weight_hh, gain)
    curves[f"orthogonal × {gain:.0f}"] = gradient_norms(cell)
print("years back      as created  orthogonal × 1  orthogonal × 2")
for k in (0, 10, 20, 50):
    print(f"{k:>10}", end="")
    for norms in curves.values():
        print(f"{norms[-1 - k]:>16.0e}", end="")
    print()
# --8<-- [end:measure]
# --8<-- [start:draw]
fig, ax = plt.subplots(figsize=(4.8, 3.4))
for (name, norms), mark in zip(curves.items(), "os^", strict=True):
    ax.semilogy(
        range(59, -1, -1), norms, marker=mark, markevery=(9, 10), label=name
    )
ax.set(
    xlabel="years before the last", ylabel="gradient norm", xlim=(60, -1)
)
fig.legend(
    loc="outside upper center", ncols=3, columnspacing=1, fontsize=10
)
fig.savefig("vanishing.svg")
# --8<-- [end:draw]
