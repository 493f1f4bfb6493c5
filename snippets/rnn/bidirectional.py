# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "depends on steps" = "取决于时间步"
# "one way    step 3" = "单向  第 3 步"
# "both ways  step 3" = "双向  第 3 步"
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
# zh: 倒着读，所以最后一步排在最前
# en: read from the end, so the last step comes first
right_to_left, _ = backward(x.flip(1))  # (B, T, H)
halves = [left_to_right, right_to_left.flip(1)]
ours = torch.cat(halves, dim=2)  # (B, T, 2H)

output, h_n = both(x)
torch.testing.assert_close(ours, output, rtol=0, atol=1e-10)
print("output", tuple(output.shape), "h_n", tuple(h_n.shape))
# --8<-- [end:same]
# --8<-- [start:ends]
x.requires_grad_()
output, h_n = both(x)


def seen(half):
    (gradient,) = torch.autograd.grad(half.sum(), x, retain_graph=True)
    steps = gradient.abs().sum(dim=(0, 2)) > 0  # (T,)
    return steps.nonzero().flatten().tolist()


print("output[:, -1, H:]  depends on steps", seen(output[:, -1, 5:]))
print("h_n[1]             depends on steps", seen(h_n[1]))
# --8<-- [end:ends]
# --8<-- [start:future]
print("one way    step 3 depends on steps", seen(forward(x)[0][:, 3]))
print("both ways  step 3 depends on steps", seen(both(x)[0][:, 3]))
# --8<-- [end:future]
