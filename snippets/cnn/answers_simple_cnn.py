# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
# ///
# --8<-- [start:grey]
import torch
import torch.nn.functional as F
from simple_cnn import SimpleCNN
from torch import nn


def count(module):
    return sum(p.numel() for p in module.parameters())


colour, grey = count(SimpleCNN()), count(SimpleCNN(in_channels=1))
print(f"{colour:,} -> {grey:,}")
assert colour - grey == 32 * 2 * 3 * 3
# --8<-- [end:grey]
# --8<-- [start:cifar]
model = nn.Sequential(
    *(nn.Conv2d(3, 32, 3, padding=1), nn.ReLU()),  # (N, 32, 32, 32)
    nn.MaxPool2d(2),  # (N, 32, 16, 16)
    *(nn.Conv2d(32, 64, 3, padding=1), nn.ReLU()),  # (N, 64, 16, 16)
    nn.MaxPool2d(2),  # (N, 64, 8, 8)
    *(nn.Flatten(), nn.Linear(64 * 8 * 8, 128), nn.ReLU()),  # (N, 128)
    nn.Linear(128, 10),  # (N, 10)
)
print(tuple(model(torch.rand(4, 3, 32, 32)).shape), f"{count(model):,}")
# --8<-- [end:cifar]
# --8<-- [start:third]
torch.manual_seed(0)
body = SimpleCNN()
conv3 = nn.Conv2d(64, 64, 3, padding=1)
x = torch.randn(256, 3, 28, 28, requires_grad=True)  # (N, C, H, W)
maps = body.pool(F.relu(body.conv1(x)))  # (256, 32, 14, 14)
maps = conv3(body.pool(F.relu(body.conv2(maps))))  # (256, 64, 7, 7)
maps[:, :, 3, 3].sum().backward()
rows, columns = x.grad.abs().sum(dim=(0, 1)).nonzero(as_tuple=True)
height = rows.max() - rows.min() + 1
width = columns.max() - columns.min() + 1
print(height.item(), "×", width.item())
# --8<-- [end:third]
