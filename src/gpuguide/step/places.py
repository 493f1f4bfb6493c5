"""Where tensors lie: `cuda` in a model means the device that stands for the GPU."""

from __future__ import annotations

from typing import Any

import torch

MAKES = {"tensor", "as_tensor", "asarray", "scalar_tensor"}
"""Functions that make a tensor of numbers, whose values must not be lost."""
MOVING = {"to", "type"}
"""Functions that take the new place without a name."""


def on_gpu(name: str, args: tuple[Any, ...], kwargs: dict[str, Any], device: str) -> Any:
    """Arguments of a torch function with the GPU's stand-in for `cuda`.

    Returns:
        Arguments and keyword arguments, and whether the result belongs on the stand-in still.
    """
    after = False
    place = kwargs.get("device")
    if place is not None and (_is_cuda(place) or (name in MAKES and _is(place, device))):
        after = name in MAKES
        kwargs = {**kwargs, "device": "cpu" if after else device}
    elif name in MOVING and any(_is_cuda(one) for one in args[1:]):
        args = tuple(device if _is_cuda(one) else one for one in args)
    return args, kwargs, after


def _is_cuda(place: Any) -> bool:
    if isinstance(place, torch.device):
        return place.type == "cuda"
    return isinstance(place, str) and place.partition(":")[0] == "cuda"


def _is(place: Any, device: str) -> bool:
    return str(place).partition(":")[0] == device
