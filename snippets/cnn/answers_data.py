# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
# tolerance = 0.02
#
# [tool.neverstale.words.zh]
# "batches, the last of" = "个 batch，最后一个的大小是"
# "flipped:" = "翻转："
# ///
# --8<-- [start:batches]
import torch
from torch import nn
from torch.utils.data import DataLoader

items = torch.arange(1000)
for drop_last in (False, True):
    batches = list(DataLoader(items, batch_size=128, drop_last=drop_last))
    print(len(batches), "batches, the last of", len(batches[-1]))
# --8<-- [end:batches]
# --8<-- [start:batch-flip]
torch.manual_seed(0)
x = torch.rand(6, 1, 8, 8)  # (N, C, H, W)
chosen = torch.rand(len(x)) < 0.5  # (N,)
flipped = torch.where(chosen[:, None, None, None], x.flip(-1), x)
print("flipped:", chosen.int().tolist())
for k in range(len(x)):
    assert torch.equal(flipped[k], x[k].flip(-1) if chosen[k] else x[k])
# --8<-- [end:batch-flip]
# --8<-- [start:size]
from pathlib import Path

model = nn.Linear(1000, 1000)
optimizer = torch.optim.Adam(model.parameters())
model(torch.randn(4, 1000)).sum().backward()
optimizer.step()
torch.save(model.state_dict(), "model.pt")
torch.save(
    {"model": model.state_dict(), "optimizer": optimizer.state_dict()},
    "all.pt",
)
for file in ("model.pt", "all.pt"):
    print(f"{file:<8} {Path(file).stat().st_size / 1e6:.1f} MB")
# --8<-- [end:size]
