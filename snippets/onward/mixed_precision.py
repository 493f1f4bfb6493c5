# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# tolerance = 0.05
#
# [tool.neverstale.words.zh]
# "weights" = "权重  "
# "logits " = "logits"
# "loss   " = "损失  "
# "grads  " = "梯度  "
# "largest difference below 0.02:" = "最大相差小于 0.02："
# ///
# --8<-- [start:autocast]
import torch
import torch.nn.functional as F
from torch import nn

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.manual_seed(0)
gru = nn.GRU(32, 64, batch_first=True).to(device)
linear = nn.Linear(64, 10).to(device)
x = torch.randn(16, 20, 32, device=device)  # (N, T, 32)
target = torch.randint(10, (16,), device=device)

with torch.autocast(device_type=device, dtype=torch.bfloat16):
    output, _ = gru(x)  # (N, T, 64)
    logits = linear(output[:, -1])  # (N, 10)
    loss = F.cross_entropy(logits, target)
loss.backward()

print("weights", linear.weight.dtype)
print("logits ", logits.dtype)
print("loss   ", loss.dtype)
print("grads  ", linear.weight.grad.dtype)
# --8<-- [end:autocast]
# --8<-- [start:error]
with torch.no_grad():
    exact = linear(gru(x)[0][:, -1])
error = (logits.float() - exact).abs().max().item()
print("largest difference below 0.02:", error < 0.02)
assert 0 < error < 0.02
# --8<-- [end:error]

# --8<-- [start:lost]
for dtype in (torch.float32, torch.bfloat16):
    weight = torch.tensor(1.0, dtype=dtype)
    for _ in range(1000):
        weight -= 0.001
    print(f"{dtype!s:<15} {weight.item():.2f}")
# --8<-- [end:lost]
