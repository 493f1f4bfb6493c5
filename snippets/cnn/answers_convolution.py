# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "output    " = "输出"
# "parameters" = "参数"
# "without ReLU: one 5x5 kernel does the same" = "没有 ReLU：一个 5x5 的核就够了"
# "with ReLU, largest difference:" = "有 ReLU，最大相差："
# ///
# --8<-- [start:resnet]
import torch
import torch.nn.functional as F
from torch import nn

layer = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)
x = torch.zeros(1, 3, 224, 224)  # (N, C, H, W)
print("output    ", tuple(layer(x).shape))
print("parameters", layer.weight.numel())
assert (224 + 2 * 3 - 7) // 2 + 1 == 112
assert layer.weight.numel() == 64 * 3 * 7 * 7
# --8<-- [end:resnet]
# --8<-- [start:shift]
x = torch.arange(16.0).reshape(1, 1, 4, 4)  # (N, C, H, W)
kernel = torch.zeros(1, 1, 3, 3)
# zh: 中间一行的左侧：照抄左边的邻居
# en: middle row, left column: copies the neighbour on the left
kernel[0, 0, 1, 0] = 1
print(F.conv2d(x, kernel, padding=1)[0, 0].int())
# --8<-- [end:shift]
# --8<-- [start:stack]
torch.manual_seed(0)
x = torch.randn(1, 1, 12, 12, dtype=torch.float64)  # (N, C, H, W)
kernels = torch.randn(2, 1, 1, 3, 3, dtype=torch.float64)
first, second = kernels  # 2 × (1, 1, 3, 3)
two_layers = F.conv2d(F.conv2d(x, first), second)  # (1, 1, 8, 8)

# zh: 用一个亮点把两层合起来的 5×5 核读出来；互相关会把它翻转，所以再翻回来
# en: one bright pixel reads out the 5x5 kernel
# en: of both layers; flip it back afterwards
impulse = torch.zeros(1, 1, 9, 9, dtype=torch.float64)
impulse[0, 0, 4, 4] = 1
response = F.conv2d(F.conv2d(impulse, first), second)
merged = response.flip(-1, -2)  # (1, 1, 5, 5)
torch.testing.assert_close(F.conv2d(x, merged), two_layers)

with_relu = F.conv2d(F.conv2d(x, first).relu(), second)
print("without ReLU: one 5x5 kernel does the same")
print(
    "with ReLU, largest difference:",
    f"{(with_relu - two_layers).abs().max():.2f}",
)
# --8<-- [end:stack]
