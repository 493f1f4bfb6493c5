# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy"]
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
import textwrap

import numpy as np
import torch
import torch.nn.functional as F
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
# --8<-- [start:double]
x = torch.tensor(np.ones((2, 3)))  # float64
message(lambda: nn.Linear(3, 4)(x))
# --8<-- [end:double]
# --8<-- [start:bytes]
image = torch.ones(1, 3, 28, 28, dtype=torch.uint8)
message(lambda: nn.Conv2d(3, 8, kernel_size=3)(image))
# --8<-- [end:bytes]
# --8<-- [start:ambiguous]
x = torch.tensor([1.0, -1.0])
message(lambda: "positive" if x > 0 else "negative")
# --8<-- [end:ambiguous]
# --8<-- [start:scalar]
message(lambda: torch.tensor([1.0, 2.0]).item())
# --8<-- [end:scalar]
# --8<-- [start:target]
logits = torch.zeros(4, 10)  # (N, classes)
message(lambda: F.cross_entropy(logits, torch.ones(4, 1)))
# --8<-- [end:target]
# --8<-- [start:bounds]
labels = torch.tensor([1, 2, 3, 10])
message(lambda: F.cross_entropy(logits, labels))
# --8<-- [end:bounds]
# --8<-- [start:target_dtype]
labels = torch.tensor([1.0, 2.0, 3.0, 4.0])
message(lambda: F.cross_entropy(logits, labels))
# --8<-- [end:target_dtype]
