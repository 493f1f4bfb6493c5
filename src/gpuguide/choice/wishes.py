"""What a reader wants of a GPU, and which wishes make no sense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gpuguide.choice.buying import CONDITIONS, FORMS, SOFTWARE, SYSTEMS
from gpuguide.choice.workload import Workload
from gpuguide.problem import GpuguideError, Problem

GOALS = ("value", "price", "time", "power")
"""What is ranked by: most work for the money (time × price), price, time, power.

Least power stands for quiet, too: every watt is heat that a fan has to carry away, and the
catalogue knows no cooler.
"""
CURRENCIES = ("USD", "CNY", "EUR")
WEEK = 168  # hours


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
        supply: watts of the power supply that there is; it rules out cards only.
        length: millimetres of room for a card; likewise.
        slots: slots that are free; likewise.
        condition: `either`, `new` or `used`.
        forms: `card`, `computer`, `laptop`, `module`, `cloud`; whoever names one of the last three
            also gets what only laptops or data centres have.
        unsold: also what one cannot buy: announced, or in laptops and data centres only.
        software: `cuda`, `rocm`, `xpu`, `mps`, `xla`, `neuron`, `cann`.
        system: `windows`, `linux` or `macos`, on which torch has to run.
        markets: markets the reader may buy in besides the whole world, such as `China`.
        prices: the reader's own price of one GPU, by id; it takes every other price's place.
        hourly: the reader's price of renting one for an hour, by id.
        hours: of use a week, to hold renting against buying.
    """

    items: float | None = None
    count: int = 1
    margin: float = 0.1
    goal: str = "value"
    max_seconds: float | None = None
    max_price: float | None = None
    currency: str = "USD"
    max_power: float | None = None
    supply: float | None = None
    length: float | None = None
    slots: float | None = None
    condition: str = "either"
    forms: tuple[str, ...] | None = None
    unsold: bool = False
    software: tuple[str, ...] | None = ("cuda",)
    system: str | None = None
    markets: tuple[str, ...] = ()
    prices: Mapping[str, float] = field(default_factory=dict)
    hourly: Mapping[str, float] = field(default_factory=dict)
    hours: float = 10.0


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
    if wishes.system is not None and wishes.system not in SYSTEMS:
        problems.append(Problem("", "", "system", f"{wishes.system!r}; use {', '.join(SYSTEMS)}"))
    if not 0 < wishes.hours <= WEEK:
        problems.append(Problem("", "", "hours", f"{wishes.hours}; use more than 0, to {WEEK}"))
    if problems:
        raise GpuguideError(*problems)
