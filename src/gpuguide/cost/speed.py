"""Operators and a GPU → seconds, as a range: four roofs per operator, with measured figures.

On the GPU an operator takes a fixed time, and then the longest of four: its FLOPs over the share of
the peak rate, and its bytes over the share of the bandwidth, that such operators reach; and what
the multiprocessors need for those FLOPs and bytes, in clock cycles, however fast the tensor cores
and the memory are. Launching it takes the processor a time of its own. A step takes the longer of
the GPU's total and the processor's. The figures (`measured/efficiency.toml`) come from operators
measured one by one on one GPU and from whole steps that others measured on two more; how far they
may be off on a GPU that was measured, on one of its generation, and on another gives the range.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from gpuguide.catalogue import load
from gpuguide.catalogue.model import Gpu, Quantity
from gpuguide.cost.measured import table
from gpuguide.cost.memory import Range, Unknown
from gpuguide.cost.rates import rate, reached
from gpuguide.step.events import Operator

if TYPE_CHECKING:
    from gpuguide.cost.estimate import Estimate

RATE = {"float32": "fp32", "float16": "fp16", "bfloat16": "bf16"}
"""Type an operator computes in → the catalogue's name of the rate."""

TENSOR_FLOAT = ("convolution", "pointwise", "grouped", "depthwise", "recurrent", "persistent")
"""cuDNN uses TF32 for float32 unless `torch.backends.cudnn.allow_tf32` is False; matrix products
do not unless asked to: the defaults of torch 2.13 (`torch.backends.cudnn.allow_tf32` is True,
`torch.backends.cuda.matmul.allow_tf32` False)."""

MEASURED = "h200-sxm-141gb"
"""The GPU that operators were measured on, one by one."""
TOGETHER = 6
GIGA, TERA = 1e9, 1e12


@dataclass(frozen=True)
class Group:
    """Operators alike, taken together: same class, type, phase and work per operator.

    Attributes:
        kind: one of `gpuguide.step.events.CLASSES`.
        phase: `forward`, `backward` or `optimizer`.
        dtype: such as `float32`.
        flops: of all of them.
        nbytes: moved by all of them, `idle` ones included.
        launches: kernels in a row.
        count: operators.
    """

    kind: str
    phase: str
    dtype: str
    flops: float
    nbytes: float
    launches: float
    count: float


def step_time(estimate: Estimate, gpu: Gpu) -> Range | Unknown:
    """Seconds for one step of an estimate on a GPU.

    Args:
        estimate: of the model; `estimate.recipe.precision` says whether products use TF32.
        gpu: an entry of the catalogue.

    Returns:
        A range, or Unknown where the catalogue lacks the rate or the bandwidth.
    """
    groups = [group_of(operator) for operator in estimate.trace.operators()]
    return time_of(groups, gpu, estimate.recipe.precision == "tf32")


def group_of(operator: Operator) -> Group:
    """One operator as a group."""
    one = operator
    moved = one.nbytes + one.idle
    return Group(one.kind, one.phase, one.dtype, one.flops, moved, one.launches, 1)


def time_of(groups: Iterable[Group], gpu: Gpu, tf32: bool = False) -> Range | Unknown:
    """Seconds for groups of operators that run one after another.

    Args:
        groups: of one step.
        gpu: an entry of the catalogue.
        tf32: whether products of float32 use TF32.
    """
    if gpu.bandwidth is None:
        return Unknown(f"the catalogue has no memory bandwidth for {gpu.name}")
    bandwidth, cycles = bytes_per_second(gpu.bandwidth), clocks(gpu)
    busy = host = 0.0
    for group in groups:
        most = peak(gpu, group.kind, group.dtype, tf32) if group.flops else 1.0
        if isinstance(most, Unknown):
            return most
        start, compute, flop, memory, byte = figures(gpu, group, tf32)
        arithmetic = group.flops * max(1 / (most * compute), flop / cycles)
        moving = group.nbytes * max(1 / (bandwidth * memory), byte / cycles)
        busy += group.launches * start + max(arithmetic, moving)
        each, launch = _row(gpu, group)["host"]
        host += group.count * each + group.launches * launch
    middle, factor = together(busy, host), spread(gpu)
    return Range(middle / factor, middle * factor)


def together(busy: float, host: float) -> float:
    """Seconds of a step in which the GPU works so long, and the processor launches so long.

    The longer of both, and up to 12 % more where they are alike, since then now one waits and now
    the other. The exponent was chosen on the rows to fit on: 2, 3 and 4 gave greater errors.
    """
    longer = max(busy, host)
    if longer == 0:
        return 0.0
    return float(longer * (1 + (min(busy, host) / longer) ** TOGETHER) ** (1 / TOGETHER))


def figures(gpu: Gpu, group: Group, tf32: bool = False) -> tuple[float, float, float, float, float]:
    """What the time of a group's work follows from, on a GPU.

    Returns:
        Seconds before work starts; share of the peak rate; clock cycles of a multiprocessor per
        FLOP; share of the bandwidth; clock cycles of a multiprocessor per byte. Shares of the peak
        in half precision are shares of what large matrix products reach on this GPU.
    """
    kind = precision(gpu, group.kind, group.dtype, tf32)
    start, compute, flop, memory, byte = _row(gpu, group)[kind]
    if kind == "half":
        compute *= products(gpu)
    return start, compute, flop, memory, byte


def products(gpu: Gpu) -> float:
    """Share of its dense peak that large matrix products in half precision reach on a GPU.

    All of it, if the peak is what they were measured to reach (`gpuguide.cost.rates`). Its own, if
    it is published or was fitted; else that of a GPU of its generation; else that of the GPU that
    operators were measured on. Sources: `measured/efficiency.toml`.
    """
    if reached(gpu) is not None:
        return 1.0
    shares: dict[str, float] = table("efficiency")["matmul"]
    same = (share for name, share in shares.items() if alike(gpu, entry(name)))
    return shares.get(gpu.id) or next(same, shares[MEASURED])


def clocks(gpu: Gpu) -> float:
    """Clock cycles of all multiprocessors in a second: multiprocessors × clock.

    The float32 rate says it: a multiprocessor multiplies and adds so many numbers per cycle, 64 or
    128 with NVIDIA (`measured/efficiency.toml`); other makers' units are taken to be as wide. Where
    no float32 rate can be had, there are as many cycles per byte of bandwidth as on the GPU that
    was measured.
    """
    plain = peak(gpu, "matmul", "float32")
    if isinstance(plain, Unknown):
        model = entry(MEASURED)
        assert gpu.bandwidth is not None and model.bandwidth is not None
        return clocks(model) * bytes_per_second(gpu.bandwidth) / bytes_per_second(model.bandwidth)
    narrow, capability = table("efficiency")["lanes"], gpu.compute_capability
    half = gpu.id in narrow["gpus"] or (
        capability is not None and capability.value in narrow["capabilities"]
    )
    return float(plain / (2 * narrow["few" if half else "many"]))


@cache
def entry(name: str) -> Gpu:
    """The GPU with this id."""
    return next(gpu for gpu in load() if gpu.id == name)


def basis(gpu: Gpu) -> str:
    """What a GPU's times rest on: `measured` there, in its `generation`, or `carried` over."""
    measured = table("efficiency")["gpus"]
    if gpu.id in measured:
        return "measured"
    return "generation" if any(alike(gpu, entry(name)) for name in measured) else "carried"


def alike(gpu: Gpu, other: Gpu) -> bool:
    """Whether two GPUs are of one generation: same maker, product line and compute capability.

    Without a compute capability the architecture counts.
    """
    if (gpu.vendor, gpu.line, gpu.architecture) != (other.vendor, other.line, other.architecture):
        return False
    one, two = gpu.compute_capability, other.compute_capability
    return one is None or two is None or one.value == two.value


def spread(gpu: Gpu) -> float:
    """A time lies between the estimate over this and the estimate times this."""
    found: dict[str, float] = table("efficiency")["spread"]
    return found[basis(gpu)]


def _row(gpu: Gpu, group: Group) -> dict[str, list[float]]:
    """Figures of a group's class, on a GPU that may lack persistent kernels."""
    data, kind = table("efficiency"), group.kind
    if kind == "persistent" and gpu.id not in data["persistent"]["gpus"]:
        kind = "recurrent"
    found: dict[str, list[float]] = data["operators"][class_of(kind, group.phase)]
    return found


def class_of(kind: str, phase: str) -> str:
    """Row of the table of operators: the class, and whether it is a backward pass."""
    return f"{kind}-backward" if phase == "backward" else kind


def precision(gpu: Gpu, kind: str, dtype: str, tf32: bool = False) -> str:
    """What an operator computes with on a GPU: `half`, `tf32` or `float32`."""
    if dtype in ("float16", "bfloat16"):
        return "half"
    return "tf32" if "tf32" in gpu.rates and (tf32 or kind in TENSOR_FLOAT) else "float32"


def peak(gpu: Gpu, kind: str, dtype: str, tf32: bool = False) -> float | Unknown:
    """FLOP/s, dense, that the GPU could reach in this type at best.

    A rate whose basis does not say that it is dense is used as it is: the catalogue has no sparse
    ones. A rate that the catalogue lacks is derived (`gpuguide.cost.rates`).
    """
    name = RATE.get(dtype)
    if name is None:
        return Unknown(f"no rate is catalogued for {dtype}")
    if name == "fp32" and "tf32" in gpu.rates and (tf32 or kind in TENSOR_FLOAT):
        name = "tf32"
    found = rate(gpu, name)
    return found if isinstance(found, Unknown) else found.value * TERA


def bytes_per_second(bandwidth: Quantity) -> float:
    """A catalogued bandwidth, GB/s or GiB/s, in bytes per second."""
    return bandwidth.value * (1024**3 if bandwidth.unit == "GiB/s" else GIGA)
