# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib", "scikit-learn", "pillow"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.labels.zh]
# "edges, 80 × 80" = "边缘，80 × 80"
# "average, 20 × 20" = "平均，20 × 20"
# "max, 20 × 20" = "最大，20 × 20"
#
# [tool.neverstale.words.zh]
# "edges, 80 × 80  " = "边缘图像，80 × 80"
# "average, 20 × 20" = "平均池化，20 × 20"
# "max, 20 × 20    " = "最大池化，20 × 20"
# "largest" = "最大"
# "mean" = "平均"
# ///
# --8<-- [start:pool]
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from sklearn.datasets import load_sample_image

photo = torch.tensor(load_sample_image("china.jpg"))  # (427, 640, 3)
tower = photo[15:425, 5:415].float().mean(dim=-1) / 255  # (410, 410)
image = F.avg_pool2d(tower[None, None], 5)  # (N, C, H, W) = (1, 1, 82, 82)

sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
weight = torch.stack([sobel, sobel.T])[:, None]  # (out, in, kH, kW)
both = F.conv2d(image, weight)  # (1, 2, 80, 80)
edges = both.square().sum(dim=1, keepdim=True).sqrt()  # (1, 1, 80, 80)

average, maximum = F.avg_pool2d(edges, 4), F.max_pool2d(edges, 4)
print("edges, 80 × 80  ", end="  ")
print(f"largest {edges.max():.2f}  mean {edges.mean():.2f}")
print("average, 20 × 20", end="  ")
print(f"largest {average.max():.2f}  mean {average.mean():.2f}")
print("max, 20 × 20    ", end="  ")
print(f"largest {maximum.max():.2f}  mean {maximum.mean():.2f}")
# --8<-- [end:pool]
# --8<-- [start:draw]
gray = plt.get_cmap("gray", 16)
fig, axes = plt.subplots(1, 3, figsize=(4.8, 1.9))
results = {
    "edges, 80 × 80": edges,
    "average, 20 × 20": average,
    "max, 20 × 20": maximum,
}
for ax, (name, result) in zip(axes, results.items(), strict=True):
    ax.imshow(result[0, 0].numpy(), cmap=gray, vmin=0, vmax=3)
    ax.set_title(name, fontsize=10)
    ax.axis("off")
fig.savefig("pool_photo.svg")
# --8<-- [end:draw]
