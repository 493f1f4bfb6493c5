"""Floating-point operations of an operator: torch's formulas, and ours where torch has none."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from torch.utils.flop_counter import flop_registry

FLASH = "_scaled_dot_product_flash_attention"
EFFICIENT = "_scaled_dot_product_efficient_attention"
CUDNN = "_scaled_dot_product_cudnn_attention"
CONVOLUTION = {"convolution", "convolution_backward", "_convolution"}
ATTENTION = {f"{name}{end}" for name in (FLASH, EFFICIENT, CUDNN) for end in ("", "_backward")}
CAUSAL = {
    FLASH: 4, f"{FLASH}_backward": 11,
    EFFICIENT: 6, f"{EFFICIENT}_backward": 11,
    CUDNN: 6, f"{CUDNN}_backward": 14,
}  # fmt: skip
"""Operator of attention → which of its arguments says whether it is causal."""

HEAVY = re.compile(
    "^(linalg_|_linalg_(?!check)|_fft_|fft_|lu_|cholesky|triangular_solve|_?cdist|_?pdist|svd|geqrf|ormqr|"
    "householder|_sparse_mm|_sparse_addmm|grid_sampler|_weight_int4pack|_weight_int8pack|"
    "_scaled_grouped|logcumsumexp)"
)
"""Operators that do more arithmetic than a few operations per element, and have no formula."""


def flops_of(func: Any, name: str, args: Any, kwargs: Any, out: Any) -> int | None:
    """FLOPs of an operator, a multiply-add counted as 2; None if it computes and has no formula.

    What works element by element counts 0, as in torch's FlopCounterMode.
    """
    if name in ATTENTION:
        return _attention(name, args)
    if name in CONVOLUTION:
        return _convolution(name, args, out)
    own = OWN.get(name)
    if own is not None:
        return int(own(args, out))
    formula = flop_registry.get(func._overloadpacket)
    if formula is not None:
        return int(formula(*args, **kwargs, out_val=out))
    return None if func.namespace != "aten" or HEAVY.search(name) else 0


def _attention(name: str, args: Any) -> int:
    """Forward: two matrix products, 2·2·B·H·Tq·Tk·D. Backward: five, one of them computed anew.

    As `sdpa_flop_count` and `sdpa_backward_flop_count` in `torch/utils/flop_counter.py`, but for
    one thing: a causal kernel skips the blocks above the diagonal, so half is counted.
    """
    backward = name.endswith("_backward")
    query, key = (args[1], args[2]) if backward else (args[0], args[1])
    batch, heads, queries, width = query.shape
    products = 5 if backward else 2
    return int(products * 2 * batch * heads * queries * key.shape[2] * width) // _halved(name, args)


def _halved(name: str, args: Any) -> int:
    place = CAUSAL[name]
    return 2 if len(args) > place and args[place] is True else 1


def _convolution(name: str, args: Any, out: Any) -> int:
    """2 for every weight, example and place where the kernel lies; backward, once for the gradient
    of the input and once for that of the weight, where they are wanted.

    `conv_backward_flop` in `torch/utils/flop_counter.py` (2.13) leaves the groups out of account
    and counts so many times too much; without groups both agree.
    """
    if name == "convolution_backward":
        small, x, weight = args[:3]
        transposed, wanted = args[7], sum(args[10][:2])
    else:
        x, weight = args[:2]
        small, transposed, wanted = out, args[6], 1
    places = math.prod((x if transposed else small).shape[2:])
    return int(2 * x.shape[0] * places * weight.numel() * wanted)


def _grouped(args: Any, _: Any) -> int:
    """Products of groups of rows, each with a matrix of its own: every row takes part once."""
    one, other = args[0].shape, args[1].shape
    return int(2 * math.prod(one) * other[-1])


def _trilinear(args: Any, _: Any) -> int:
    """`nn.Bilinear`: a product of the first two tensors, then one of that with the third.

    `_trilinear(i1, i2, i3, expand1, expand2, expand3, sumdim)`: dimensions of size 1 are put in
    where `expand` says; what is summed and missing in `i3` is summed in the first product
    (ATen/native/Linear.cpp).
    """
    shapes = []
    for tensor, expand in zip(args[:3], args[3:6], strict=True):
        shape = list(tensor.shape)
        for place in sorted(expand):
            shape.insert(place, 1)
        shapes.append(shape)
    first = [max(sizes) for sizes in zip(*shapes[:2], strict=True)]
    between = [1 if d in args[6] and d in args[5] else size for d, size in enumerate(first)]
    second = [max(sizes) for sizes in zip(between, shapes[2], strict=True)]
    return 2 * int(math.prod(first) + math.prod(second))


OWN: dict[str, Callable[[Any, Any], int]] = {
    "mv": lambda args, _: 2 * args[0].numel(),
    "addmv": lambda args, _: 2 * args[1].numel(),
    "dot": lambda args, _: 2 * args[0].numel(),
    "vdot": lambda args, _: 2 * args[0].numel(),
    "addr": lambda args, _: 2 * args[0].numel(),
    "ger": lambda args, out: out.numel(),
    "_int_mm": lambda args, _: 2 * args[0].numel() * args[1].shape[1],
    "addbmm": lambda args, _: 2 * args[1].numel() * args[2].shape[2],
    "_grouped_mm": _grouped,
    "grouped_mm_fallback": _grouped,
    "_trilinear": _trilinear,
}
"""Operator → its FLOPs by its arguments and result, where torch has no formula."""
