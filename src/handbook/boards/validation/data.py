"""What `make validate` wrote, and the errors in it, worked out anew from its rows."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gpuguide.measuring import seal
from handbook.errors import HandbookError
from neverstale.problem import Problem
from neverstale.project import Project

FILE = "validation.json"  # below records/, and at the root of the site
QUANTITIES = ("allocated", "reserved", "device_memory", "step_time")
FAMILIES = ("cnn", "rnn", "transformer")
GOALS: dict[str, tuple[float | None, float | None]] = {
    "allocated": (0.02, 0.06),
    "device_memory": (0.05, None),
    "step_time": (0.15, 0.35),
}
"""Quantity → wanted median and 90th percentile; as in `gpuguide.measuring.validate`,
which needs torch."""


@dataclass(frozen=True)
class Pair:
    """Bytes or seconds, predicted and measured.

    Attributes:
        predicted: None if the estimate does not say.
        measured: what the GPU took.
        low, high: the range that was predicted, of which `predicted` is the middle, if it is one.
    """

    predicted: float | None
    measured: float
    low: float | None = None
    high: float | None = None

    @property
    def error(self) -> float | None:
        """Signed: 0.1 is a prediction that is 10 % too high."""
        return None if self.predicted is None else self.predicted / self.measured - 1

    @property
    def inside(self) -> bool | None:
        """Whether the measurement lies in the range that was predicted; None without a range."""
        if self.low is None or self.high is None:
            return None
        return self.low <= self.measured <= self.high


@dataclass(frozen=True)
class Row:
    """One configuration.

    Attributes:
        name: model, batch, precision, optimizer.
        family: one of FAMILIES.
        fit: whether the estimate may have been fitted to it; its error is then not reported.
        pairs: quantity → predicted and measured.
    """

    name: str
    family: str
    fit: bool
    pairs: dict[str, Pair]


@dataclass(frozen=True)
class Validation:
    """All of the file that a page shows; `gpu` is an id of the catalogue, if it is known."""

    device: str
    gpu: str | None
    torch: str
    cuda: str | None
    date: str
    rows: tuple[Row, ...]

    @property
    def reported(self) -> list[Row]:
        """The rows whose error counts."""
        return [row for row in self.rows if not row.fit]


@dataclass(frozen=True)
class Errors:
    """How far off predictions are, without their signs."""

    rows: int
    median: float
    percentile90: float


def file(project: Project) -> Path:
    """Where the result lies, once there is one."""
    return project.records / FILE


def read(project: Project) -> Validation | None:
    """The result; None if nothing has been measured.

    Raises:
        HandbookError: the file is not what `make validate` writes.
    """
    path = file(project)
    if not path.is_file():
        return None
    try:
        return _validation(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 0
        why = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        message = f"not what `make validate` writes ({why}); run it again, or undo the change"
        raise HandbookError(Problem(project.relative(path), line, message)) from None


def errors(rows: Iterable[Row], quantity: str) -> Errors | None:
    """The errors over some rows; None if nothing was predicted for any of them."""
    signed = (row.pairs[quantity].error for row in rows)
    found = sorted(abs(one) for one in signed if one is not None)
    if not found:
        return None
    last = found[min(len(found) - 1, int(0.9 * len(found)))]
    return Errors(len(found), statistics.median(found), last)


def goals(found: Validation) -> list[bool]:
    """For each goal of which something was measured, whether it was met."""
    met = []
    for quantity, wanted in GOALS.items():
        one = errors(found.reported, quantity)
        if one is not None:
            reached = (one.median, one.percentile90)
            met += [a <= b for a, b in zip(reached, wanted, strict=True) if b is not None]
    return met


def _validation(data: dict[str, Any]) -> Validation:
    rows = tuple(_row(one, place) for place, one in enumerate(data["rows"], 1))
    if not rows:
        raise ValueError("it has no rows")
    texts = {name: data[name] for name in seal.HEAD}
    for name, value in texts.items():
        if not isinstance(value, str) and (value is not None or name not in ("gpu", "cuda")):
            raise ValueError(f"{name} is {value!r}")
    if data.get("digest") != seal.digest(data):
        raise ValueError("edited after it was measured")
    return Validation(**texts, rows=rows)


def _row(data: dict[str, Any], place: int) -> Row:
    try:
        configuration, split = data["configuration"], data["split"]
        if configuration["family"] not in FAMILIES:
            raise ValueError(f"family is {configuration['family']!r}")
        if split not in ("fit", "report"):
            raise ValueError(f"split is {split!r}")
        pairs = {name: _pair(data[name], name) for name in QUANTITIES}
        return Row(str(configuration["name"]), configuration["family"], split == "fit", pairs)
    except KeyError as error:
        raise ValueError(f"row {place}: {error} is missing") from None
    except (ValueError, TypeError, AttributeError) as error:
        raise ValueError(f"row {place}: {error}") from None


def _pair(data: dict[str, Any], quantity: str) -> Pair:
    values: dict[str, float | None] = {
        name: data.get(name) for name in ("predicted", "measured", "low", "high")
    }
    for name, value in values.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if (value is not None or name == "measured") and not (number and 0 < value < 1e18):  # type: ignore[operator]
            raise ValueError(f"{quantity}: {name} is {value!r}")
    return Pair(**values)  # type: ignore[arg-type]
