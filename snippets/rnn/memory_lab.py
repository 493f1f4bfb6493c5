# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# timeout = 300
# tolerance = 0.25
# gpu-tolerance = 0.25
# lab = true
#
# [tool.neverstale.labels.zh]
# "step" = "训练步数"
# "mean squared error" = "均方误差"
# "length 10" = "长度 10"
# "length 30" = "长度 30"
# "length 60" = "长度 60"
# "chance" = "瞎猜"
# "value" = "数值"
# "time step" = "时间步"
# "answer so far" = "此刻的答案"
# "best guess so far" = "此刻最好的猜测"
#
# [tool.neverstale.words.zh]
# "marked steps:" = "带标记的步："
# "values:" = "数值："
# "always answering 1:" = "总是答 1："
# "parameters" = "个参数"
# "length" = "长度"
# ": solved by" = "：学会的次数"
# "as said" = "与上文相符"
# ": solved" = "：学会了"
# "mean distance from the best guess is below 0.15:" = "与最佳猜测的平均距离小于 0.15："
#
# [tool.neverstale.figures."task.svg"]
# zh = "一条长 30 的序列：每个时间步一根竖线表示数值，两根带标记的竖线特别标出，旁边写着它们的值"
# en = "One sequence of length 30: a stem for the value at each time step; the two marked stems stand out, with their values written beside them"
#
# [tool.neverstale.figures."curves.svg"]
# zh = "三幅图，长度 10、30、60：误差随训练步数的变化，每条线到训练结束处为止。长度 10 时两种网络都降下来；长度 30 时 RNN 直到最后都停在瞎猜的水平附近，LSTM 降下来；长度 60 只有 LSTM，它先平了几百步，随后骤降"
# en = "Three panels, lengths 10, 30 and 60: error against training steps, each curve as long as its training. At length 10 both networks come down; at 30 the RNN stays near the chance level to the end, while the LSTM comes down; at 60 there is only the LSTM, flat for hundreds of steps, then dropping suddenly"
#
# [tool.neverstale.figures."inside.svg"]
# zh = "训练好的 LSTM 读一条长 60 的序列：输出从低处出发，几步之后升到 1 附近，第一个标记处跳上去，第二个标记处跳下来，其余时间变化很小，始终离虚线所示的最佳猜测不远"
# en = "The trained LSTM reading a sequence of length 60: its answer starts low, is near 1 after a few steps, jumps up at the first marked step and down at the second, changes little elsewhere, and is never far from the dashed line of the best guess"
# ///

# %% [markdown] zh
# # 实验：长时记忆 {#lab}
#
# 这个实验让普通 RNN 和 LSTM 做同一道题：隔着很长一段无关的输入，记住一个数。两者的隐状态一样大，学习率一样，最多都训练 1500 步。你会看到，序列稍长一些，RNN 就学不会，LSTM 学得会；还会看到 LSTM 学会之前，有很长一段时间毫无起色。用一个 CPU 线程，全程不到一分钟。

# %% [markdown] en
# # Lab: long memory {#lab}
#
# In this lab a plain RNN and an LSTM take the same test: remember a number across a long stretch
# of irrelevant input. They have hidden states of the same size, the same learning rate and at
# most 1,500 training steps each. You will see the RNN fail as soon as the sequence grows, and the
# LSTM succeed; and you will see that for a long time before it succeeds, nothing seems to happen.
# The whole lab takes less than a minute on a single CPU thread.

# %%
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from torch import nn

device = "cuda" if torch.cuda.is_available() else "cpu"
# zh: 矩阵很小，多线程只会互相等待
# en: the matrices are small; more threads would only wait for each other
torch.set_num_threads(1)
# zh: 消失的梯度会变成非规格化的极小数，CPU 算它们很慢；直接当作 0
# en: vanishing gradients become denormal numbers,
# en: which are slow on a CPU; take them as 0
torch.set_flush_denormal(True)

# %% [markdown] zh
# ## 题目：加法 {#task}
#
# 这道题叫**加法任务**，出自 1997 年的 LSTM 论文，这里用的是后来通行的简化版。每个时间步输入两个数：一个 0 到 1 之间的随机数，一个标记。标记只在两处为 1，前半段一处，后半段一处，其余都是 0。读完整条序列，要答出带标记的两个数之和。
#
# 题目不难懂，难在时间：前一个数出现之后，可能要过几十步才轮到作答，其间每一步都有新的随机数来干扰。

# %% [markdown] en
# ## The task: adding {#task}
#
# It is called the **adding task** and comes from the LSTM paper of 1997; this is the simplified
# form in use since. Each time step brings two numbers: a random value between 0 and 1, and a
# marker. The marker is 1 at two steps, one in each half of the sequence, and 0 elsewhere. After
# the last step the network has to give the sum of the two marked values.
#
# What to do is easy to grasp; what is hard is the time. Dozens of steps may pass between the
# first marked value and the answer, and each of them brings another random number.


# %%
def make_batch(batch_size, length):
    x = torch.zeros(batch_size, length, 2)  # (N, T, 2)
    x[:, :, 0] = torch.rand(batch_size, length)
    row = torch.arange(batch_size)
    x[row, torch.randint(0, length // 2, (batch_size,)), 1] = 1
    x[row, torch.randint(length // 2, length, (batch_size,)), 1] = 1
    target = (x[:, :, 0] * x[:, :, 1]).sum(dim=1)  # (N,)
    return x.to(device), target.to(device)


torch.manual_seed(4)
x, target = make_batch(1, 30)
value, marker = x[0].cpu().T  # (30,), (30,)
marked = marker.nonzero().flatten().tolist()
print("marked steps:", marked)
first, second = value[marked]
print(f"{first:.2f} + {second:.2f} = {target.item():.2f}")

# %%
fig, ax = plt.subplots(figsize=(4.8, 2.2))
ax.vlines(range(30), 0, value, color="C0", alpha=0.35, linewidth=3)
ax.vlines(marked, 0, value[marked], color="C1", linewidth=3)
for step in marked:
    ax.text(
        step,
        value[step] + 0.04,
        f"{value[step]:.2f}",
        ha="center",
        color="C1",
    )
ax.set(xlabel="time step", ylabel="value", ylim=(0, 1.2))
fig.savefig("task.svg")

# %% [markdown] zh
# 什么也不记的网络最多能做到什么程度？两个均匀分布的数之和平均是 1，永远答 1 的均方误差就是这个和的方差，$\frac{1}{12} + \frac{1}{12} = \frac{1}{6} \approx 0.167$。下文把这叫**瞎猜的水平**。误差停在这里，就说明网络没有记住任何东西。

# %% [markdown] en
# How well can a network do that remembers nothing? The sum of two uniform numbers is 1 on
# average; always answering 1 has the variance of that sum as its mean squared error,
# $\frac{1}{12} + \frac{1}{12} = \frac{1}{6} \approx 0.167$. From here on, this value is called the
# **chance level**. A network whose error stays there has remembered nothing.

# %%
chance = 1 / 6
torch.manual_seed(0)
_, many = make_batch(20_000, 10)
constant = F.mse_loss(torch.ones_like(many), many)
print(f"always answering 1: {constant.item():.2f}")

# %% [markdown] zh
# ## 两个对手 {#networks}
#
# 两个网络只差循环层：`nn.RNN` 或 `nn.LSTM`，隐状态都是 32 个数，取最后一步的输出，经一个线性层得到答案。
#
# LSTM 的遗忘门偏置加 1，让门一开始偏向「记住」。PyTorch 给每个门两个偏置，这里改的是 `bias_ih_l0` 里遗忘门那一段；四个门的次序是输入、遗忘、候选、输出，所以是第二段。

# %% [markdown] en
# ## The two contestants {#networks}
#
# The networks differ in the recurrent layer only, `nn.RNN` or `nn.LSTM`. Both have a hidden
# state of 32 numbers; the output of the last step goes through a linear layer.
#
# In the LSTM, 1 is added to the bias of the forget gate, so that the gate starts out inclined to
# keep. PyTorch has two biases for each gate; the one changed here is the forget gate's part of
# `bias_ih_l0`. The order is input, forget, candidate, output, so it is the second part.


# %%
class LastStep(nn.Module):
    def __init__(self, layer, hidden_size):
        super().__init__()
        self.recurrent = layer(2, hidden_size, batch_first=True)
        self.linear = nn.Linear(hidden_size, 1)
        if layer is nn.LSTM:
            with torch.no_grad():
                forget = slice(hidden_size, 2 * hidden_size)
                self.recurrent.bias_ih_l0[forget] += 1

    def forward(self, x):  # (N, T, 2)
        output, _ = self.recurrent(x)  # (N, T, hidden_size)
        return self.linear(output[:, -1]).squeeze(1)  # (N,)


def count(model):
    return sum(p.numel() for p in model.parameters())


print("RNN ", count(LastStep(nn.RNN, 32)), "parameters")
print("LSTM", count(LastStep(nn.LSTM, 32)), "parameters")

# %% [markdown] zh
# ## 训练 {#train}
#
# 每一步都用 32 条新生成的序列，训练数据取之不尽，也就谈不上过拟合。梯度的范数截到 1：RNN 的梯度不只会消失，偶尔也会爆炸。最多训练 1500 步；每 50 步看一次，这 50 步的平均误差若低于瞎猜水平的二十分之一，就提前结束。
#
# 训练完，用 1000 条没见过的序列打分；均方误差不到瞎猜水平的四分之一，算「学会」。每种情形换三个随机种子，训练三次。两种网络先考长度 10 和 30，最后让 LSTM 单独考长度 60：后面会看到，RNN 在 30 上就败了，不必再考。

# %% [markdown] en
# ## Training {#train}
#
# Every step uses 32 fresh sequences; training data never run out, so there is no overfitting to
# speak of. The norm of the gradient is clipped to 1: an RNN's gradients do not only vanish, now
# and then they explode. Training takes at most 1,500 steps. Every 50 steps it is checked whether
# the mean error of these 50 is below one twentieth of the chance level; if so, training ends early.
#
# After training, 1,000 new sequences are used to score the network. “Solved” means a mean squared
# error below a quarter of the chance level. Everything is trained three times, with three random
# seeds. Both networks are tried at lengths 10 and 30, and the LSTM alone at length 60: the RNN, as
# you will see, has failed by then.


# %%
def train(
    layer, length, seed, hidden_size=32, lr=1e-2, stop_below=chance / 20
):
    torch.manual_seed(seed)
    model = LastStep(layer, hidden_size).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr)
    losses = []
    for _ in range(1500):
        x, target = make_batch(32, length)
        loss = F.mse_loss(model(x), target)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
        if len(losses) % 50 == 0 and sum(losses[-50:]) / 50 < stop_below:
            break
    with torch.no_grad():
        x, target = make_batch(1000, length)
        error = F.mse_loss(model(x), target).item()
    return model, losses, error


layers = {"RNN": nn.RNN, "LSTM": nn.LSTM}
contests = {10: ["RNN", "LSTM"], 30: ["RNN", "LSTM"], 60: ["LSTM"]}
seeds = [0, 1, 2]
results = {
    (name, length): [train(layers[name], length, seed) for seed in seeds]
    for length, names in contests.items()
    for name in names
}


def solved(name, length):
    return sum(error < chance / 4 for _, _, error in results[name, length])


for length, names in contests.items():
    line = ", ".join(
        f"{name} {solved(name, length)}/{len(seeds)}" for name in names
    )
    print(f"length {length}: solved by {line}")


# %%
def every_50(losses):
    return torch.tensor(losses).reshape(-1, 50).mean(dim=1)  # (steps / 50,)


fig, axes = plt.subplots(1, 3, figsize=(4.8, 3.0), sharex=True, sharey=True)
for ax, (length, names) in zip(axes, contests.items(), strict=True):
    for name in names:
        for _, losses, _ in results[name, length]:
            ax.plot(
                range(50, len(losses) + 1, 50),
                every_50(losses),
                color={"RNN": "C1", "LSTM": "C0"}[name],
                linewidth=1.4,
                label=name,
            )
    ax.axhline(
        chance, color="C2", linestyle="--", linewidth=1.2, label="chance"
    )
    ax.set(
        title=f"length {length}",
        yscale="log",
        xticks=[0, 1000],
        ylim=(3e-3, 1),
    )
axes[0].set_ylabel("mean squared error")
axes[1].set_xlabel("step")
lines, names = axes[0].get_legend_handles_labels()
fig.legend(lines[::3], names[::3], loc="outside upper center", ncols=3)
fig.savefig("curves.svg")

# %% [markdown] zh
# ## 结果 {#result}
#
# 长度 10，两种网络都学会了，三次都是。长度 30，RNN 三次都没有学会，1500 步之后，误差仍在瞎猜的水平附近。LSTM 在三种长度上三次都学会。下面的断言把守着这几句话。
#
# 也请看 LSTM 的曲线：长度 60 时，四百多步看不出任何进步，然后不到三百步就降到底。如果在没有起色的时候停止训练，就会得出「LSTM 也不行」的错误结论。

# %% [markdown] en
# ## The result {#result}
#
# At length 10 both networks solve the task, all three times. At length 30 the RNN fails all three
# times: after 1,500 steps its error is still near the chance level. The LSTM solves the task at
# every length, every time. The assertions below guard these sentences.
#
# Look at the LSTM's curves, too. At length 60 there are more than four hundred steps without any
# visible progress; then, in less than three hundred, the error comes down all the way. Whoever
# stops before that concludes, wrongly, that the LSTM cannot do it either.

# %%
assert solved("RNN", 10) == 3 and solved("RNN", 30) == 0
assert all(solved("LSTM", length) == 3 for length in contests)
for _, losses, _ in results["RNN", 30]:
    assert sum(losses[-200:]) / 200 > 0.8 * chance
for _, losses, _ in results["LSTM", 60]:
    flat = (every_50(losses) > 0.8 * chance).sum().item() * 50
    assert flat > 400 and len(losses) - flat < 300
print("as said")

# %% [markdown] zh
# ## 这样比公平吗 {#fair}
#
# 有两处可以质疑。隐状态一样大，LSTM 的参数却是 RNN 的四倍左右；学习率也许恰好不合 RNN 的意。所以再给 RNN 一次机会：隐状态加到 66，参数就与 LSTM 相当，学习率试三种，只考长度 30。

# %% [markdown] en
# ## Was that fair? {#fair}
#
# Two objections are possible. With equal hidden states the LSTM has about four times as many
# parameters, and the learning rate may happen not to suit the RNN. So the RNN gets another try:
# 66 hidden units, which makes the parameters about equal, and three learning rates, at length 30
# only.

# %%
print(count(LastStep(nn.RNN, 66)), "parameters")
for lr in (1e-3, 3e-3, 1e-2):
    _, losses, error = train(nn.RNN, 30, seed=0, hidden_size=66, lr=lr)
    print(f"lr {lr}: solved", error < chance / 4)
    assert sum(losses[-200:]) / 200 > 0.8 * chance

# %% [markdown] zh
# 还是学不会。原因不在容量，而在梯度：损失只在最后一步，梯度要沿时间往回走，每走一步都乘上一次循环权重和 tanh 的导数，走不了多远就小到淹没在噪声里。LSTM 的单元状态靠**加法**更新，梯度乘的是遗忘门，门接近 1 时就能走得很远。
#
# 这不等于 RNN 无论如何都学不会：换一种初始化（例如让循环权重从单位矩阵开始，配 ReLU），或者训练得更久，它能应付的长度会增加。这里比较的是相同预算下的标准做法。
#
# ## 它怎样记住 {#inside}
#
# 把最后的线性层接到每一个时间步上，就能看到网络「此刻的答案」。下面另训练一个 LSTM，不提前结束，练满 1500 步，再让它读一条新序列。
#
# 虚线是读到这一步时所能作的最好的猜测：见过的标记数照实相加，还没出现的每个按平均值 0.5 计。设第 $s$ 步的数是 $v_s$，标记是 $m_s$：
#
# $$
# b_t = \sum_{s \le t} m_s v_s + 0.5 \left(2 - \sum_{s \le t} m_s\right)
# $$
#
# 所以它从 1 出发；遇到一个大于 0.5 的数就上一级，遇到小于 0.5 的就下一级。网络只在最后一步被要求答对，中途从未受过指点，却自己走上了差不多同样的台阶：头几步过后，只要没有新消息，它就基本保持原状。台阶并不精确，换一个种子，偏差有时会大一倍。

# %% [markdown] en
# It still fails. The reason is not capacity but gradients: the loss sits at the last step, and
# on its way back the gradient is multiplied, at every step, by the recurrent weights and the
# derivative of tanh; before long it is too small to stand out from the noise. An LSTM updates
# its cell state by **addition**; what multiplies the gradient there is the forget gate, and a
# gate close to 1 lets it travel far.
#
# This does not mean that an RNN can never do it. With another initialization (recurrent weights
# that start as the identity matrix, with ReLU, say) or much longer training it copes with longer
# sequences. What was compared here is standard practice within the same budget.
#
# ## How it remembers {#inside}
#
# Put the last linear layer behind every time step, and you see the network's “answer so far”.
# Below, one more LSTM is trained, for all 1,500 steps without ending early, and then reads a new
# sequence.
#
# The dashed line is the best guess that is possible at each step: the marked values seen so far,
# plus 0.5, the average, for each that is still to come. With the value $v_s$ and the marker $m_s$
# of step $s$:
#
# $$
# b_t = \sum_{s \le t} m_s v_s + 0.5 \left(2 - \sum_{s \le t} m_s\right)
# $$
#
# So it starts at 1; a value above 0.5 takes it one stair up, a value below 0.5 one stair down. The
# network was only ever trained to be right at the last step, and nobody told it what to say on the
# way. Yet it walks much the same stairs: after the first few steps, while there is no news, it
# stays about where it is. The stairs are not exact; with another seed they may be off by twice as
# much.

# %%
model, _, _ = train(nn.LSTM, 60, seed=2, stop_below=0)


@torch.no_grad()
def every_step(x):
    states, _ = model.recurrent(x)  # (N, T, 32)
    value, marker = x.unbind(dim=2)  # (N, T) each
    best = (value * marker).cumsum(dim=1) + 0.5 * (2 - marker.cumsum(dim=1))
    return model.linear(states).squeeze(2).cpu(), best.cpu()  # (N, T) each


torch.manual_seed(21)
x, target = make_batch(1, 60)
answer, best = every_step(x)
marked = x[0, :, 1].nonzero().flatten().tolist()
print(
    "marked steps:",
    marked,
    "values:",
    [round(v, 2) for v in x[0, marked, 0].tolist()],
)

fig, ax = plt.subplots(figsize=(4.8, 2.8))
ax.step(
    range(60),
    best[0],
    where="post",
    color="C2",
    linestyle="--",
    label="best guess so far",
)
ax.plot(range(60), answer[0], color="C0", label="answer so far")
ax.set(xlabel="time step", ylabel="value", ylim=(0.5, 1.9))
ax.legend(loc="upper right")
fig.savefig("inside.svg")

# %%
answers, bests = every_step(make_batch(1000, 60)[0])
difference = (answers - bests).abs().mean().item()
print("mean distance from the best guess is below 0.15:", difference < 0.15)
assert difference < 0.15

# %% [markdown] zh
# ## 自己动手 {#exercises}
#
# 下载这个笔记本，改一处，先猜结果，再运行：
#
# - 去掉遗忘门偏置上加的 1，长度 60 时 LSTM 要多训练多少步？
# - 把 `nn.GRU` 也加进 `layers` 和 `contests`，它更像哪一个？
# - 把长度加到 100，LSTM 的曲线要平多久才降？
# - 用长度 60 训练好的 LSTM 去考长度 120，误差大多少？
#
# ## 来源 {#sources}
#
# - Hochreiter、Schmidhuber，[Long Short-Term Memory](https://doi.org/10.1162/neco.1997.9.8.1735)（1997）：加法任务的出处。
# - Le、Jaitly、Hinton，[A Simple Way to Initialize Recurrent Networks of Rectified Linear Units](https://arxiv.org/abs/1504.00941)（2015）：这里的简化版，以及用单位矩阵初始化的 RNN。
# - Jozefowicz、Zaremba、Sutskever，[An Empirical Exploration of Recurrent Network Architectures](https://proceedings.mlr.press/v37/jozefowicz15.html)（2015）：遗忘门偏置取 1 的实验依据。
# - PyTorch 文档：[`nn.RNN`](https://docs.pytorch.org/docs/stable/generated/torch.nn.RNN.html)、[`nn.LSTM`](https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html)。

# %% [markdown] en
# ## Your turn {#exercises}
#
# Download this notebook, change one thing, guess the result, then run it:
#
# - Without the 1 added to the forget gate's bias, how many more steps does the LSTM need at length 60?
# - Add `nn.GRU` to `layers` and `contests`. Which of the two does it resemble?
# - At length 100, how long does the LSTM's curve stay flat?
# - Test the LSTM trained at length 60 on length 120. How much larger is the error?
#
# ## Sources {#sources}
#
# - Hochreiter and Schmidhuber, [Long Short-Term Memory](https://doi.org/10.1162/neco.1997.9.8.1735) (1997): where the adding task comes from.
# - Le, Jaitly and Hinton, [A Simple Way to Initialize Recurrent Networks of Rectified Linear Units](https://arxiv.org/abs/1504.00941) (2015): the simplified form used here, and an RNN that starts from the identity matrix.
# - Jozefowicz, Zaremba and Sutskever, [An Empirical Exploration of Recurrent Network Architectures](https://proceedings.mlr.press/v37/jozefowicz15.html) (2015): experiments behind a forget-gate bias of 1.
# - PyTorch documentation: [`nn.RNN`](https://docs.pytorch.org/docs/stable/generated/torch.nn.RNN.html), [`nn.LSTM`](https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html).
