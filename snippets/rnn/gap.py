# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "statsmodels"]
#
# [tool.neverstale]
# devices = ["cpu"]
# tolerance = 0.2
# timeout = 180
#
# [tool.neverstale.words.zh]
# "the year before:       " = "上一年的值：    "
# "mean of the neighbours:" = "前后两年的平均："
# "GRU, one way:          " = "单向 GRU：      "
# "GRU, both ways:        " = "双向 GRU：      "
# "off by" = "误差"
# ///
# --8<-- [start:data]
import torch
from statsmodels.datasets import sunspots
from torch import nn

torch.set_num_threads(1)
data = sunspots.load_pandas().data
series = torch.tensor(data["SUNACTIVITY"].to_numpy()).float()  # (309,)
series = series / 100
windows = series.unfold(0, size=23, step=1)  # (287, 23)
# zh: 中间的那一年
# en: the year in the middle
answer = windows[:, 11]  # (287,)
gap = torch.zeros(23)
gap[11] = 1
known = windows * (1 - gap)
inputs = torch.stack([known, gap.expand_as(known)], dim=2)  # (287, 23, 2)
train, held_out = slice(0, 178), slice(200, 287)
# --8<-- [end:data]
# --8<-- [start:fit]


def error(prediction):
    return (
        100 * (prediction - answer[held_out]).square().mean().sqrt().item()
    )


def fit(bidirectional, seed):
    torch.manual_seed(seed)
    gru = nn.GRU(2, 16, batch_first=True, bidirectional=bidirectional)
    readout = nn.Linear(32 if bidirectional else 16, 1)
    parameters = [*gru.parameters(), *readout.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=0.01)
    for _ in range(100):
        prediction = readout(gru(inputs[train])[0][:, 11])[:, 0]  # (178,)
        loss = (prediction - answer[train]).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        return error(readout(gru(inputs[held_out])[0][:, 11])[:, 0])


before, after = windows[held_out, 10], windows[held_out, 12]
print(f"the year before:        off by {error(before):.1f}")
print(f"mean of the neighbours: off by {error((before + after) / 2):.1f}")
one_way = [fit(bidirectional=False, seed=seed) for seed in range(2)]
print("GRU, one way:           off by {:.1f}, {:.1f}".format(*one_way))
both_ways = [fit(bidirectional=True, seed=seed) for seed in range(2)]
print("GRU, both ways:         off by {:.1f}, {:.1f}".format(*both_ways))
# --8<-- [end:fit]
