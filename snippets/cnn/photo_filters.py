# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "matplotlib", "scikit-learn", "pillow"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.labels.zh]
# "photo" = "原图"
# "blur" = "模糊"
# "sharpen" = "锐化"
# "vertical edges" = "竖直边缘"
# "horizontal edges" = "水平边缘"
# "edge strength" = "边缘强度"
#
# [tool.neverstale.words.zh]
# "image " = "图像  "
# "weight" = "权重  "
# "maps  " = "特征图"
# ///
# --8<-- [start:filter]
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from sklearn.datasets import load_sample_image

# zh: 截取照片中的佛香阁，转成灰度，再把边长缩小到五分之一
# en: cut the tower out of the photo, make it grey, shrink each side to a fifth
photo = torch.tensor(load_sample_image("china.jpg"))  # (427, 640, 3), uint8
tower = photo[20:420, 10:410].float().mean(dim=-1) / 255  # (400, 400)
image = F.avg_pool2d(tower[None, None], 5)  # (N, C, H, W) = (1, 1, 80, 80)

kernels = {
    "blur": torch.full((3, 3), 1 / 9),
    "sharpen": torch.tensor([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "vertical edges": torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
    "horizontal edges": torch.tensor(
        [[-1.0, -2, -1], [0, 0, 0], [1, 2, 1]]
    ),
}
weight = torch.stack(list(kernels.values()))  # (4, 3, 3)
weight = weight[:, None]  # (out, in, kH, kW) = (4, 1, 3, 3)
maps = F.conv2d(image, weight)  # (1, 4, 78, 78)

print("image ", tuple(image.shape))
print("weight", tuple(weight.shape))
print("maps  ", tuple(maps.shape))
# --8<-- [end:filter]
# --8<-- [start:draw]
# zh: 两张边缘图平方相加再开方，就是边缘强度
# en: the two edge maps together give the strength of an edge
strength = maps[0, 2:].square().sum(dim=0).sqrt()  # (78, 78)
# zh: 每行最后两个数分别画成全黑和全白；边缘图有正有负，0 画成中灰
# en: the last two numbers are the values drawn black and
# en: white; edge maps have both signs, so there 0 is mid-grey
panels = [
    ("photo", image[0, 0], 0, 1),
    ("blur", maps[0, 0], 0, 1),
    ("sharpen", maps[0, 1], 0, 1),
    ("vertical edges", maps[0, 2], -2, 2),
    ("horizontal edges", maps[0, 3], -2, 2),
    ("edge strength", strength, 0, 2),
]
gray = plt.get_cmap("gray", 16)
fig, axes = plt.subplots(2, 3, figsize=(4.8, 3.6))
for ax, (title, panel, low, high) in zip(axes.flat, panels, strict=True):
    ax.imshow(panel.numpy(), cmap=gray, vmin=low, vmax=high)
    ax.set_title(title)
    ax.axis("off")
fig.savefig("photo_filters.svg")
# --8<-- [end:draw]
