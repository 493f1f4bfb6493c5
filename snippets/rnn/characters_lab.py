# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib"]
#
# [tool.neverstale]
# timeout = 300
# tolerance = 0.1
# lab = true
# files = ["tang.txt", "english.txt"]
#
# [tool.neverstale.labels.zh]
# "step" = "训练步数"
# "nats per character" = "损失（奈特/字符）"
# "training" = "训练部分"
# "held out" = "留出部分"
# "bigram" = "二元模型"
# "Tang poems" = "唐诗"
# "Shakespeare" = "莎士比亚"
#
# [tool.neverstale.words.zh]
# "characters, " = "个字符，"
# "different ones" = "种不同"
# "different characters, " = "种字符，"
# "to train on, " = "个用来训练，"
# "held out, " = "个留出，其中 "
# "of these are" = "个是"
# ": blind guess" = "：瞎猜"
# ", add-one" = "，加一"
# ", mixed" = "，混入单字频率"
# ": training" = "：训练部分"
# ", held out" = "，留出部分"
# ", bigram" = "，二元模型"
# "temperature" = "温度"
# "couplets of five or seven characters, share of lines: " = "五言或七言的联占各行的比例："
# "of these with five: " = "其中五言："
# ", by the model: " = "，模型写的："
# ", held-out part: " = "，留出部分原文："
# "step" = "步数"
# "bigram: held out" = "二元模型：留出部分"
#
# [tool.neverstale.figures."curves.svg"]
# zh = "左图唐诗，右图莎士比亚：两条损失曲线随训练步数下降，留出部分先降后平，停在训练部分之上、虚线所示的二元模型之下"
# en = "Tang poems on the left, Shakespeare on the right: both losses fall with the training steps; the held-out one levels off above the training one and below the dashed line of the bigram model"
# ///

# %% [markdown] zh
# # 实验：逐字写作 {#lab}
#
# 让 LSTM 读一段文字，每次猜下一个字符；学会之后，把猜出的字再喂给它，它就能一个字一个字写下去。同一个函数训练两遍：一遍读唐诗，一遍读莎士比亚。你会看到它从两万字不到的材料里学到什么，没学到什么，又照抄了多少。全程用一个 CPU 线程，不到一分钟。

# %% [markdown] en
# # Lab: writing character by character {#lab}
#
# An LSTM reads a text and guesses the next character, over and over. Once it has learned to, its
# guesses are fed back to it, and it writes. The same function trains it twice, once on
# Shakespeare, once on Tang dynasty poems. You will see what it picks up from fewer than twenty
# thousand characters, what it does not, and how much it merely copies. The whole lab takes less
# than a minute on a single CPU thread.

# %%
import math
from collections import Counter

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from torch import nn

# zh: 为了让不同的机器写出同样的文字：一个线程，双精度，见「采样」一节
# en: so that every machine writes the same text:
# en: one thread, double precision (see "Sampling")
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

# %% [markdown] zh
# ## 两段文字 {#texts}
#
# `tang.txt` 是《唐诗三百首》里的 206 首，简体，每联一行，诗与诗之间空一行。只收整首五言或整首七言、不超过八联的诗；重出的、带校勘括号的不收，异体字改成通行字。底本的文字与课本偶有不同，例如「黄砂直上白云间」。
#
# `english.txt` 是莎士比亚《科利奥兰纳斯》的前三场，取自 Karpathy 的 tiny Shakespeare 的开头，删去了两处只有人名、没有台词的地方。
#
# 两段文字的作者都早已过世，作品属于公有领域，可以随意分发；出处见文末。

# %% [markdown] en
# ## Two texts {#texts}
#
# `english.txt` holds the first three scenes of Shakespeare's *Coriolanus*, taken from the
# beginning of Karpathy's tiny Shakespeare, without two speakers' names that have no speech.
#
# `tang.txt` holds 206 poems of the collection *Three Hundred Tang Poems* in simplified
# characters, one couplet to a line, a blank line between poems. A poem is included if all its
# lines have five characters, or all have seven, and it has at most eight couplets; repeated
# poems and poems with editors' brackets are left out, and variant characters are replaced by
# their standard forms.
#
# The authors died long ago, and both texts are in the public domain. Sources are at the end.

# %%
texts = {}
for name in ("tang.txt", "english.txt"):
    with open(name, encoding="utf-8") as file:
        texts[name] = file.read()
    print(
        f"{name}: {len(texts[name])} characters, "
        f"{len(set(texts[name]))} different ones",
    )

print(texts["tang.txt"][:68])
print(texts["english.txt"][:98])

# %% [markdown] zh
# ## 从字符到编号 {#numbers}
#
# 前十分之九用来训练，后十分之一留出，只用来打分。有两种字学不到什么：训练部分里只出现过一次的，以及只在留出部分里出现的。两种都换成同一个记号「□」。唐诗里这样的字不少：原有一千五百多种字，换过之后少了四成。模型和后面的基线读的都是换过的文字，比较才公平。

# %% [markdown] en
# ## From characters to numbers {#numbers}
#
# The first nine tenths are for training; the last tenth is held out and only used to measure.
# About two kinds of characters there is hardly anything to learn: those that occur only once in
# the training part, and those that occur only in the held-out part. Both are replaced by one sign,
# “□”. In the poems there are many of them: of more than 1,500 characters, four in ten disappear.
# The model and the baseline below read the same text, so that they can be compared.

# %%
RARE = "□"


def prepare(text):
    cut = len(text) * 9 // 10
    counts = Counter(text[:cut])
    text = "".join(c if counts[c] > 1 else RARE for c in text)
    characters = sorted(set(text) | {RARE})
    number = {c: i for i, c in enumerate(characters)}
    ids = torch.tensor([number[c] for c in text])
    return characters, ids[:cut], ids[cut:]


for name, text in texts.items():
    characters, train, held_out = prepare(text)
    rare = (held_out == characters.index(RARE)).sum().item()
    print(
        f"{name}: {len(characters)} different characters, "
        f"{len(train)} to train on, "
        f"{len(held_out)} held out, {rare} of these are {RARE}"
    )

# %% [markdown] zh
# ## 基线：只看前一个字 {#bigram}
#
# 损失是下一个字符的平均负对数概率，单位奈特（自然对数）。闭着眼睛在 $V$ 个字符里猜，损失是 $\ln V$。一个像样的对手是**二元模型**：数一数训练部分里每个字后面跟过哪些字，照次数给概率。
#
# 没见过的搭配不能给概率 0。最简单的补救是每种搭配多数一次（加一平滑），可是字有几百上千种，这样会把概率摊得太薄。好一些的办法是混入 $k$ 份单字频率。设 $n_{ab}$ 是 $b$ 跟在 $a$ 后面的次数，$n_a$ 是 $a$ 后面跟过字的总次数，$p_b$ 是 $b$ 的单字频率：
#
# $$
# p(b \mid a) = \frac{n_{ab} + k\, p_b}{n_a + k}
# $$
#
# $k$ 直接在留出部分上挑最好的，等于让基线占点便宜。

# %% [markdown] en
# ## A baseline: only the previous character {#bigram}
#
# The loss is the mean negative log probability of the next character, in nats (natural
# logarithm). Guessing blindly among $V$ characters costs $\ln V$. A decent opponent is the **bigram
# model**: count which characters follow which in the training part, and turn the counts into
# probabilities.
#
# A pair that was never seen must not get probability 0. The simplest remedy counts every pair
# once more (add-one smoothing), but with hundreds of characters that spreads the probability
# thin. It is better to mix in the frequency of single characters, with weight $k$. Let $n_{ab}$ be
# how often $b$ follows $a$, let $n_a$ be how often anything follows $a$, and $p_b$ the frequency
# of $b$:
#
# $$
# p(b \mid a) = \frac{n_{ab} + k\, p_b}{n_a + k}
# $$
#
# The best $k$ is picked on the held-out part itself, which gives the baseline a small unfair
# advantage.


# %%
def bigram(train, held_out, size):
    pairs = torch.zeros(size, size)
    pairs.index_put_(
        (train[:-1], train[1:]), torch.ones(len(train) - 1), accumulate=True
    )
    single = torch.bincount(train, minlength=size) + 1.0
    single = single / single.sum()
    before, after = held_out[:-1], held_out[1:]

    # zh: extra 的形状是 (V,)，加到 (V, V) 的每一行上
    # en: extra has the shape (V,) and is added to every row of (V, V)
    def loss(extra):
        p = (pairs + extra) / (pairs + extra).sum(dim=1, keepdim=True)
        return -p[before, after].log().mean().item()

    return loss(torch.ones(size)), min(
        loss(k * single) for k in (1, 3, 10, 30, 100, 300)
    )


baseline = {}
for name, text in texts.items():
    characters, train, held_out = prepare(text)
    add_one, baseline[name] = bigram(train, held_out, len(characters))
    print(
        f"{name}: blind guess {math.log(len(characters)):.1f}"
        f", add-one {add_one:.1f}, mixed {baseline[name]:.1f}"
    )

# %% [markdown] zh
# ## 模型与训练 {#train}
#
# 三层：`nn.Embedding` 把字符编号变成 96 个数，`nn.LSTM` 读一遍，`nn.Linear` 给出下一个字符的 logits。每一步从训练部分随机截 32 段，每段 48 个字符，目标是同一段往后挪一位。材料很少，所以用 dropout 和 `AdamW` 的权重衰减，不让它太快背熟。唐诗字表大、材料更少，dropout 取 0.6；英文取 0.3。
#
# 每 25 步打一次分（关掉 dropout）：一次是整个留出部分，一次是训练部分开头同样长的一段。

# %% [markdown] en
# ## Model and training {#train}
#
# Three layers: `nn.Embedding` turns a character's number into 96 values, `nn.LSTM` reads them,
# `nn.Linear` gives the logits of the next character. Every step takes 32 random pieces of 48
# characters from the training part; the target is the same piece, moved by one. There is little
# to read, so dropout and the weight decay of `AdamW` keep the network from memorizing everything
# too soon. The poems have many more different characters and less text: dropout is 0.6 for
# them and 0.3 for Shakespeare.
#
# Every 25 steps the loss is measured without dropout, on the whole held-out part and on an
# equally long stretch at the beginning of the training part.


# %%
class CharacterModel(nn.Module):
    def __init__(self, size, dropout, hidden_size=96):
        super().__init__()
        self.embedding = nn.Embedding(size, hidden_size)
        self.lstm = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.Linear(hidden_size, size)
        # zh: 输入和输出共用一张字表，参数少一半；初值取小一些
        # en: one table for input and output, half
        # en: the parameters; start with small values
        self.linear.weight = self.embedding.weight  # (V, hidden_size)
        nn.init.normal_(self.embedding.weight, std=0.1)

    def forward(self, ids, state=None):  # (N, T)
        x = self.dropout(self.embedding(ids))  # (N, T, hidden_size)
        output, state = self.lstm(x, state)  # (N, T, hidden_size)
        return self.linear(self.dropout(output)), state  # (N, T, V)


@torch.no_grad()
def evaluate(model, ids):
    model.eval()
    logits, _ = model(ids[None, :-1])  # (1, T, V)
    model.train()
    return F.cross_entropy(logits[0], ids[1:]).item()


def fit(text, steps, dropout, batch_size=32, length=48, lr=8e-3):
    characters, train, held_out = prepare(text)
    torch.manual_seed(0)
    model = CharacterModel(len(characters), dropout)
    optimizer = torch.optim.AdamW(model.parameters(), lr, weight_decay=0.1)
    history = []
    for step in range(1, steps + 1):
        start = torch.randint(len(train) - length, (batch_size, 1))
        piece = train[start + torch.arange(length + 1)]  # (N, T + 1)
        logits, _ = model(piece[:, :-1])  # (N, T, V)
        loss = F.cross_entropy(logits.flatten(0, 1), piece[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % 25 == 0:
            seen = evaluate(model, train[: len(held_out)])
            history.append((step, seen, evaluate(model, held_out)))
    return model, characters, history


fitted = {
    "tang.txt": fit(texts["tang.txt"], steps=300, dropout=0.6),
    "english.txt": fit(texts["english.txt"], steps=350, dropout=0.3),
}
for name, (_, _, history) in fitted.items():
    _, seen, unseen = history[-1]
    print(
        f"{name}: training {seen:.1f}, held out {unseen:.1f}"
        f", bigram {baseline[name]:.1f}"
    )
    assert unseen < baseline[name] - 0.1

# %%
fig, axes = plt.subplots(1, 2, figsize=(4.8, 2.8))
titles = {"tang.txt": "Tang poems", "english.txt": "Shakespeare"}
for ax, (name, (_, _, history)) in zip(axes, fitted.items(), strict=True):
    steps, seen, unseen = zip(*history, strict=True)
    ax.plot(steps, seen, label="training")
    ax.plot(steps, unseen, label="held out")
    ax.axhline(
        baseline[name],
        color="C2",
        linestyle="--",
        linewidth=1.2,
        label="bigram",
    )
    ax.set(title=titles[name], xlabel="step")
axes[0].set_ylabel("nats per character")
fig.legend(
    *axes[0].get_legend_handles_labels(),
    loc="outside upper center",
    ncols=3,
)
fig.savefig("curves.svg")

# %% [markdown] zh
# 两段文字上，LSTM 的留出损失都低于二元模型。莎士比亚赢得多：字符只有 58 种，一个单词看到前几个字母，后面大致就能猜到，只看一个字母的对手吃亏。唐诗赢得少：字有九百多种，训练部分里平均每种只见过十次，下一个字很难猜。LSTM 的优势主要在标点和换行，数着字数就知道它们该在哪里。
#
# 训练部分的损失一直在降，留出部分却渐渐停住。两条线之间的差距，来自只对训练部分有用的死记硬背。步数和 dropout 是看着留出部分选的，所以这里的成绩也略偏乐观。

# %% [markdown] en
# On both texts the held-out loss of the LSTM is below that of the bigram model. With Shakespeare
# the gain is large: there are 58 characters, the first few letters often settle the rest of a
# word, and an opponent that sees a single letter misses that. With the poems the gain is small:
# there are more than nine hundred characters, the training part shows each of them ten times on
# average, and the next one is hard to guess. The LSTM gains mainly on punctuation and line
# breaks: whoever counts knows where they belong.
#
# The training loss keeps falling while the held-out loss comes to rest. The gap between them is
# what the network has merely memorized. The number of steps and the dropout were chosen while
# looking at the held-out part, so these results, too, are a little flattering.

# %% [markdown] zh
# ## 采样 {#sample}
#
# 让模型接着一个换行往下写：算出下一个字符的概率，按概率抽一个，喂回去，再抽下一个。logits $z$ 先除以**温度** $T$，概率就是 $\operatorname{softmax}(z / T)$。$T = 1$ 时用模型原来的概率；小于 1 时，本来就大的概率变得更大，写得稳妥而重复；大于 1 则更冒险。「□」不许抽。
#
# 抽样对舍入误差很敏感：概率差一点点，就可能抽到另一个字，后面全都跟着变。不同的 CPU 加法次序不同，用单精度训练几百步，权重的前几位有效数字就已经不一样了。所以开头设了双精度和单线程，剩下的差别小到几乎不可能改变抽样。

# %% [markdown] en
# ## Sampling {#sample}
#
# The model gets a line break and writes on from there: compute the probabilities of the next
# character, draw one, feed it back, draw the next. The logits $z$ are first divided by the **temperature** $T$, so that
# the probabilities are $\operatorname{softmax}(z / T)$. With $T = 1$ they are the model's own; below 1
# the large ones become larger, and the text safer and more repetitive; above 1 it takes more
# risks. “□” may not be drawn.
#
# Drawing is sensitive to rounding: if a probability differs slightly, another character may be
# drawn, and everything after it changes. CPUs add in different orders, and in single precision a
# few hundred training steps blow the differences up until they show. Hence double precision and
# one thread, set at the beginning: what is left is far too small to be likely to change a draw.


# %%
@torch.no_grad()
def write(model, characters, length, temperature, seed=0):
    generator = torch.Generator().manual_seed(seed)
    model.eval()
    last, state, written = characters.index("\n"), None, []
    for _ in range(length):
        logits, state = model(torch.tensor([[last]]), state)  # (1, 1, V)
        logits[0, 0, characters.index(RARE)] = -math.inf
        p = (logits[0, 0] / temperature).softmax(dim=0)  # (V,)
        last = torch.multinomial(p, 1, generator=generator).item()
        written.append(characters[last])
    return "".join(written).strip()


for temperature in (0.6, 1.0):
    print(f"[temperature {temperature}]")
    print(write(*fitted["tang.txt"][:2], 170, temperature), end="\n\n")

# %%
for temperature in (0.6, 1.0):
    print(f"[temperature {temperature}]")
    print(write(*fitted["english.txt"][:2], 300, temperature), end="\n\n")

# %% [markdown] zh
# ## 学到了什么 {#learned}
#
# 从远处看，唐诗很像唐诗：逗号和句号轮流出现，一联两句，两句一样长。没有人告诉它要数字数，这是从损失里学来的。靠近了读，「月」「山」「云」「人」常见，词与词偶尔搭得上，整句却说不通，也不押韵：字只是编号，读音从来没有给过它。
#
# 低温时，多数联之后都空一行，并不是它以为诗都只有一联。一联写完，空行的概率不过几成；但另起一联时，第一个字有几百种可能，哪一种的概率都比不上空行。温度一低，最大的概率还会被放大。五言也是这样：训练部分六成的行是五言，低温写出来的几乎全是。
#
# 莎士比亚那边，它学会了空格和词的长短、句末标点、行首大写、说话人名字后面跟冒号再换行；常用的短词大多拼对了，长一些的多半是看着像英文的生造词。
#
# 下面把两件事量一量。先写一千个字的唐诗，看有多少行正好是一联五言或七言。再看模型照抄了多少：在它写的文字里，找出与训练部分一字不差的最长一段。留出部分的原文也这样找一遍，作为参照：同一本书里本来就会有重复。

# %% [markdown] en
# ## What it has learned {#learned}
#
# From a distance Shakespeare looks right: words of plausible length, punctuation at the end,
# capitals at the start of a line, speakers' names followed by a colon and a new line. Short
# common words are mostly spelled correctly; many of the longer ones are inventions that merely
# look like English, and no sentence makes sense.
#
# The poems look right, too: comma and full stop alternate, a line is a couplet of two equal
# halves. Nobody told the network to count; it learned that from the loss. Moon, mountain, cloud and
# person are frequent words, and two neighbouring characters may go together, but the lines mean
# little, and they do not rhyme: a character is a number to the network, which was never given any
# sounds.
#
# At the low temperature most couplets are followed by a blank line. This does not mean that the
# network takes poems to be one couplet long. After a couplet, a blank line is only one
# possibility. But a further couplet may begin with any of hundreds of characters, and none of
# these is as probable as the blank line. A low temperature makes the largest probability larger
# still. Length goes the same way: in the training part, six lines in ten have five characters to
# each half; at the low temperature nearly all of them do.
#
# Two of these things can be measured. The first cell writes a thousand characters of poetry and
# counts the lines that are couplets of twice five or twice seven. The second looks for the longest
# passage that is a verbatim copy of the training part. For comparison, it does the same with the
# real held-out part: a book repeats itself to some extent, too.

# %%
poems = write(*fitted["tang.txt"][:2], 1000, 0.6)
lines = [line for line in poems.split("\n")[:-1] if line]
halves = [
    line.replace("？", "，").rstrip("，。").split("，") for line in lines
]
couplets = [
    h for h in halves if len(h) == 2 and len(h[0]) == len(h[1]) in (5, 7)
]
share = len(couplets) / len(lines)
fives = sum(len(h[0]) == 5 for h in couplets)
print(f"couplets of five or seven characters, share of lines: {share:.1f}")
print(f"of these with five: {fives}/{len(couplets)}")
assert share > 0.9


# %%
def longest_copy(written, source):
    best = ""
    for start in range(len(written)):
        end = start + len(best) + 1
        while end <= len(written) and written[start:end] in source:
            best = written[start:end]
            end += 1
    return best


for name, text in texts.items():
    cut = len(text) * 9 // 10
    source, held_out = text[:cut], text[cut:]
    written = write(*fitted[name][:2], len(held_out), 0.6)
    copy = longest_copy(written, source)
    print(f"{name}, by the model: {len(copy)} characters, {copy!r}")
    assert len(copy) < 40
    copy = longest_copy(held_out, source)
    print(f"{name}, held-out part: {len(copy)} characters, {copy!r}")
    assert len(copy) < 40

# %% [markdown] zh
# 照抄的程度和一本书自身的重复差不多：唐诗不过几个字，莎士比亚最长的一段不过是人名加冒号那一类套路。模型小、步数少、dropout 大，还不至于整句背诵；步数多了就难说。
#
# ## 自己动手 {#exercises}
#
# 下载这个笔记本，改一处，先猜结果，再运行：
#
# 1. 唐诗的留出损失约 4.7，莎士比亚约 1.8。这是说唐诗比莎士比亚难学吗？
# 2. 把唐诗的 dropout 改成 0，两条损失曲线会怎样？
# 3. 把温度降到 0.05，会写出什么？
#
# 答案：
#
# 1. 不能这样比。损失按字符计，一个汉字相当于一个词，一个字母只是词的一小部分。$e^{4.7} \approx 110$，$e^{1.8} \approx 6$：平均下来，好比在 110 个字或 6 个字母里猜。
# 2. 训练部分的损失降得快得多，留出部分很快掉头向上，没过多久就比二元模型还差：材料这么少，不加约束的网络忙着背书。
# 3. 几乎每次都选概率最大的字，于是反复写同样几个词。
#
# 后两题的结果，下面的代码算给你看：

# %% [markdown] en
# It copies about as much as a book repeats itself: a few characters of the poems, and from
# Shakespeare hardly more than set pieces such as a speaker's name with its colon. A small model,
# few steps and dropout are not enough to memorize whole lines; with more steps that may change.
#
# ## Your turn {#exercises}
#
# Download this notebook, change one thing, guess the result, then run it:
#
# 1. The held-out loss is about 4.7 for the poems and 1.8 for Shakespeare. Are Tang poems harder to learn than Shakespeare?
# 2. What happens to the two losses of the poems if their dropout is set to 0?
# 3. What does the model write at temperature 0.05?
#
# Answers:
#
# 1. The numbers do not say so. The loss is per character; a Chinese character is about a word, a letter only a small part of one. With $e^{4.7} \approx 110$ and $e^{1.8} \approx 6$, it is on average like guessing among 110 characters, or among 6 letters.
# 2. The training loss falls much faster, and the held-out loss soon turns upwards until it is worse than that of the bigram model. With so little to read, a network that nothing holds back memorizes it.
# 3. It nearly always takes the most probable character, and ends up repeating the same few words.
#
# The next cell works out the last two:

# %%
_, _, history = fit(texts["tang.txt"], steps=200, dropout=0.0)
for step, seen, unseen in history[1::2]:
    print(f"step {step}: training {seen:.1f}, held out {unseen:.1f}")
print(f"bigram: held out {baseline['tang.txt']:.1f}")
assert history[-1][2] > baseline["tang.txt"]

for name in texts:
    print(write(*fitted[name][:2], 40, 0.05))

# %% [markdown] zh
# ## 来源 {#sources}
#
# - 唐诗：[chinese-poetry-simplified](https://github.com/menghun3-cn/chinese-poetry-simplified) 的《唐诗三百首》，即 [chinese-poetry](https://github.com/chinese-poetry/chinese-poetry)（MIT 许可证，© 2016 JackeyGao）的简体版本。
# - 莎士比亚：[char-rnn 的 tiny Shakespeare](https://github.com/karpathy/char-rnn/tree/master/data/tinyshakespeare)。
# - Karpathy，[The Unreasonable Effectiveness of Recurrent Neural Networks](https://karpathy.github.io/2015/05/21/rnn-effectiveness/)（2015）：更大的材料、更大的网络能写成什么样。
# - Press、Wolf，[Using the Output Embedding to Improve Language Models](https://arxiv.org/abs/1608.05859)（2016）：输入和输出共用一张字表。
# - PyTorch 文档：[`nn.LSTM`](https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html)、[`torch.multinomial`](https://docs.pytorch.org/docs/stable/generated/torch.multinomial.html)、[可复现性](https://docs.pytorch.org/docs/stable/notes/randomness.html)。

# %% [markdown] en
# ## Sources {#sources}
#
# - Poems: *Three Hundred Tang Poems* in [chinese-poetry-simplified](https://github.com/menghun3-cn/chinese-poetry-simplified), a version in simplified characters of [chinese-poetry](https://github.com/chinese-poetry/chinese-poetry) (MIT licence, © 2016 JackeyGao).
# - Shakespeare: [tiny Shakespeare of char-rnn](https://github.com/karpathy/char-rnn/tree/master/data/tinyshakespeare).
# - Karpathy, [The Unreasonable Effectiveness of Recurrent Neural Networks](https://karpathy.github.io/2015/05/21/rnn-effectiveness/) (2015): what larger networks write after reading more.
# - Press and Wolf, [Using the Output Embedding to Improve Language Models](https://arxiv.org/abs/1608.05859) (2016): one table for input and output.
# - PyTorch documentation: [`nn.LSTM`](https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html), [`torch.multinomial`](https://docs.pytorch.org/docs/stable/generated/torch.multinomial.html), [Reproducibility](https://docs.pytorch.org/docs/stable/notes/randomness.html).
