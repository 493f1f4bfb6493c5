# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
#
# [tool.neverstale.words.zh]
# "attention only reordered:" = "注意力只换了次序："
# "RNN only reordered:" = "RNN 只换了次序："
# "grouping does not matter" = "怎样结合都一样"
# ///
# --8<-- [start:shuffle]
import torch
import torch.nn.functional as F
from torch import nn

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.manual_seed(0)
x = torch.randn(1, 6, 8, device=device)  # (N, T, F)
# zh: 把最后一步挪到最前面
# en: the last step moves to the front
shuffled = torch.tensor([5, 0, 1, 2, 3, 4], device=device)

attention = F.scaled_dot_product_attention(x, x, x)
again = F.scaled_dot_product_attention(
    x[:, shuffled], x[:, shuffled], x[:, shuffled]
)
print(
    "attention only reordered:",
    torch.allclose(again, attention[:, shuffled], atol=1e-5),
)

rnn = nn.RNN(8, 8, batch_first=True).to(device)
with torch.no_grad():
    output, again = rnn(x)[0], rnn(x[:, shuffled])[0]
print(
    "RNN only reordered:",
    torch.allclose(again, output[:, shuffled], atol=1e-5),
)
# --8<-- [end:shuffle]
# --8<-- [start:pair]
a, b = torch.rand(2, 3)  # h → a[i] h + b[i]


def then(first, second):
    # zh: 先走 first、再走 second，合起来还是「乘一个数，加一个数」
    # en: first, then second: together again “times a number, plus a number”
    return second[0] * first[0], second[0] * first[1] + second[1]


one, two, three = zip(a, b, strict=True)
left = then(then(one, two), three)
right = then(one, then(two, three))
torch.testing.assert_close(left, right)
h = torch.tensor(0.3)
step_by_step = a[2] * (a[1] * (a[0] * h + b[0]) + b[1]) + b[2]
torch.testing.assert_close(right[0] * h + right[1], step_by_step)
print("grouping does not matter")
# --8<-- [end:pair]
