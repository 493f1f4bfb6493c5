# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "matplotlib", "mlxtend", "pillow"]
#
# [tool.neverstale]
# devices = ["cpu"]
# timeout = 120
# tolerance = 0.1
#
# [tool.neverstale.words.zh]
# "body" = "主体"
# ", head" = "，输出头"
# "per class," = "张/类，"
# "steps:" = "步："
# "those trained on" = "训练过的答对"
# " right, others" = "，其余"
# "white on black: " = "黑底白字："
# "black on white: " = "白底黑字："
# "right" = "答对"
# "body learned from letters:             " = "学过字母的主体：        "
# "body from letters with labels shuffled:" = "学字母时标签打乱的主体："
# "body at random:                        " = "随机的主体：            "
# ///
# --8<-- [start:count]
import torch
from few_digits import answers, digits, few, fit, score
from printed_letters import labels
from reader import Reader, pretrain

torch.set_num_threads(1)
model = Reader(classes=10)
body = sum(p.numel() for p in model.body.parameters())
head = sum(p.numel() for p in model.head.parameters())
print(f"body {body:,}, head {head:,}")
# --8<-- [end:count]


# --8<-- [start:patience]
def scratch(per_class, steps, seed):
    torch.manual_seed(seed)
    model = Reader(classes=10)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    chosen = few(per_class, seed)
    fit(model, optimizer, chosen, steps)
    right = score(model)
    with torch.no_grad():
        guess = model(digits[chosen]).argmax(dim=1)
    return right, (guess == answers[chosen]).float().mean().item()


for per_class in (5, 100):
    for steps in (100, 300):
        runs = [scratch(per_class, steps, seed) for seed in range(3)]
        new, trained = torch.tensor(runs).mean(dim=0).tolist()
        print(f"{per_class:>3} per class, {steps} steps:", end=" ")
        print(f"those trained on {trained:.2f} right, others {new:.2f}")
# --8<-- [end:patience]


# --8<-- [start:inverted]
def frozen(body, x, seed):
    torch.manual_seed(seed)
    model = Reader(classes=10)
    model.body = body.requires_grad_(False).eval()
    optimizer = torch.optim.Adam(model.head.parameters(), lr=0.01)
    fit(model, optimizer, few(5, seed), x=x)
    return score(model, x)


def mean(body, x=digits):
    return sum(frozen(body, x, seed) for seed in range(3)) / 3


learned = pretrain(labels).body
print(f"white on black: {mean(learned):.2f} right")
print(f"black on white: {mean(learned, 1 - digits):.2f} right")
# --8<-- [end:inverted]
# --8<-- [start:shuffled]
torch.manual_seed(0)
wrong_labels = labels[torch.randperm(len(labels))]
misled = pretrain(wrong_labels).body
blank = Reader(classes=52).body
print(f"body learned from letters:              {mean(learned):.2f} right")
print(f"body from letters with labels shuffled: {mean(misled):.2f} right")
print(f"body at random:                         {mean(blank):.2f} right")
# --8<-- [end:shuffled]
