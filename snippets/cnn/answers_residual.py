# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "learned:" = "学来的："
# "kept:   " = "记下的："
# "weight: " = "权重："
# "bias: " = "偏置："
# "one convolution gives the same" = "一个卷积层就得到同样的结果"
# "output equal to input:" = "输出等于输入："
# ///
# --8<-- [start:numbers]
import torch
from torch import nn

layer = nn.BatchNorm2d(64)
print(
    "learned:",
    {name: tuple(p.shape) for name, p in layer.named_parameters()},
)
print(
    "kept:   ", {name: tuple(b.shape) for name, b in layer.named_buffers()}
)
# --8<-- [end:numbers]
# --8<-- [start:bias]
torch.manual_seed(0)
conv = nn.Conv2d(3, 8, kernel_size=3).double()
norm = nn.BatchNorm2d(8).double()
x = torch.randn(4, 3, 12, 12, dtype=torch.float64)  # (N, C, H, W)
norm(conv(x)).pow(3).mean().backward()
weight, bias = conv.weight.grad.norm(), conv.bias.grad.norm()
print(f"weight: {weight:.2f}  bias: {bias:.2f}")
assert conv.bias.grad.norm() < 1e-9
# --8<-- [end:bias]
# --8<-- [start:fold]
conv.eval(), norm.eval()
scale = norm.weight / (norm.running_var + norm.eps).sqrt()  # (8,)
folded = nn.Conv2d(3, 8, kernel_size=3).double()
with torch.no_grad():
    folded.weight.copy_(conv.weight * scale[:, None, None, None])
    folded.bias.copy_((conv.bias - norm.running_mean) * scale + norm.bias)
torch.testing.assert_close(folded(x), norm(conv(x)), rtol=0, atol=1e-12)
print("one convolution gives the same")
# --8<-- [end:fold]
# --8<-- [start:identity]
from residual_block import ResidualBlock

block = ResidualBlock(8, 8)
nn.init.zeros_(block.bn2.weight)
# zh: 没有负数
# en: nothing negative
x = torch.rand(2, 8, 14, 14)  # (N, C, H, W)
print("output equal to input:", torch.equal(block(x), x))
# --8<-- [end:identity]
