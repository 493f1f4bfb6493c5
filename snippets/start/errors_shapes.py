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
# --8<-- [start:matmul]
x = torch.ones(2, 3)  # (N, 3)
message(lambda: x @ torch.ones(2, 4))
# --8<-- [end:matmul]
# --8<-- [start:broadcast]
message(lambda: torch.ones(2, 3) + torch.ones(2, 4))
# --8<-- [end:broadcast]
# --8<-- [start:reshape]
message(lambda: torch.ones(12).reshape(5, -1))
# --8<-- [end:reshape]
# --8<-- [start:view]
message(lambda: torch.ones(2, 3).T.view(6))
# --8<-- [end:view]
# --8<-- [start:cat]
message(lambda: torch.cat([torch.ones(2, 3), torch.ones(2, 4)]))
# --8<-- [end:cat]
# --8<-- [start:stack]
message(lambda: torch.stack([torch.ones(3), torch.ones(4)]))
# --8<-- [end:stack]
# --8<-- [start:index]
message(lambda: torch.ones(5)[5])
# --8<-- [end:index]
# --8<-- [start:channels]
layer = nn.Conv2d(3, 8, kernel_size=3)
message(lambda: layer(torch.ones(4, 1, 28, 28)))
# --8<-- [end:channels]
