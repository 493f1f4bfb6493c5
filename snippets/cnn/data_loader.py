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


shifted = F.pad(images, (1, 0, 1, 0))[..., :8, :8]  # down and to the right
tests = {"as they are": images[held_out], "shifted": shifted[held_out]}
kinds = {"nothing": None, "crop": random_crop, "flip": random_flip}
for name, augment in kinds.items():
    model = fit(augment)
    print(f"augmented by {name:<8}", end="")
    for test, x in tests.items():
        with torch.no_grad():
            answer = model(x).argmax(dim=1)
        right = (answer == labels[held_out]).float().mean()
        print(f"  {test}: {right:.2f}", end="")
    print()
# --8<-- [end:augment]
