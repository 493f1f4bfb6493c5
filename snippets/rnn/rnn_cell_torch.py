# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "without a state:" = "不给状态："
# "with a state:   " = "给出状态："
# "same values, same gradients" = "数值、梯度都相同"
# ///
# --8<-- [start:shapes]
import torch
from rnn_cell import RNNCell
from torch import nn

torch.manual_seed(0)
ours = RNNCell(input_size=3, hidden_size=5).double()
x = torch.randn(4, 3, dtype=torch.float64)  # (B, F)
h = torch.randn(4, 5, dtype=torch.float64)  # (B, H)
print("without a state:", tuple(ours(x).shape))
print("with a state:   ", tuple(ours(x, h).shape))
for name, parameter in ours.named_parameters():
    print(f"{name:<10} {tuple(parameter.shape)}")
# --8<-- [end:shapes]
# --8<-- [start:same]
theirs = nn.RNNCell(input_size=3, hidden_size=5).double()
ours.load_state_dict(
    {
        "ih.weight": theirs.weight_ih,  # (H, F)
        "ih.bias": theirs.bias_ih,  # (H,)
        "hh.weight": theirs.weight_hh,  # (H, H)
        "hh.bias": theirs.bias_hh,  # (H,)
    }
)
exact = {"rtol": 0, "atol": 1e-10}
torch.testing.assert_close(ours(x, h), theirs(x, h), **exact)
torch.testing.assert_close(ours(x), theirs(x), **exact)

# zh: 梯度也要相同
# en: the gradients must agree as well
ours(x, h).square().sum().backward()
theirs(x, h).square().sum().backward()
torch.testing.assert_close(
    ours.hh.weight.grad, theirs.weight_hh.grad, **exact
)
torch.testing.assert_close(
    ours.ih.weight.grad, theirs.weight_ih.grad, **exact
)
print("same values, same gradients")
# --8<-- [end:same]
