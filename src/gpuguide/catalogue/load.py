"""Data files → entries, with every mistake named by file, entry and field."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from gpuguide.catalogue.model import (
    FACTS,
    PRICES,
    QUANTITIES,
    RATES,
    SEEN,
    TEXTS,
    Fact,
    Gpu,
    Quantity,
    Source,
)
from gpuguide.catalogue.terms import KIND, WORDS, required, units
from gpuguide.problem import GpuguideError, Problem

DATA = Path(__file__).parent / "data"
"""Folder of the data files, one per vendor or line."""

SCHEMA = Path(__file__).parent / "schema.json"
"""JSON Schema (draft 2020-12) of a data file, for editors."""

DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LANGUAGES = ("en", "zh")


@cache
def load(folder: Path = DATA) -> tuple[Gpu, ...]:
    """Read and check the whole catalogue.

    Args:
        folder: where the data files lie.

    Returns:
        Entries in the order of the files' names and of the files themselves.

    Raises:
        GpuguideError: one problem per mistake, over all files.
    """
    files = [_File(path) for path in sorted(folder.glob("*.toml"))]
    problems = [problem for file in files for problem in file.problems]
    seen: dict[str, str] = {}
    for file in files:
        for gpu in file.gpus:
            first = seen.setdefault(gpu.id, file.name)
            if first != file.name or [one.id for one in file.gpus].count(gpu.id) > 1:
                problems.append(
                    Problem(file.name, gpu.id, "id", f"used twice (also in {first}); rename one")
                )
    if problems:
        raise GpuguideError(*sorted(set(problems)))
    return tuple(gpu for file in files for gpu in file.gpus)


def find(name: str, gpus: Iterable[Gpu] | None = None) -> Gpu:
    """The entry with this id or name; case, spaces and hyphens do not matter.

    Args:
        name: an id (`rtx-4090`) or a name (`GeForce RTX 4090`).
        gpus: where to look; the whole catalogue if None.

    Raises:
        GpuguideError: no such entry; the message suggests names that are near.
    """
    names = _all_names() if gpus is None else _names(gpus)
    wanted = _plain(name)
    if wanted in names:
        return names[wanted]
    close = difflib.get_close_matches(wanted, names, n=5, cutoff=0.6)
    within = [key for key in names if wanted and wanted in key]
    near = list(dict.fromkeys(names[key].id for key in [*close, *within]))[:5]
    hint = f"near it are {', '.join(near)}" if near else "`gpuguide gpu` lists all"
    raise GpuguideError(Problem("", "", "", f"no GPU called {name!r} in the catalogue; {hint}"))


def _names(gpus: Iterable[Gpu]) -> dict[str, Gpu]:
    return {_plain(key): gpu for gpu in gpus for key in (gpu.name, gpu.id)}


@cache
def _all_names() -> dict[str, Gpu]:
    return _names(load())


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


class _File:
    """One data file while it is being read: entries so far, and what is wrong with it."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.entry = ""
        self.problems: list[Problem] = []
        self.sources: dict[str, Source] = {}
        self.named: set[str] = set()
        self.gpus: list[Gpu] = []
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            self.complain("", f"not TOML: {error}")
            return
        self.only_keys("", data, ("sources", "gpu"))
        for key, table in data.get("sources", {}).items():
            self.add_source(key, table)
        for table in data.get("gpu", []):
            self.add_gpu(table)
        for key in () if self.problems else sorted(set(self.sources) - self.named):
            self.complain(f"sources.{key}", "no number comes from it; take it out")

    def complain(self, field: str, message: str) -> None:
        self.problems.append(Problem(self.name, self.entry, field, message))

    def only_keys(self, field: str, table: Any, known: Iterable[str]) -> bool:
        """Whether `table` is a table; complains of each key that is not known."""
        if not isinstance(table, dict):
            self.complain(field, f"must be a table, not {table!r}")
            return False
        for key in table:
            if key not in known:
                place = f"{field}.{key}" if field else key
                self.complain(place, f"unknown field; known are {', '.join(known)}")
        return True

    def text(self, field: str, table: dict[str, Any], key: str) -> str:
        value = table.get(key)
        if isinstance(value, str) and value.strip():
            return value
        missing = "missing" if value is None else f"must be text, not {value!r}"
        self.complain(f"{field}.{key}" if field else key, f'{missing}; write {key} = "…"')
        return ""

    def add_source(self, key: str, table: Any) -> None:
        field = f"sources.{key}"
        if not self.only_keys(field, table, ("title", "url", "read", "vendor", "via")):
            return
        url = self.text(field, table, "url")
        if url and urlparse(url).scheme not in ("http", "https"):
            self.complain(f"{field}.url", f"{url!r} is not a web address; start with https://")
        read = table.get("read")
        if not isinstance(read, date):
            self.complain(f"{field}.read", "must be a date such as 2026-11-23, without quotes")
            read = date.min
        elif read > date.today():
            self.complain(f"{field}.read", f"{read} is in the future; give the day you read it")
        vendor = table.get("vendor")
        if not isinstance(vendor, bool):
            self.complain(f"{field}.vendor", "must be true or false")
        via = table.get("via", "")
        if vendor and via:
            self.complain(
                f"{field}.via", "a quoted document is not the vendor's own: vendor = false"
            )
        self.sources[key] = Source(
            key, self.text(field, table, "title"), url, read, vendor is True, str(via)
        )

    def source(self, field: str, table: dict[str, Any]) -> Source | None:
        key = table.get("source")
        if isinstance(key, str) and key in self.sources:
            self.named.add(key)
            return self.sources[key]
        known = difflib.get_close_matches(str(key), self.sources, n=1)
        hint = f"; did you mean {known[0]}?" if known else f"; add [sources.{key}] to the file"
        message = "missing; no number without a source" if key is None else f"no source {key!r}"
        self.complain(f"{field}.source", message + (hint if key is not None else ""))
        return None

    def add_gpu(self, table: Any) -> None:
        self.entry = str(table.get("id", "?")) if isinstance(table, dict) else "?"
        known = (*TEXTS, "market", *FACTS, *QUANTITIES, "rates", "note")
        if self.only_keys("", table, known):
            before = len(self.problems)
            texts = {key: self.text("", table, key) for key in TEXTS}
            if texts["id"] and not ID.fullmatch(texts["id"]):
                self.complain("id", f"{texts['id']!r} must be lower case words joined by hyphens")
            rates = table.get("rates", {})
            facts = {key: self.fact(key, table[key]) for key in FACTS if key in table}
            numbers = {key: self.quantity(key, table[key]) for key in QUANTITIES if key in table}
            peaks: dict[str, Quantity | None] = {}
            if self.only_keys("rates", rates, RATES):
                peaks = {key: self.quantity(f"rates.{key}", one) for key, one in rates.items()}
            note = self.note(table.get("note", {}))
            if len(self.problems) == before:
                rest: dict[str, Any] = {**texts, **facts, **numbers, "rates": peaks, "note": note}
                self.gpus.append(Gpu(market=str(table.get("market", "")), **rest))
        self.entry = ""

    def note(self, table: Any) -> dict[str, str]:
        if not table or not self.only_keys("note", table, LANGUAGES):
            return {}
        return {language: self.text("note", table, language) for language in LANGUAGES}

    def fact(self, field: str, table: Any) -> Fact | None:
        dated = ("date",) if field in WORDS else ()
        if not self.only_keys(field, table, ("value", "source", *dated)):
            return None
        value, source = self.text(field, table, "value"), self.source(field, table)
        if field == "release":
            self.check_date(field, value)
        if field == "compute_capability" and not re.fullmatch(r"\d+\.\d", value):
            self.complain(field, f"{value!r} is not a compute capability such as 8.9")
        if field in WORDS:
            if value not in WORDS[field]:
                self.complain(field, f"{value!r}; use {', '.join(WORDS[field])}")
            self.check_date(f"{field}.date", self.text(field, table, "date"))
        return None if source is None else Fact(value, source, str(table.get("date", "")))

    def check_date(self, field: str, value: str) -> None:
        if not DATE.fullmatch(value):
            self.complain(field, f"{value!r} is not a date such as 2025-01-30, 2025-01 or 2025")
        elif value > date.today().isoformat():
            self.complain(field, f"{value} is in the future; leave out what has not happened")

    def quantity(self, field: str, table: Any) -> Quantity | None:
        known = ["value", "unit", "basis", "source"]
        known += ["date"] if field in PRICES else []
        known += ["high"] if field in SEEN else []
        if not self.only_keys(field, table, known):
            return None
        value = table.get("value")
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            self.complain(f"{field}.value", f"must be a number, not {value!r}")
        elif value == 0 and field != "interconnect":
            self.complain(
                f"{field}.value", "0 is not a measurement; leave the field out if unknown"
            )
        unit = self.text(field, table, "unit")
        if unit and unit not in units(field):
            self.complain(f"{field}.unit", f"{unit!r}; use {' or '.join(units(field))}")
        basis = self.basis(field, table)
        source = self.source(field, table)
        if field in PRICES:
            self.check_date(f"{field}.date", self.text(field, table, "date"))
        high = table.get("high")
        if high is not None and not (isinstance(high, int | float) and high > (value or 0)):
            self.complain(f"{field}.high", f"must be a number above value, not {high!r}")
        if source is None or not isinstance(value, int | float):
            return None
        return Quantity(value, unit, basis, source, str(table.get("date", "")), high)

    def basis(self, field: str, table: dict[str, Any]) -> tuple[str, ...]:
        terms = tuple(
            term.strip() for term in str(table.get("basis", "")).split(",") if term.strip()
        )
        for term in terms:
            if term not in KIND:
                near = difflib.get_close_matches(term, KIND, n=1)
                hint = f"; did you mean {near[0]!r}?" if near else "; see catalogue/terms.py"
                self.complain(f"{field}.basis", f"unknown term {term!r}{hint}")
        kinds = [KIND.get(term) for term in terms]
        for kind in required(field):
            if kinds.count(kind) != 1:
                self.complain(
                    f"{field}.basis", f"needs one term of kind {kind}: {table.get('basis')!r}"
                )
        return terms
