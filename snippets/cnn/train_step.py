# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "scikit-learn", "pillow"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# tolerance = 0.02
# ///
# --8<-- [start:data]
import torch
import torch.nn.functional as F
from simple_cnn import SimpleCNN
from sklearn.datasets import load_sample_image

device = "cuda" if torch.cuda.is_available() else "cpu"
tiles = []
for name in ("china.jpg", "flower.jpg"):
    photo = torch.tensor(load_sample_image(name)).permute(2, 0, 1) / 255  # (3, 427, 640)
    cut = photo.unfold(1, 28, 84).unfold(2, 28, 84)  # (3, 5, 8, 28, 28)
    tiles.append(cut.permute(1, 2, 0, 3, 4).reshape(-1, 3, 28, 28))  # (40, 3, 28, 28)
images = torch.cat(tiles).to(device)  # (80, 3, 28, 28)
labels = torch.tensor([0, 1], device=device).repeat_interleave(40)  # (80,)
print(tuple(images.shape), tuple(labels.shape))
# --8<-- [end:data]
# --8<-- [start:step]
torch.manual_seed(0)
model = SimpleCNN(num_classes=2).to(device)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

before = F.cross_entropy(model(images), labels)
optimizer.zero_grad()
before.backward()
optimizer.step()
after = F.cross_entropy(model(images), labels)
print(f"loss {before:.3f} -> {after:.3f}")
assert after < before
# --8<-- [end:step]
