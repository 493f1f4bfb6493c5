"""What torch refuses to compute on CUDA, and would let pass on tensors without bytes."""

from __future__ import annotations

from typing import Any

import torch

from gpuguide.problem import GpuguideError, Problem
from gpuguide.step.values import Values

PRODUCTS = {
    "mm": 2, "addmm": 3, "bmm": 2, "baddbmm": 3, "addbmm": 3, "mv": 2, "addmv": 3, "dot": 2,
    "convolution": 3, "convolution_backward": 3,
}  # fmt: skip
"""Operator → how many of its first arguments must be of one floating-point type."""
FLOATING = {"_softmax", "_log_softmax", "native_layer_norm", "native_batch_norm", "gelu", "silu"}
READING = {"embedding", "nll_loss_forward", "nll_loss2d_forward"}
"""Operators whose numbers are looked at."""
NARROW = {torch.float8_e4m3fn, torch.float8_e5m2, torch.float8_e4m3fnuz, torch.float8_e5m2fnuz}
"""Types that have no arithmetic but in scaled products."""


def refuse(name: str, args: tuple[Any, ...], values: Values) -> None:
    """Raise where CUDA would, for the mistakes that models have: types, and numbers out of range.

    Raises:
        GpuguideError: with the operator and what does not go together.
    """
    count = PRODUCTS.get(name)
    if count is not None:
        operands = [one for one in args[:count] if isinstance(one, torch.Tensor)]
        types = {one.dtype for one in operands}
        if len(types) > 1:
            raise _problem(f"{name} of {_words(types)}: torch takes one type; cast one of them")
        (dtype,) = types
        if not (dtype.is_floating_point or dtype.is_complex) or dtype in NARROW:
            raise _problem(f"{name} of {_plain(dtype)} does not run on a GPU; cast to a float type")
    elif name in FLOATING and not args[0].is_floating_point():
        raise _problem(f"{name} of {_plain(args[0].dtype)} does not run on a GPU; cast to a float")
    elif name == "embedding":
        _within(values, args[1], args[0].shape[0], "embedding", "rows")
    elif name in ("nll_loss_forward", "nll_loss2d_forward"):
        classes = args[0].shape[1 if args[0].dim() > 1 else 0]
        _within(values, args[1], classes, "loss", "classes", args[4])


def _within(
    values: Values, numbers: torch.Tensor, most: int, what: str, of: str, ignored: int | None = None
) -> None:
    """Numbers that are given, not assumed, must lie in [0, most)."""
    found = values.certain(numbers)
    if found is None or not found.numel():
        return
    if ignored is not None:
        found = found[found != ignored]
    wrong = found[(found < 0) | (found >= most)]
    if wrong.numel():
        raise _problem(f"{what}: {int(wrong.flatten()[0])} is not in 0 to {most - 1}, its {of}")


def _problem(message: str) -> GpuguideError:
    return GpuguideError(Problem("", "", "", message))


def _words(types: Any) -> str:
    return " with ".join(sorted(_plain(one) for one in types))


def _plain(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
