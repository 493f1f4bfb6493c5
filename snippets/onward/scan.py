# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
#
# [tool.neverstale.words.zh]
# "convolution: the same" = "卷积：同样的"
# "states" = "个状态"
# "scan:" = "扫描："
# "rounds instead of" = "轮，而不是"
# "steps" = "步"
# ///
# --8<-- [start:loop]
import torch
import torch.nn.functional as F

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.manual_seed(0)
length = 1000
x = torch.randn(length, dtype=torch.float64, device=device)  # (T,)
a = 0.95


def loop(a, x):  # a: (T,), x: (T,)
    h, states = x.new_zeros(()), []
    for step in range(len(x)):
        h = a[step] * h + x[step]
        states.append(h)
    return torch.stack(states)  # (T,)


states = loop(torch.full_like(x, a), x)
print(states[-3:].cpu())
# --8<-- [end:loop]

# --8<-- [start:convolution]
powers = torch.arange(length, dtype=torch.float64, device=device)
kernel = a**powers  # 1, a, a², …
padded = F.pad(x, (length - 1, 0))  # (2T − 1,)
weight = kernel.flip(0)[None, None]  # (1, 1, T)
convolved = F.conv1d(padded[None, None], weight)[0, 0]  # (T,)
torch.testing.assert_close(convolved, states)
print("convolution: the same", len(convolved), "states")
# --8<-- [end:convolution]


# --8<-- [start:scan]
def scan(a, x):
    # zh: 每一轮把「向前看」的距离加倍
    # en: every round doubles the distance that is covered
    distance, rounds = 1, 0
    while distance < len(x):
        x = torch.cat(
            [x[:distance], x[distance:] + a[distance:] * x[:-distance]]
        )
        a = torch.cat([a[:distance], a[distance:] * a[:-distance]])
        distance, rounds = 2 * distance, rounds + 1
    return x, rounds


# zh: 每一步的 a 都不同
# en: another a at every step
gates = torch.rand(length, dtype=torch.float64, device=device)  # (T,)
scanned, rounds = scan(gates, x)
torch.testing.assert_close(scanned, loop(gates, x))
print(f"scan: {rounds} rounds instead of {length} steps")
# --8<-- [end:scan]
