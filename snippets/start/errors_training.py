# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [[tool.neverstale.unreached]]
# match = "raise AssertionError"
# zh = "只有上一行不报错时才会执行；真执行到，整个文件的运行就算失败"
# en = "reached only if what comes before raises no error, and then the whole run fails"
# ///
# --8<-- [start:tool]
import pickle
import textwrap

import torch
from torch import nn


def message(work):
    try:
        work()
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        for line in text.splitlines():
            print(textwrap.fill(line, 68))
    else:
        raise AssertionError("no error")


# --8<-- [end:tool]
# --8<-- [start:no_grad]
x = torch.ones(3)
message(lambda: (x * 2).sum().backward())
# --8<-- [end:no_grad]
# --8<-- [start:scalar]
w = torch.ones(3, requires_grad=True)
message(lambda: (w * 2).backward())
# --8<-- [end:scalar]
# --8<-- [start:twice]
loss = (w * w).sum()
loss.backward()
message(lambda: loss.backward())
# --8<-- [end:twice]
# --8<-- [start:inplace]
y = w.exp()
y[0] = 0
message(lambda: y.sum().backward())
# --8<-- [end:inplace]
# --8<-- [start:numpy]
message(lambda: w.numpy())
# --8<-- [end:numpy]
# --8<-- [start:batchnorm]
message(lambda: nn.BatchNorm1d(8)(torch.ones(1, 8)))
# --8<-- [end:batchnorm]
# --8<-- [start:state]
saved = nn.Linear(3, 4).state_dict()
message(lambda: nn.Linear(3, 5).load_state_dict(saved))
# --8<-- [end:state]
# --8<-- [start:device]
layer = nn.Linear(3, 4, device="meta")
message(lambda: layer(torch.ones(2, 3)))
# --8<-- [end:device]
# --8<-- [start:memory]
message(lambda: torch.empty(10**15))
# --8<-- [end:memory]
# --8<-- [start:whole_model]
torch.save(nn.Linear(3, 4), "model.pt")
try:
    torch.load("model.pt")
except pickle.UnpicklingError as error:
    print("UnpicklingError:", str(error).partition(".")[0])
# --8<-- [end:whole_model]
