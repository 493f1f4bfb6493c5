# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib", "scikit-learn", "pillow"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.labels.zh]
# "shift, pixels" = "平移（像素）"
# "relative change" = "相对变化"
# "no pooling" = "不池化"
# "max 2 × 2" = "最大池化 2 × 2"
# "max 4 × 4" = "最大池化 4 × 4"
# "max 8 × 8" = "最大池化 8 × 8"
# "global average" = "全局平均池化"
#
# [tool.neverstale.words.zh]
# "shift  no pooling   max 2 × 2   max 4 × 4   max 8 × 8  global avg" = " 平移      不池化  最大 2 × 2  最大 4 × 4  最大 8 × 8    全局平均"
# "2 px at the input = 1 cell at the output" = "输入的 2 px = 输出的 1 格"
# ///
# --8<-- [start:measure]
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from sklearn.datasets import load_sample_image

photo = torch.tensor(load_sample_image("china.jpg"))  # (427, 640, 3)
grey = photo.float().mean(dim=-1) / 255
image = F.avg_pool2d(grey[None, None], 4)  # (1, 1, 106, 160)
sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
edges = F.conv2d(image, sobel[None, None]).abs()  # (1, 1, 104, 158)

poolings = {
    "no pooling": lambda x: x,
    "max 2 × 2": lambda x: F.max_pool2d(x, 2),
    "max 4 × 4": lambda x: F.max_pool2d(x, 4),
    "max 8 × 8": lambda x: F.max_pool2d(x, 8),
    "global average": lambda x: x.mean(dim=(2, 3)),
}
shifts = range(9)
change = {name: [] for name in poolings}
for name, pool in poolings.items():
    reference = pool(edges[..., 8:88, 8:88])  # pool((1, 1, 80, 80))
    for d in shifts:
        shifted = pool(edges[..., 8:88, 8 + d : 88 + d])
        change[name].append(
            ((shifted - reference).norm() / reference.norm()).item()
        )
print("shift  no pooling   max 2 × 2   max 4 × 4   max 8 × 8  global avg")
for d in (1, 2, 4, 8):
    print(f"{d:>2} px", end="")
    for values in change.values():
        print(f"{values[d]:>12.2f}", end="")
    print()
# --8<-- [end:measure]
# --8<-- [start:draw]
fig, ax = plt.subplots(figsize=(4.8, 3.8))
for (name, values), mark in zip(change.items(), "os^Dv", strict=True):
    ax.plot(shifts, values, marker=mark, label=name)
ax.set(xlabel="shift, pixels", ylabel="relative change", ylim=(0, None))
fig.legend(loc="outside upper center", ncols=2)
fig.savefig("shift.svg")
# --8<-- [end:draw]
# --8<-- [start:equivariance]
# zh: 平移一整个步幅（2 个像素），输出恰好平移一格
# en: a shift by a whole stride (2 pixels) moves the output by exactly one cell
before = F.max_pool2d(edges[..., 8:88, 8:88], 2)  # (1, 1, 40, 40)
after = F.max_pool2d(edges[..., 8:88, 10:90], 2)  # (1, 1, 40, 40)
assert torch.equal(after[..., :-1], before[..., 1:])
print("2 px at the input = 1 cell at the output")
# --8<-- [end:equivariance]
