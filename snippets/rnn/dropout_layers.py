# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "layer(s): two runs equal:" = "层：两次相同："
# "zeros:" = "零的个数："
# "eval():     two runs equal:" = "eval()：两次相同："
# ///
# --8<-- [start:dropout]
import warnings

import torch
from stacked_lstm import StackedLSTM
from torch import nn

torch.manual_seed(0)
x = torch.randn(2, 10, 3)  # (B, T, F)
for num_layers in (1, 2):
    # zh: 新造的模型处在训练模式
    # en: a new model is in training mode
    model = StackedLSTM(3, 5, num_layers, dropout=0.5)
    output, other = model(x)[0], model(x)[0]  # (B, T, H)
    same, zeros = torch.equal(output, other), (output == 0).sum().item()
    print(f"{num_layers} layer(s): two runs equal: {same}, zeros: {zeros}")
model.eval()
same = torch.equal(model(x)[0], model(x)[0])
print("eval():     two runs equal:", same)
# --8<-- [end:dropout]
# --8<-- [start:warning]
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    nn.LSTM(3, 5, num_layers=1, dropout=0.5)
print(caught[0].message)
# --8<-- [end:warning]
