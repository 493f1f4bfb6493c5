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
    # zh: 同一段序列复制 32 份；trace 取对角线之和，即第 j 份只问第 j 个单元，
    # zh: 于是一次反向传播就得到全部导数
    # en: 32 copies of one sequence; copy j asks about unit j:
    # en: all derivatives in one backward pass
    x = series[-60:].repeat(hidden_size, 1)[..., None]  # (B, T, F) = (32, 60, 1)
    x.requires_grad_()
    h = None
    for x_t in x.unbind(dim=1):
        h = cell(x_t, h)  # (32, H)
    h.trace().backward()
    return x.grad.norm(dim=0)[:, 0]  # (T,)


torch.manual_seed(0)
cell = nn.RNNCell(1, hidden_size).double()
curves = {"as created": gradient_norms(cell)}
for gain in (1.0, 2.0):
    nn.init.orthogonal_(cell.weight_hh, gain)
    curves[f"orthogonal × {gain:.0f}"] = gradient_norms(cell)
for name, norms in curves.items():
    picked = [f"{k:>2} back: {norms[-1 - k]:.0e}" for k in (0, 10, 20, 50)]
    print(f"{name:<15}", *picked, sep="  ")
# --8<-- [end:measure]
# --8<-- [start:draw]
fig, ax = plt.subplots(figsize=(4.8, 3.4))
for (name, norms), mark in zip(curves.items(), "os^", strict=True):
    ax.semilogy(range(59, -1, -1), norms, marker=mark, markevery=(9, 10), label=name)
ax.set(xlabel="years before the last", ylabel="gradient norm", xlim=(60, -1))
fig.legend(loc="outside upper center", ncols=3, columnspacing=1, fontsize=10)
fig.savefig("vanishing.svg")
# --8<-- [end:draw]
