# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "statsmodels"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "parameters" = "参数"
# "in two parts: the same" = "分两段算：结果相同"
# ///
# --8<-- [start:run]
import torch
from stacked_lstm import StackedLSTM
from statsmodels.datasets import sunspots

data = sunspots.load_pandas().data
series = torch.tensor(data["SUNACTIVITY"].to_numpy())  # (309,)
x = (series / series.max()).float().reshape(3, 103, 1)  # (B, T, F)

torch.manual_seed(0)
model = StackedLSTM(input_size=1, hidden_size=16, num_layers=2)
output, (h_n, c_n) = model(x)
print("output", tuple(output.shape))
print("h_n   ", tuple(h_n.shape))
print("c_n   ", tuple(c_n.shape))
# zh: 最上层的最后一步
# en: the top layer at the last step
assert torch.equal(output[:, -1], h_n[-1])
print("parameters", sum(p.numel() for p in model.parameters()))
# --8<-- [end:run]
# --8<-- [start:state]
# zh: 先算前 60 步，把状态接着传下去，再算后 43 步，与一次算完相同
# en: 60 steps, then 43 more with the state handed on: the same as all at once
first, state = model(x[:, :60])
second, state = model(x[:, 60:], state)
torch.testing.assert_close(torch.cat([first, second], dim=1), output)
torch.testing.assert_close(state, (h_n, c_n))
print("in two parts: the same")
# --8<-- [end:state]
# --8<-- [start:wrong]
for wrong in (x[0], x[..., 0], x.transpose(1, 2)):
    try:
        model(wrong)
    except ValueError as error:
        print(error)
# --8<-- [end:wrong]
