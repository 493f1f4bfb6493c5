# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.labels.zh]
# "column" = "列"
# "row" = "行"
# "mean absolute gradient" = "梯度绝对值的平均"
#
# [tool.neverstale.words.zh]
# ": sees" = "：看到"
# ", jump" = "，间隔"
# "rows   " = "行"
# "columns" = "列"
# "to" = "到"
# ///
# --8<-- [start:arithmetic]
# zh: reach：一个输出看到的边长（像素）；
# zh: jump：间隔，即相邻两个输出在输入上隔多少像素
# en: reach: how many pixels one output sees;
# en: jump: how many pixels apart two outputs are
reach, jump = 1, 1
pool = ("pool", 2, 2)
layers = [("conv1", 3, 1), pool, ("conv2", 3, 1), pool]
for name, kernel, stride in layers:
    reach += (kernel - 1) * jump
    jump *= stride
    print(f"{name}: sees {reach} × {reach}, jump {jump}")
# --8<-- [end:arithmetic]
# --8<-- [start:gradient]
import torch
import torch.nn.functional as F
from simple_cnn import SimpleCNN

torch.manual_seed(0)
model = SimpleCNN()
x = torch.randn(256, 3, 28, 28, requires_grad=True)  # (N, C, H, W)
maps = model.pool(F.relu(model.conv1(x)))  # (256, 32, 14, 14)
maps = model.pool(F.relu(model.conv2(maps)))  # (256, 64, 7, 7)
maps[:, :, 3, 3].sum().backward()

influence = x.grad.abs().mean(dim=(0, 1))  # (28, 28)
rows, columns = influence.nonzero(as_tuple=True)
print("rows   ", rows.min().item(), "to", rows.max().item())
print("columns", columns.min().item(), "to", columns.max().item())
assert rows.max() - rows.min() + 1 == reach
assert columns.max() - columns.min() + 1 == reach
# --8<-- [end:gradient]
# --8<-- [start:draw]
import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(4.2, 3.2))
picture = ax.imshow(influence.numpy(), cmap="viridis")
fig.colorbar(picture, label="mean absolute gradient")
ax.set(xlabel="column", ylabel="row")
fig.savefig("receptive_field.svg")
# --8<-- [end:draw]
