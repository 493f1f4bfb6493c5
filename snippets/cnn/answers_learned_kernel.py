# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "scikit-learn", "pillow"]
#
# [tool.neverstale]
# devices = ["cpu"]
# tolerance = 0.05
#
# [tool.neverstale.words.zh]
# "loss" = "损失"
# ", largest error of a weight" = "，权重最多差"
# "best kernel:               " = "最好的卷积核：  "
# "the same number everywhere:" = "处处填同一个数："
# ///
# --8<-- [start:setup]
import torch
import torch.nn.functional as F
from sklearn.datasets import load_sample_image
from torch import nn

torch.set_num_threads(1)
photo = torch.tensor(load_sample_image("china.jpg"))  # (427, 640, 3)
gray = photo.float().mean(dim=-1)  # (427, 640)
image = F.avg_pool2d(gray[None, None], 4)  # (1, 1, 106, 160)
image = (image - image.mean()) / image.std()
hidden = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
vertical = F.conv2d(image, hidden[None, None])  # (1, 1, 104, 158)
horizontal = F.conv2d(image, hidden.T[None, None])  # (1, 1, 104, 158)


def learn(target):
    torch.manual_seed(0)
    layer = nn.Conv2d(1, 1, kernel_size=3, bias=False)
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.1)
    for _ in range(400):
        loss = F.mse_loss(layer(image), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return layer.weight.detach()[0, 0], loss.item()


# --8<-- [end:setup]
# --8<-- [start:noise]
torch.manual_seed(1)
kernel, loss = learn(vertical + torch.randn_like(vertical))
worst = (kernel - hidden).abs().max()
print(f"loss {loss:.2f}, largest error of a weight {worst:.2f}")
assert (kernel - hidden).abs().max() < 0.2
# --8<-- [end:noise]
# --8<-- [start:strength]
strength = (vertical.square() + horizontal.square()).sqrt()
_, loss = learn(strength)
print(f"best kernel:                loss {loss:.2f}")
print(f"the same number everywhere: loss {strength.var():.2f}")
assert loss > strength.var()
# --8<-- [end:strength]
