"""Entries → `gpus.json` and `gpus.csv`, as they lie at the site's root."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from gpuguide.catalogue.model import (
    FACTS,
    QUANTITIES,
    RATES,
    SEEN,
    TEXTS,
    Fact,
    Gpu,
    Quantity,
    Source,
)


def gpus_json(gpus: Sequence[Gpu]) -> str:
    """A JSON list, one object per entry, in the order given.

    Every number is an object with `value`, `unit`, `basis` (a list of terms), `source` (address),
    `title`, `read` (date), `vendor` (whether the source is the vendor's own) and, where the words
    were read in a document that quotes the source, `via`. A price has its `date`, and a seen one
    that is a range its `high` end. What is unknown is null.
    """
    return json.dumps([_entry(gpu) for gpu in gpus], ensure_ascii=False, indent=1) + "\n"


def gpus_csv(gpus: Sequence[Gpu]) -> str:
    """A table, one row per entry; what is unknown is an empty cell.

    Each number has five columns: `memory` (the value), `memory_unit`, `memory_basis`,
    `memory_source` (address) and `memory_vendor` (`yes` if the source is the vendor's own). A seen
    price also has `seen_new_high`, the upper end of its range, and `seen_new_date`.
    """
    numbers = (*QUANTITIES, *(f"rates.{name}" for name in RATES))
    header = [*TEXTS, "market"]
    for name in FACTS:
        header += [name, f"{name}_source"]
    for name in numbers:
        column = name.replace("rates.", "")
        header += [column, *(f"{column}_{part}" for part in ("unit", "basis", "source", "vendor"))]
        header += [f"{column}_high", f"{column}_date"] if name in SEEN else []
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(header)
    for gpu in gpus:
        row: list[Any] = [getattr(gpu, name) for name in (*TEXTS, "market")]
        for name in FACTS:
            fact = gpu.facts().get(name)
            row += ["", ""] if fact is None else [fact.value, fact.source.url]
        for name in numbers:
            number = gpu.quantities().get(name)
            row += _cells(number)
            if name in SEEN:
                row += ["", ""] if number is None else [number.high or number.value, number.date]
        table.writerow(row)
    return out.getvalue()


def _cells(number: Quantity | None) -> list[Any]:
    if number is None:
        return [""] * 5
    vendor = "yes" if number.source.vendor else "no"
    return [number.value, number.unit, "; ".join(number.basis), number.source.url, vendor]


def _entry(gpu: Gpu) -> dict[str, Any]:
    numbers, facts = gpu.quantities(), gpu.facts()
    entry: dict[str, Any] = {name: getattr(gpu, name) for name in (*TEXTS, "market")}
    for name in FACTS:
        fact = facts.get(name)
        entry[name] = None if fact is None else _fact(fact)
    for name in QUANTITIES:
        entry[name] = _number(numbers.get(name))
    entry["rates"] = {name: _number(numbers.get(f"rates.{name}")) for name in RATES}
    entry["note"] = gpu.note
    return entry


def _fact(fact: Fact) -> dict[str, Any]:
    dated = {"date": fact.date} if fact.date else {}
    return {"value": fact.value} | dated | _source(fact.source)


def _number(number: Quantity | None) -> dict[str, Any] | None:
    if number is None:
        return None
    found: dict[str, Any] = {
        "value": number.value,
        "unit": number.unit,
        "basis": list(number.basis),
    }
    if number.date:
        found["date"] = number.date
    if number.high is not None:
        found["high"] = number.high
    return found | _source(number.source)


def _source(source: Source) -> dict[str, Any]:
    found: dict[str, Any] = {
        "source": source.url,
        "title": source.title,
        "read": source.read.isoformat(),
        "vendor": source.vendor,
    }
    if source.via:
        found["via"] = source.via
    return found
