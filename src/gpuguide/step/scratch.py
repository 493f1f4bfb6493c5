"""Bytes that an operator takes while it runs on CUDA and gives back: no trace shows them.

Formulas of torch's own kernels are torch's. The rest are what cuDNN 9.19 was seen to take on an
H200 (`make calibrate`, torch 2.11): it computes convolutions with channels last, so that tensors
laid out the other way are copied. Another version or GPU may choose otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch

PROCESSORS = 132
"""Multiprocessors of an H100 and an H200; a sum over rows is split among so many."""
THREADS = 2048
"""Threads that a multiprocessor holds (compute capability 9.0)."""
BLOCK, WARP, LANES = 512, 32, 4
"""Threads of a block that sums (MAX_NUM_THREADS in Reduce.cuh), of a warp, and outputs a thread."""
ROWS = 10
"""Rows that a thread adds up in an embedding's gradient (NROWS_PER_THREAD)."""
DIRECT = 3072
"""Up to so many tokens an embedding's gradient takes a kernel that needs no scratch."""
NARROW = 4
"""Up to so many input channels a convolution has kernels of its own, or pads them."""
SPLIT = 2**27
"""The largest gradient for every example that was seen was 113 MB; above, copies are counted."""
HALF = (torch.float16, torch.bfloat16)


def scratch(name: str, args: Any, out: Any) -> tuple[int, ...]:
    """Bytes of each block that an operator takes at once, beside its results.

    Args:
        name: such as `convolution_backward`.
        args: what it was called with.
        out: what it returned.
    """
    formula = FORMULAS.get(name)
    return () if formula is None else tuple(size for size in formula(args, out) if size > 0)


def _convolution(args: Any, out: Any) -> tuple[int, ...]:
    x, weight = args[:2]
    if _own_layout(x, args[8]) or _pointwise(weight, args[3], args[6]):
        return ()
    if weight.shape[1] * args[8] <= NARROW:
        if weight.dtype not in HALF or math.prod(weight.shape[2:]) <= 9:
            return ()
        return (_padded(x, weight) + _padded(out, weight) + weight.nbytes,)
    kernel = weight.nbytes if math.prod(weight.shape[2:]) > 1 else 0
    return (x.nbytes + out.nbytes + kernel,)


def _convolution_backward(args: Any, _: Any) -> tuple[int, ...]:
    """The gradients of input and weight one after the other; each copies two of three tensors."""
    grad, x, weight = args[:3]
    if _own_layout(x, args[9]):
        return ()
    if _pointwise(weight, args[4], args[7]):
        if math.prod(x.shape[2:]) == 1:
            return ()  # rows of a plain product, the same in either layout
        split = x.shape[0] * weight.numel() * 4  # one float32 gradient for every example
        places = math.prod(x.shape[2:])  # seen to split at 6 × 6 in half, from 12 × 12 in float32
        copied = places > 36 or split > SPLIT if weight.dtype in HALF else places <= 64
        copied = copied and weight.numel() >= 2**16
        return (grad.nbytes + x.nbytes if copied else split,)
    if weight.shape[1] * args[9] <= NARROW:
        if weight.dtype not in HALF and math.prod(weight.shape[2:]) <= 16:
            return ()
        return (_padded(grad, weight) + _padded(x, weight) + weight.nbytes,)
    return (grad.nbytes + x.nbytes + weight.nbytes,)


def _own_layout(x: torch.Tensor, groups: int) -> bool:
    """Whether no copy is needed: channels last already, one channel a group, or double."""
    last = x.dim() == 4 and x.is_contiguous(memory_format=torch.channels_last)
    depthwise = groups > 1 and groups == x.shape[1]
    return depthwise or x.dtype == torch.float64 or (last and not x.is_contiguous())


def _pointwise(weight: torch.Tensor, stride: Any, transposed: bool) -> bool:
    """A 1×1 convolution, which is a matrix product."""
    return not transposed and math.prod(weight.shape[2:]) == 1 and max(stride) == 1


def _padded(tensor: torch.Tensor, weight: torch.Tensor) -> int:
    """Bytes with few channels filled up: to 8 in half precision, to 4 in float32."""
    channels = tensor.shape[1]
    wanted = (8 if weight.dtype in HALF else 4) if channels <= NARROW else channels
    return int(tensor.nbytes) // channels * wanted


def _attention_backward(args: Any, _: Any) -> tuple[int, ...]:
    """The query's gradient in float32 and one float32 per row.

    With fewer heads of keys and values, their gradients for all heads first: `mha_bwd` in
    csrc/flash_attn/flash_api.cpp of the FlashAttention repository; cuDNN takes the same.
    """
    (batch, heads, rows, width), key = args[1].shape, args[2]
    found = (4 * batch * heads * rows, 4 * batch * heads * rows * width)
    if key.shape[1] == heads:
        return found
    expanded = batch * heads * key.shape[2] * width * key.element_size()
    return (*found, expanded, expanded)


def _efficient_backward(args: Any, _: Any) -> tuple[int, ...]:
    """The query's gradient in float32 and two float32 per row."""
    rows = math.prod(args[1].shape[:3])
    return (8 * rows, 4 * rows * args[1].shape[3])


def _sum(args: Any, out: Any) -> tuple[int, ...]:
    """Partial sums of many rows, as `setReduceConfig` in ATen/native/cuda/Reduce.cuh splits them.

    Only for sums over all leading dimensions of a contiguous tensor, as a bias's gradient is.
    """
    x = args[0]
    last = {one % x.dim() for one in args[1]} if len(args) > 1 and args[1] else {x.dim() - 1}
    if not x.is_floating_point() or x.dim() - 1 in last or not x.is_contiguous():
        return ()
    outputs = out.numel()
    rows, columns = x.numel() // outputs, outputs // LANES
    threads = BLOCK // LANES
    width = min(_power(columns, threads), WARP)
    height = min(_power(rows, threads), threads // width)
    width = min(_power(columns, threads), threads // height)
    values, grid = -(-rows // height), -(-columns // width)
    full = PROCESSORS * (THREADS // (width * height))
    if rows < height * 16 or values < 256 or grid > full:
        return ()
    parts = max(min(full // grid, -(-values // 16)), -(-values // 256))
    return (4 * outputs * parts * width * LANES, 512)


def _power(value: int, most: int) -> int:
    """The greatest power of two not above a value, at most `most`."""
    return min(most, 1 << max(0, value.bit_length() - 1))


def _embedding_backward(args: Any, _: Any) -> tuple[int, ...]:
    """Partial sums per run of equal tokens and sorted numbers: `embedding_backward_cuda_kernel`."""
    grad, tokens, words = args[0], args[1].numel(), args[2]
    copy = 0 if grad.is_contiguous() else grad.nbytes
    if tokens <= DIRECT:
        return (copy,)
    runs = tokens // ROWS + min(tokens, words)
    return (copy, runs * grad.shape[-1] * 4, *[8 * tokens] * 6)


FORMULAS: dict[str, Callable[[Any, Any], tuple[int, ...]]] = {
    "convolution": _convolution,
    "convolution_backward": _convolution_backward,
    "_scaled_dot_product_flash_attention_backward": _attention_backward,
    "_scaled_dot_product_efficient_attention_backward": _efficient_backward,
    "sum": _sum,
    "embedding_dense_backward": _embedding_backward,
    "_ctc_loss_backward": lambda args, _: (args[6].nbytes,),  # log_beta
    "mse_loss": lambda args, _: (args[0].nbytes,),
}
