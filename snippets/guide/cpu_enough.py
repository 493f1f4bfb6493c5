# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
# measured = "timings of this machine"
#
# [tool.neverstale.words.zh]
# "one image    " = "一张图      "
# "64 at once   " = "64 张一起   "
# "training step" = "训练一步    "
# "images/s" = "张/s"
# "ms for 64 images" = "ms，64 张"
# ///
# --8<-- [start:time]
import time

import torch
import torch.nn.functional as F
from torch import nn

# zh: 只用一个核心
# en: one core only
torch.set_num_threads(1)
torch.manual_seed(0)
model = nn.Sequential(
    nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Flatten(), nn.Linear(64 * 7 * 7, 128), nn.ReLU(), nn.Linear(128, 10),
)  # fmt: skip
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
images = torch.randn(64, 3, 28, 28)  # (N, C, H, W)
labels = torch.randint(10, (64,))  # (N,)


def train_step():
    optimizer.zero_grad()
    F.cross_entropy(model(images), labels).backward()
    optimizer.step()


@torch.inference_mode()
def predict(batch):
    return model(batch)


def seconds(run, repeat=20):
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


one = seconds(lambda: predict(images[:1]))
many = seconds(lambda: predict(images))
step = seconds(train_step)
print(f"one image     {one * 1e3:7.2f} ms")
print(f"64 at once    {64 / many:7.0f} images/s")
print(f"training step {step * 1e3:7.2f} ms for 64 images")
# --8<-- [end:time]
