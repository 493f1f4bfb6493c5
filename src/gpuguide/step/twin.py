"""A model and its inputs → twins on the `meta` device: shapes and types, no bytes."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import nn
from torch.utils._pytree import tree_leaves, tree_map

from gpuguide.step.values import Values

LAZY = (nn.UninitializedParameter, nn.UninitializedBuffer)


def twin_model(model: nn.Module) -> nn.Module:
    """A deep copy whose tensors are on `meta`; nothing is copied, and tied weights stay tied.

    Args:
        model: any module, on any device; it is not changed.
    """
    memo: dict[int, Any] = {}
    for module in model.modules():
        tensors = [*module._parameters.values(), *module._buffers.values(), *vars(module).values()]
        for tensor in tensors:
            if isinstance(tensor, torch.Tensor) and id(tensor) not in memo:
                memo[id(tensor)] = twin_tensor(tensor)
    return copy.deepcopy(model, memo)


def twin_tensor(tensor: torch.Tensor) -> torch.Tensor:
    """A tensor on `meta` with the same shape, strides and type; a parameter stays one."""
    if isinstance(tensor, LAZY):
        kind: Any = type(tensor)
        return kind(device="meta", dtype=tensor.dtype, **_grad(tensor))  # type: ignore[no-any-return]
    if tensor.device.type == "meta" and not isinstance(tensor, nn.Parameter):
        return tensor
    empty = torch.empty_strided(
        tensor.shape, tensor.stride(), dtype=tensor.dtype, device="meta"
    )  # never `to("meta")`, which would break ties
    if isinstance(tensor, nn.Parameter):
        return nn.Parameter(empty, requires_grad=tensor.requires_grad)
    return empty.requires_grad_(tensor.requires_grad and tensor.is_leaf)


def _grad(tensor: torch.Tensor) -> dict[str, bool]:
    found = isinstance(tensor, nn.Parameter)
    return {"requires_grad": tensor.requires_grad} if found else {}


def twin_inputs(inputs: Any) -> Any:
    """Tensors in any nesting of lists, tuples and dicts → their twins; the rest stays."""
    return tree_map(lambda one: twin_tensor(one) if isinstance(one, torch.Tensor) else one, inputs)


def know(values: Values, model: nn.Module, twin: nn.Module, inputs: Any, given: Any) -> None:
    """Tell what the twins' buffers and inputs hold.

    Of what has no contents, masks are taken to be all ones and other whole numbers all zeros.
    """
    pairs = [*zip(model.buffers(), twin.buffers(), strict=True)]
    pairs += zip(_tensors(inputs), _tensors(given), strict=True)
    for real, other in pairs:
        if isinstance(real, LAZY):
            continue
        if real.device.type not in ("meta", "cuda") and real.layout == torch.strided:
            values.know(other, real)
    for (name, real), (_, other) in zip(_named(inputs), _named(given), strict=True):
        if real.device.type == "meta" and not real.is_floating_point():
            mask = real.dtype == torch.bool or "mask" in name
            said = f"The model reads values of its input{name}, which has none: taken to be "
            values.know(
                other, torch.full((1,), mask, dtype=real.dtype, device="cpu").expand(real.shape),
                f"{said}{'all ones' if mask else 'all zeros'}.",
            )  # fmt: skip


def _tensors(inputs: Any) -> list[torch.Tensor]:
    return [one for one in tree_leaves(inputs) if isinstance(one, torch.Tensor)]


def _named(inputs: Any) -> Iterator[tuple[str, torch.Tensor]]:
    """Tensors with ` NAME` where they are given by name, else ` 1`, ` 2` …"""
    pairs = inputs.items() if isinstance(inputs, Mapping) else enumerate(_listed(inputs), 1)
    for name, value in pairs:
        for one in _tensors(value):
            yield f" {name}", one


def _listed(inputs: Any) -> Any:
    return inputs if isinstance(inputs, tuple) else (inputs,)
