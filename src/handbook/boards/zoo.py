"""Others' models and what an estimate makes of each, `[[zoo]]`: read from what `make zoo` wrote."""

from __future__ import annotations

import html
import json
from typing import Any

from neverstale.problem import NeverstaleError, Problem
from neverstale.project import Project

FILE = "zoo.json"  # below records/
OUTCOMES = ("works", "at most", "refused", "wrong")

WORDS = {
    "en": {
        "head": ("Library", "Calls", "Equal to the CPU", "Upper bound", "Refused", "Wrong"),
        "told": "{all} calls, tried on {date}: {works} equal to a step on the CPU, {most} an upper "
        "bound, {refused} refused, {wrong} wrong.",
        "none": "No models have been tried yet.",
        "torch": "torch, as in tutorials",
        "rest": ("Call", "Outcome", "Reason"),
        "outcomes": {"at most": "upper bound", "refused": "refused", "wrong": "wrong"},
    },
    "zh": {
        "head": ("库", "调用", "与 CPU 相同", "上限", "拒绝", "出错"),
        "told": "{date} 共试 {all} 种调用：{works} 种与 CPU 上的一步相同，{most} 种给出上限，"
        "{refused} 种被拒绝，{wrong} 种出错。",
        "none": "尚未试过任何模型。",
        "torch": "torch，教程的写法",
        "rest": ("调用", "结果", "原因"),
        "outcomes": {"at most": "上限", "refused": "拒绝", "wrong": "出错"},
    },
}  # fmt: skip


def _cell(text: str) -> str:
    """A cell; what the record says itself is in English in every edition."""
    english = ' lang="en"' if text.isascii() and not text.isdigit() else ""
    return f"<td{english}>{html.escape(text)}</td>"


def show(project: Project, edition: str) -> str:
    """The counts by library, and every call that is not equal, as HTML.

    Raises:
        NeverstaleError: the file is not what `make zoo` writes.
    """
    told, tables = _read(project, edition)
    text = f'<p class="ns-summary">{html.escape(told)}</p>'
    for head, rows in tables:
        cells = "".join(f'<th scope="col">{html.escape(one)}</th>' for one in head)
        body = ""
        for name, *rest in rows:
            body += f'<tr><th scope="row">{html.escape(name)}</th>'
            body += "".join(map(_cell, rest)) + "</tr>"
        text += (
            f'<div class="ns-table" data-search-exclude tabindex="0" role="region" '
            f'aria-label="{html.escape(head[0])}"><table><thead><tr>{cells}</tr></thead>'
            f"<tbody>{body}</tbody></table></div>"
        )
    return text


def markdown(project: Project, edition: str) -> str:
    """The same as Markdown, for the page's twin."""
    told, tables = _read(project, edition)
    lines = [told]
    for head, rows in tables:
        cells = [list(head), ["---"] * len(head), *rows]
        lines += ["", *(f"| {' | '.join(one.replace('|', '/') for one in row)} |" for row in cells)]
    return "\n".join(lines)


def _read(project: Project, edition: str) -> tuple[str, list[tuple[Any, list[list[str]]]]]:
    """The sentence above, and tables: their heads and rows."""
    say: Any = WORDS[edition]
    file = project.records / FILE
    if not file.exists():
        return str(say["none"]), []
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        rows, versions = data["rows"], data["versions"]
        counts = {
            library: [
                sum((one["library"], one["outcome"]) == (library, outcome) for one in rows)
                for outcome in OUTCOMES
            ]
            for library in versions
        }
        works, most, refused, wrong = (sum(column) for column in zip(*counts.values(), strict=True))
        told = say["told"].format(
            all=len(rows), date=data["date"], works=works, most=most, refused=refused, wrong=wrong
        )
        table = [
            [_name(say, library, versions[library]), str(sum(found)), *map(str, found)]
            for library, found in counts.items()
        ]
        rest = [
            [f"{one['library']}: {one['name']}", say["outcomes"][one["outcome"]], one["reason"]]
            for one in rows
            if one["outcome"] != "works"
        ]
    except (ValueError, KeyError, TypeError) as error:
        message = f"not readable ({error}); run: make zoo"
        raise NeverstaleError(Problem(project.relative(file), 0, message)) from None
    tables = [(say["head"], table)]
    return told, [*tables, (say["rest"], rest)] if rest else tables


def _name(say: Any, library: str, version: str) -> str:
    return f"{say.get(library, library)} {version}" if library != "torch" else str(say["torch"])
