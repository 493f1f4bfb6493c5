"""Operators and a GPU → seconds, as a range: a roofline per operator with measured efficiencies.

An operator takes the longer of two times: FLOPs over the rate that such an operator reaches, and
bytes over the bandwidth that a copy reaches (Williams, Waterman and Patterson, Roofline, 2009). It
never takes less than an empty kernel. The step takes the longer of the GPU's total and of what the
processor needs to launch it all. Each efficiency is a range, so the result is one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from gpuguide.catalogue.model import Gpu, Quantity
from gpuguide.events import Operator
from gpuguide.measured import table
from gpuguide.memory import Range, Unknown

if TYPE_CHECKING:
    from gpuguide.estimate import Estimate

RATE = {"float32": "fp32", "float16": "fp16", "bfloat16": "bf16"}
"""Type an operator computes in → the catalogue's name of the rate."""

TENSOR_FLOAT = ("convolution", "recurrent")
"""cuDNN uses TF32 for float32 unless `torch.backends.cudnn.allow_tf32` is False; matrix products
do not unless asked to (torch documentation, notes/cuda, TensorFloat-32)."""

GIGA, TERA = 1e9, 1e12


@dataclass(frozen=True)
class Group:
    """Operators alike, taken together: same class, type and work per operator.

    Attributes:
        kind: one of `gpuguide.events.CLASSES`.
        dtype: such as `float32`.
        flops: of all of them.
        nbytes: moved by all of them.
        launches: kernels in a row.
        count: operators.
    """

    kind: str
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
    return Group(one.kind, one.dtype, one.flops, one.nbytes, one.launches, 1)


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
    data = table("efficiency")
    memory, launch = data["memory"], data["launch"]
    low = high = launches = 0.0
    for group in groups:
        fast = group.nbytes / (bandwidth * memory["high"])
        slow = group.nbytes / (bandwidth * memory["low"])
        if group.flops:
            rate = peak(gpu, group.kind, group.dtype, tf32)
            if isinstance(rate, Unknown):
                return rate
            share = efficiency(gpu, group)
            fast = max(fast, group.flops / (rate * share.high))
            slow = max(slow, group.flops / (rate * share.low))
        low += max(fast, group.launches * launch["kernel"])
        high += max(slow, group.launches * launch["kernel"])
        launches += group.count
    return Range(max(low, launches * launch["low"]), max(high, launches * launch["high"]))


def peak(gpu: Gpu, kind: str, dtype: str, tf32: bool = False) -> float | Unknown:
    """FLOP/s, dense, that the GPU could reach in this type at best.

    A rate whose basis does not say that it is dense is used as it is: the catalogue has no sparse
    ones. From compute capability 8.0 on, NVIDIA's tensor cores have one rate for bf16 and fp16
    (NVIDIA A100, H100 and Blackwell tables), so either stands in for the other.
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


def efficiency(gpu: Gpu, group: Group) -> Range:
    """Share of the peak that operators of this class and size reach.

    Sources: `measured/efficiency.toml`. For a recurrent network the size is that of one time step,
    since the steps follow one another.
    """
    data = table("efficiency")
    if group.kind == "convolution":
        found = data["convolution"]
        tensor = group.dtype != "float32" or "tf32" in gpu.rates
        return Range(found["low"] if tensor else found["low_fp32"], found["high"])
    if group.kind == "attention":
        return Range(data["attention"]["low"], data["attention"]["high"])
    products = data["matmul"]
    parts = group.launches if group.kind == "recurrent" else group.count
    size = group.flops / max(parts, 1)
    low = between(size, products["flops"], products["low"])
    high = between(size, products["flops"], products["high"])
    own = products["gpu"].get(gpu.id)
    if own is not None:
        high = min(high, own)
        if size >= products["flops"][-1]:
            low = high
    return Range(min(low, high), high)


def between(x: float, xs: list[float], ys: list[float]) -> float:
    """Linear in log x between points; the nearest point's value beyond the ends."""
    if x <= xs[0]:
        return ys[0]
    for (left, right), (below, above) in zip(pairwise(xs), pairwise(ys), strict=True):
        if x <= right:
            return below + (above - below) * math.log(x / left) / math.log(right / left)
    return ys[-1]


def bytes_per_second(bandwidth: Quantity) -> float:
    """A catalogued bandwidth, GB/s or GiB/s, in bytes per second."""
    return bandwidth.value * (1024**3 if bandwidth.unit == "GiB/s" else GIGA)
