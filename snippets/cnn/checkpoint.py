# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# tolerance = 0.05
#
# [tool.neverstale.words.zh]
# "after 300 steps: loss" = "走完 300 步：损失"
# "one step more:   loss" = "再走一步：   损失"
# "one step after loading: loss" = "读取之后走一步：损失"
# "same:" = "相同："
# "optimizer forgotten:    loss" = "忘了优化器：    损失"
# ///
# --8<-- [start:train]
import pickle

import torch
import torch.nn.functional as F
from torch import nn

device = "cuda" if torch.cuda.is_available() else "cpu"
x = torch.linspace(-3, 3, 64, device=device)[:, None]  # (64, 1)
target = x.sin()  # (64, 1)


def build():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 1))
    model.to(device)
    return model, torch.optim.Adam(model.parameters(), lr=0.02)


def train(model, optimizer, steps):
    for _ in range(steps):
        loss = F.mse_loss(model(x), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return F.mse_loss(model(x), target).item()


model, optimizer = build()
before = train(model, optimizer, 300)
checkpoint = {
    "model": model.state_dict(),
    "optimizer": optimizer.state_dict(),
    "step": 300,
}
torch.save(checkpoint, "checkpoint.pt")
after = train(model, optimizer, 1)
print(f"after 300 steps: loss {before:.6f}")
print(f"one step more:   loss {after:.6f}")
# --8<-- [end:train]
# --8<-- [start:resume]
saved = torch.load("checkpoint.pt", map_location=device, weights_only=True)
model, optimizer = build()
model.load_state_dict(saved["model"])
optimizer.load_state_dict(saved["optimizer"])
resumed = train(model, optimizer, 1)
print(
    f"one step after loading: loss {resumed:.6f}", "same:", resumed == after
)
# --8<-- [end:resume]
# --8<-- [start:forgotten]
model, optimizer = build()
model.load_state_dict(saved["model"])
forgotten = train(model, optimizer, 1)
print(
    f"optimizer forgotten:    loss {forgotten:.6f}",
    "same:",
    forgotten == after,
)
# --8<-- [end:forgotten]
# --8<-- [start:map]
for place in ("cpu", "meta"):
    loaded = torch.load(
        "checkpoint.pt", map_location=place, weights_only=True
    )
    two = list(loaded["model"].items())[:2]
    print({name: f"{tuple(p.shape)} {p.device}" for name, p in two})
# --8<-- [end:map]
# --8<-- [start:mismatch]
other = nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 1))
other.to(device)
try:
    other.load_state_dict(saved["model"])
except RuntimeError as error:
    print(str(error).splitlines()[1].strip().split(": ")[0])
# --8<-- [end:mismatch]
# --8<-- [start:weights-only]
torch.save(model, "whole.pt")
try:
    torch.load("whole.pt", weights_only=True)
except pickle.UnpicklingError as error:
    print(str(error).splitlines()[0][:76], "…")
# --8<-- [end:weights-only]
