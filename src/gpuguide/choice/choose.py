"""A workload and wishes → GPUs in order, each with its reason; those left out, with theirs.

Everything is arithmetic on a workload's coefficients, the catalogue and the measured figures, so
that a page's script can do the same with the JSON that `gpuguide.choice.export` gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from gpuguide.catalogue import load
from gpuguide.catalogue.model import Gpu
from gpuguide.choice.fit import KINDS, Option, Rejection, consider, gb, span
from gpuguide.choice.wishes import Constraints, check
from gpuguide.choice.workload import Workload
from gpuguide.cost.memory import Range, Unknown

LAST = float("inf")


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
    reasoned = [
        replace(option, reason=_reason(option, wishes, place))
        for place, option in enumerate(ranked(options, wishes.goal))
    ]
    return Choice(tuple(reasoned), tuple(rejected))


def ranked(options: Iterable[Option], goal: str) -> list[Option]:
    """Options in order: where money counts the seen prices first; the goal; price, time, id.

    Of one whose time is unknown nobody can say how much it does for the money: it stands before the
    first that is known to do more, and costs more.
    """
    found = list(options)

    def group(one: Option) -> int:
        return {"launch": 1, "": 2}.get(one.kind, 0) if goal in ("value", "price") else 0

    def dearer(one: Option, price: float) -> Iterator[float]:
        for other in found:
            value = value_of(other, goal)
            if value is not None and group(other) == group(one) and (other.price or 0) > price:
                yield value

    def key(one: Option) -> tuple[int, float, bool, float, float, str]:
        time = LAST if isinstance(one.seconds, Unknown) else middle(one.seconds)
        price = LAST if one.price is None or goal != "value" else one.price
        value = value_of(one, goal)
        least = min(dearer(one, price), default=LAST) if value is None else value
        return (group(one), least, value is not None, price, time, one.gpu)

    return sorted(found, key=key)


def value_of(option: Option, goal: str) -> float | None:
    """What an option is ranked by, the less the better; None where unknown."""
    time = None if isinstance(option.seconds, Unknown) else middle(option.seconds)
    if goal == "value":
        return None if time is None or option.price is None else time * option.price
    return {"price": option.price, "time": time, "power": option.power}[goal]


def middle(of: Range) -> float:
    """Geometric mean of a range: as far from the low side as from the high in proportion."""
    return float((of.low * of.high) ** 0.5)


def _reason(option: Option, wishes: Constraints, place: int) -> str:
    """What the rank rests on, then fit and time."""
    parts = []
    if wishes.goal == "power":
        parts.append("power unknown" if option.power is None else f"{option.power:g} W")
    if option.price is None:
        parts.append("price unknown")
    else:
        parts.append(f"{option.price:,.0f} {wishes.currency} {KINDS[option.kind]}")
    free = 1 - option.need / option.memory
    parts.append(f"needs {gb(option.need)} of {gb(option.memory)} GB ({free:.0%} free)")
    if isinstance(option.seconds, Unknown):
        parts.append(f"time {option.seconds}")
    else:
        parts.append(f"{span(option.seconds)} a step")
    words = {
        "value": "most for the money",
        "price": "cheapest",
        "time": "fastest",
        "power": "least power",
    }
    known = value_of(option, wishes.goal) is not None
    return (f"{words[wishes.goal]}: " if place == 0 and known else "") + "; ".join(parts)
