# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "statsmodels"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "lengths" = "长度"
# "padded" = "填充后"
# "padded, relative error of h_n:" = "填充后，h_n 的相对误差："
# "packed, h_n equals each cycle alone" = "打包后，h_n 与各周期单独算的相同"
# "unpacked" = "还原后"
# ///
# --8<-- [start:pad]
import torch
from statsmodels.datasets import sunspots
from torch import nn
from torch.nn.utils.rnn import (
    pack_padded_sequence,
    pad_packed_sequence,
    pad_sequence,
)

data = sunspots.load_pandas().data
series = torch.tensor(data["SUNACTIVITY"].to_numpy())  # (309,)
series = series / series.max()
# zh: 三个太阳活动周期，各从一次极小年到下一次极小年之前
# en: three solar cycles, each from one minimum to the next
years = [(1766, 1775), (1784, 1798), (1986, 1996)]
parts = [slice(start - 1700, end - 1700) for start, end in years]
cycles = [series[part, None] for part in parts]  # 3 × (T, F)
lengths = torch.tensor([len(cycle) for cycle in cycles])
padded = pad_sequence(cycles, batch_first=True)  # (B, T, F)
print("lengths", lengths.tolist(), "padded", tuple(padded.shape))
# --8<-- [end:pad]
# --8<-- [start:wrong]
torch.manual_seed(0)
lstm = nn.LSTM(input_size=1, hidden_size=8, batch_first=True).double()
alone = [lstm(cycle[None])[1][0] for cycle in cycles]
alone = torch.cat(alone, dim=1)  # (L, B, H)

_, (h_n, _) = lstm(padded)
error = (h_n - alone).norm(dim=-1) / alone.norm(dim=-1)  # (L, B)
print(
    "padded, relative error of h_n:", [f"{value:.0%}" for value in error[0]]
)
# --8<-- [end:wrong]
# --8<-- [start:packed]
packed = pack_padded_sequence(
    padded, lengths, batch_first=True, enforce_sorted=False
)
packed_output, (h_n, _) = lstm(packed)
torch.testing.assert_close(h_n, alone)
print("packed, h_n equals each cycle alone")
shape, sizes = tuple(packed.data.shape), packed.batch_sizes.tolist()
print("data", shape, "batch_sizes", sizes)

unpacked = pad_packed_sequence(packed_output, batch_first=True)
output = unpacked[0]  # (B, T, H)
print("unpacked", tuple(output.shape))
# --8<-- [end:packed]
