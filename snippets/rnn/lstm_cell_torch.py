# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "h and c:" = "h 和 c："
# "same values, same gradients" = "数值、梯度都相同"
# "gates g and o exchanged:" = "门 g 与 o 互换："
# "h differs by up to" = "h 最多相差"
# ", no error" = "，却不报错"
# ///
# --8<-- [start:shapes]
import torch
from lstm_cell import LSTMCell
from torch import nn

torch.manual_seed(0)
ours = LSTMCell(input_size=3, hidden_size=5).double()
x = torch.randn(4, 3, dtype=torch.float64)  # (B, F)
h, c = torch.randn(2, 4, 5, dtype=torch.float64)  # 2 × (B, H)
print("h and c:", [tuple(part.shape) for part in ours(x, (h, c))])
for name, parameter in ours.named_parameters():
    print(f"{name:<10} {tuple(parameter.shape)}")
# --8<-- [end:shapes]
# --8<-- [start:same]
theirs = nn.LSTMCell(input_size=3, hidden_size=5).double()
mapped = {
    "ih.weight": theirs.weight_ih,  # (4H, F)
    "ih.bias": theirs.bias_ih,  # (4H,)
    "hh.weight": theirs.weight_hh,  # (4H, H)
    "hh.bias": theirs.bias_hh,  # (4H,)
}
ours.load_state_dict(mapped)
expected = theirs(x, (h, c))
exact = {"rtol": 0, "atol": 1e-10}
torch.testing.assert_close(ours(x, (h, c)), expected, **exact)

torch.cat(ours(x, (h, c))).square().sum().backward()
torch.cat(theirs(x, (h, c))).square().sum().backward()
torch.testing.assert_close(
    ours.ih.weight.grad, theirs.weight_ih.grad, **exact
)
torch.testing.assert_close(
    ours.hh.weight.grad, theirs.weight_hh.grad, **exact
)
print("same values, same gradients")
# --8<-- [end:same]
# --8<-- [start:swapped]
# zh: 别的框架可能是 i、f、o、g；把后两份对调，照样装得进去
# en: another framework may use i, f, o, g; with
# en: the last two exchanged, everything still fits
i, f, g, o = torch.arange(4 * 5).chunk(4)
order = torch.cat([i, f, o, g])
ours.load_state_dict({name: value[order] for name, value in mapped.items()})
difference = (ours(x, (h, c))[0] - expected[0]).abs().max()
print(
    "gates g and o exchanged:",
    f"h differs by up to {difference:.2f}, no error",
)
# --8<-- [end:swapped]
