# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "matplotlib", "statsmodels"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# timeout = 180
# tolerance = 0.25
# lab = true
#
# [tool.neverstale.labels.zh]
# "year" = "年份"
# "sunspot number" = "黑子数"
# "held out" = "留出"
# "training step" = "训练步数"
# "RMSE, validation years" = "验证年份的均方根误差"
# "RMSE, held-out years" = "留出年份的均方根误差"
# "heights as they are" = "高度不变"
# "heights varied" = "高度随机缩放"
# "observed" = "观测"
#
# [tool.neverstale.words.zh]
# "years; highest up to 1920:" = "年；到 1920 年为止最高："
# "; after:" = "；之后："
# "persistence, held-out years:" = "照抄上一年，留出年份："
# "order  validation  held out" = " 阶数        验证      留出"
# "parameters" = "个参数"
# "persistence " = "照抄上一年  "
# "best AR     " = "最好的 AR   "
# "LSTM, mean " = "LSTM 平均  "
# "seeds that beat the best AR:" = "胜过最好的 AR 的种子数："
# ", standard deviation over seeds below 1" = "，各种子的标准差小于 1"
# "mean gain is below two standard errors:" = "平均改进小于两倍标准误差："
#
# [tool.neverstale.figures."series.svg"]
# zh = "1700 到 2008 年的年黑子数：大约每 11 年起落一次，峰的高度相差三倍多；1921 年之后留出，其中 1957 年的峰高过此前任何一年"
# en = "Yearly sunspot numbers, 1700 to 2008: they rise and fall about every 11 years, with peaks that differ more than threefold; the years from 1921 are held out, and the peak of 1957 is higher than any year before it"
#
# [tool.neverstale.figures."validation.svg"]
# zh = "两条曲线：验证误差先降后升；不缩放的一条更早到达最低点，也更早回升"
# en = "Two curves: the validation error falls, then rises; without varied heights it reaches its minimum sooner and rises sooner"
#
# [tool.neverstale.figures."seeds.svg"]
# zh = "留出年份的误差，每个点是一个随机种子：不缩放时十个点散得很开，都高于 AR(9) 的横线；缩放之后十个点挤在一起，几乎都在横线之下"
# en = "Held-out error, one dot for each seed: with heights as they are the ten dots scatter widely above the line of AR(9); with varied heights they lie close together, nearly all below the line"
#
# [tool.neverstale.figures."forecast.svg"]
# zh = "1921 到 2008 年，提前一年的预测与观测：LSTM 与 AR(9) 都跟着周期走，偏差大的地方在陡升段和峰顶附近"
# en = "1921 to 2008, forecasts one year ahead against the observations: LSTM and AR(9) both follow the cycles; the largest errors are on the steep rises and around the peaks"
# ///

# %% [markdown] zh
# # 实验：预测太阳黑子 {#lab}
#
# 这个实验用 LSTM 预测一条真实的时间序列：知道到今年为止的太阳黑子数，猜明年的。对手有两个：**持续性预测**（明年等于今年）和**线性自回归**（AR）。后者简单，却很难赢。你会看到一个在验证年份上领先、到了留出年份却惨败的 LSTM，找出原因，再把它改好。在两个 CPU 核上，全程不到一分钟。

# %% [markdown] en
# # Lab: forecasting sunspots {#lab}
#
# In this lab an LSTM forecasts a real time series: given the sunspot numbers up to this year, guess
# next year's. It has two rivals, **persistence** (next year equals this year) and **linear
# autoregression** (AR); the latter is simple, and hard to beat. You will see an LSTM that leads
# on the validation years and fails badly on the held-out ones, find out why, and mend it. On two
# CPU cores the whole lab takes less than a minute.

# %%
import matplotlib.pyplot as plt
import numpy as np
import statsmodels.api as sm
import torch
import torch.nn.functional as F
from torch import nn

device = "cuda" if torch.cuda.is_available() else "cpu"
# zh: 矩阵很小，多线程只会互相等待
# en: the matrices are small; more threads would only wait for each other
torch.set_num_threads(1)

# %% [markdown] zh
# ## 数据 {#data}
#
# statsmodels 附带 1700 到 2008 年的年平均黑子数，共 309 个数，不必下载。（这是 2015 年修订之前的旧序列，新序列的数值更大。）1920 年及以前用来训练和做选择，1921 年起留出。

# %% [markdown] en
# ## Data {#data}
#
# statsmodels ships the yearly mean sunspot numbers from 1700 to 2008, 309 numbers; nothing is
# downloaded. (They are the old series, from before the revision of 2015; the new numbers are
# larger.) The years up to 1920 serve for training and for making choices, those from 1921 are held
# out.

# %%
table = sm.datasets.sunspots.load_pandas().data
years = table["YEAR"].to_numpy().astype(int)
spots = torch.tensor(table["SUNACTIVITY"].to_numpy()).float()  # (309,)
first_year, last_train, last_year = 1700, 1920, 2008

seen = spots[years <= last_train]
before, ever = int(seen.max()), int(spots.max())
print(len(spots), "years; highest up to 1920:", before, "; after:", ever)

# %%
fig, ax = plt.subplots(figsize=(4.8, 2.4))
ax.plot(years, spots, linewidth=1.2)
ax.axvspan(last_train + 0.5, last_year, color="C1", alpha=0.12, linewidth=0)
ax.text(1924, 218, "held out", color="C1", va="top")
ax.set(xlabel="year", ylabel="sunspot number", ylim=(0, 220))
fig.savefig("series.svg")

# %% [markdown] zh
# 黑子数越大，波动也越大，所以先开平方，再减 6、除以 3：$z = (\sqrt{x} - 6) / 3$，使数值大致落在 −2 到 2。所有方法都在这个尺度上工作；打分时换算回黑子数，看**均方根误差**（RMSE），也就是 $n$ 年的预测 $\hat{x}_t$ 与真实值 $x_t$ 之差，平方、取平均、再开方：
#
# $$
# \text{RMSE} = \sqrt{\frac{1}{n} \sum_t (\hat{x}_t - x_t)^2}
# $$

# %% [markdown] en
# The larger the numbers, the more they vary, so take the square root first, then subtract 6 and
# divide by 3: $z = (\sqrt{x} - 6) / 3$, which brings them roughly between −2 and 2. All methods
# work on this scale. To score them, forecasts are turned back into sunspot numbers; the measure
# is the **root mean squared error** (RMSE) of the forecasts $\hat{x}_t$ of $n$ years against the
# true values $x_t$:
#
# $$
# \text{RMSE} = \sqrt{\frac{1}{n} \sum_t (\hat{x}_t - x_t)^2}
# $$


# %%
def scale(x):
    return (x.sqrt() - 6) / 3


def unscale(z):
    return (3 * z + 6).clamp(min=0) ** 2


def rmse(forecast, cut, end):
    # zh: forecast 是 cut + 1 年到 end 年的预测，已缩放
    # en: forecast holds the scaled forecasts of the years cut + 1 to end
    true = spots[cut + 1 - first_year : end + 1 - first_year]
    return (unscale(forecast) - true).square().mean().sqrt().item()


z = scale(spots)  # (309,)
persistence = rmse(
    z[last_train - first_year : last_year - first_year],
    last_train,
    last_year,
)
print(f"persistence, held-out years: {persistence:.1f}")

# %% [markdown] zh
# ## 对手：线性自回归 {#ar}
#
# AR(p) 用前 $p$ 年的线性组合预测下一年，系数 $a_0, \dots, a_p$ 由最小二乘求出：
#
# $$
# \hat{z}_{t+1} = a_0 + a_1 z_t + a_2 z_{t-1} + \dots + a_p z_{t-p+1}
# $$
#
# 预测某一年时，用的是此前各年的**真实**观测，所有方法都如此。
#
# 为了选 $p$，再把 1831 到 1920 分成三段，每段 30 年：预测一段时，只用它之前的年份来拟合。这叫**滚动验证**，预测永远不用未来的数据。

# %% [markdown] en
# ## The rival: linear autoregression {#ar}
#
# AR(p) forecasts a year as a linear combination of the $p$ years before it, with coefficients
# $a_0, \dots, a_p$ from least squares:
#
# $$
# \hat{z}_{t+1} = a_0 + a_1 z_t + a_2 z_{t-1} + \dots + a_p z_{t-p+1}
# $$
#
# When a year is forecast, the **true** observations of all earlier years are available; that
# holds for every method.
#
# To choose $p$, the years 1831 to 1920 are cut into three stretches of 30. Each is forecast by a
# model fitted to the years before it. This is **rolling validation**: no forecast ever uses data
# from its future.


# %%
def autoregression(order, cut, end):
    known, to = cut + 1 - first_year, end + 1 - first_year
    past = z.double().unfold(0, order, 1)  # (310 - order, order)
    x = torch.cat([past, torch.ones(len(past), 1)], dim=1)
    answers = z[order:known, None].double()
    fit = torch.linalg.lstsq(x[: known - order], answers).solution
    forecast = x[known - order : to - order] @ fit
    return forecast[:, 0].float()  # (end - cut,)


folds = [(1830, 1860), (1860, 1890), (1890, 1920)]


def pooled(errors):
    return float(np.sqrt(np.mean(np.square(errors))))


print("order  validation  held out")
ar, ar_validation = {}, {}
for order in (1, 2, 3, 5, 9, 12, 18):
    ar_validation[order] = pooled(
        [rmse(autoregression(order, *f), *f) for f in folds]
    )
    ar[order] = rmse(
        autoregression(order, last_train, last_year), last_train, last_year
    )
    print(f"{order:5}  {ar_validation[order]:10.1f}  {ar[order]:8.1f}")
best_ar = min(ar.values())
assert min(ar_validation, key=ar_validation.get) == 3 and best_ar == ar[9]

# %% [markdown] zh
# 验证年份分不出 2 阶到 9 阶，留出年份上 9 阶最好。下面一律拿 LSTM 同**留出年份上最好的** AR 比，等于让对手事后挑选，占一点便宜。
#
# ## 网络 {#network}
#
# LSTM 从 1700 年读起，一年一步，状态一路带下去，每一步都预测下一年。输出加在今年的值上，$\hat{z}_{t+1} = z_t + w^\top h_t + b$，所以网络要学的只是**变化量**；什么都没学到时，它就是持续性预测。隐状态 16 个数，已经比数据多出几倍的参数，因此用三种办法防止过拟合：输入加噪声，权重衰减，早停。

# %% [markdown] en
# The validation years cannot tell the orders 2 to 9 apart; on the held-out years order 9 is best.
# From here on the LSTM is compared with the AR that is **best on the held-out years**, which gives
# the rival the advantage of hindsight.
#
# ## The network {#network}
#
# The LSTM reads from 1700 on, one year a step, carries its state along, and forecasts the next
# year at every step. Its output is added to this year's value,
# $\hat{z}_{t+1} = z_t + w^\top h_t + b$, so it only has to learn the
# **change**; having learned nothing, it is persistence. With a hidden state of 16 it already has
# several times more parameters than there are data. Three things work against overfitting: noise
# on the input, weight decay, and stopping early.


# %%
class Forecaster(nn.Module):
    def __init__(self, hidden_size=16):
        super().__init__()
        self.lstm = nn.LSTM(1, hidden_size, batch_first=True)
        self.linear = nn.Linear(hidden_size, 1)

    def forward(self, x):  # (N, T)
        output, _ = self.lstm(x.unsqueeze(2))  # (N, T, hidden_size)
        return x + self.linear(output).squeeze(2)  # (N, T)


print(sum(p.numel() for p in Forecaster().parameters()), "parameters")

# %% [markdown] zh
# `train` 有一个开关 `heights`：每份训练序列先乘上一个随机倍数。`(1, 1)` 就是不变；另一种设置是 `(0.5, 2)`，理由稍后再说。前 8 年不计入损失，让状态先热身。

# %% [markdown] en
# `train` has a switch, `heights`: every copy of the training series is first multiplied by a random
# factor. `(1, 1)` leaves it as it is; the other setting is `(0.5, 2)`, for a reason that comes
# below. The first 8 years do not count in the loss, so that the state can warm up.


# %%
def train(seed, cut, end, heights, steps, every=None):
    torch.manual_seed(seed)
    model = Forecaster().to(device)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=1e-2, weight_decay=0.1
    )
    history = spots[: cut + 1 - first_year]
    everything = z[None, : end - first_year].to(device)

    def forecast():
        with torch.no_grad():
            output = model(everything).cpu()
        return output[0, cut - first_year :]  # (end - cut,)

    curve = []
    for step in range(1, steps + 1):
        factor = heights[0] + (heights[1] - heights[0]) * torch.rand(8, 1)
        series = scale(factor * history)  # (8, T)
        noisy = series[:, :-1] + 0.3 * torch.randn(8, series.shape[1] - 1)
        target = series[:, 1:].to(device)
        loss = F.mse_loss(model(noisy.to(device))[:, 8:], target[:, 8:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if every and step % every == 0:
            curve.append(rmse(forecast(), cut, end))
    return curve if every else forecast()


same, varied = (1, 1), (0.5, 2)
curves = {}
for heights in (same, varied):
    runs = [
        [train(seed, *fold, heights, 300, every=25) for fold in folds]
        for seed in range(3)
    ]
    curves[heights] = np.sqrt(np.square(runs).mean(axis=(0, 1)))  # (12,)
    assert curves[heights].min() < min(ar_validation.values()) - 1

# %%
fig, ax = plt.subplots(figsize=(4.8, 2.8))
at = range(25, 301, 25)
ax.plot(at, curves[same], "o-", color="C1", label="heights as they are")
ax.plot(at, curves[varied], "s-", color="C0", label="heights varied")
ax.axhline(ar_validation[9], color="C2", linestyle="--")
ax.text(25, 15.7, "AR(9)", color="C2")
ax.set(
    xlabel="training step", ylabel="RMSE, validation years", ylim=(10, 20)
)
ax.legend()
fig.savefig("validation.svg")

# %% [markdown] zh
# 在验证年份上，LSTM 只要停得早，两种设置都胜过 AR。按这两条曲线选定：不缩放训练 100 步，缩放训练 150 步。
#
# ## 第一次尝试，失败 {#failure}
#
# 现在用 1700 到 1920 年的全部数据重新训练，十个随机种子，然后看留出的 88 年。

# %% [markdown] en
# On the validation years the LSTM beats AR in both settings, if it stops early. These curves
# decide: 100 steps with heights as they are, 150 steps with varied heights.
#
# ## First attempt: failure {#failure}
#
# Now train again on all the years from 1700 to 1920, with ten seeds, and look at the 88 held-out
# years.

# %%
seeds = range(10)
plain = [train(seed, last_train, last_year, same, 100) for seed in seeds]
plain_errors = [rmse(forecast, last_train, last_year) for forecast in plain]
print(f"persistence   {persistence:.1f}")
print(f"best AR       {best_ar:.1f}")
print(f"LSTM, mean    {np.mean(plain_errors):.0f}")
print(
    "seeds that beat the best AR:",
    sum(error < best_ar for error in plain_errors),
)

# %% [markdown] zh
# 在验证年份上领先，在留出年份上，十个种子没有一个胜过 AR(9)。哪里出了错？看第一幅图：1957 年的峰比训练数据里的任何一年都高。门控和 tanh 会饱和，网络在没有见过的高度上没有依据；线性模型则照比例外推。验证年份里没有出现这种情况，所以验证也发现不了。
#
# ## 第二次尝试 {#mended}
#
# 黑子周期有高有低，形状却相似：升得快，降得慢。那就把这一点告诉网络：每一步都把整条训练序列随机乘上 0.5 到 2 之间的倍数。网络因此见过更高的峰，学到的是形状，不是高度。这叫**数据增强**。

# %% [markdown] en
# It leads on the validation years, and on the held-out years not one of ten seeds beats AR(9). What
# went wrong? Look at the first figure: the peak of 1957 is higher than any year in the training
# data. Gates and tanh saturate, and at heights that it has never seen the network has nothing to go
# by, while a linear model extrapolates in proportion. Nothing of the kind happened in the
# validation years, so validation could not reveal it.
#
# ## Second attempt {#mended}
#
# Sunspot cycles come high and low, but in much the same shape: a fast rise, a slow decline. So tell
# the network: at every step, multiply the whole training series by a random factor between 0.5 and
# 2. It then sees higher peaks, and learns the shape rather than the height. This is **data
# augmentation**.

# %%
mended = [train(seed, last_train, last_year, varied, 150) for seed in seeds]
errors = [rmse(forecast, last_train, last_year) for forecast in mended]
print(f"persistence   {persistence:.1f}")
print(f"AR(3)         {ar[3]:.1f}")
print(f"best AR       {best_ar:.1f}")
mean = np.mean(errors)
print(f"LSTM          {mean:.1f}, standard deviation over seeds below 1")

assert min(plain_errors) > best_ar
assert max(errors) < ar[3] < persistence
assert mean < best_ar
assert sum(error < best_ar for error in errors) >= 8
assert np.std(errors) < 1

# %%
fig, ax = plt.subplots(figsize=(4.8, 2.8))
jitter = np.linspace(-0.15, 0.15, 10)
ax.plot(jitter, plain_errors, "o", color="C1", alpha=0.7)
ax.plot(1 + jitter, errors, "s", color="C0", alpha=0.7)
ax.axhline(best_ar, color="C2", linestyle="--")
ax.text(1.5, best_ar + 0.4, "AR(9)", color="C2", ha="right")
ax.set(
    xticks=[0, 1],
    xticklabels=["heights as they are", "heights varied"],
    xlim=(-0.5, 1.5),
)
ax.set(ylabel="RMSE, held-out years", ylim=(10, None))
fig.savefig("seeds.svg")

# %%
held_out = range(last_train + 1, last_year + 1)
fig, ax = plt.subplots(figsize=(4.8, 2.8))
ax.plot(
    held_out,
    spots[last_train + 1 - first_year :],
    color="C2",
    alpha=0.5,
    linewidth=3,
    label="observed",
)
ax.plot(
    held_out,
    unscale(autoregression(9, last_train, last_year)),
    color="C1",
    linewidth=1.2,
    label="AR(9)",
)
ax.plot(
    held_out, unscale(mended[0]), color="C0", linewidth=1.2, label="LSTM"
)
ax.set(xlabel="year", ylabel="sunspot number", ylim=(0, 260))
ax.legend(ncols=3, loc="upper center")
fig.savefig("forecast.svg")

# %% [markdown] zh
# ## 该信几分 {#trust}
#
# LSTM 的十个种子平均胜过最好的 AR，其中至少八个单独也胜过；每一个都远远胜过持续性预测，也胜过验证年份选出的 AR(3)。但有三点必须说明。

# %% [markdown] en
# ## How much of this to believe {#trust}
#
# Over ten seeds the LSTM beats the best AR on average, and at least eight of the ten beat it on
# their own; every one of them beats persistence by far, and also AR(3), the order that the validation years
# choose. But three things have to be said.

# %%
true = spots[last_train + 1 - first_year :]
ar_forecast = unscale(autoregression(9, last_train, last_year))
ar_squared = (ar_forecast - true).square()
squared = [(unscale(f) - true).square() for f in mended]
lstm_squared = torch.stack(squared).mean(dim=0)
gain = ar_squared - lstm_squared  # (88,)
standard_error = gain.std().item() / len(gain) ** 0.5
print(
    "mean gain is below two standard errors:",
    gain.mean().item() < 2 * standard_error,
)
assert 0 < gain.mean().item() < 2 * standard_error

# %% [markdown] zh
# - **优势很小。**与 AR(9) 相比，每年平方误差平均减少的量不到两倍标准误差。88 年只有八个周期，不足以断定 LSTM 真的更好。
# - **留出年份看了不止一次。**想到数据增强，正是因为第一次尝试在留出年份上失败了。增强的范围和训练步数是在 1920 年以前的数据上定的，但「要增强」这个念头不是。也试过不用增强的另外两种办法：把 AR 与 LSTM 的预测取平均，让 LSTM 只修正 AR 的误差，都不如现在这样。严格的检验要等 2009 年以后的数据。
# - **AR 便宜得多。**十个系数，一次最小二乘。数据只有几百个、关系接近线性时，先试它；网络要拿得出比它更好的成绩，才值得用。
#
# ## 自己动手 {#exercises}
#
# 下载这个笔记本，改一处，先猜结果，再运行：
#
# - 去掉输入的噪声（`0.3` 改成 `0`），验证误差的最低点会怎样变化？
# - 把 `Forecaster` 里的 `x +` 去掉，让网络直接预测数值，会好还是坏？
# - 每过 11 年就用新数据重新训练一次，LSTM 和 AR 各能改善多少？
#
# ## 来源 {#sources}
#
# - 数据：statsmodels 文档，[Yearly sunspots data 1700–2008](https://www.statsmodels.org/stable/datasets/generated/sunspots.html)（公有领域）；黑子数的现行版本见 [SILSO](https://www.sidc.be/SILSO/datafiles)。
# - Yule，[On a Method of Investigating Periodicities in Disturbed Series, with Special Reference to Wolfer's Sunspot Numbers](https://doi.org/10.1098/rsta.1927.0007)（1927）：自回归模型就是为太阳黑子提出的。
# - Hyndman、Athanasopoulos，[Forecasting: Principles and Practice](https://otexts.com/fpp3/tscv.html)：时间序列的滚动验证。

# %% [markdown] en
# - **The advantage is small.** Compared with AR(9), the mean gain in squared error per year is less
#   than two standard errors. The 88 years hold eight cycles; that is too few to be sure that the
#   LSTM is really better.
# - **The held-out years were looked at more than once.** The idea of augmentation came because the
#   first attempt failed on them. The range of the factors and the number of steps were settled on
#   data up to 1920, but the wish to augment was not. Two other ways, without augmentation, were
#   tried as well and did worse than this: averaging the forecasts of AR and LSTM, and letting the
#   LSTM only correct the errors of AR. A strict test would take the years after 2008.
# - **AR is far cheaper.** Ten coefficients, one least-squares fit. With a few hundred data and a
#   nearly linear relation, try it first; a network is worth its cost once it does better.
#
# ## Your turn {#exercises}
#
# Download this notebook, change one thing, guess the result, then run it:
#
# - Without noise on the input (`0.3` becomes `0`), what happens to the minimum of the validation error?
# - Take away `x +` in `Forecaster`, so that the network forecasts the number itself. Better, or worse?
# - Train again every 11 years on all the data up to then. How much does the LSTM gain, and how much AR?
#
# ## Sources {#sources}
#
# - Data: statsmodels documentation, [Yearly sunspots data 1700–2008](https://www.statsmodels.org/stable/datasets/generated/sunspots.html) (public domain); for the current version of the numbers see [SILSO](https://www.sidc.be/SILSO/datafiles).
# - Yule, [On a Method of Investigating Periodicities in Disturbed Series, with Special Reference to Wolfer's Sunspot Numbers](https://doi.org/10.1098/rsta.1927.0007) (1927): autoregression was invented for sunspots.
# - Hyndman and Athanasopoulos, [Forecasting: Principles and Practice](https://otexts.com/fpp3/tscv.html): rolling validation for time series.
