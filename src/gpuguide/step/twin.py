"""A model and its inputs → twins on the `meta` device: shapes and types, no bytes."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn
from torch.utils._pytree import tree_map


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
    if tensor.device.type == "meta" and not isinstance(tensor, nn.Parameter):
        return tensor
    empty = torch.empty_strided(
        tensor.shape, tensor.stride(), dtype=tensor.dtype, device="meta"
    )  # never `to("meta")`, which would break ties
    if isinstance(tensor, nn.Parameter):
        return nn.Parameter(empty, requires_grad=tensor.requires_grad)
    return empty.requires_grad_(tensor.requires_grad and tensor.is_leaf)


def twin_inputs(inputs: Any) -> Any:
    """Tensors in any nesting of lists, tuples and dicts → their twins; the rest stays."""
    return tree_map(lambda one: twin_tensor(one) if isinstance(one, torch.Tensor) else one, inputs)
