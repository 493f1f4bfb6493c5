"""A choice → what a friend would say: one card, a runner-up, the cheapest, and what to rent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from gpuguide.catalogue import load
from gpuguide.catalogue.model import Gpu
from gpuguide.choice.buying import forms_of, on_sale, rent, software_of, stocked
from gpuguide.choice.choose import Choice, middle, ranked
from gpuguide.choice.fit import Option, consider
from gpuguide.choice.wishes import Constraints
from gpuguide.choice.workload import Workload
from gpuguide.cost.memory import Unknown

WEEKS = 52  # of a year
PLUG = 225
"""Watts that a PCIe slot (75) and one 8-pin plug (150) give; see `guide/buying.md#power`."""
OLD = 5
"""Years since its release from which on a product is called old."""
AGAINST = ("software", "market", "restricted", "used", "stock", "old", "power")
"""What may speak against a GPU, in the order in which it is said."""


@dataclass(frozen=True)
class Picks:
    """What to do, in four answers; None where there is none.

    Attributes:
        first: the first of the ranking.
        second: the next one; if the first is priced used, the best of the others bought new.
        cheapest: the lowest price of today; it may be one of the two above.
        rent: what clouds have: the cheapest for this work by the reader's prices per hour or those
            that were seen, else the one with the least memory that fits.
        hour: price of an hour at which a year of renting costs as much as buying the first.
    """

    first: Option | None
    second: Option | None
    cheapest: Option | None
    rent: Option | None
    hour: float | None


def pick(
    workload: Workload, wishes: Constraints, choice: Choice, gpus: Iterable[Gpu] | None = None
) -> Picks:
    """The four answers.

    Args:
        workload: what the choice is for.
        wishes: likewise.
        choice: what `choose` made of both.
        gpus: where it chose from; the whole catalogue if None.
    """
    every = tuple(load() if gpus is None else gpus)
    first, *others = choice.options or (None,)
    second = next(iter(others), None)
    if first is not None and first.kind == "used":
        second = _new(workload, wishes, every, first.gpu) or second
    priced = [one for one in choice.options if one.kind in ("own", "new", "used")]
    cheapest = min(priced, key=lambda one: one.price or 0, default=None)
    known = first is not None and first.kind in ("own", "new", "used") and first.price is not None
    hour = first.price / wishes.hours / WEEKS if known and first and first.price else None
    return Picks(first, second, cheapest, _rent(workload, wishes, every), hour)


def _new(workload: Workload, wishes: Constraints, gpus: Iterable[Gpu], but: str) -> Option | None:
    """The best that shops were seen to have new, `but` one."""
    wanted = replace(wishes, condition="new")
    found = [
        option
        for gpu in gpus
        if isinstance(option := consider(workload, wanted, gpu), Option)
        if option.kind == "new" and option.gpu != but
    ]
    return next(iter(ranked(found, wishes.goal)), None)


def hourly(wishes: Constraints, gpu: Gpu) -> float | None:
    """Price of an hour of one GPU: the reader's, else the lowest that was seen."""
    seen = rent(gpu, wishes.currency)
    return wishes.hourly.get(gpu.id, None if seen is None else seen.low)


def _rent(workload: Workload, wishes: Constraints, gpus: Iterable[Gpu]) -> Option | None:
    """What stands in a cloud needs no room, power or system of the reader's."""
    anywhere = replace(
        wishes, unsold=True, forms=None, max_price=None, max_power=None, supply=None, length=None,
        slots=None, system=None, condition="either",
    )  # fmt: skip
    prices, found = {}, []
    for gpu in gpus:
        prices[gpu.id] = hourly(wishes, gpu)
        if on_sale(gpu) != "data centre" and prices[gpu.id] is None:
            continue
        if isinstance(option := consider(workload, anywhere, gpu), Option):
            found.append(option)

    def key(option: Option) -> tuple[float, float, float, str]:
        time = float("inf") if isinstance(option.seconds, Unknown) else middle(option.seconds)
        hourly = prices[option.gpu]
        cost = float("inf") if hourly is None or time == float("inf") else hourly * time
        return (cost, option.memory, time, option.gpu)

    return min(found, key=key, default=None)


def front(choice: Choice) -> tuple[Option, ...]:
    """Of the options with a price of today and a known time those that none beats in both.

    Sorted by price; whoever wants it faster pays more, whoever wants it cheaper waits longer.
    """
    found: list[Option] = []
    for one in sorted(comparable(choice), key=lambda one: (one.price, _time(one), one.gpu)):
        if not found or _time(one) < _time(found[-1]):
            found.append(one)
    return tuple(found)


def comparable(choice: Choice) -> list[Option]:
    """The options whose time is known, and whose price is one of today."""
    return [
        one
        for one in choice.options
        if one.kind in ("own", "new", "used") and not isinstance(one.seconds, Unknown)
    ]


def _time(option: Option) -> float:
    assert not isinstance(option.seconds, Unknown)
    return middle(option.seconds)


def against(option: Option, gpu: Gpu, today: str, markets: tuple[str, ...] = ()) -> tuple[str, ...]:
    """What speaks against it, as far as the catalogue knows: some of `AGAINST`.

    Args:
        option: what was chosen.
        gpu: its entry.
        today: `YYYY-MM-DD`, to tell how old it is.
        markets: where the reader buys; in China US export rules are against it.
    """
    released = None if gpu.release is None else gpu.release.value
    if released is not None:  # of a month or year its last day
        released += "-12-31"[len(released) - 4 :]
    since = f"{date.fromisoformat(today).year - OLD}{today[4:]}"
    found = {
        "software": software_of(gpu) != "cuda",
        "market": bool(gpu.market),
        "restricted": gpu.restricted is not None and "China" in markets,
        "used": on_sale(gpu) == "used",
        "stock": on_sale(gpu) == "new" and option.kind in ("launch", "") and not stocked(gpu),
        "old": released is not None and released <= since,
        "power": "card" in forms_of(gpu) and (option.power or 0) > PLUG * option.count,
    }
    return tuple(one for one in AGAINST if found[one])
