# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib", "statsmodels"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.labels.zh]
# "loss" = "损失"
#
# [tool.neverstale.words.zh]
# "loss" = "损失"
# "slope at w = 0.5, by trying:" = "w = 0.5 处的坡度，试出来的："
# "slope at w = 0.5, by backward():" = "w = 0.5 处的坡度，backward() 算的："
# "step" = "步数"
# "gradient" = "梯度"
# "backward() number" = "backward() 次数"
# "by formula:         w" = "用公式算：          w"
# "descent:" = "走出来的："
# "exact:  " = "公式算的："
# ///
# --8<-- [start:data]
import torch
from statsmodels.datasets import sunspots

data = sunspots.load_pandas().data
series = torch.tensor(data["SUNACTIVITY"].to_numpy())  # (309,)
series = series / series.std()
# zh: x 是每一年，y 是它的下一年
# en: x holds the years, y the year after each
x, y = series[:-1], series[1:]  # 2 × (308,)


def loss(w):
    return ((w * x - y) ** 2).mean()


for w in (0.0, 0.5, 1.0):
    print(f"w = {w}: loss {loss(w):.3f}")
# --8<-- [end:data]
# --8<-- [start:slope]
w, small = 0.5, 0.001
slope = (loss(w + small) - loss(w)) / small
print(f"slope at w = 0.5, by trying: {slope:.2f}")
# --8<-- [end:slope]
# --8<-- [start:autograd]
w = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
value = loss(w)
value.backward()
print(f"slope at w = 0.5, by backward(): {w.grad:.2f}")
# --8<-- [end:autograd]
# --8<-- [start:descend]
w = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
lr = 0.1
for step in range(1, 31):
    value = loss(w)
    value.backward()
    with torch.no_grad():
        w -= lr * w.grad
    w.grad = None
    if step in (1, 2, 3, 10, 30):
        print(f"step {step:>2}: loss {value.item():.3f}, w {w.item():.3f}")

best = (x * y).sum() / (x * x).sum()
print(f"by formula:         w {best:.3f}")
torch.testing.assert_close(w.detach(), best, rtol=1e-3, atol=0)


# --8<-- [end:descend]
# --8<-- [start:rates]
def descend(lr, steps=8):
    w = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
    path = []
    for _ in range(steps):
        value = loss(w)
        path.append((w.item(), value.item()))
        value.backward()
        with torch.no_grad():
            w -= lr * w.grad
        w.grad = None
    return path


paths = {lr: descend(lr) for lr in (0.05, 0.3, 0.45)}
for lr, path in paths.items():
    print(f"lr {lr}:", " ".join(f"{value:.2f}" for _, value in path))
# --8<-- [end:rates]
# --8<-- [start:draw]
import matplotlib.pyplot as plt

grid = torch.linspace(-1.2, 3, 100)
fig, axes = plt.subplots(1, 3, figsize=(4.8, 2.4), sharey=True)
for ax, (lr, path) in zip(axes, paths.items(), strict=True):
    ax.plot(grid, [loss(w) for w in grid], color="C2")
    ws, losses = zip(*path, strict=True)
    ax.plot(ws, losses, "o-", markersize=3, linewidth=1, color="C1")
    ax.set(title=f"lr {lr}", xlabel="w", xlim=(-1.2, 3), ylim=(0, 10))
axes[0].set_ylabel("loss")
fig.savefig("descent.svg")
# --8<-- [end:draw]
# --8<-- [start:forgot]
w = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
for number in (1, 2, 3):
    loss(w).backward()
    print(f"backward() number {number}: gradient {w.grad:.2f}")
# --8<-- [end:forgot]
# --8<-- [start:two]
w = torch.zeros(2, dtype=torch.float64, requires_grad=True)  # (2,): w, b
inputs = torch.stack([x, torch.ones_like(x)], dim=1)  # (308, 2)
for _ in range(500):
    value = ((inputs @ w - y) ** 2).mean()
    value.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.grad = None

exact = torch.linalg.lstsq(inputs, y[:, None]).solution[:, 0]  # (2,)
print("descent:", [f"{number:.3f}" for number in w.tolist()])
print("exact:  ", [f"{number:.3f}" for number in exact.tolist()])
torch.testing.assert_close(w.detach(), exact, rtol=1e-3, atol=1e-3)
# --8<-- [end:two]
