# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# gpu-prints = ['^device: cuda$']
# varies = [{ match = '^(built for|device):', reason = "depends on the build and on the machine" }]
#
# [tool.neverstale.words.zh]
# "built for:" = "编译对象："
# "device:" = "设备："
# "loss fell below 0.001:" = "损失降到 0.001 以下："
#
# [[tool.neverstale.unreached]]
# match = "ROCm .torch"
# zh = "只在装了 ROCm 版 PyTorch 的机器上执行"
# en = "reached only with a ROCm build of PyTorch"
# ///
# --8<-- [start:build]
import torch

if torch.version.hip:
    build = f"ROCm {torch.version.hip}"
elif torch.version.cuda:
    build = f"CUDA {torch.version.cuda}"
else:
    build = "CPU"
print("built for:", build)
# --8<-- [end:build]
# --8<-- [start:device]
if torch.accelerator.is_available():
    device = torch.accelerator.current_accelerator()  # cuda, xpu, mps, …
else:
    device = torch.device("cpu")
print("device:", device.type)
# --8<-- [end:device]
# --8<-- [start:train]
torch.manual_seed(0)
inputs = torch.randn(64, 16).to(device)  # (N, in_features)
targets = inputs.sum(dim=1, keepdim=True)  # (N, 1)
model = torch.nn.Linear(16, 1).to(device)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

losses = []
for _ in range(100):
    loss = torch.nn.functional.mse_loss(model(inputs), targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    # zh: 不调用 .item()，这里就不必等
    # en: no .item(), so no wait here
    losses.append(loss.detach())

if torch.accelerator.is_available():
    torch.accelerator.synchronize()
assert losses[-1] < 1e-3 < losses[0]
print("loss fell below 0.001:", bool(losses[-1] < 1e-3))
# --8<-- [end:train]
