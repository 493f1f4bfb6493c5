# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
# tolerance = 0.05
#
# [tool.neverstale.words.zh]
# "bias of z" = "z 的偏置"
# "first step" = "第一步"
# ", last step" = "，最后一步"
# "biases of" = "合并"
# "merged: outputs differ by" = "的偏置：输出相差"
# ///
# --8<-- [start:parameters]
import torch
from torch import nn

for kind, parts in ((nn.GRU, 3), (nn.LSTM, 4)):
    number = sum(
        parameter.numel() for parameter in kind(10, 20).parameters()
    )
    assert number == parts * (20 * 10 + 20 * 20 + 2 * 20)
    print(f"{kind.__name__:<4} {number:,}")
# --8<-- [end:parameters]
# --8<-- [start:memory]
for bias in (0.0, 4.0):
    torch.manual_seed(0)
    gru = nn.GRU(1, 16, batch_first=True).double()
    with torch.no_grad():
        gru.bias_ih_l0[16:32] = bias  # z
        gru.bias_hh_l0[16:32] = 0
    x = torch.randn(1, 50, 1, dtype=torch.float64)  # (B, T, F)
    x.requires_grad_()
    gru(x)[0][0, -1].sum().backward()
    first, last = x.grad[0, 0].abs().item(), x.grad[0, -1].abs().item()
    print(
        f"bias of z {bias:.0f}:",
        f"first step {first:.0e}, last step {last:.0e}",
    )
# --8<-- [end:memory]
# --8<-- [start:biases]
torch.manual_seed(0)
gru = nn.GRU(3, 5, batch_first=True).double()
x = torch.randn(4, 7, 3, dtype=torch.float64)  # (B, T, F)
for name, part in (("r, z", slice(0, 10)), ("n", slice(10, 15))):
    merged = nn.GRU(3, 5, batch_first=True).double()
    merged.load_state_dict(gru.state_dict())
    with torch.no_grad():
        merged.bias_ih_l0[part] += merged.bias_hh_l0[part]
        merged.bias_hh_l0[part] = 0
    difference = (merged(x)[0] - gru(x)[0]).abs().max().item()
    print(f"biases of {name} merged: outputs differ by {difference:.2f}")
# --8<-- [end:biases]
