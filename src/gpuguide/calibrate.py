"""`make calibrate`: how long each operator of the `fit` configurations takes on the GPU at hand.

A step of each network runs for real under a recorder that stops at every operator it has not met
in that shape, runs it again alone, and writes down the time on the GPU, the processor's time to
launch it, and the scratch memory that it took. `gpuguide.fitting` makes figures of that.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch.utils._pytree import tree_leaves

from gpuguide.configurations import Configuration
from gpuguide.measure import step_of
from gpuguide.recorder import Recorder

SPIN = 3_000_000
"""Clock cycles, a millisecond or two, that the GPU spins at least while the calls queue up."""
LEAST, MOST = 3, 20
"""Calls that are timed together."""


@dataclass(frozen=True)
class Sample:
    """One operator in one shape.

    Attributes:
        name: as torch calls it, such as `aten.addmm`.
        kind: one of `gpuguide.events.CLASSES`.
        dtype: type of the numbers it computes with.
        flops: a multiply-add counted as 2.
        nbytes: bytes of its operands and results, each once.
        launches: see `gpuguide.events.Operator`.
        phase: `forward`, `backward` or `optimizer`.
        seconds: on the GPU, calls following one another without a pause.
        host: seconds of the processor to launch it, autograd not included.
        scratch: bytes that it took beyond its results and gave back.
        shapes: of its tensors, with their types.
        model: whose operator it is.
        count: how often a step has it.
    """

    name: str
    kind: str
    dtype: str
    flops: int
    nbytes: int
    launches: int
    phase: str
    seconds: float
    host: float
    scratch: int
    shapes: list[Any]
    model: str
    count: int = 1


class Stopwatch(Recorder):
    """A recorder that times each operator it meets, once per shape."""

    def __init__(self, model: str) -> None:
        super().__init__("cuda")  # type: ignore[no-untyped-call]
        self.model = model
        self.samples: dict[str, Sample] = {}

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        known = len(self._events)
        out = super().__torch_dispatch__(func, types, args, kwargs)
        new = [one for one in self._events[known:] if hasattr(one, "launches")]
        if new:
            self._sample(new[-1], lambda: func(*args, **(kwargs or {})), (args, kwargs), out)
        return out

    def _sample(self, one: Any, call: Callable[[], Any], operands: Any, out: Any) -> None:
        shapes = [_shape(leaf) for leaf in tree_leaves(operands)]
        key = repr((one.name, shapes))
        if key in self.samples:
            old = self.samples[key]
            self.samples[key] = Sample(**(asdict(old) | {"count": old.count + 1}))
            return
        scratch = _scratch(call)
        seconds, host = _time(call)
        self.samples[key] = Sample(
            one.name, one.kind, one.dtype, one.flops, one.nbytes, one.launches, one.phase,
            seconds, host, scratch, shapes, self.model,
        )  # fmt: skip


def calibrate(configurations: Iterable[Configuration]) -> list[Sample]:
    """Samples of one step of each configuration, on the GPU at hand."""
    found: dict[tuple[str, str], Sample] = {}
    for one in configurations:
        step = step_of(one, "cuda")
        step()  # the optimizer's state exists from the second step on
        watch = Stopwatch(one.model)
        watch.phase = "forward"
        with watch:
            step()
        for key, sample in watch.samples.items():
            found.setdefault((one.precision, key), sample)
    return list(found.values())


def _shape(leaf: Any) -> Any:
    if isinstance(leaf, torch.Tensor):
        dense = leaf.is_contiguous()
        return [list(leaf.shape), str(leaf.dtype).removeprefix("torch."), dense]
    return leaf if isinstance(leaf, (int, float, bool, str, type(None))) else str(leaf)


def _scratch(call: Callable[[], Any]) -> int:
    call()  # what a library keeps from its first call on is no scratch
    before = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    out = call()
    after = torch.cuda.memory_allocated()
    del out
    return int(torch.cuda.max_memory_allocated() - max(before, after))


def _time(call: Callable[[], Any]) -> tuple[float, float]:
    """Seconds on the GPU and seconds to launch, of one call among several in a row."""
    seconds, host = _queue(call, LEAST, SPIN)
    calls = int(min(MOST, max(LEAST, 2e-3 / max(seconds, 1e-6))))
    again = _queue(call, calls, max(SPIN, int(3e9 * host * calls)))
    return min(seconds, again[0]), min(host, again[1])


def _queue(call: Callable[[], Any], calls: int, spin: int) -> tuple[float, float]:
    before = torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call]
    after = torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call]
    torch.cuda.synchronize()
    torch.cuda._sleep(spin)  # type: ignore[no-untyped-call]
    before.record()
    start = time.perf_counter()
    for _ in range(calls):
        call()
    host = time.perf_counter() - start
    after.record()
    torch.cuda.synchronize()
    return before.elapsed_time(after) / 1e3 / calls, host / calls
