"""What makes a snippet a lab: its cells, and the sections of its siblings that it pulls in."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from neverstale.problem import Problem
from neverstale.source.snippet import INLINE, Cell, Snippet

CELL = re.compile(r"^# %%(?P<markdown> \[markdown\] (?P<edition>\w+))?\s*$")


def cells(
    where: str, text: str, editions: tuple[str, ...]
) -> tuple[tuple[Cell, ...], list[Problem]]:
    """The cells of a lab, and what is wrong with their order or their first lines."""
    lines = text.split("\n")
    starts = [(i, match) for i, line in enumerate(lines, 1) if (match := CELL.match(line))]
    problems = [
        Problem(where, i, "cell not understood; write '# %%' or '# %% [markdown] en'")
        for i, line in enumerate(lines, 1)
        if line.startswith("# %%") and not CELL.match(line)
    ]
    if not starts and not problems:
        problems = [Problem(where, 1, "a lab without cells; begin each with '# %%'")]
    if problems:
        return (), problems
    ends = [number - 1 for number, _ in starts[1:]] + [len(lines)]
    found = [
        Cell(match["edition"] if match["markdown"] else None, number + 1, end)
        for (number, match), end in zip(starts, ends, strict=True)
    ]
    index = 0
    while index < len(found):
        if found[index].edition is None:
            index += 1
            continue
        languages = tuple(cell.edition for cell in found[index : index + len(editions)])
        if languages != editions:
            message = f"Markdown cells must come in the order {', '.join(editions)}, side by side"
            problems.append(Problem(where, found[index].first - 1, message))
            break
        index += len(editions)
    return tuple(found), problems


def pull_in(
    where: str,
    lab: Snippet,
    snippets: Mapping[str, Snippet],
    unreadable: Mapping[str, tuple[Problem, ...]],
) -> tuple[Snippet, list[Problem]]:
    """Find what a lab pulls in.

    Args:
        where: its file, for messages.
        lab: the lab.
        snippets: name → snippet, of those that can be read.
        unreadable: name → what is wrong with each of the others.

    Returns:
        The lab with the sections that stand in place of its imports, and what is wrong with them.
    """
    problems: list[Problem] = []
    inlines: dict[int, tuple[Snippet, str]] = {}
    for number, line in enumerate(lab.lines, 1):
        match = INLINE.match(line)
        if match is None:
            continue
        file, section = f"{match['module']}.py", match["section"]
        name = (PurePosixPath(lab.name).parent / file).as_posix()
        sibling = snippets.get(name)
        if name in unreadable:
            problems += unreadable[name]
        elif sibling is None:
            problems.append(Problem(where, number, f"no sibling snippet {file}"))
        elif section not in sibling.sections:
            problems.append(Problem(where, number, f"{file} has no section '{section}'"))
        else:
            inlines[number] = sibling, section
    return dataclasses.replace(lab, inlines=inlines), problems
