# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "settings agree with torch," = "种设置与 torch 一致，"
# "do not fit and are refused" = "种放不下，被拒绝"
# ///
# --8<-- [start:formula]
from itertools import product

import torch
import torch.nn.functional as F


def output_size(size, kernel, stride=1, padding=0, dilation=1):
    reach = dilation * (kernel - 1) + 1
    return (size + 2 * padding - reach) // stride + 1


for label, setting in {
    "3x3, padding 1": dict(kernel=3, padding=1),
    "3x3, padding 1, stride 2": dict(kernel=3, padding=1, stride=2),
    "5x5, padding 2": dict(kernel=5, padding=2),
    "3x3, padding 2, dilation 2": dict(kernel=3, padding=2, dilation=2),
    "1x1": dict(kernel=1),
}.items():
    print(f"{label:<26} 28 -> {output_size(28, **setting)}")
# --8<-- [end:formula]
# --8<-- [start:check]
agreed = refused = 0
for size, kernel, stride, padding, dilation in product(
    range(1, 13), range(1, 6), (1, 2, 3), (0, 1, 2), (1, 2, 3)
):
    x = torch.empty(1, 1, size, size, device="meta")
    weight = torch.empty(1, 1, kernel, kernel, device="meta")
    try:
        out = F.conv2d(
            x, weight, stride=stride, padding=padding, dilation=dilation
        )
    except RuntimeError:
        # zh: 核的跨度大于填充后的输入，一个位置也放不下
        # en: the kernel reaches further than the padded input: it fits nowhere
        assert dilation * (kernel - 1) + 1 > size + 2 * padding
        refused += 1
    else:
        assert out.shape[-1] == output_size(
            size, kernel, stride, padding, dilation
        )
        agreed += 1
print(
    f"{agreed} settings agree with torch,",
    f"{refused} do not fit and are refused",
)
# --8<-- [end:check]
