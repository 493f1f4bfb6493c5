# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "bias  forget gate  half gone after  left after 50 steps" = "偏置       遗忘门      减半所需         50 步之后剩下"
# "steps" = "步   "
# "layer 1, forget bias:" = "第 1 层的遗忘门偏置："
# ///
# --8<-- [start:decay]
import math

import torch
from torch import nn

print("bias  forget gate  half gone after  left after 50 steps")
for bias in (0.0, 1.0, 3.0, 5.0):
    f = torch.sigmoid(torch.tensor(bias, dtype=torch.float64)).item()
    half_life = math.log(0.5) / math.log(f)
    print(
        f"{bias:>4.0f}  {f:>11.3f}  {half_life:>9.1f} steps  {f**50:>19.0e}"
    )
# --8<-- [end:decay]
# --8<-- [start:set]
hidden_size = 32
lstm = nn.LSTM(input_size=1, hidden_size=hidden_size, num_layers=2)
# zh: 次序是 i、f、g、o，遗忘门在第二段
# en: the order is i, f, g, o: the forget gate is the second quarter
forget = slice(hidden_size, 2 * hidden_size)
with torch.no_grad():
    for name, parameter in lstm.named_parameters():
        if name.startswith("bias"):
            parameter[forget] = 1.0 if "ih" in name else 0.0
total = (lstm.bias_ih_l1 + lstm.bias_hh_l1)[forget]  # (H,)
print("layer 1, forget bias:", total.unique().tolist())
# --8<-- [end:set]
