"""A workload and wishes → GPUs in order, each with its reason; those left out, with theirs.

Everything is arithmetic on a workload's coefficients, the catalogue and the measured figures, so
that a page's script can do the same with the JSON that `chooser_json` gives.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from gpuguide.catalogue import load
from gpuguide.catalogue.model import Gpu
from gpuguide.choice.buying import (
    CONDITIONS,
    FORMS,
    SOFTWARE,
    SUPPORT,
    Price,
    capacity,
    form_of,
    offers,
    on_sale,
    software_of,
    support,
)
from gpuguide.choice.workload import Line, Workload, presets, to_json
from gpuguide.cost.measured import table
from gpuguide.cost.memory import Range, Unknown, cublas_workspace, cuda_context
from gpuguide.cost.speed import (
    RATE,
    TOGETHER,
    basis,
    bytes_per_second,
    clocks,
    peak,
    products,
    spread,
    time_of,
)
from gpuguide.problem import GpuguideError, Problem

GOALS = ("price", "time", "power", "rent")
CURRENCIES = ("USD", "CNY", "EUR")
KINDS = {"own": "your price", "new": "seen new", "used": "seen used", "launch": "at launch"}
"""Kind of price → how it is called."""
PCIE = {3: 15.75e9, 4: 31.5e9, 5: 63.0e9}
"""Bytes per second in one direction over 16 lanes: 8, 16, 32 GT/s × 16 × 128/130 / 8 bits."""
LAST = float("inf")


@dataclass(frozen=True)
class Constraints:
    """What the reader wants; None means no matter.

    Attributes:
        items: batch, or sequences at once; the workload's own if None.
        count: GPUs of a kind, 1 or 2.
        margin: share of memory to stay free, from 0 to below 1.
        goal: one of `GOALS`: what is ranked by.
        max_seconds: for one step, on the slow side of the range.
        max_price: for all GPUs together, in `currency`.
        currency: of all prices; a price in another is unknown.
        max_power: watts, for all GPUs together.
        condition: `either`, `new` or `used`.
        forms: `card`, `computer`, `laptop`, `module`, `cloud`; whoever names one of the last three
            also gets what only laptops or data centres have.
        unsold: also what one cannot buy: announced, or in laptops and data centres only.
        software: `cuda`, `rocm`, `xpu`, `mps`, `xla`, `neuron`, `cann`.
        markets: markets the reader may buy in besides the whole world, such as `China`.
        prices: the reader's own price of one GPU, by id; it takes every other price's place.
        hourly: the reader's price of renting one for an hour, by id.
        steps: how many steps will be run, to tell the cost of renting.
    """

    items: float | None = None
    count: int = 1
    margin: float = 0.1
    goal: str = "price"
    max_seconds: float | None = None
    max_price: float | None = None
    currency: str = "USD"
    max_power: float | None = None
    condition: str = "either"
    forms: tuple[str, ...] | None = None
    unsold: bool = False
    software: tuple[str, ...] | None = ("cuda",)
    markets: tuple[str, ...] = ()
    prices: Mapping[str, float] = field(default_factory=dict)
    hourly: Mapping[str, float] = field(default_factory=dict)
    steps: float | None = None


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
        rent: cost of all steps at the reader's price per hour, or None.
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
    rent: Range | None
    reason: str = ""


@dataclass(frozen=True)
class Rejection:
    """A GPU that will not do, and why: `code` for a page, `reason` for a reader."""

    gpu: str
    code: str
    reason: str


@dataclass(frozen=True)
class Choice:
    """The answer: options from the first rank on, and everything else with its reason."""

    options: tuple[Option, ...]
    rejected: tuple[Rejection, ...]


def choose(
    workload: Workload, constraints: Constraints | None = None, gpus: Iterable[Gpu] | None = None
) -> Choice:
    """Rank the GPUs that can run a workload.

    A GPU fits if the allocator's reserve, the libraries' workspaces and the CUDA context, the last
    at their upper figure, leave `margin` of its memory free. Ranked by `goal`: prices that were
    seen come before launch prices, since the two do not compare; what is unknown comes last, and
    ties go to the shorter time, then to the id.

    Args:
        workload: a preset or one's own.
        constraints: wishes; the defaults ask for any one CUDA GPU.
        gpus: where to choose from; the whole catalogue if None.

    Raises:
        GpuguideError: wishes that make no sense.
    """
    wishes = constraints or Constraints()
    check(wishes, workload)
    options, rejected = [], []
    for gpu in load() if gpus is None else gpus:
        found = consider(workload, wishes, gpu)
        if isinstance(found, Option):
            options.append(found)
        else:
            rejected.append(found)
    options.sort(key=lambda option: rank(option, wishes.goal))
    reasoned = [
        Option(**(_fields(option) | {"reason": _reason(option, wishes, place)}))
        for place, option in enumerate(options)
    ]
    return Choice(tuple(reasoned), tuple(rejected))


def check(wishes: Constraints, workload: Workload) -> None:
    """Raise a GpuguideError that names every wish that makes no sense."""
    problems = []
    items = workload.items if wishes.items is None else wishes.items
    least = wishes.count if workload.split == "data" else 1
    if wishes.goal not in GOALS:
        problems.append(Problem("", "", "goal", f"{wishes.goal!r}; use {', '.join(GOALS)}"))
    if wishes.count not in (1, 2):
        problems.append(Problem("", "", "count", f"{wishes.count}; use 1 or 2"))
    if not 0 <= wishes.margin < 1:
        problems.append(Problem("", "", "margin", f"{wishes.margin}; use 0 to 0.99"))
    if items < least:
        problems.append(Problem("", "", "items", f"{items}; use {least} or more"))
    if wishes.condition not in CONDITIONS:
        wanted = ", ".join(CONDITIONS)
        problems.append(Problem("", "", "condition", f"{wishes.condition!r}; use {wanted}"))
    for name, known in (("forms", FORMS), ("software", SOFTWARE.values())):
        for one in getattr(wishes, name) or ():
            if one not in known:
                wanted = ", ".join(sorted(set(known)))
                problems.append(Problem("", "", name, f"{one!r}; use {wanted}"))
    if wishes.goal == "rent" and not (wishes.hourly and wishes.steps):
        problems.append(
            Problem(
                "", "", "goal", "rent needs prices per hour (hourly) and how many steps (steps)"
            )
        )
    if problems:
        raise GpuguideError(*problems)


def consider(workload: Workload, wishes: Constraints, gpu: Gpu) -> Option | Rejection:
    """One GPU: an option without a reason yet, or why it is none."""
    unfit = _unfit(workload, wishes, gpu)
    if unfit is not None:
        return unfit
    assert gpu.memory is not None
    memory = capacity(gpu)
    need = required(workload, wishes, gpu)
    if need > memory * (1 - wishes.margin):
        share = f"{_gb(memory * (1 - wishes.margin))} of {_gb(memory)} GB may be used"
        return Rejection(gpu.id, "memory", f"needs {_gb(need)} GB; {share}")
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
    rent = _rent(wishes, gpu, seconds)
    return Option(gpu.id, wishes.count, need, memory, seconds, price, kind, power, rent)


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


def rank(option: Option, goal: str) -> tuple[int, float, float, str]:
    """Sort key: of prices the seen, the launch, the unknown ones; the goal, the time, the id."""
    time = LAST if isinstance(option.seconds, Unknown) else middle(option.seconds)
    first: dict[str, float | None] = {
        "price": option.price,
        "time": time,
        "power": option.power,
        "rent": None if option.rent is None else middle(option.rent),
    }
    value = first[goal]
    group = {"launch": 1, "": 2}.get(option.kind, 0) if goal == "price" else 0
    return (group, LAST if value is None else value, time, option.gpu)


def middle(of: Range) -> float:
    """Geometric mean of a range: as far from the low side as from the high in proportion."""
    return float((of.low * of.high) ** 0.5)


def chooser_json(gpus: Iterable[Gpu] | None = None) -> str:
    """All that a page needs to choose as `choose` does: presets, GPUs, measured figures, rules."""
    entries = [_gpu(gpu) for gpu in (load() if gpus is None else gpus)]
    found = {
        "workloads": [to_json(one) for one in presets()],
        "gpus": entries,
        "efficiency": {
            k: v for k, v in table("efficiency").items() if k in ("operators", "persistent")
        },
        "together": TOGETHER,
        "goals": GOALS,
        "defaults": asdict(Constraints()),
    }
    return json.dumps(_short(found), ensure_ascii=False, separators=(",", ":")) + "\n"


def _short(value: Any) -> Any:
    """The same with whole numbers written without `.0`: a page has to load it."""
    if isinstance(value, dict):
        return {key: _short(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_short(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _gpu(gpu: Gpu) -> dict[str, Any]:
    workspace, context, speed = cublas_workspace(gpu), cuda_context(gpu), link(gpu)
    return {
        "id": gpu.id,
        "name": gpu.name,
        "software": software_of(gpu),
        "form": form_of(gpu),
        "sale": on_sale(gpu),
        "stock": gpu.seen_new is not None,
        "support": [code for code in SUPPORT if code in support(gpu)],
        "market": gpu.market,
        "memory": None if gpu.memory is None else capacity(gpu),
        "bandwidth": None if gpu.bandwidth is None else bytes_per_second(gpu.bandwidth),
        "peaks": _peaks(gpu),
        "clocks": None if gpu.bandwidth is None else clocks(gpu),
        "products": products(gpu),
        "spread": spread(gpu),
        "basis": basis(gpu),
        "power": None if gpu.power is None else gpu.power.value,
        "prices": _prices(gpu),
        "workspace": None if isinstance(workspace, Unknown) else workspace,
        "context": None if isinstance(context, Unknown) else [context.low, context.high],
        "link": None if isinstance(speed, Unknown) else speed,
    }


def _prices(gpu: Gpu) -> dict[str, dict[str, list[Any]]]:
    """Currency → kind → lowest, highest, date, until when not old, middle, market."""
    found: dict[str, dict[str, list[Any]]] = {}
    for currency in CURRENCIES:
        kinds = offers(gpu, currency)
        if kinds:
            found[currency] = {kind: _price(one) for kind, one in kinds.items()}
    return found


def _price(price: Price) -> list[Any]:
    return [price.low, price.high, price.date, price.fresh_until, price.middle, price.market]


def _peaks(gpu: Gpu) -> dict[str, float]:
    """Type, or `tf32`, → FLOP/s, where known: what `peak` gives for any class of operator."""
    found = {dtype: peak(gpu, "matmul", dtype) for dtype in sorted(RATE)}
    if "tf32" in gpu.rates:
        found["tf32"] = peak(gpu, "matmul", "float32", tf32=True)
    return {name: value for name, value in found.items() if not isinstance(value, Unknown)}


def _unfit(workload: Workload, wishes: Constraints, gpu: Gpu) -> Rejection | None:
    """Reasons that need no arithmetic."""
    software, form, sale = software_of(gpu), form_of(gpu), on_sale(gpu)
    if wishes.software is not None and software not in wishes.software:
        return Rejection(gpu.id, "software", f"runs {software}; {_or(wishes.software)} asked")
    if wishes.forms is not None and form not in wishes.forms:
        return Rejection(gpu.id, "form", f"{gpu.form}; {_or(wishes.forms)} asked")
    if gpu.market and gpu.market not in wishes.markets:
        return Rejection(gpu.id, "market", f"made for {gpu.market} only")
    if not _sold(wishes, form, sale, gpu.seen_new is not None):
        how = f"{sale}; {wishes.condition} asked" if sale else "how one gets it is unknown"
        return Rejection(gpu.id, "sale", how)
    for code in support(gpu):
        if code == "kernels" or workload.computes_in("bfloat16"):
            return Rejection(gpu.id, "support", SUPPORT[code])
    if gpu.memory is None:
        return Rejection(gpu.id, "memory", "memory unknown")
    return None


def _sold(wishes: Constraints, form: str, sale: str, new: bool) -> bool:
    """Whether the reader can have it as wished: bought, or in a form that was asked for.

    `new`: it was seen new, which may be left-over stock of what is no longer made.
    """
    asked = wishes.unsold or (wishes.forms is not None and form in wishes.forms)
    if sale in ("new", "used"):
        return wishes.condition != "new" or sale == "new" or new
    if sale in ("laptop", "data centre"):
        return asked and (wishes.unsold or form in ("laptop", "module", "cloud"))
    return wishes.unsold


def _rent(wishes: Constraints, gpu: Gpu, seconds: Range | Unknown) -> Range | None:
    if gpu.id not in wishes.hourly or wishes.steps is None or isinstance(seconds, Unknown):
        return None
    each = wishes.hourly[gpu.id] * wishes.count * wishes.steps / 3600
    return Range(seconds.low * each, seconds.high * each)


def _reason(option: Option, wishes: Constraints, place: int) -> str:
    """What the rank rests on, then fit and time."""
    parts = []
    if wishes.goal == "rent":
        parts.append("no price per hour" if option.rent is None else
                     f"{option.rent.low:,.2f} to {option.rent.high:,.2f} {wishes.currency} for "
                     f"{wishes.steps:,.0f} steps")  # fmt: skip
    if wishes.goal == "power":
        parts.append("power unknown" if option.power is None else f"{option.power:g} W")
    if option.price is None:
        parts.append("price unknown")
    else:
        parts.append(f"{option.price:,.0f} {wishes.currency} {KINDS[option.kind]}")
    free = 1 - option.need / option.memory
    parts.append(f"needs {_gb(option.need)} of {_gb(option.memory)} GB ({free:.0%} free)")
    if isinstance(option.seconds, Unknown):
        parts.append(f"time {option.seconds}")
    else:
        parts.append(f"{span(option.seconds)} a step")
    words = {"price": "cheapest", "time": "fastest", "power": "least power", "rent": "cheapest"}
    known = rank(option, wishes.goal)[1] < LAST
    return (f"{words[wishes.goal]}: " if place == 0 and known else "") + "; ".join(parts)


def span(seconds: Range) -> str:
    """A range of seconds for readers, such as `0.29 to 0.84 ms` or `1.1 to 2.3 s`."""
    unit, scale = ("s", 1.0) if seconds.low >= 1 else ("ms", 1e3)
    return f"{_three(seconds.low * scale)} to {_three(seconds.high * scale)} {unit}"


def _three(value: float) -> str:
    """Three significant digits, without an exponent."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _fields(option: Option) -> dict[str, Any]:
    return {name: getattr(option, name) for name in Option.__dataclass_fields__}


def _gb(nbytes: float) -> str:
    return f"{nbytes / 1e9:.1f}"


def _or(words: Iterable[str]) -> str:
    return " or ".join(words)
