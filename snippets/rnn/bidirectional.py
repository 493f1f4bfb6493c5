# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
# ///
# --8<-- [start:same]
import torch
from torch import nn

torch.manual_seed(0)
both = nn.GRU(3, 5, batch_first=True, bidirectional=True).double()
forward = nn.GRU(3, 5, batch_first=True).double()
backward = nn.GRU(3, 5, batch_first=True).double()
for name, parameter in both.named_parameters():
    one_way = backward if name.endswith("_reverse") else forward
    same = one_way.get_parameter(name.removesuffix("_reverse"))
    same.data.copy_(parameter)

x = torch.randn(4, 7, 3, dtype=torch.float64)  # (B, T, F)
left_to_right, _ = forward(x)  # (B, T, H)
right_to_left, _ = backward(x.flip(1))  # (B, T, H), last step first
halves = [left_to_right, right_to_left.flip(1)]
ours = torch.cat(halves, dim=2)  # (B, T, 2H)

output, h_n = both(x)
torch.testing.assert_close(ours, output, rtol=0, atol=1e-10)
print("output", tuple(output.shape), "h_n", tuple(h_n.shape))
# --8<-- [end:same]
# --8<-- [start:ends]
x.requires_grad_()
output, h_n = both(x)
for name, half in (
    ("output[:, -1, H:]", output[:, -1, 5:]),
    ("h_n[1]", h_n[1]),
):
    (gradient,) = torch.autograd.grad(half.sum(), x, retain_graph=True)
    seen = gradient.abs().sum(dim=(0, 2)) > 0  # (T,)
    print(f"{name:<18} depends on steps", seen.nonzero().flatten().tolist())
# --8<-- [end:ends]
# --8<-- [start:future]
for name, result in (("one way", forward(x)[0]), ("both ways", both(x)[0])):
    (gradient,) = torch.autograd.grad(result[:, 3].sum(), x)
    seen = gradient.abs().sum(dim=(0, 2)) > 0  # (T,)
    print(
        f"{name:<10} step 3 depends on steps",
        seen.nonzero().flatten().tolist(),
    )
# --8<-- [end:future]
