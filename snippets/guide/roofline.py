# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# gpu-prints = ['^peak (?P<fp32>[0-9.]+) TFLOPS, bandwidth (?P<bandwidth>[0-9.]+) GB/s']
# measured = "rates of this machine"
# varies = [{ match = "(bandwidth|compute)$", reason = "which roof is met depends on the machine" }]
#
# [tool.neverstale.labels.zh]
# "arithmetic intensity, FLOP per byte" = "算术强度（FLOP/字节）"
# "ReLU, out=" = "ReLU（out=）"
# "batch norm" = "批归一化"
# "LSTM step" = "LSTM 一步"
# "linear" = "全连接层"
# "convolution" = "卷积层"
# "bandwidth roof" = "带宽之顶"
# "compute roof" = "算力之顶"
#
# [tool.neverstale.words.zh]
# "peak" = "峰值"
# ", bandwidth" = "，带宽"
# "ridge at" = "拐点在"
# "FLOP per byte" = "FLOP/字节"
# "ReLU, out=  " = "ReLU（out=）"
# "batch norm  " = "批归一化    "
# "LSTM step   " = "LSTM 一步   "
# "linear      " = "全连接层    "
# "convolution " = "卷积层      "
# "layer         FLOP/B   GFLOPS  of roof  bound by" = "层            FLOP/B   GFLOPS   占屋顶  受限于"
# "compute" = "算力"
# "bandwidth" = "带宽"
# ///
# --8<-- [start:roofs]
import matplotlib.pyplot as plt
import torch
from stopwatch import device, seconds
from torch import nn

torch.manual_seed(0)
# zh: float32 就用 float32 算，不换成 TF32
# en: float32 is to mean float32, not TF32
torch.backends.cudnn.allow_tf32 = False
scale = 4 if device == "cuda" else 1


def roofs():
    n = 2048 * scale
    a = torch.randn(n, n, device=device)  # float32
    peak = 2 * n**3 / seconds(lambda: a @ a)  # FLOP/s
    b, c, d = torch.rand(3, scale * 2**25, device=device)
    time = seconds(lambda: torch.add(c, d, out=b))
    bandwidth = 3 * b.nbytes / time  # byte/s
    return peak, bandwidth


peak, bandwidth = roofs()
ridge = peak / bandwidth
print(
    f"peak {peak / 1e12:.3g} TFLOPS, bandwidth {bandwidth / 1e9:.1f} GB/s"
)
print(f"ridge at {ridge:.1f} FLOP per byte")
# --8<-- [end:roofs]
# --8<-- [start:layers]
B = 8 * scale
maps = torch.randn(B, 64, 112, 112, device=device)  # (N, C, H, W)
# zh: 大到任何缓存都装不下
# en: too large for any cache
large = torch.randn(4 * B, 64, 112, 112, device=device)
result = torch.empty_like(large)
vectors = torch.randn(256 * scale, 2048, device=device)  # (N, F)
x, h, s = torch.randn(3, 1, 2560, device=device)  # (B, F)
conv = nn.Conv2d(64, 64, kernel_size=3, padding=1).to(device)
linear = nn.Linear(2048, 2048).to(device)
cell = nn.LSTMCell(2560, 2560).to(device)
norm = nn.BatchNorm2d(64).to(device).eval()
for layer in (conv, linear, cell, norm):
    layer.requires_grad_(False)  # backward() is not measured


def weights(layer):
    return sum(p.nbytes for p in layer.parameters())


# zh: 一层的 FLOP，至少要搬的字节，怎样算
# en: of a layer: FLOP, bytes that must move at least, operation
def measure(flop, moved, run):
    intensity = flop / moved
    rate = flop / seconds(run)
    roof = min(peak, bandwidth * intensity)
    print(f"{intensity:>7.2f} {rate / 1e9:>8.1f}", end="")
    print(f" {rate / roof:>8.0%}", end="  ")
    print("compute" if intensity > ridge else "bandwidth")
    return intensity, rate / 1e9


print("layer         FLOP/B   GFLOPS  of roof  bound by")
print("ReLU        ", end=" ")
relu = measure(large.numel(), 2 * large.nbytes, lambda: large.relu())
# zh: 结果写进已有的内存
# en: the same, written into memory that is already there
print("ReLU, out=  ", end=" ")
relu_out = measure(
    large.numel(),
    2 * large.nbytes,
    lambda: torch.clamp(large, min=0, out=result),
)
print("batch norm  ", end=" ")
batch_norm = measure(
    2 * large.numel(), 2 * large.nbytes, lambda: norm(large)
)
print("LSTM step   ", end=" ")
lstm_step = measure(
    2 * (cell.weight_ih.numel() + cell.weight_hh.numel()),
    weights(cell) + 5 * x.nbytes,
    lambda: cell(x, (h, s)),
)
print("linear      ", end=" ")
fully_connected = measure(
    2 * vectors.numel() * 2048,
    weights(linear) + 2 * vectors.nbytes,
    lambda: linear(vectors),
)
print("convolution ", end=" ")
convolution = measure(
    2 * maps.numel() * 64 * 3 * 3,
    weights(conv) + 2 * maps.nbytes,
    lambda: conv(maps),
)
# --8<-- [end:layers]
# --8<-- [start:draw]
points = {
    "ReLU": relu,
    "ReLU, out=": relu_out,
    "batch norm": batch_norm,
    "LSTM step": lstm_step,
    "linear": fully_connected,
    "convolution": convolution,
}
fig, ax = plt.subplots(figsize=(4.8, 4.4))
left, right = 0.05, 2000
roof = [left * bandwidth / 1e9, peak / 1e9]
ax.plot([left, ridge], roof, color="C0", label="bandwidth roof")
ax.plot([ridge, right], [roof[1]] * 2, color="C1", label="compute roof")
for (name, point), mark in zip(points.items(), "oD^vsP", strict=True):
    ax.plot(*point, mark, color="C2", markersize=8, label=name)
ax.set(xscale="log", yscale="log", ylabel="GFLOPS")
ax.set_xlabel("arithmetic intensity, FLOP per byte")
fig.legend(loc="outside upper center", ncols=3, columnspacing=1)
fig.savefig("roofline.svg")
# --8<-- [end:draw]
