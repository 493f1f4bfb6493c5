# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib", "scikit-learn"]
#
# [tool.neverstale]
# devices = ["cpu"]
# tolerance = 0.5
# timeout = 120
#
# [tool.neverstale.labels.zh]
# "plain" = "普通"
# "plain, batch norm" = "普通，加批归一化"
# "residual" = "残差"
# "residual, batch norm" = "残差，加批归一化"
# "block" = "第几块"
# "gradient norm" = "梯度的范数"
#
# [tool.neverstale.words.zh]
# "block" = "块"
# "loss" = "损失"
# ///
# --8<-- [start:build]
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn

torch.set_num_threads(1)
digits = load_digits()
pixels = torch.tensor(digits.images).float()
images = pixels[:, None] / 16  # (1797, 1, 8, 8)
labels = torch.tensor(digits.target)  # (1797,)


class Block(nn.Module):
    def __init__(self, norm, residual):
        super().__init__()
        self.residual = residual
        self.conv1 = nn.Conv2d(8, 8, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(8, 8, kernel_size=3, padding=1)
        self.bn1 = nn.BatchNorm2d(8) if norm else nn.Identity()
        self.bn2 = nn.BatchNorm2d(8) if norm else nn.Identity()

    def forward(self, x):  # (N, 8, 8, 8)
        out = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(out + x if self.residual else out)


def build(**kind):
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 8, kernel_size=3, padding=1),
        *[Block(**kind) for _ in range(10)],
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(8, 10),
    )


kinds = {
    "plain": dict(norm=False, residual=False),
    "plain, batch norm": dict(norm=True, residual=False),
    "residual": dict(norm=False, residual=True),
    "residual, batch norm": dict(norm=True, residual=True),
}
# --8<-- [end:build]
# --8<-- [start:gradients]
norms = {}
for name, kind in kinds.items():
    model = build(**kind)
    F.cross_entropy(model(images[:100]), labels[:100]).backward()
    weights = [model[k].conv1.weight for k in range(1, 11)]
    norms[name] = [weight.grad.norm().item() for weight in weights]
    first, last = norms[name][0], norms[name][-1]
    print(*(f"{key}={value!s:<5}" for key, value in kind.items()), end="  ")
    print(f"block 1: {first:.0e}  block 10: {last:.0e}")
# --8<-- [end:gradients]
# --8<-- [start:draw]
import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(4.8, 3.6))
for (name, values), mark in zip(norms.items(), "os^D", strict=True):
    ax.semilogy(range(1, 11), values, marker=mark, label=name)
ax.set(xlabel="block", ylabel="gradient norm", xticks=range(1, 11))
fig.legend(loc="outside upper center", ncols=2)
fig.savefig("depth.svg")
# --8<-- [end:draw]
# --8<-- [start:train]
final = {}
for name, kind in kinds.items():
    model = build(**kind)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    for _ in range(3):
        losses = []
        for batch in torch.randperm(1797).split(50):
            loss = F.cross_entropy(model(images[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    final[name] = sum(losses) / len(losses)
    print(*(f"{key}={value!s:<5}" for key, value in kind.items()), end="  ")
    print(f"loss {final[name]:.1f}")

assert final["residual, batch norm"] < final["plain, batch norm"] / 2
# --8<-- [end:train]
