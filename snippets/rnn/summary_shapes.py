# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "parameters" = "个参数"
# ///
# --8<-- [start:tools]
import torch
from torch import nn


def check(layer, x, *, shape, parameters):
    output = layer(x)
    output = output[0] if isinstance(output, tuple) else output
    assert tuple(output.shape) == shape, (layer, tuple(output.shape), shape)
    count = sum(p.numel() for p in layer.parameters())
    assert count == parameters, (layer, count, parameters)
    print(
        f"{type(layer).__name__:<17} {shape!s:<18} {count:>6,} parameters"
    )


# zh: 只推算形状，不占内存，不做计算
# en: shapes only: no memory, no arithmetic
torch.set_default_device("meta")
N, C, H, W = 2, 6, 28, 30
B, T, F, L = 4, 7, 10, 3
# --8<-- [end:tools]
# --8<-- [start:cnn]
x = torch.empty(N, C, H, W)
K, k, s, p, d, g = 12, 3, 2, 1, 2, 3


def size(n):
    return (n + 2 * p - d * (k - 1) - 1) // s + 1


conv = nn.Conv2d(C, K, k, stride=s, padding=p, dilation=d, groups=g)
check(
    conv,
    x,
    shape=(N, K, size(H), size(W)),
    parameters=K * (C // g) * k * k + K,
)
up = nn.ConvTranspose2d(C, K, k, stride=s, padding=p)
grown = [(n - 1) * s - 2 * p + k for n in (H, W)]
check(up, x, shape=(N, K, *grown), parameters=C * K * k * k + K)
check(nn.MaxPool2d(2), x, shape=(N, C, H // 2, W // 2), parameters=0)
check(nn.AvgPool2d(2), x, shape=(N, C, H // 2, W // 2), parameters=0)
check(nn.AdaptiveAvgPool2d(1), x, shape=(N, C, 1, 1), parameters=0)
check(nn.BatchNorm2d(C), x, shape=(N, C, H, W), parameters=2 * C)
check(nn.ReLU(), x, shape=(N, C, H, W), parameters=0)
check(nn.Dropout(0.5), x, shape=(N, C, H, W), parameters=0)
check(nn.Flatten(), x, shape=(N, C * H * W), parameters=0)
a, b = C * H * W, 10
check(nn.Linear(a, b), x.flatten(1), shape=(N, b), parameters=a * b + b)
# --8<-- [end:cnn]
# --8<-- [start:rnn]
x = torch.empty(B, T, F)
hidden = 5
for kind, gates in ((nn.RNN, 1), (nn.GRU, 3), (nn.LSTM, 4)):
    first = gates * (hidden * F + hidden * hidden + 2 * hidden)
    above = gates * (hidden * hidden + hidden * hidden + 2 * hidden)
    layer = kind(F, hidden, num_layers=L, batch_first=True)
    check(
        layer, x, shape=(B, T, hidden), parameters=first + (L - 1) * above
    )
    state = layer(x)[1]
    for part in state if kind is nn.LSTM else [state]:
        assert tuple(part.shape) == (L, B, hidden)

# zh: 双向：输出宽一倍，上面各层读 2H 个数，参数两份
# en: both directions: twice as wide, layers above
# en: read 2H numbers, two sets of parameters
both = nn.LSTM(
    F, hidden, num_layers=2, batch_first=True, bidirectional=True
)
first = 2 * 4 * (hidden * F + hidden * hidden + 2 * hidden)
above = 2 * 4 * (hidden * 2 * hidden + hidden * hidden + 2 * hidden)
check(both, x, shape=(B, T, 2 * hidden), parameters=first + above)
assert tuple(both(x)[1][0].shape) == (2 * 2, B, hidden)

tokens = torch.zeros(B, T, dtype=torch.int64)
check(nn.Embedding(100, F), tokens, shape=(B, T, F), parameters=100 * F)
# --8<-- [end:rnn]
