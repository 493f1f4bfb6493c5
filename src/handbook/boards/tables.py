"""Rows of text → a table, as HTML for the page and as Markdown for its twin."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NUMBER = r"(\*\*)?[\d,.]+(\*\*)?"


@dataclass(frozen=True)
class Table:
    """A table; the first cell of a row is its head.

    Attributes:
        head: the columns' names.
        rows: cells. `**` around a cell makes it strong.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def to_html(tables: Iterable[Table]) -> str:
    """Plain tables, as Markdown makes them; a column of numbers is set right."""
    text = ""
    for table in tables:
        columns = zip(*table.rows, strict=True)
        right = [all(re.fullmatch(NUMBER, one) for one in column) for column in columns]
        head = "".join(_cell('th scope="col"', *one) for one in zip(table.head, right, strict=True))
        body = ""
        for row in table.rows:
            name, *rest = zip(row, right, strict=True)
            cells = "".join(_cell("td", *one) for one in rest)
            body += "<tr>" + _cell('th scope="row"', *name) + cells + "</tr>"
        text += f"<table data-search-exclude><thead><tr>{head}</tr></thead>"
        text += f"<tbody>{body}</tbody></table>"
    return text


def to_markdown(tables: Iterable[Table]) -> list[str]:
    """Lines, with an empty one before each table."""
    lines = []
    for table in tables:
        rows = [table.head, ["---"] * len(table.head), *table.rows]
        lines += ["", *(f"| {' | '.join(one.replace('|', '/') for one in row)} |" for row in rows)]
    return lines


def _cell(tag: str, text: str, right: bool) -> str:
    """A cell; words without Chinese among them are English, whatever the edition."""
    english = ' lang="en"' if text.isascii() and re.search("[A-Za-z]{2}", text) else ""
    style = ' style="text-align: right;"' if right else ""
    strong = re.sub(r"^\*\*(.*)\*\*$", r"<strong>\1</strong>", html.escape(text))
    strong = strong.replace("·", "·<wbr>")  # a long formula may be broken
    return f"<{tag}{english}{style}>{strong}</{tag.split()[0]}>"
