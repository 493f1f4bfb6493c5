"""Rows of text → a table, as HTML for the page and as Markdown for its twin; and boards of them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from neverstale.problem import NeverstaleError, Problem
from neverstale.project import Project

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


@dataclass(frozen=True)
class Recorded:
    """A board of tables that one file of records/ is made into.

    Attributes:
        file: its name.
        maker: the target of `make` that writes it.
        words: edition → its words; `none` is what stands there without the file.
        read: words and content of the file → the sentence above, and the tables.
    """

    file: str
    maker: str
    words: Mapping[str, Any]
    read: Callable[[Any, Any], tuple[str, list[Table]]]

    def show(self, project: Project, edition: str) -> str:
        """The board as HTML.

        Raises:
            NeverstaleError: the file is not what its maker writes.
        """
        told, tables = self._made(project, edition)
        return f'<p class="ns-summary">{html.escape(told)}</p>' + to_html(tables)

    def markdown(self, project: Project, edition: str) -> str:
        """The same as Markdown, for the page's twin."""
        told, tables = self._made(project, edition)
        return "\n".join([told, *to_markdown(tables)])

    def _made(self, project: Project, edition: str) -> tuple[str, list[Table]]:
        say = self.words[edition]
        file = project.records / self.file
        if not file.exists():
            return str(say["none"]), []
        try:
            return self.read(say, json.loads(file.read_text(encoding="utf-8")))
        except (ValueError, KeyError, TypeError) as error:
            message = f"not readable ({error}); run: make {self.maker}"
            raise NeverstaleError(Problem(project.relative(file), 0, message)) from None


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


def region(label: str, table: Table, attributes: str = "") -> str:
    """A table that is scrolled by itself where it is too wide, with `code` in its cells."""
    head = "".join(f'<th scope="col">{html.escape(text)}</th>' for text in table.head)
    body = ""
    for first, *rest in table.rows:
        body += f'<tr><th scope="row">{_coded(first)}</th>'
        body += "".join(f"<td>{_coded(cell)}</td>" for cell in rest) + "</tr>"
    return (
        f'<div class="ns-table"{attributes} tabindex="0" role="region" aria-label="{label}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def to_markdown(tables: Iterable[Table]) -> list[str]:
    """Lines, with an empty one before each table."""
    lines = []
    for table in tables:
        rows = [table.head, ["---"] * len(table.head), *table.rows]
        escaped = ([one.replace("|", r"\|") for one in row] for row in rows)
        lines += ["", *(f"| {' | '.join(row)} |" for row in escaped)]
    return lines


def _coded(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


def _cell(tag: str, text: str, right: bool) -> str:
    """A cell; words without Chinese among them are English, whatever the edition."""
    english = ' lang="en"' if text.isascii() and re.search("[A-Za-z]{2}", text) else ""
    style = ' style="text-align: right;"' if right else ""
    strong = re.sub(r"^\*\*(.*)\*\*$", r"<strong>\1</strong>", html.escape(text))
    strong = strong.replace("·", "·<wbr>")  # a long formula may be broken
    return f"<{tag}{english}{style}>{strong}</{tag.split()[0]}>"
