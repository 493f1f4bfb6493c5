# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib", "statsmodels"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.labels.zh]
# "year" = "年份"
# "sunspots" = "太阳黑子数"
# "same years, shuffled" = "同样的年份，打乱次序"
# "years apart" = "相隔年数"
# "correlation" = "相关系数"
#
# [tool.neverstale.words.zh]
# "years apart    sunspots    shuffled" = "   相隔年数      黑子数        打乱"
# "first years:" = "起始年份："
# ///
# --8<-- [start:measure]
import matplotlib.pyplot as plt
import torch
from statsmodels.datasets import sunspots

data = sunspots.load_pandas().data
series = torch.tensor(data["SUNACTIVITY"].to_numpy())  # (309,)
torch.manual_seed(1)
shuffled = series[torch.randperm(len(series))]
lags = range(1, 34)


def correlation(values):
    pairs = [torch.stack([values[:-lag], values[lag:]]) for lag in lags]
    return [torch.corrcoef(pair)[0, 1].item() for pair in pairs]


curves = {
    "sunspots": correlation(series),
    "same years, shuffled": correlation(shuffled),
}
print("years apart    sunspots    shuffled")
for lag in (1, 5, 11):
    print(f"{lag:>11}", end="")
    for values in curves.values():
        print(f"{values[lag - 1]:>+12.2f}", end="")
    print()
# --8<-- [end:measure]
# --8<-- [start:draw]
fig, (top, bottom) = plt.subplots(2, figsize=(4.8, 4.4))
top.plot(data["YEAR"], series)
top.set(xlabel="year", ylabel="sunspots")
for (name, values), mark in zip(curves.items(), "os", strict=True):
    bottom.plot(lags, values, marker=mark, markersize=3, label=name)
bottom.set(xlabel="years apart", ylabel="correlation")
bottom.set(ylim=(-0.6, 1.35), yticks=[-0.5, 0, 0.5, 1])
bottom.legend(loc="upper center", ncols=2)
fig.savefig("order.svg")
# --8<-- [end:draw]
# --8<-- [start:shape]
x = series.float().reshape(3, 103, 1)  # (B, T, F)
print(tuple(x.shape))
print("first years:", data["YEAR"].to_numpy()[::103])
# --8<-- [end:shape]
