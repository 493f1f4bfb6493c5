# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "weights" = "权重"
# ///
# --8<-- [start:once]
import torch
from seq2seq import attend

h = torch.tensor([[2.0, 0.0]])  # (B, H) = (1, 2)
states = torch.tensor([[[3.0, 0.0], [0.0, 3.0], [1.0, 1.0], [9.0, 9.0]]])
mask = torch.tensor([[True, True, True, False]])  # (B, S) = (1, 4)
context, weights = attend(h, states, mask)
print("weights", [round(w, 2) for w in weights[0].tolist()])
print("context", [round(c, 2) for c in context[0].tolist()])
# --8<-- [end:once]
