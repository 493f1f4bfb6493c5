# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "matplotlib", "scikit-learn", "pillow"]
#
# [tool.neverstale]
# devices = ["cpu"]
# tolerance = 0.02
#
# [tool.neverstale.labels.zh]
# "step 0" = "第 0 步"
# "step 30" = "第 30 步"
# "step 300" = "第 300 步"
# "hidden" = "目标"
#
# [tool.neverstale.words.zh]
# "photo" = "照片"
# "edges" = "边缘图"
# "step" = "第"
# ": loss" = " 步：损失"
# "loss on the stripes:   " = "条纹图上的损失：  "
# "loss on the photo:     " = "照片上的损失：    "
# "middle row of the kernel:" = "核的中间一行：    "
# "sums of its columns:     " = "各列的和：        "
# ///
# --8<-- [start:data]
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
target = F.conv2d(image, hidden[None, None])  # (1, 1, 104, 158)
print("photo", tuple(image.shape), "edges", tuple(target.shape))
# --8<-- [end:data]
# --8<-- [start:learn]
torch.manual_seed(0)
layer = nn.Conv2d(1, 1, kernel_size=3, bias=False)
snapshots = {0: layer.weight.detach()[0, 0].clone()}
optimizer = torch.optim.Adam(layer.parameters(), lr=0.1)
for step in range(1, 301):
    loss = F.mse_loss(layer(image), target)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step in (1, 30, 100, 300):
        print(f"step {step:>3}: loss {loss.item():.2f}")
        snapshots[step] = layer.weight.detach()[0, 0].clone()

torch.testing.assert_close(snapshots[300], hidden, rtol=0, atol=0.02)
print(snapshots[300].round().int())
# --8<-- [end:learn]
# --8<-- [start:draw]
import matplotlib.pyplot as plt

fig, axes = plt.subplots(1, 4, figsize=(4.8, 1.6))
for ax, step in zip(axes, (0, 30, 300, "hidden"), strict=True):
    kernel = hidden if step == "hidden" else snapshots[step]
    ax.imshow(kernel.numpy(), cmap="gray", vmin=-2, vmax=2)
    ax.set_title("hidden" if step == "hidden" else f"step {step}")
    ax.axis("off")
fig.savefig("learned_kernel.svg")
# --8<-- [end:draw]
# --8<-- [start:stripes]
# zh: 每一行都换成各行的平均：只剩竖条纹，上下没有变化
# en: every row becomes the mean of all rows:
# en: vertical stripes, the same all the way down
means = image.mean(dim=2, keepdim=True)
stripes = means.expand_as(image)  # (1, 1, 106, 160)
stripes = stripes / stripes.std()
answers = F.conv2d(stripes, hidden[None, None])

torch.manual_seed(0)
layer = nn.Conv2d(1, 1, kernel_size=3, bias=False)
optimizer = torch.optim.Adam(layer.parameters(), lr=0.1)
for _ in range(300):
    loss = F.mse_loss(layer(stripes), answers)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

kernel = layer.weight.detach()[0, 0]
print(f"loss on the stripes:   {loss.item():.3f}")
loss = F.mse_loss(layer(image), target)
print(f"loss on the photo:     {loss.item():.3f}")
print("middle row of the kernel:", [f"{w:.1f}" for w in kernel[1].tolist()])
print(
    "sums of its columns:     ",
    [round(w) for w in kernel.sum(dim=0).tolist()],
)
# --8<-- [end:stripes]
