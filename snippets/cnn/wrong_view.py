# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "images:" = "图像："
# "answers:" = "答案："
# "row 0 is made of images" = "第 0 行由这些图拼成："
# ///
# --8<-- [start:fold]
import torch
from torch import nn

torch.manual_seed(0)
# zh: 这一层按 64 张 7×7 的特征图设计：3136 个输入
# en: a layer made for 64 maps of 7×7: 3136 numbers
fc = nn.Linear(64 * 7 * 7, 10)

# zh: 两张 56×56 的图经过两次池化，特征图是 14×14，而不是 7×7
# en: the maps of two 56×56 images are 14×14 after two poolings, not 7×7
maps = torch.randn(2, 64, 14, 14)  # (N, C, H, W)
rows = maps.view(-1, 64 * 7 * 7)  # (8, 3136)
print("images:", len(maps), " answers:", len(fc(rows)))
# --8<-- [end:fold]
# --8<-- [start:mix]
# zh: 49 张更小的图，特征图里的每个数都换成所属图像的编号
# en: the maps of 49 smaller images; every number says which image it belongs to
owner = torch.arange(49)[:, None, None, None]
owner = owner.expand(49, 64, 3, 3)  # (N, C, H, W)
rows = owner.reshape(-1, 64 * 7 * 7)  # (9, 3136)
print("images: 49  answers:", len(rows))
print("row 0 is made of images", rows[0].unique().tolist())
# --8<-- [end:mix]
# --8<-- [start:clear]
try:
    fc(maps.flatten(start_dim=1))  # (2, 12544)
except RuntimeError as error:
    print(error)
# --8<-- [end:clear]
