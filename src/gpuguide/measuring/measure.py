"""One configuration on the GPU at hand: peaks and step time. Runs in a process of its own."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import torch

from gpuguide.measuring.configurations import Configuration
from gpuguide.step.trace import AUTOCAST, OPTIMIZERS, call, scalar, tensors_of

WARM_UP, TIMED = 10, 20
"""Steps before the first one that is timed (cuDNN and cuBLAS choose, clocks rise), and after."""
LONGEST = 2.0
"""Seconds after which no further step is done, unless fewer than three were."""


def step_of(configuration: Configuration, device: str) -> Callable[[], None]:
    """A function that does one step as `gpuguide.step.trace` replays it, but really."""
    recipe = configuration.recipe
    model, inputs = configuration.build(device)
    model.train(recipe.training)
    low = AUTOCAST.get(recipe.precision)
    if device == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = recipe.precision == "tf32"
    build = OPTIMIZERS[configuration.optimizer] if configuration.optimizer else None
    optimizer = None if build is None else build(model.parameters())

    def train() -> None:
        model.zero_grad(set_to_none=True)
        for _ in range(recipe.accumulate):
            with torch.autocast(device, low, enabled=low is not None):
                loss = scalar(call(model, inputs), recipe.loss)
            loss.backward()  # type: ignore[no-untyped-call]
        if optimizer is not None:
            optimizer.step()

    def infer() -> None:
        with torch.no_grad(), torch.autocast(device, low, enabled=low is not None):
            tensors_of(call(model, inputs))

    return train if recipe.training else infer


def measure(configuration: Configuration) -> dict[str, Any]:
    """Peaks after three steps from a fresh start, then the median time of a step.

    Returns:
        `allocated`, `reserved` and `free` (what the driver has left while all is held) in bytes,
        `step_time` in seconds.
    """
    step = step_of(configuration, "cuda")
    torch.cuda.empty_cache()  # what filling the weights with random numbers took
    torch.cuda.reset_peak_memory_stats()
    for _ in range(3):
        step()
    torch.cuda.synchronize()
    found = {
        "allocated": torch.cuda.max_memory_allocated(),
        "reserved": torch.cuda.max_memory_reserved(),
        "free": torch.cuda.mem_get_info()[0],
    }
    _repeat(step, WARM_UP)
    times = _repeat(step, TIMED)
    return found | {"step_time": statistics.median(times)}


def _repeat(step: Callable[[], None], most: int) -> list[float]:
    """Seconds of each of some steps, by the GPU's clock."""
    times: list[float] = []
    start = time.monotonic()
    while len(times) < most and (len(times) < 3 or time.monotonic() - start < LONGEST):
        before = torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call]
        after = torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call]
        before.record()
        step()
        after.record()
        torch.cuda.synchronize()
        times.append(before.elapsed_time(after) / 1e3)
    return times
