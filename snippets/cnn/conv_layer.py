# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "scikit-learn", "pillow"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "input " = "输入"
# "weight" = "权重"
# "bias  " = "偏置"
# "output" = "输出"
# "map 7 rebuilt from 3 channels" = "特征图 7 由 3 个通道算出"
# "convolution    " = "卷积层  "
# "fully connected" = "全连接层"
# ///
# --8<-- [start:layer]
import torch
import torch.nn.functional as F
from sklearn.datasets import load_sample_image
from torch import nn

torch.manual_seed(0)
layer = nn.Conv2d(
    in_channels=3, out_channels=32, kernel_size=3, stride=1, padding=1
)

photo = torch.tensor(load_sample_image("china.jpg"))  # (427, 640, 3)
x = photo.permute(2, 0, 1)[None] / 255  # (N, C, H, W) = (1, 3, 427, 640)
x = F.adaptive_avg_pool2d(x, 64)  # (1, 3, 64, 64)
maps = layer(x)  # (1, 32, 64, 64)

print("input ", tuple(x.shape))
print("weight", tuple(layer.weight.shape))
print("bias  ", tuple(layer.bias.shape))
print("output", tuple(maps.shape))
# --8<-- [end:layer]
# --8<-- [start:sum]
# zh: 第 7 张特征图：在三个通道上各滑一遍，相加，再加一个偏置
# en: feature map 7: slide over each of the three channels, add up, add one bias
total = layer.bias[7]
for c in range(3):
    channel = x[:, c : c + 1]  # (1, 1, 64, 64)
    kernel = layer.weight[7:8, c : c + 1]  # (1, 1, 3, 3)
    total = total + F.conv2d(channel, kernel, padding=1)
torch.testing.assert_close(total[0, 0], maps[0, 7])
print("map 7 rebuilt from 3 channels")
# --8<-- [end:sum]
# --8<-- [start:parameters]
conv_parameters = sum(p.numel() for p in layer.parameters())
assert conv_parameters == 32 * 3 * 3 * 3 + 32

# zh: meta 设备上的张量只有形状，不占内存
# en: the meta device keeps shapes and allocates no memory
dense = nn.Linear(3 * 64 * 64, 32 * 64 * 64, device="meta")
dense_parameters = sum(p.numel() for p in dense.parameters())
print(f"convolution      {conv_parameters:>13,}")
print(f"fully connected  {dense_parameters:>13,}")
# --8<-- [end:parameters]
