"""A workload as coefficients: bytes and work as straight lines over the number of items.

Coefficients come from traces (or, for language-model inference, from arithmetic); whoever has them,
Python or a page's script, gets memory and time for any batch by multiplying and adding.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from gpuguide.cost.speed import Group
from gpuguide.problem import GpuguideError, Problem
from gpuguide.step.events import CLASSES, KINDS

FILE = Path(__file__).parent / "presets.json"
"""Coefficients of the presets; `python -m gpuguide.choice.presets` writes it."""

VERSION = 1
"""Of the file that a workload is kept in; it grows when such a file means something else."""
PARTS = (*KINDS, "rounding")
"""What memory may be for."""
PHASES = ("forward", "backward", "optimizer", "decode")
"""Of a step; an image model's latents are turned into a picture after the last one."""
SPLITS = ("data", "weights")
LONGEST = 300
"""Characters of a name or a sentence."""
GREATEST = 1e24
"""No number is larger, so that products of three stay finite."""


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
    """Operators alike, as lines: see `gpuguide.cost.speed.Group`."""

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

    def computes_in(self, dtype: str) -> bool:
        """Whether an operator of a step is in this type."""
        return any(work.dtype == dtype for work in self.work)

    def groups(self, items: float) -> list[Group]:
        """Operators of a step, for so many items."""
        return [work.at(items) for work in self.work]


@cache
def traced() -> tuple[Workload, ...]:
    """The presets that were traced."""
    return tuple(from_json(one) for one in json.loads(FILE.read_text(encoding="utf-8")))


def to_json(workload: Workload) -> dict[str, Any]:
    """Plain JSON: a line is a pair [fixed, each]."""
    return _lines(asdict(workload))  # type: ignore[no-any-return]


def from_json(data: dict[str, Any]) -> Workload:
    """The workload that `to_json` was given."""
    work = [
        Work(one["kind"], one["phase"], one["dtype"], *(Line(*one[name]) for name in NUMBERS))
        for one in data["work"]
    ]
    peaks = {
        phase: {part: Line(*line) for part, line in parts.items()}
        for phase, parts in data["peaks"].items()
    }
    reserve = Line(*data["reserve"])
    return Workload(**(data | {"work": work, "peaks": peaks, "reserve": reserve}))


NUMBERS = ("flops", "nbytes", "launches", "count")
"""The lines of a `Work`."""
FIELDS = tuple(one.name for one in fields(Workload))


# ---------------------------------------------------------------- Files
def text_of(workload: Workload) -> str:
    """A workload as the text of a file, which `read` and the guide's page take."""
    found = {"version": VERSION, "workload": to_json(workload)}
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def read(path: Path) -> Workload:
    """The workload in a file.

    Raises:
        GpuguideError: no such file, or it holds no workload of this version; one line says what.
    """
    file = str(path)
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        made = f"gpuguide estimate … --workload {file} makes one"
        raise GpuguideError(Problem(file, "", "", f"no such file; {made}")) from None
    except OSError as error:
        raise GpuguideError(Problem(file, "", "", f"cannot be read: {error.strerror}")) from None
    except (ValueError, RecursionError) as error:  # also bytes that are no text
        place = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise GpuguideError(Problem(file, "", "", f"this is not JSON{place}")) from None
    if not isinstance(data, dict) or set(data) != {"version", "workload"}:
        message = "this is not a workload; gpuguide estimate … --workload FILE makes one"
        raise GpuguideError(Problem(file, "", "", message))
    if isinstance(data["version"], bool) or data["version"] != VERSION:
        known = f"this program knows version {VERSION}: write the file anew"
        version = json.dumps(data["version"])[:20]
        raise GpuguideError(Problem(file, "", "", f"version {version}; {known}"))
    try:
        _check(data["workload"])
    except _WrongError as error:
        raise GpuguideError(Problem(file, "", error.where, error.message)) from None
    return from_json(data["workload"])


def presentable(text: str) -> str:
    """Text that a workload may carry: one line, not too long, without invisible characters."""
    return "".join("?" if _hidden(one) else one for one in text[:LONGEST])


class _WrongError(Exception):
    """A field that is not as it must be."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(message)
        self.where, self.message = where, message


def _check(data: Any) -> None:
    """Raise at the first field that is not as `to_json` writes it; the page does the same."""
    _keys("workload", data, set(FIELDS))
    _text("id", data["id"])
    _text("dtype", data["dtype"])
    for name in ("name", "item", "step", "assumes"):
        _keys(name, data[name], {"en", "zh"})
        for language, said in data[name].items():
            where = f"{name}.{language}"
            if name == "assumes" and not isinstance(said, list):
                _wrong(where, "a list of sentences is wanted")
            for one in said if name == "assumes" else [said]:
                _text(where, one)
    _number("items", data["items"], 1)
    _number("blas", data["blas"], 0)
    if not isinstance(data["training"], bool):
        _wrong("training", "use true or false")
    _one_of("split", data["split"], SPLITS)
    _line("reserve", data["reserve"])
    _keys("peaks", data["peaks"], None, PHASES)
    for phase, parts in data["peaks"].items():
        _keys(f"peaks.{phase}", parts, None, PARTS)
        for part, line in parts.items():
            _line(f"peaks.{phase}.{part}", line)
    if not isinstance(data["work"], list) or not data["work"]:
        _wrong("work", "a list of operators is wanted")
    for place, one in enumerate(data["work"]):
        where = f"work.{place}"
        _keys(where, one, {"kind", "phase", "dtype", *NUMBERS})
        _one_of(f"{where}.kind", one["kind"], CLASSES)
        _one_of(f"{where}.phase", one["phase"], PHASES)
        _text(f"{where}.dtype", one["dtype"])
        for name in NUMBERS:
            _line(f"{where}.{name}", one[name])


def _wrong(where: str, message: str) -> NoReturn:
    raise _WrongError(where, message)


def _keys(where: str, data: Any, exact: set[str] | None, known: tuple[str, ...] = ()) -> None:
    """An object with exactly these fields, or with some of those that are known."""
    if not isinstance(data, Mapping):
        _wrong(where, "fields are missing here")
    if exact is not None and set(data) != exact:
        _wrong(where, f"missing or unknown: {', '.join(sorted(exact ^ set(data)))[:60]!a}")
    if exact is None and (not data or not set(data) <= set(known)):
        _wrong(where, f"use some of {', '.join(known)}")


def _text(where: str, value: Any) -> None:
    if not isinstance(value, str) or not value or presentable(value) != value:
        _wrong(where, f"a line of at most {LONGEST} characters is wanted")


def _hidden(character: str) -> bool:
    """Control characters, marks of direction and the like."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _one_of(where: str, value: Any, known: tuple[str, ...]) -> None:
    if value not in known:
        _wrong(where, f"use {', '.join(known)}")


def _number(where: str, value: Any, least: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        _wrong(where, "a number is wanted")
    if not least <= value <= GREATEST:  # also where it is not a number or infinite
        _wrong(where, f"a number from {least:g} to {GREATEST:g} is wanted")


def _line(where: str, value: Any) -> None:
    if not isinstance(value, list) or len(value) != 2:
        _wrong(where, "two numbers are wanted: at no items, and for each")
    for one in value:
        _number(where, one, -GREATEST)


def _lines(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {"fixed", "each"}:
            return [value["fixed"], value["each"]]
        return {key: _lines(one) for key, one in value.items()}
    return [_lines(one) for one in value] if isinstance(value, list) else value
