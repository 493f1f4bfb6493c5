# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
#
# [tool.neverstale.words.zh]
# "same values, gradients and running statistics" = "数值、梯度、滑动统计量都相同"
# "same values in eval()" = "eval() 下的数值也相同"
# "batches: running mean" = "个 batch：滑动均值"
# "mean after train()" = "输出均值 train() 时"
# ", after eval()" = "，eval() 时"
# ///
# --8<-- [start:same]
import torch
from batch_norm import BatchNorm2d
from torch import nn

device = "cuda" if torch.cuda.is_available() else "cpu"
exact = {"rtol": 0, "atol": 1e-10}
ours = BatchNorm2d(3).double().to(device)
theirs = nn.BatchNorm2d(3).double().to(device)

torch.manual_seed(0)
for _ in range(5):
    x = 4 + 2 * torch.randn(8, 3, 6, 6).double().to(device)  # (N, C, H, W)
    mine, other = x.clone().requires_grad_(), x.clone().requires_grad_()
    out, expected = ours(mine), theirs(other)
    torch.testing.assert_close(out, expected, **exact)
    out.pow(3).sum().backward()
    expected.pow(3).sum().backward()
    torch.testing.assert_close(mine.grad, other.grad, **exact)
torch.testing.assert_close(ours.weight.grad, theirs.weight.grad, **exact)
torch.testing.assert_close(ours.running_mean, theirs.running_mean, **exact)
torch.testing.assert_close(ours.running_var, theirs.running_var, **exact)
print("same values, gradients and running statistics")

ours.eval(), theirs.eval()
torch.testing.assert_close(ours(x), theirs(x), **exact)
print("same values in eval()")
# --8<-- [end:same]
# --8<-- [start:modes]
layer = nn.BatchNorm2d(3).to(device)
for batches in range(1, 51):
    x = 4 + 2 * torch.randn(8, 3, 6, 6).to(device)  # (N, C, H, W)
    trained = layer.train()(x).mean().item()
    used = layer.eval()(x).mean().item()
    if batches in (1, 5, 50):
        mean = layer.running_mean.mean().item()
        print(f"{batches:>2} batches: running mean {mean:.1f}", end="  ")
        print(f"mean after train() {abs(trained):.1f}", end="")
        print(f", after eval() {abs(used):.1f}")
# --8<-- [end:modes]
