# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "conv2d agrees:" = "conv2d 结果相同："
# ///
# --8<-- [start:loop]
import torch
import torch.nn.functional as F

x = torch.tensor(
    [
        [1, 0, 2, 1, 0],
        [0, 1, 3, 1, 0],
        [0, 2, 3, 0, 1],
        [1, 0, 2, 2, 0],
        [0, 1, 1, 0, 2],
    ]
)  # (H, W) = (5, 5)
kernel = torch.tensor([[1, 0, 2], [0, 1, 0], [0, 0, -1]])  # (3, 3)

out = torch.empty(3, 3, dtype=torch.int64)
for i in range(3):
    for j in range(3):
        window = x[i : i + 3, j : j + 3]  # (3, 3)
        out[i, j] = (window * kernel).sum()
print(out)
# --8<-- [end:loop]
# --8<-- [start:torch]
# zh: conv2d 的输入是四维 (N, C, H, W)，权重也是四维 (out, in, kH, kW)；
# zh: [None, None] 补上两个长度为 1 的维
# en: conv2d takes a 4-D input (N, C, H, W) and a 4-D weight
# en: (out, in, kH, kW); [None, None] adds two dimensions of size 1
x4, kernel4 = x[None, None].float(), kernel[None, None].float()
result = F.conv2d(x4, kernel4)  # (1, 1, 3, 3)
assert torch.equal(result[0, 0], out.float())
print("conv2d agrees:", tuple(result.shape))
# --8<-- [end:torch]
# --8<-- [start:flip]
import numpy as np

impulse, weights = [0.0, 0.0, 1.0, 0.0, 0.0], [1.0, 2.0, 3.0]
signal, row = torch.tensor([[impulse]]), torch.tensor([[weights]])
in_torch = F.conv1d(signal, row)  # (1, 1, 3)
print("torch conv1d ", in_torch[0, 0].tolist())
print(
    "np.correlate ", np.correlate(impulse, weights, mode="valid").tolist()
)
print("np.convolve  ", np.convolve(impulse, weights, mode="valid").tolist())
# --8<-- [end:flip]
