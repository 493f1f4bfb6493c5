"""One GPU against a workload and wishes: what it needs there, how long it takes, what it costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gpuguide.catalogue.model import Gpu
from gpuguide.choice.buying import (
    SUPPORT,
    capacity,
    forms_of,
    offers,
    on_sale,
    software_of,
    stocked,
    support,
    systems,
)
from gpuguide.choice.wishes import Constraints
from gpuguide.choice.workload import Line, Workload
from gpuguide.cost.memory import Range, Unknown, cublas_workspace, cuda_context
from gpuguide.cost.speed import bytes_per_second, time_of

KINDS = {"own": "your price", "new": "seen new", "used": "seen used", "launch": "at launch"}
"""Kind of price → how it is called."""
PCIE = {3: 15.75e9, 4: 31.5e9, 5: 63.0e9}
"""Bytes per second in one direction over 16 lanes: 8, 16, 32 GT/s × 16 × 128/130 / 8 bits."""


@dataclass(frozen=True)
class Option:
    """A GPU that will do.

    Attributes:
        gpu: its id.
        count: how many.
        need: bytes on each GPU, at most.
        memory: bytes each GPU has.
        seconds: for one step.
        price: of all together, or None where unknown.
        kind: of the price: `own`, `new`, `used` or `launch`; "" where unknown.
        power: watts of all together, or None.
        reason: why it stands where it stands, in a sentence.
    """

    gpu: str
    count: int
    need: float
    memory: float
    seconds: Range | Unknown
    price: float | None
    kind: str
    power: float | None
    reason: str = ""


@dataclass(frozen=True)
class Rejection:
    """A GPU that will not do, and why: `code` for a page, `reason` for a reader."""

    gpu: str
    code: str
    reason: str


def consider(workload: Workload, wishes: Constraints, gpu: Gpu) -> Option | Rejection:
    """One GPU: an option without a reason yet, or why it is none."""
    unfit = _unfit(workload, wishes, gpu)
    if unfit is not None:
        return unfit
    assert gpu.memory is not None
    memory = capacity(gpu)
    need = required(workload, wishes, gpu)
    if need > memory * (1 - wishes.margin):
        share = f"{gb(memory * (1 - wishes.margin))} of {gb(memory)} GB may be used"
        return Rejection(gpu.id, "memory", f"needs {gb(need)} GB; {share}")
    seconds = duration(workload, wishes, gpu)
    if wishes.max_seconds is not None:
        if isinstance(seconds, Unknown):
            return Rejection(gpu.id, "time", f"time {seconds}")
        if seconds.high > wishes.max_seconds:
            longest = f"{span(seconds)} a step"
            return Rejection(gpu.id, "time", f"{longest}; at most {wishes.max_seconds:.3g} s asked")
    price, kind = price_of(wishes, gpu)
    if wishes.max_price is not None:
        if price is None:
            return Rejection(gpu.id, "price", f"no price in {wishes.currency} is known")
        if price > wishes.max_price:
            text = f"{price:,.0f} {wishes.currency}; at most {wishes.max_price:,.0f} asked"
            return Rejection(gpu.id, "price", text)
    power = None if gpu.power is None else gpu.power.value * wishes.count
    if wishes.max_power is not None and (power is None or power > wishes.max_power):
        text = "power unknown" if power is None else f"{power:g} W; at most {wishes.max_power:g} W"
        return Rejection(gpu.id, "power", text)
    cramped = _cramped(wishes, gpu)
    if cramped is not None:
        return cramped
    return Option(gpu.id, wishes.count, need, memory, seconds, price, kind, power)


def required(workload: Workload, wishes: Constraints, gpu: Gpu) -> float:
    """Bytes that each GPU must have: reserve, workspaces, and the context's upper figure.

    Unknown workspaces and contexts, as for other vendors than NVIDIA, count as nothing.
    """
    items = workload.items if wishes.items is None else wishes.items
    each = items / wishes.count if workload.split == "data" else items
    total = sum(workload.parts(each).values()) + workload.reserve.at(each)
    if workload.split == "weights":
        total /= wishes.count
    workspace, context = cublas_workspace(gpu), cuda_context(gpu)
    total += 0 if isinstance(workspace, Unknown) else workspace * workload.blas
    return total + (0 if isinstance(context, Unknown) else context.high)


def duration(workload: Workload, wishes: Constraints, gpu: Gpu) -> Range | Unknown:
    """Seconds of one step on all GPUs together.

    Two that share data exchange gradients: 2·(n-1)/n of their bytes, over the published link or
    PCIe (ring all-reduce); it may hide behind the backward pass, so the low side has none of it.
    Two that share weights take between half the time of one and all of it.
    """
    items = workload.items if wishes.items is None else wishes.items
    if wishes.count == 1:
        return time_of(workload.groups(items), gpu)
    if workload.split == "weights":
        alone = time_of(workload.groups(items), gpu)
        return alone if isinstance(alone, Unknown) else Range(alone.low / 2, alone.high)
    half = time_of(workload.groups(items / wishes.count), gpu)
    if isinstance(half, Unknown):
        return half
    speed = link(gpu)
    if isinstance(speed, Unknown):
        return speed
    bytes_ = max(parts.get("gradients", Line(0)).fixed for parts in workload.peaks.values())
    return Range(half.low, half.high + 2 * (wishes.count - 1) / wishes.count * bytes_ / speed)


def link(gpu: Gpu) -> float | Unknown:
    """Bytes per second in one direction between two GPUs: the catalogued link, else PCIe.

    Makers add both directions up, so half of a link's figure counts, also where none is stated.
    """
    if gpu.interconnect is not None and gpu.interconnect.value > 0:
        return bytes_per_second(gpu.interconnect) / 2
    if gpu.pcie is not None and int(gpu.pcie.value) in PCIE:
        return PCIE[int(gpu.pcie.value)] / (2 if "x8" in gpu.pcie.basis else 1)
    return Unknown(f"the catalogue has neither link nor PCIe generation of {gpu.name}")


def price_of(wishes: Constraints, gpu: Gpu) -> tuple[float | None, str]:
    """Price of all GPUs together and its kind: the reader's own, the lowest seen, or at launch.

    None and "" where none is known. A launch price does not stand in for a used one.
    """
    if gpu.id in wishes.prices:
        return wishes.prices[gpu.id] * wishes.count, "own"
    found = [
        (price.middle, kind)
        for kind, price in offers(gpu, wishes.currency).items()
        if kind != "launch" and wishes.condition in ("either", kind)
    ]
    if found:
        price, kind = min(found)
        return price * wishes.count, kind
    launch = offers(gpu, wishes.currency).get("launch")
    if launch is None or wishes.condition == "used" or on_sale(gpu) == "used":
        return None, ""
    return launch.middle * wishes.count, "launch"


def supply_of(wishes: Constraints, gpu: Gpu) -> float | None:
    """Watts of the power supply that all GPUs together want: each further card adds its power."""
    if gpu.supply is None or (wishes.count > 1 and gpu.power is None):
        return None
    more = 0 if gpu.power is None else gpu.power.value * (wishes.count - 1)
    return gpu.supply.value + more


def _cramped(wishes: Constraints, gpu: Gpu) -> Rejection | None:
    """Whether the reader's computer has no room or no power for it; a whole computer needs none."""
    if "card" not in forms_of(gpu):
        return None
    if wishes.supply is not None:
        wanted = supply_of(wishes, gpu)
        if wanted is None or wanted > wishes.supply:
            text = "unknown" if wanted is None else f"{wanted:g} W; {wishes.supply:g} W is there"
            return Rejection(gpu.id, "supply", f"power supply {text}")
    for name, unit, count in (("length", "mm", 1), ("slots", "slots", wishes.count)):
        room, found = getattr(wishes, name), getattr(gpu, name)
        if room is not None and (found is None or found.value * count > room):
            text = f"{name} unknown" if found is None else f"{found.value * count:g} {unit}"
            return Rejection(gpu.id, "size", f"{text}; at most {room:g} {unit} asked")
    return None


def _unfit(workload: Workload, wishes: Constraints, gpu: Gpu) -> Rejection | None:
    """Reasons that need no arithmetic."""
    software, forms, sale = software_of(gpu), forms_of(gpu), on_sale(gpu)
    if wishes.software is not None and software not in wishes.software:
        return Rejection(gpu.id, "software", f"runs {software}; {_or(wishes.software)} asked")
    if wishes.system is not None and wishes.system not in systems(gpu):
        where = _or(systems(gpu)) or "no known system"
        return Rejection(gpu.id, "system", f"{where}; {wishes.system} asked")
    if wishes.forms is not None and not set(forms) & set(wishes.forms):
        return Rejection(gpu.id, "form", f"{gpu.form}; {_or(wishes.forms)} asked")
    if gpu.market and gpu.market not in wishes.markets:
        return Rejection(gpu.id, "market", f"made for {gpu.market} only")
    if not _sold(wishes, forms, sale, stocked(gpu)):
        how = f"{sale}; {wishes.condition} asked" if sale else "how one gets it is unknown"
        return Rejection(gpu.id, "sale", how)
    for code in support(gpu):
        if code == "kernels" or workload.computes_in("bfloat16"):
            return Rejection(gpu.id, "support", SUPPORT[code])
    if gpu.memory is None:
        return Rejection(gpu.id, "memory", "memory unknown")
    return None


def _sold(wishes: Constraints, forms: tuple[str, ...], sale: str, new: bool) -> bool:
    """Whether the reader can have it as wished: bought, or in a form that was asked for.

    `new`: it was seen new, which may be left-over stock of what is no longer made.
    """
    if sale in ("new", "used"):
        return wishes.condition != "new" or sale == "new" or new
    if sale in ("laptop", "data centre"):
        unbought = {"laptop", "module", "cloud"} & set(forms)
        return wishes.unsold or bool(unbought & set(wishes.forms or ()))
    return wishes.unsold


def span(seconds: Range) -> str:
    """A range of seconds for readers, such as `0.29 to 0.84 ms` or `1.1 to 2.3 s`."""
    unit, scale = ("s", 1.0) if seconds.low >= 1 else ("ms", 1e3)
    return f"{_three(seconds.low * scale)} to {_three(seconds.high * scale)} {unit}"


def _three(value: float) -> str:
    """Three significant digits, without an exponent."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def gb(nbytes: float) -> str:
    """Gigabytes for readers, one decimal."""
    return f"{nbytes / 1e9:.1f}"


def _or(words: Iterable[str]) -> str:
    return " or ".join(words)
