"""A lab as notebooks: one per edition, with the outputs that its record holds; nothing is run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from neverstale.project import Project
from neverstale.proof import figure, record
from neverstale.proof.record import Record
from neverstale.proof.status import Statuses, shown
from neverstale.source import formula, headings, snippet
from neverstale.source.snippet import Cell, Snippet


def write_all(statuses: Statuses) -> list[Path]:
    """Write every lab's notebooks into the editions' folders; a file that would not change is left.

    Returns:
        The notebooks' files.
    """
    written = []
    for lab in statuses.sources.labs():
        for edition, folder in statuses.sources.project.editions.items():
            path = folder / lab.lab_page
            text = json.dumps(build(statuses, lab, edition), ensure_ascii=False, indent=1) + "\n"
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            written.append(path)
    return written


def code_cells(lab: Snippet) -> list[Cell]:
    """The code cells of a lab that hold anything; the n-th is the n-th of its page, too."""
    return [
        cell
        for cell in lab.cells
        if cell.edition is None and lab.shown_lines(lab.editions[0], cell.first, cell.last).strip()
    ]


def build(statuses: Statuses, lab: Snippet, edition: str) -> dict[str, Any]:
    """A lab's notebook in one language, as nbformat 4.5."""
    found = next(iter(shown(lab, statuses.by_name[lab.name])), None)
    project = statuses.sources.project
    numbers = {cell: i for i, cell in enumerate(code_cells(lab), 1)}
    cells = []
    for cell in lab.cells:
        if cell in numbers:
            cells.append(_code(project, lab, edition, cell, numbers[cell], found))
        elif cell.edition == edition:
            cells.append(_text(lab, cell))
    about = {"snippet": lab.name, "fingerprint": lab.fingerprint, "edition": edition}
    return whole(cells, about)


def whole(cells: list[dict[str, Any]], about: Mapping[str, str]) -> dict[str, Any]:
    """A notebook of these cells; `about` tells what it was made from."""
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "neverstale": dict(about),
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _text(lab: Snippet, cell: Cell) -> dict[str, Any]:
    return {
        "cell_type": "markdown",
        "id": f"text-{cell.first}",
        "metadata": {},
        # Jupyter takes what stands between two dollar signs for a formula, two prices included.
        "source": _with_ids(formula.money_escaped(snippet.prose(lab, cell))).strip(),
    }


def _with_ids(text: str) -> str:
    """Jupyter knows no `{#id}`: a heading that has one becomes HTML."""
    lines = text.splitlines()
    for heading in reversed(headings.read(lines)):
        if heading.id is not None:
            title = re.sub(r"`([^`]+)`", r"<code>\1</code>", heading.title)
            html = f'<h{heading.level} id="{heading.id}">{title}</h{heading.level}>'
            lines[heading.line - 1 : heading.line + heading.underlined] = [html]
    return "\n".join(lines)


def _code(
    project: Project, lab: Snippet, edition: str, cell: Cell, number: int, found: Record | None
) -> dict[str, Any]:
    printed = lab.said(edition, found.printed(cell.first, cell.last)) if found else ""
    names = figures_of(lab, cell, found)
    return {
        "cell_type": "code",
        "id": f"code-{cell.first}",
        "execution_count": number,
        "metadata": {},
        "source": lab.shown_lines(edition, cell.first, cell.last).rstrip("\n"),
        "outputs": outputs(project, edition, lab, found, printed, names) if found else [],
    }


def outputs(
    project: Project,
    edition: str,
    item: Snippet,
    found: Record,
    printed: str,
    names: Iterable[str],
) -> list[dict[str, Any]]:
    """What a run left below a code cell: what it printed, and the figures of these names."""
    left: list[dict[str, Any]] = []
    if printed:
        left.append({"output_type": "stream", "name": "stdout", "text": printed})
    for name in names:
        path = record.figure_path(project, item.name, found.device, name)
        labels = item.options.labels.get(edition, {})
        svg = figure.alone(path.read_text(encoding="utf-8"), labels)
        left.append(
            {
                "output_type": "display_data",
                "data": {"image/svg+xml": svg, "text/plain": name},
                "metadata": {"neverstale": name},
            }
        )
    return left


def figures_of(lab: Snippet, cell: Cell, found: Record | None) -> list[str]:
    """The recorded figures that a cell names, in the order in which it names them."""
    return named_in(lab, cell.first, cell.last, found)


def named_in(item: Snippet, first: int, last: int, found: Record | None) -> list[str]:
    """The recorded figures that these lines name, in the order in which they name them."""
    text = "\n".join(item.lines[first - 1 : last])
    names = re.findall(r'"([\w.-]+\.svg)"', text)
    return [name for name in dict.fromkeys(names) if found and name in found.figures]
