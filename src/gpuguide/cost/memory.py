"""A trace → the memory of a GPU: allocated, reserved, and what other programs see as taken.

Three figures that differ by gigabytes and that papers mix up:

- allocated: blocks that tensors use, `torch.cuda.max_memory_allocated()`;
- reserved: what torch's allocator took from the driver, `torch.cuda.max_memory_reserved()`;
- device memory: reserved, plus CUDA's context and loaded kernels, as `nvidia-smi` shows it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gpuguide.catalogue.model import Gpu
from gpuguide.cost.allocator import replay
from gpuguide.cost.measured import source, table
from gpuguide.step.events import Allocation, Event, Operator, Trace

BLAS = ("matmul",)
CUDNN = ("convolution", "pointwise", "batchnorm", "recurrent", "persistent")


@dataclass(frozen=True)
class Unknown:
    """Not known, and why: said instead of a guess."""

    reason: str

    def __str__(self) -> str:
        return f"unknown: {self.reason}"


@dataclass(frozen=True)
class Range:
    """Between two values, both included; the unit is the field's."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high:
            raise ValueError(f"{self.low} to {self.high} is not a range")


@dataclass(frozen=True)
class Memory:
    """Peaks of one process on one GPU, in bytes.

    Attributes:
        requested: bytes of all tensors at the peak, before any rounding (traced).
        allocated: with the allocator's rounding and the libraries' workspaces (replayed).
        reserved: segments taken from the driver (replayed).
        context: CUDA context and loaded kernels (measured or published).
        device: reserved plus context.
        parts: what fills `allocated`, by kind; `rounding` makes up the rest.
        notes: what is not included, one sentence each.
    """

    requested: int
    allocated: int
    reserved: int
    context: Range | Unknown
    device: Range | Unknown
    parts: dict[str, int]
    notes: tuple[str, ...]


def memory(trace: Trace, gpu: Gpu | None = None) -> Memory:
    """What the traced step holds at its peak.

    Args:
        trace: of whole steps.
        gpu: which GPU; without one, an NVIDIA GPU before Hopper is assumed, and said in `notes`.
    """
    workspace = cublas_workspace(gpu)
    notes = list(trace.notes)
    if isinstance(workspace, Unknown):
        notes.append(f"Library workspaces are not included: {workspace.reason}.")
    size = workspace if isinstance(workspace, int) else 0
    if any(one.kind in ("convolution", "pointwise") for one in trace.operators()):
        notes.append(
            "cuDNN's workspace for convolutions is what it was seen to take on an H200; the "
            "algorithm, and so the workspace, is chosen on the GPU."
        )
    kinds = {one.kind for one in trace.operators()}
    threads = 1 + any(one.phase == "backward" for one in trace.operators())
    context = cuda_context(gpu, threads, not kinds.isdisjoint(BLAS), not kinds.isdisjoint(CUDNN))
    events = tuple(_with_workspaces(trace.events, size))
    held = replay(events)
    room = math.inf if gpu is None or gpu.memory is None else capacity(gpu)
    if isinstance(context, Range) and held.reserved + context.high > room:
        near = replay(events, room - context.high)
        if near.fits:
            held = near
            notes.append(
                "Memory is tight: torch gives unused blocks back to make room, which costs time; "
                "reserved is what is left of the card."
            )
    device: Range | Unknown = context
    if isinstance(context, Range):
        device = Range(held.reserved + context.low, held.reserved + context.high)
    parts = {kind: size for kind, size in held.by_kind.items() if size}
    parts["rounding"] = held.allocated - sum(parts.values())
    return Memory(
        held.requested, held.allocated, held.reserved, context, device, parts, tuple(notes)
    )


def capacity(gpu: Gpu) -> float:
    """Bytes of memory as catalogued: a GB is 10⁹, a GiB 2³⁰."""
    assert gpu.memory is not None
    return gpu.memory.value * (1024**3 if gpu.memory.unit == "GiB" else 1e9)


def cublas_workspace(gpu: Gpu | None) -> int | Unknown:
    """Bytes of one cuBLAS workspace that torch allocates (per handle and stream).

    8,519,680 bytes, and 32 MiB on Hopper and Blackwell: torch's own defaults, as long as
    `CUBLAS_WORKSPACE_CONFIG` is not set. Source: `measured/overheads.toml`.
    """
    sizes = table("overheads")["cublas"]
    if gpu is None:
        return int(sizes["default"])
    if gpu.vendor != "NVIDIA":
        return Unknown(f"not read for {gpu.vendor}'s libraries")
    if gpu.compute_capability is None:
        return Unknown(f"the catalogue has no compute capability for {gpu.name}")
    major = gpu.compute_capability.value.partition(".")[0]
    return int(sizes.get(major, sizes["default"]))


def cuda_context(
    gpu: Gpu | None, threads: int = 2, blas: bool = True, cudnn: bool = True
) -> Range | Unknown:
    """Bytes that CUDA takes beside torch's memory: the context, and kernels of the libraries used.

    Measured on this GPU, or published for others; unknown for other vendors. Source:
    `measured/overheads.toml`.

    Args:
        gpu: an entry of the catalogue, or None.
        threads: that launch work: the caller's, and in training that of backward passes.
        blas: whether each has matrix products.
        cudnn: whether each has operators that cuDNN computes.
    """
    data = table("overheads")
    if gpu is not None:
        own = data.get("gpu", {}).get(gpu.id)
        if own is not None:
            found = own["context"] + threads * (blas * own["blas"] + cudnn * own["cudnn"])
            return Range(found, found)
        if gpu.vendor != "NVIDIA":
            return Unknown(f"nothing measured on {gpu.vendor}'s GPUs")
    return Range(data["context"]["low"], data["context"]["high"])


def context_sources() -> tuple[str, str]:
    """Where the least and the greatest context were read."""
    found = table("overheads")["context"]
    return source("overheads", found["low_source"]), source("overheads", found["high_source"])


def _with_workspaces(events: Iterable[Event], size: int) -> Iterator[Event]:
    """Put cuBLAS's workspaces where torch allocates them: at the first product of each thread.

    Forward passes and the optimizer run in the caller's thread, backward passes in another; each
    has its own handle, and a workspace is never given back.
    """
    seen: set[bool] = set()
    for event in events:
        if size and isinstance(event, Operator) and event.kind in BLAS:
            thread = event.phase == "backward"
            if thread not in seen:
                seen.add(thread)
                yield Allocation(-1 - len(seen), size, "workspaces", event.phase)
        yield event
