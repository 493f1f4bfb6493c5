# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "matplotlib", "mlxtend", "pillow"]
#
# [tool.neverstale]
# devices = ["cpu"]
# timeout = 120
# tolerance = 0.1
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
        print(f"{trained:.2f} of those trained on, {new:.2f} of others")
# --8<-- [end:patience]


# --8<-- [start:inverted]
def frozen(body, x, seed):
    torch.manual_seed(seed)
    model = Reader(classes=10)
    model.body = body.requires_grad_(False).eval()
    optimizer = torch.optim.Adam(model.head.parameters(), lr=0.01)
    fit(model, optimizer, few(5, seed), x=x)
    return score(model, x)


learned = pretrain(labels).body
for name, x in (("white on black", digits), ("black on white", 1 - digits)):
    mean = sum(frozen(learned, x, seed) for seed in range(3)) / 3
    print(f"{name}: {mean:.2f} right")
# --8<-- [end:inverted]
# --8<-- [start:shuffled]
torch.manual_seed(0)
wrong_labels = labels[torch.randperm(len(labels))]
bodies = {
    "learned from letters": learned,
    "from letters, labels shuffled": pretrain(wrong_labels).body,
    "at random": Reader(classes=52).body,
}
for name, body in bodies.items():
    mean = sum(frozen(body, digits, seed) for seed in range(3)) / 3
    print(f"body {name:<29}: {mean:.2f} right")
# --8<-- [end:shuffled]
