# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "initial" = "初始状态"
# "step" = "第"
# ": loss" = " 步：损失"
# ///
# --8<-- [start:learn]
import torch
from stacked_lstm import StackedLSTM

torch.manual_seed(0)
model = StackedLSTM(1, 16, num_layers=2, learn_initial_state=True)
print("initial", tuple(model.initial.shape))  # (2, L, 1, H)

# zh: 输入全是 0，只有初始状态能让第一步的输出靠近目标
# en: the input is all zeros: only the initial state can bring
# en: the first output close to the target
x = torch.zeros(8, 1, 1)  # (B, T, F)
target = torch.full((8, 1, 16), 0.3)  # (B, T, H)
optimizer = torch.optim.Adam([model.initial], lr=0.1)
for step in range(41):
    loss = (model(x)[0] - target).square().mean()
    if step % 20 == 0:
        print(f"step {step:>2}: loss {loss.item():.4f}")
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
# --8<-- [end:learn]
