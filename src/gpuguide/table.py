"""Rows → text that fits a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from gpuguide.cost.memory import Range, Unknown

WIDTH = 80


def columns(rows: Sequence[Sequence[str]], right: Iterable[int] = ()) -> list[str]:
    """Lines of a table; the columns named in `right` are aligned right, the last one is wrapped."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    start = sum(widths[:-1]) + 2 * (len(widths) - 1)
    aligned = set(right)
    lines: list[str] = []
    for row in rows:
        cells = [
            cell.rjust(width) if place in aligned else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row[:-1], widths[:-1], strict=True))
        ]
        last = row[-1].rjust(widths[-1]) if len(row) - 1 in aligned else row[-1]
        pieces = textwrap.wrap(last, max(20, WIDTH - start), drop_whitespace=False) or [""]
        lines.append("  ".join([*cells, pieces[0]]).rstrip())
        lines += [" " * start + piece.strip() for piece in pieces[1:]]
    return lines


def paragraph(text: str, indent: str = "") -> str:
    """Text wrapped to the width."""
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent)


def size(nbytes: float) -> str:
    """Bytes for readers: `8.13 MiB`, `12.6 GiB`."""
    for unit, scale in (("GiB", 1024**3), ("MiB", 1024**2), ("KiB", 1024)):
        if nbytes >= scale:
            return f"{nbytes / scale:,.2f} {unit}"
    return f"{nbytes:,.0f} B"


def size_of(value: Range | Unknown) -> str:
    """A range of bytes, or why there is none."""
    if isinstance(value, Unknown):
        return str(value)
    return f"{size(value.low)} to {size(value.high)}"


def number(value: float) -> str:
    """Large numbers for readers: `4.12 T`, `25.6 M`."""
    for unit, scale in (("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if value >= scale:
            return f"{value / scale:,.3g} {unit}"
    return f"{value:,.0f} "
