# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "is parameter" = "就是 参数"
# "gradient" = "梯度"
# ///
# --8<-- [start:step]
import torch
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 3), torch.randn(8, 1)  # (N, in), (N, out)
ours, theirs = nn.Linear(3, 1), nn.Linear(3, 1)
theirs.load_state_dict(ours.state_dict())
sgd = torch.optim.SGD(theirs.parameters(), lr=0.1)

for layer in (ours, theirs):
    ((layer(x) - y) ** 2).mean().backward()

with torch.no_grad():
    for parameter in ours.parameters():
        parameter -= 0.1 * parameter.grad
sgd.step()

torch.testing.assert_close(ours.weight, theirs.weight)
torch.testing.assert_close(ours.bias, theirs.bias)
print("optimizer.step() is parameter -= lr * gradient")
# --8<-- [end:step]
