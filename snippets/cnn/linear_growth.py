# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.labels.zh]
# "image side, pixels" = "图像边长（像素）"
# "parameters" = "参数个数"
# "first linear layer" = "第一个全连接层"
# "both convolutions" = "两个卷积层合计"
#
# [tool.neverstale.words.zh]
# "side  convolutions  first linear layer" = "边长          卷积              全连接"
# ///
# --8<-- [start:count]
import matplotlib.pyplot as plt
from torch import nn


def count(module):
    return sum(p.numel() for p in module.parameters())


# zh: meta 设备上的张量只有形状，再大的层也不占内存
# en: the meta device keeps shapes only, so
# en: even the largest layer takes no memory
sides = [28, 56, 112, 224]
convolutions = count(nn.Conv2d(3, 32, 3)) + count(nn.Conv2d(32, 64, 3))
linear = [
    count(nn.Linear(64 * (s // 4) ** 2, 128, device="meta")) for s in sides
]
print("side  convolutions  first linear layer")
for side, parameters in zip(sides, linear, strict=True):
    print(f"{side:>4}  {convolutions:>12,}  {parameters:>18,}")
# --8<-- [end:count]
# --8<-- [start:draw]
fig, ax = plt.subplots(figsize=(4.8, 3))
ax.plot(sides, linear, "o-", label="first linear layer")
ax.plot(sides, [convolutions] * len(sides), "s-", label="both convolutions")
ax.set(
    xlabel="image side, pixels",
    ylabel="parameters",
    yscale="log",
    xticks=sides,
)
ax.set_ylim(1e4, 1e8)
ax.legend()
fig.savefig("linear_growth.svg")
# --8<-- [end:draw]
