# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "same values, same gradients:" = "数值、梯度都相同："
# "largest difference, step 1:" = "第 1 步最大相差："
# "largest difference, step 7:" = "第 7 步最大相差："
# ///
# --8<-- [start:same]
import torch
from gru_cell import GRUCell
from torch import nn

torch.manual_seed(0)
ours = GRUCell(input_size=3, hidden_size=5).double()
theirs = nn.GRU(input_size=3, hidden_size=5, batch_first=True).double()
weights = {
    "ih.weight": theirs.weight_ih_l0,  # (3H, F)
    "ih.bias": theirs.bias_ih_l0,  # (3H,)
    "hh.weight": theirs.weight_hh_l0,  # (3H, H)
    "hh.bias": theirs.bias_hh_l0,  # (3H,)
}
ours.load_state_dict(weights)


def unroll(cell, x):  # (B, T, F)
    h = x.new_zeros(len(x), 5)  # (B, H)
    states = []
    for x_t in x.unbind(dim=1):
        h = cell(x_t, h)
        states.append(h)
    return torch.stack(states, dim=1)  # (B, T, H)


x = torch.randn(4, 7, 3, dtype=torch.float64)  # (B, T, F)
exact = {"rtol": 0, "atol": 1e-10}
expected, _ = theirs(x)
torch.testing.assert_close(unroll(ours, x), expected, **exact)

unroll(ours, x).square().sum().backward()
theirs(x)[0].square().sum().backward()
torch.testing.assert_close(
    ours.ih.weight.grad, theirs.weight_ih_l0.grad, **exact
)
torch.testing.assert_close(
    ours.hh.weight.grad, theirs.weight_hh_l0.grad, **exact
)
print("same values, same gradients:", tuple(expected.shape))
# --8<-- [end:same]
# --8<-- [start:paper]


class PaperGRUCell(GRUCell):
    def forward(self, x, h):  # (B, F), (B, H)
        from_x = self.ih(x).chunk(3, dim=-1)  # 3 × (B, H)
        weight, bias = self.hh.weight.chunk(3), self.hh.bias.chunk(3)
        r = torch.sigmoid(from_x[0] + h @ weight[0].T + bias[0])
        z = torch.sigmoid(from_x[1] + h @ weight[1].T + bias[1])
        n = torch.tanh(from_x[2] + (r * h) @ weight[2].T + bias[2])
        return (1 - z) * n + z * h  # (B, H)


paper = PaperGRUCell(input_size=3, hidden_size=5).double()
paper.load_state_dict(weights)
difference = (unroll(paper, x) - expected).abs().amax(dim=(0, 2))  # (T,)
print("largest difference, step 1:", f"{difference[0]:.3f}")
print("largest difference, step 7:", f"{difference[6]:.3f}")
# --8<-- [end:paper]
