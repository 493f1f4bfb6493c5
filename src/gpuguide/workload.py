"""A workload as coefficients: bytes and work as straight lines over the number of items.

Coefficients come from traces (or, for language-model inference, from arithmetic); whoever has them,
Python or a page's script, gets memory and time for any batch by multiplying and adding.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from gpuguide.problem import GpuguideError, Problem
from gpuguide.speed import Group

FILE = Path(__file__).parent / "presets.json"
"""Coefficients of the presets; `python -m gpuguide.presets` writes it."""


@dataclass(frozen=True)
class Line:
    """`fixed + each · items`."""

    fixed: float
    each: float = 0.0

    def at(self, items: float) -> float:
        """Value for so many items, never below 0."""
        return max(0.0, self.fixed + self.each * items)


@dataclass(frozen=True)
class Work:
    """Operators alike, as lines: see `gpuguide.speed.Group`."""

    kind: str
    phase: str
    dtype: str
    flops: Line
    nbytes: Line
    launches: Line
    count: Line

    def at(self, items: float) -> Group:
        """The group for so many items."""
        return Group(
            self.kind, self.phase, self.dtype, self.flops.at(items), self.nbytes.at(items),
            self.launches.at(items), self.count.at(items),
        )  # fmt: skip


@dataclass(frozen=True)
class Workload:
    """What a reader wants to run.

    Attributes:
        id: unique, lower case, with hyphens.
        name: language tag → name.
        assumes: language tag → sentences that say what is taken for granted.
        item: language tag → what an item is, such as `images`.
        items: how many by default, in one step.
        step: language tag → what a step is, such as `training step` or `token`.
        training: whether it trains.
        dtype: type that most of the arithmetic is in.
        split: what two GPUs share out: `data` (each holds the model and half the items) or
            `weights` (each holds half of everything).
        peaks: phase → part → bytes; memory is the greatest phase.
        reserve: bytes that the allocator holds beyond the peak.
        blas: cuBLAS workspaces that are taken.
        work: operators of a step.
    """

    id: str
    name: dict[str, str]
    assumes: dict[str, list[str]]
    item: dict[str, str]
    items: int
    step: dict[str, str]
    training: bool
    dtype: str
    split: str
    peaks: dict[str, dict[str, Line]]
    reserve: Line
    blas: int
    work: list[Work]

    def parts(self, items: float) -> dict[str, float]:
        """Part → bytes at the peak, for so many items; library workspaces not included."""
        phases = [
            {part: line.at(items) for part, line in one.items()} for one in self.peaks.values()
        ]
        return max(phases, key=lambda parts: sum(parts.values()))

    def groups(self, items: float) -> list[Group]:
        """Operators of a step, for so many items."""
        return [work.at(items) for work in self.work]


@cache
def presets() -> tuple[Workload, ...]:
    """The workloads that come with the package, in the order in which a list shows them."""
    return tuple(from_json(one) for one in json.loads(FILE.read_text(encoding="utf-8")))


def preset(name: str) -> Workload:
    """A preset by its id.

    Raises:
        GpuguideError: no such preset; the message lists them.
    """
    found = {one.id: one for one in presets()}
    if name not in found:
        raise GpuguideError(Problem("", "", "", f"no preset {name!r}; use {', '.join(found)}"))
    return found[name]


def to_json(workload: Workload) -> dict[str, Any]:
    """Plain JSON: a line is a pair [fixed, each]."""
    return _lines(asdict(workload))  # type: ignore[no-any-return]


def from_json(data: dict[str, Any]) -> Workload:
    """The workload that `to_json` was given."""
    work = [
        Work(one["kind"], one["phase"], one["dtype"], *(Line(*one[name]) for name in _NUMBERS))
        for one in data["work"]
    ]
    peaks = {
        phase: {part: Line(*line) for part, line in parts.items()}
        for phase, parts in data["peaks"].items()
    }
    reserve = Line(*data["reserve"])
    return Workload(**(data | {"work": work, "peaks": peaks, "reserve": reserve}))


_NUMBERS = ("flops", "nbytes", "launches", "count")


def _lines(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {"fixed", "each"}:
            return [value["fixed"], value["each"]]
        return {key: _lines(one) for key, one in value.items()}
    return [_lines(one) for one in value] if isinstance(value, list) else value
