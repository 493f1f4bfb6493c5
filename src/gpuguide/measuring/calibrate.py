"""`make calibrate`: how long each operator of the `fit` configurations takes on the GPU at hand.

A step of each network runs for real under a recorder that stops at every operator it has not met
in that shape, runs it again alone, and writes down the time on the GPU, the processor's time to
launch it, and the scratch memory that it took. Beside it stands what CUDA and its libraries take
when first used. `gpuguide.measuring.fitting` makes figures of that. Needs only torch.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.utils._pytree import tree_leaves

from gpuguide.catalogue.possible import catalogued
from gpuguide.measuring.configurations import Configuration, configurations
from gpuguide.measuring.measure import step_of
from gpuguide.measuring.validate import NO_GPU
from gpuguide.step.recorder import Recorder

OUT = Path("records/calibration.json.gz")
SPIN = 3_000_000
"""Clock cycles, a millisecond or two, that the GPU spins at least while the calls queue up."""
LEAST, MOST = 3, 20
"""Calls that are timed together."""


@dataclass(frozen=True)
class Sample:
    """One operator in one shape.

    Attributes:
        name: as torch calls it, such as `aten.addmm`.
        kind: one of `gpuguide.step.events.CLASSES`.
        dtype: type of the numbers it computes with.
        flops: a multiply-add counted as 2.
        nbytes: bytes of its operands and results, each once.
        launches: see `gpuguide.step.events.Operator`.
        phase: `forward`, `backward` or `optimizer`.
        seconds: on the GPU, calls following one another without a pause.
        host: seconds of the processor to launch it, autograd not included.
        scratch: bytes that it took beyond its results and gave back.
        shapes: of its tensors, with their types.
        configuration: whose operator it is.
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
    configuration: str
    count: int = 1


class Stopwatch(Recorder):  # type: ignore[no-untyped-call]
    """A recorder that times each operator it meets, once per shape."""

    def __init__(self, configuration: str) -> None:
        super().__init__("cuda")
        self.configuration = configuration
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
            seconds, host, scratch, shapes, self.configuration,
        )  # fmt: skip


def calibrate(one: Configuration) -> list[Sample]:
    """Samples of one step of a configuration, on the GPU at hand."""
    step = step_of(one, "cuda")
    step()  # the optimizer's state exists from the second step on
    watch = Stopwatch(one.name)
    watch.phase = "forward"
    with watch:
        step()
    return list(watch.samples.values())


def stages() -> list[dict[str, Any]]:
    """Device memory `taken`, and of it torch's `reserved`, after the first use of each library.

    In a process that has not used CUDA, on a GPU that nobody else uses. Bytes.
    """
    found: list[dict[str, Any]] = []

    def note(stage: str) -> None:
        torch.cuda.synchronize()
        free, total = torch.cuda.mem_get_info()
        reserved = torch.cuda.memory_reserved()
        found.append({"stage": stage, "taken": total - free, "reserved": reserved})

    x = torch.zeros(512, 512, device="cuda")
    note("context")
    x @ x
    note("product")
    nn.Linear(512, 512, device="cuda")(x).sum().backward()
    note("product, backward")
    layer, images = nn.Conv2d(16, 16, 3, device="cuda"), torch.zeros(4, 16, 32, 32, device="cuda")
    layer(images)
    note("convolution")
    layer(images).sum().backward()
    note("convolution, backward")
    return found


def main() -> int:
    """Write `records/calibration.json.gz`; 2 if there is no GPU."""
    if not torch.cuda.is_available():
        print(NO_GPU, file=sys.stderr)
        return 2
    first = stages()
    name = torch.cuda.get_device_name()
    gpu = catalogued(name, torch.cuda.get_device_properties(0).total_memory)
    found: list[Sample] = []
    wanted = [one for one in configurations() if one.split == "fit"]
    for place, one in enumerate(wanted, 1):
        found += calibrate(one)
        torch.cuda.empty_cache()
        print(f"{place}/{len(wanted)} {one.name}: {len(found)} samples", flush=True)
    data = {
        "device": name,
        "gpu": None if gpu is None else gpu.id,
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "date": date.today().isoformat(),
        "stages": first,
        "samples": [asdict(one) for one in found],
    }
    text = json.dumps(data, separators=(",", ":")).encode()
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_bytes(gzip.compress(text, 9, mtime=0))
    print(f"{OUT}; now: python -m gpuguide.measuring.fitting")
    return 0


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


if __name__ == "__main__":
    sys.exit(main())
