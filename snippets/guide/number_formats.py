# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.labels.zh]
# "magnitude of the number" = "数的大小"
# "largest relative error" = "最大相对误差"
#
# [tool.neverstale.words.zh]
# "format    bits  largest  smallest  step after 1" = "格式      位数     最大      最小  1 之后的间隔"
# "ones added one by one in" = "个一逐个相加，用"
# "the same in bfloat16, summed in float32 =" = "同样的 bfloat16，用 float32 求和 ="
# "sum of 1,024 squares of 10 in" = "1,024 个 10 的平方之和，用"
# "E4M3 as it is:     " = "E4M3 直接转：  "
# "E4M3 with a factor:" = "E4M3 先乘因子："
# "relative error" = "相对误差"
# "one factor per" = "每"
# "values: relative error" = "个数一个因子：相对误差"
# ///
# --8<-- [start:table]
import matplotlib.pyplot as plt
import torch

formats = {
    "float64": torch.float64,
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
    "e5m2": torch.float8_e5m2,
    "e4m3": torch.float8_e4m3fn,
}
print("format    bits  largest  smallest  step after 1")
for name, dtype in formats.items():
    info = torch.finfo(dtype)
    smallest = info.smallest_normal
    print(f"{name:<9} {info.bits:>4} {info.max:>8.3g}", end="")
    print(f" {smallest:>9.3g} {info.eps:>13.3g}")
# --8<-- [end:table]
# --8<-- [start:rounding]
x = torch.tensor(
    [3.14159, 0.1, 1000.1, 6e4, 7e4, 1e-6], dtype=torch.float64
)
print("float64  " + "".join(f"{value:>11.5g}" for value in x.tolist()))
for name in ("float32", "bfloat16", "float16", "e5m2", "e4m3"):
    # zh: 转过去，再转回来
    # en: there and back
    rounded = x.to(formats[name]).double()
    print(
        f"{name:<9}"
        + "".join(f"{value:>11.5g}" for value in rounded.tolist())
    )
# --8<-- [end:rounding]
# --8<-- [start:sums]
ones = torch.ones(10_000)
for name in ("bfloat16", "float16", "float32"):
    total = torch.zeros((), dtype=formats[name])
    for one in ones.to(formats[name]):
        total = total + one
    print(f"10,000 ones added one by one in {name:<8} = {total.item():g}")
total = ones.bfloat16().sum(dtype=torch.float32)
print(f"the same in bfloat16, summed in float32 = {total:g}")
# --8<-- [end:sums]
# --8<-- [start:overflow]
a = torch.full((1024,), 10.0)
for name in ("float16", "bfloat16", "float32"):
    total = (a * a).to(formats[name]).sum().item()
    print(f"sum of 1,024 squares of 10 in {name:<8} = {total:g}")
# --8<-- [end:overflow]
# --8<-- [start:scale]
torch.manual_seed(0)
# zh: 像梯度那样小
# en: small, as gradients are
weights = torch.randn(4096, dtype=torch.float64) * 1e-4


def relative_error(values):
    return ((values - weights).norm() / weights.norm()).item()


plain = weights.to(torch.float8_e4m3fn).double()
# zh: 先放大到 448（E4M3 的最大值），换算之后再除回来
# en: first scale up to 448, the largest number of E4M3, then divide again
factor = 448 / weights.abs().max()
scaled = (weights * factor).to(torch.float8_e4m3fn).double() / factor
print(f"E4M3 as it is:      relative error {relative_error(plain):.3f}")
print(f"E4M3 with a factor: relative error {relative_error(scaled):.3f}")
# --8<-- [end:scale]
# --8<-- [start:blocks]
# zh: FP4 不算符号的全部八个值
# en: all eight values of FP4, without signs
grid = torch.tensor([0, 0.5, 1, 1.5, 2, 3, 4, 6], dtype=torch.float64)
# zh: 混进几个大 50 倍的数，真实的激活里常有
# en: a few numbers fifty times as large, as real activations often have
weights[::500] *= 50


def fp4(values):
    nearest = (values.abs()[..., None] - grid).abs().argmin(dim=-1)
    return grid[nearest] * values.sign()


def in_blocks(size, round_factor):
    blocks = weights.reshape(-1, size)
    factor = round_factor(blocks.abs().amax(dim=1, keepdim=True) / 6)
    return (fp4(blocks / factor) * factor).reshape(-1)


# zh: 向上取 2 的幂，没有数会被截断
# en: rounded up to a power of two, so that nothing is cut off
def power_of_two(factor):
    return 2 ** factor.log2().ceil()


def e4m3(factor):
    # zh: 另有一个全张量共用的因子，把各块的因子搬进 E4M3 的范围
    # en: a factor for the whole tensor brings those of the blocks into range
    tensor_factor = factor.max() / 448
    return (factor / tensor_factor).to(
        torch.float8_e4m3fn
    ).double() * tensor_factor


for name, size, round_factor in (
    ("FP4", 4096, power_of_two),
    ("MXFP4", 32, power_of_two),
    ("NVFP4", 16, e4m3),
):
    error = relative_error(in_blocks(size, round_factor))
    print(f"{name:<5} one factor per {size:>4} ", end="")
    print(f"values: relative error {error:.3f}")
# --8<-- [end:blocks]
# --8<-- [start:draw]
exponents = torch.arange(-12, 12, 0.25, dtype=torch.float64)
# zh: 每个区间取 1000 个数，看换算后误差最大的那个
# en: a thousand numbers of each interval; the worst of them counts
x = 10 ** (
    exponents[:, None] + torch.linspace(0, 0.25, 1000, dtype=torch.float64)
)
fig, ax = plt.subplots(figsize=(4.8, 3.8))
names = ("float32", "bfloat16", "float16", "e5m2", "e4m3")
for name, style in zip(names, ("-", "--", "-", "--", "-."), strict=True):
    rounded = x.to(formats[name]).double()
    error = ((rounded - x).abs() / x).amax(dim=1)
    error[error.isnan() | (error >= 1)] = 1
    ax.plot(10**exponents, error, style, label=name)
ax.set(xscale="log", yscale="log", ylim=(1e-8, 2))
ax.set(xlabel="magnitude of the number", ylabel="largest relative error")
fig.legend(loc="outside upper center", ncols=3)
fig.savefig("error.svg")
# --8<-- [end:draw]
