# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "stride" = "步幅"
# "padding" = "填充"
# "corner" = "角上"
# ", edge" = "，边上"
# ", inside" = "，里面"
# "dilation" = "膨胀"
# ": output" = "：输出"
# ", pixels used:" = "，用到的像素："
# ///
# --8<-- [start:stride]
import torch
import torch.nn.functional as F

x = torch.ones(1, 1, 28, 28)  # (N, C, H, W)
blur = torch.full((1, 1, 3, 3), 1 / 9)  # (out, in, kH, kW)

every = F.conv2d(x, blur)
second = F.conv2d(x, blur, stride=2)
assert torch.equal(second, every[:, :, ::2, ::2])
print("stride 1", tuple(every.shape))
print("stride 2", tuple(second.shape))
# --8<-- [end:stride]
# --8<-- [start:padding]
padded = F.conv2d(x, blur, padding=1)  # (1, 1, 28, 28)
print("padding 1", tuple(padded.shape))
top = padded[0, 0, 0]
corner, edge, inside = top[0], top[9], padded[0, 0, 9, 9]
print(f"corner {corner:.2f}, edge {edge:.2f}, inside {inside:.2f}")
# --8<-- [end:padding]
# --8<-- [start:dilation]
x = torch.zeros(1, 1, 7, 7, requires_grad=True)
for dilation in (1, 2):
    out = F.conv2d(x, torch.ones(1, 1, 3, 3), dilation=dilation)
    # zh: 第一个输出对哪些像素的梯度不是 0，就用到了哪些像素
    # en: the first output uses exactly the pixels where its gradient is not 0
    (used,) = torch.autograd.grad(out[0, 0, 0, 0], x)
    print(f"dilation {dilation}: output {tuple(out.shape)}, pixels used:")
    print(used[0, 0].int())
# --8<-- [end:dilation]
