# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "scikit-learn"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "as bright:  mean of the difference" = "原来的亮度：平均相差"
# "normalized: mean of the difference" = "归一化之后：平均相差"
# "in eval():" = "eval() 下："
# "train(): same image, same answer:" = "train()：同一张图，答案相同："
# "train(): running mean changed:   " = "train()：滑动均值变了：      "
# "eval():  same image, same answer:" = "eval()： 同一张图，答案相同："
# ///
# --8<-- [start:silent]
import torch
from sklearn.datasets import load_digits
from torch import nn

pixels = torch.tensor(load_digits().images).float()
images = pixels[:, None] / 16  # (1797, 1, 8, 8)
digit = images[:1]  # (N, C, H, W) = (1, 1, 8, 8)
layer = nn.BatchNorm2d(1).train()
bright, dim = layer(digit), layer(digit / 4)
print(
    "as bright:  mean of the difference",
    f"{(digit - digit / 4).abs().mean():.2f}",
)
print(
    "normalized: mean of the difference",
    f"{(bright - dim).abs().mean():.2f}",
)
# --8<-- [end:silent]
# --8<-- [start:loud]
pooled = nn.AdaptiveAvgPool2d(1)(digit)  # (1, 1, 1, 1)
try:
    layer(pooled)
except ValueError as error:
    print(error)
print("in eval():", tuple(layer.eval()(pooled).shape))
# --8<-- [end:loud]
# --8<-- [start:eval]
layer.train()
with torch.no_grad():
    before = layer.running_mean.item()
    alone = layer(digit)[0]
    together = layer(images[:16])[0]
print("train(): same image, same answer:", torch.allclose(alone, together))
print(
    "train(): running mean changed:   ", layer.running_mean.item() != before
)
layer.eval()
with torch.no_grad():
    alone = layer(digit)[0]
    together = layer(images[:16])[0]
print("eval():  same image, same answer:", torch.allclose(alone, together))
# --8<-- [end:eval]
