# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "statsmodels"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "value" = "值"
# "slope" = "坡度"
# "steps: w" = "步：w"
# "gradient" = "梯度"
# ///
# --8<-- [start:level]
import torch
from statsmodels.datasets import sunspots

for start in (-1.0, 0.0, 1.0):
    w = torch.tensor(start, requires_grad=True)
    value = (w**2 - 1) ** 2
    value.backward()
    slope = abs(w.grad.item())
    print(f"w {start:>4}: value {value.item()}, slope {slope}")
# --8<-- [end:level]
# --8<-- [start:slow]
data = sunspots.load_pandas().data
series = torch.tensor(data["SUNACTIVITY"].to_numpy())  # (309,)
series = series / series.std()
x, y = series[:-1], series[1:]  # 2 × (308,)

for lr, steps in ((0.1, 10), (0.001, 200), (0.001, 1000)):
    w = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
    for _ in range(steps):
        ((w * x - y) ** 2).mean().backward()
        with torch.no_grad():
            w -= lr * w.grad
        w.grad = None
    print(f"lr {lr}, {steps:>4} steps: w {w.item():.3f}")
# --8<-- [end:slow]
# --8<-- [start:relu]
w = torch.tensor(-2.0, requires_grad=True)
w.relu().backward()
print("gradient", w.grad.item())
# --8<-- [end:relu]
