# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "pixels ignored:" = "没用到的像素："
# "max: the order makes no difference" = "最大池化：先后次序无所谓"
# "average: it does, by up to" = "平均池化：有区别，最多差"
# ///
# --8<-- [start:three]
import torch
import torch.nn.functional as F

x = torch.zeros(1, 1, 28, 28, requires_grad=True)  # (N, C, H, W)
out = x
for _ in range(3):
    out = F.avg_pool2d(out, 2)
    print(tuple(out.shape))

# zh: 梯度为 0 的像素对结果毫无影响
# en: a pixel whose gradient is 0 has no influence on the result
out.sum().backward()
print("pixels ignored:", (x.grad == 0).sum().item())
assert (x.grad == 0).sum() == 28**2 - 24**2
# --8<-- [end:three]
# --8<-- [start:overlap]
maps = torch.zeros(1, 96, 55, 55)  # (N, C, H, W)
print(tuple(F.max_pool2d(maps, kernel_size=3, stride=2).shape))
# --8<-- [end:overlap]
# --8<-- [start:order]
torch.manual_seed(0)
maps = torch.randn(8, 32, 28, 28)  # (N, C, H, W)
assert torch.equal(
    F.max_pool2d(maps.relu(), 2), F.max_pool2d(maps, 2).relu()
)

difference = F.avg_pool2d(maps.relu(), 2) - F.avg_pool2d(maps, 2).relu()
print("max: the order makes no difference")
print(f"average: it does, by up to {difference.abs().max():.2f}")
# --8<-- [end:order]
