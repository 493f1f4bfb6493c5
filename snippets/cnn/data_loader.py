# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib", "scikit-learn"]
#
# [tool.neverstale]
# devices = ["cpu"]
# tolerance = 0.1
# timeout = 120
#
# [tool.neverstale.labels.zh]
# "original" = "原图"
# "crop" = "裁剪"
# "flip" = "翻转"
#
# [tool.neverstale.words.zh]
# "images," = "张图，"
# "batches" = "个 batch"
# "as they are: " = "原样："
# "shifted: " = "平移后："
# ///
# --8<-- [start:loader]
import torch
import torch.nn.functional as F
from image_dataset import Images, random_crop, random_flip
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader

torch.set_num_threads(1)
digits = load_digits()
pixels = torch.tensor(digits.images).float()
images = pixels[:, None] / 16  # (1797, 1, 8, 8)
labels = torch.tensor(digits.target)  # (1797,)
order = torch.randperm(1797, generator=torch.Generator().manual_seed(0))
train, held_out = order[:300], order[797:]

dataset = Images(images[train], labels[train], augment=random_crop)
loader = DataLoader(dataset, batch_size=64, shuffle=True)
print(len(dataset), "images,", len(loader), "batches")
for x, target in loader:
    print(tuple(x.shape), tuple(target.shape))
# --8<-- [end:loader]
# --8<-- [start:draw]
import matplotlib.pyplot as plt

torch.manual_seed(6)
seven = images[labels == 7][0]  # (1, 8, 8)
crops = [random_crop(seven) for _ in range(3)]
changed = [seven, *crops, seven.flip(-1)]
fig, axes = plt.subplots(1, 5, figsize=(4.8, 1.4))
for ax, image, title in zip(
    axes, changed, ("original", "crop", "crop", "crop", "flip"), strict=True
):
    ax.imshow(image[0].numpy(), cmap="gray")
    ax.set_title(title)
    ax.axis("off")
fig.savefig("augment.svg")
# --8<-- [end:draw]
# --8<-- [start:augment]


def fit(augment):
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 16, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(32 * 4 * 4, 10),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    dataset = Images(images[train], labels[train], augment)
    loader = DataLoader(dataset, batch_size=25, shuffle=True)
    for _ in range(20):
        for x, target in loader:
            loss = F.cross_entropy(model(x), target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model.eval()


# zh: 向右、向下各移一个像素
# en: one pixel to the right and one down
shifted = F.pad(images, (1, 0, 1, 0))[..., :8, :8]  # (1797, 1, 8, 8)


@torch.no_grad()
def right(model, x):
    answers = model(x[held_out]).argmax(dim=1)
    return (answers == labels[held_out]).float().mean()


for name, augment in {
    "None": None,
    "random_crop": random_crop,
    "random_flip": random_flip,
}.items():
    model = fit(augment)
    print(f"augment={name:<12}", end=" ")
    print(f"as they are: {right(model, images):.2f}", end="  ")
    print(f"shifted: {right(model, shifted):.2f}")
# --8<-- [end:augment]
