# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
# ///
# --8<-- [start:chunk]
import torch

H = 5
for name, shape in {
    # zh: 一个时间步
    # en: one step
    "(B, 4H)": (2, 4 * H),
    # zh: 整条序列
    # en: a whole sequence
    "(B, T, 4H)": (2, 8, 4 * H),
    # zh: 没有 batch
    # en: no batch
    "(4H,)": (4 * H,),
}.items():
    gates = torch.zeros(shape)
    print(name)
    print("  chunk(4, dim=-1):", tuple(gates.chunk(4, dim=-1)[0].shape))
    try:
        print("  chunk(4, dim=1): ", tuple(gates.chunk(4, dim=1)[0].shape))
    except IndexError as error:
        print("  chunk(4, dim=1): ", error)
# --8<-- [end:chunk]
