"""A table of words and `code`, as a page and its Markdown twin show it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

CODE = re.compile(r"`([^`]+)`")


def as_html(label: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The table as HTML; the first cell of a row is its head."""
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    body = ""
    for first, *rest in rows:
        body += f'<tr><th scope="row">{_cell(first)}</th>'
        body += "".join(f"<td>{_cell(cell)}</td>" for cell in rest) + "</tr>"
    return (
        f'<div class="ns-table" tabindex="0" role="region" aria-label="{label}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def as_markdown(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The same as Markdown."""
    lines = [heads, ("---",) * len(heads), *rows]
    escaped = [[cell.replace("|", r"\|") for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in escaped)


def _cell(text: str) -> str:
    return CODE.sub(r"<code>\1</code>", html.escape(text))
