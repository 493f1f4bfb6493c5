"""Rows of text → a table, as HTML for the page and as Markdown for its twin."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """A table; the first cell of a row is its head.

    Attributes:
        head: the columns' names; the first one also names the table to screen readers.
        rows: cells. `**` around a cell makes it strong.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def to_html(tables: Iterable[Table]) -> str:
    """Cells with words and without Chinese are marked as English, whatever the edition."""
    text = ""
    for table in tables:
        head = "".join(f'<th scope="col">{html.escape(one)}</th>' for one in table.head)
        body = ""
        for name, *rest in table.rows:
            cells = "".join(f"<td{_english(one)}>{_strong(one)}</td>" for one in rest)
            body += f'<tr><th scope="row"{_english(name)}>{html.escape(name)}</th>{cells}</tr>'
        text += (
            f'<div class="ns-table" data-search-exclude tabindex="0" role="region" '
            f'aria-label="{html.escape(table.head[0])}"><table><thead><tr>{head}</tr></thead>'
            f"<tbody>{body}</tbody></table></div>"
        )
    return text


def to_markdown(tables: Iterable[Table]) -> list[str]:
    """Lines, with an empty one before each table."""
    lines = []
    for table in tables:
        rows = [table.head, ["---"] * len(table.head), *table.rows]
        lines += ["", *(f"| {' | '.join(one.replace('|', '/') for one in row)} |" for row in rows)]
    return lines


def _english(text: str) -> str:
    return ' lang="en"' if text.isascii() and re.search("[A-Za-z]{2}", text) else ""


def _strong(text: str) -> str:
    return re.sub(r"^\*\*(.*)\*\*$", r"<strong>\1</strong>", html.escape(text))
