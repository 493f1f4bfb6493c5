"""Operators and a GPU → seconds, as a range: a roofline per operator with measured efficiencies.

On the GPU an operator takes a fixed time, and then the longer of two: its FLOPs over the share of
the peak rate, and its bytes over the share of the bandwidth, that such operators reach. Launching
it takes the processor a time of its own. A step takes the longer of the GPU's total and the
processor's. Shares and times were measured on one GPU (`measured/efficiency.toml`) and are carried
over to the others; how far they may be off is measured too, and gives the range.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gpuguide.catalogue.model import Gpu, Quantity
from gpuguide.cost.measured import table
from gpuguide.cost.memory import Range, Unknown
from gpuguide.step.events import Operator

if TYPE_CHECKING:
    from gpuguide.cost.estimate import Estimate

RATE = {"float32": "fp32", "float16": "fp16", "bfloat16": "bf16"}
"""Type an operator computes in → the catalogue's name of the rate."""

TENSOR_FLOAT = ("convolution", "pointwise", "recurrent", "persistent")
"""cuDNN uses TF32 for float32 unless `torch.backends.cudnn.allow_tf32` is False; matrix products
do not unless asked to: the defaults of torch 2.13 (`torch.backends.cudnn.allow_tf32` is True,
`torch.backends.cuda.matmul.allow_tf32` False)."""

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
    bandwidth = bytes_per_second(gpu.bandwidth)
    busy = host = 0.0
    for group in groups:
        rate = peak(gpu, group.kind, group.dtype, tf32) if group.flops else 1.0
        if isinstance(rate, Unknown):
            return rate
        start, compute, memory = shares(gpu, group, tf32)
        work = max(group.flops / (rate * compute), group.nbytes / (bandwidth * memory))
        busy += group.launches * start + work
        each, launch = _row(gpu, group)["host"]
        host += group.count * each + group.launches * launch
    middle = together(busy, host)
    data = table("efficiency")["spread"]
    factor = data["measured"] if gpu.id in table("efficiency")["gpus"] else data["carried"]
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


def shares(gpu: Gpu, group: Group, tf32: bool = False) -> tuple[float, float, float]:
    """Seconds before work starts, and shares of the peak rate and of the bandwidth.

    Large matrix products in half precision have published shares for some GPUs; those come first.
    Sources: `measured/efficiency.toml`.
    """
    kind = precision(gpu, group.kind, group.dtype, tf32)
    start, compute, memory = _row(gpu, group)[kind]
    if group.kind == "matmul" and kind == "half":
        compute = table("efficiency")["matmul"].get(gpu.id, compute)
    return start, compute, memory


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
    ones. From compute capability 8.0 on, NVIDIA's tensor cores have one rate for bf16 and fp16
    (A100, L40S, H100 and B200 in stas00's table of peak rates), so either stands in for the other.
    """
    name = RATE.get(dtype)
    if name is None:
        return Unknown(f"no rate is catalogued for {dtype}")
    wanted = [name]
    if name == "fp32" and (tf32 or kind in TENSOR_FLOAT):
        wanted = ["tf32", "fp32"]
    if name in ("fp16", "bf16") and _ampere(gpu):
        wanted = ["bf16", "fp16"] if name == "bf16" else ["fp16", "bf16"]
    for one in wanted:
        if one in gpu.rates:
            return gpu.rates[one].value * TERA
    return Unknown(f"the catalogue has no {' or '.join(wanted)} rate for {gpu.name}")


def _ampere(gpu: Gpu) -> bool:
    found = gpu.compute_capability
    return gpu.vendor == "NVIDIA" and found is not None and float(found.value) >= 8


def bytes_per_second(bandwidth: Quantity) -> float:
    """A catalogued bandwidth, GB/s or GiB/s, in bytes per second."""
    return bandwidth.value * (1024**3 if bandwidth.unit == "GiB/s" else GIGA)
