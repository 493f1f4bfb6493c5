# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib"]
#
# [tool.neverstale]
# devices = ["cpu", "cuda"]
# gpu-prints = [
#     '^float32 +(?P<fp32>[0-9][0-9. e+-]*)$',
#     '^TF32 +(?P<tf32>[0-9][0-9. e+-]*)$',
#     '^bfloat16 +(?P<bf16>[0-9][0-9. e+-]*)$',
#     '^float16 +(?P<fp16>[0-9][0-9. e+-]*)$',
# ]
# measured = "rates of this machine"
# gpu-differs = "a GPU has other data types and sizes than a CPU"
#
# [tool.neverstale.labels.zh]
# "matrix size n" = "矩阵边长 n"
#
# [tool.neverstale.words.zh]
# "best" = "最快的"
# ///
# --8<-- [start:measure]
from functools import partial

import matplotlib.pyplot as plt
import torch
from stopwatch import device, seconds

# zh: 每种格式：dtype，float32 乘法的精度；"high" 允许 TF32
# en: name → (dtype, precision of float32 products); "high" allows TF32
if device == "cuda":
    kinds = {
        "float32": (torch.float32, "highest"),
        "TF32": (torch.float32, "high"),
        "bfloat16": (torch.bfloat16, "highest"),
        "float16": (torch.float16, "highest"),
    }
    sizes = [256, 512, 1024, 2048, 4096, 8192]
else:
    # zh: 没有 bfloat16 单元的 CPU，这一项要算好几分钟
    # en: a CPU without units for bfloat16 would take minutes over it
    kinds = {
        "float64": (torch.float64, "highest"),
        "float32": (torch.float32, "highest"),
    }
    sizes = [64, 128, 256, 512, 1024, 2048]

torch.manual_seed(0)
tflops = {name: [] for name in kinds}
for name, (dtype, precision) in kinds.items():
    torch.set_float32_matmul_precision(precision)
    for n in sizes:
        a = torch.randn(n, n, device=device).to(dtype)
        b = torch.randn(n, n, device=device).to(dtype)
        out = torch.empty_like(a)
        # zh: n × n 个结果，每个 n 次乘、n 次加
        # en: n × n results, each of n products and n sums
        time = seconds(partial(torch.mm, a, b, out=out))
        tflops[name].append(2 * n**3 / time / 1e12)

print("TFLOPS    " + "".join(f"{f'n={n}':>9}" for n in sizes))
for name, rates in tflops.items():
    print(f"{name:<10}" + "".join(f"{rate:>9.3g}" for rate in rates))
for name, rates in tflops.items():
    ratio = max(rates) / max(tflops["float32"])
    print(f"best {name:<9} {ratio:5.2f} × best float32")
# --8<-- [end:measure]
# --8<-- [start:draw]
fig, ax = plt.subplots(figsize=(4.8, 3.6))
for (name, rates), mark in zip(tflops.items(), "os^D", strict=False):
    ax.plot(sizes, rates, marker=mark, label=name)
ax.set(xscale="log", yscale="log", xlabel="matrix size n", ylabel="TFLOPS")
ax.set_xticks(sizes, [str(n) for n in sizes])
ax.minorticks_off()
fig.legend(loc="outside upper center", ncols=4, columnspacing=1)
fig.savefig("matmul.svg")
# --8<-- [end:draw]
