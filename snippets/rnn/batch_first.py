# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "statsmodels"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "batch-first" = "batch 在前"
# "time-first " = "时间在前  "
# "time-first, wrong" = "时间在前，错的  "
# "sequence 1 changed by" = "序列 1 变了"
# ///
# --8<-- [start:right]
import torch
from statsmodels.datasets import sunspots
from torch import nn

data = sunspots.load_pandas().data
series = torch.tensor(data["SUNACTIVITY"].to_numpy())  # (309,)
x = (series / series.max()).float().reshape(3, 103, 1)  # (B, T, F)

torch.manual_seed(0)
batch_first = nn.RNN(input_size=1, hidden_size=8, batch_first=True)
time_first = nn.RNN(input_size=1, hidden_size=8)
time_first.load_state_dict(batch_first.state_dict())

output, h_n = batch_first(x)  # (B, T, H), (1, B, H)
swapped, _ = time_first(x.transpose(0, 1))  # (T, B, H)
torch.testing.assert_close(swapped.transpose(0, 1), output)
print("batch-first", tuple(output.shape), "h_n", tuple(h_n.shape))
print("time-first ", tuple(swapped.shape))
# --8<-- [end:right]
# --8<-- [start:wrong]
# zh: 没有转置：3 当成了时间步数，103 当成了 batch
# en: not transposed: 3 is taken for the number of steps, 103 for the batch
output, h_n = time_first(x)
print("output", tuple(output.shape), "h_n", tuple(h_n.shape))

# zh: 只改第 0 条序列，看第 1 条的输出变不变
# en: change sequence 0 only; does the output of sequence 1 change?
changed = x.clone()
changed[0] = 0
right = batch_first(changed)[0][1] - batch_first(x)[0][1]
wrong = time_first(changed)[0][1] - time_first(x)[0][1]
print("batch-first      ", end="  ")
print(f"sequence 1 changed by {right.abs().max():.3f}")
print("time-first, wrong", end="  ")
print(f"sequence 1 changed by {wrong.abs().max():.3f}")
# --8<-- [end:wrong]
