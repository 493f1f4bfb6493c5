"""Comments in two languages: each place needs a line of every edition, in their order."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Sequence
from tokenize import TokenInfo

from neverstale.problem import Problem
from neverstale.source.snippet import tagged


def without(text: str) -> str:
    """The code of a Python file alone: no comments, no empty lines, no blanks at the ends of lines.

    A comment changes nothing that runs; the metadata is one.
    """
    lines = text.split("\n")
    inside: set[int] = set()  # strings, where every blank counts
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
        elif token.start[0] != token.end[0]:
            inside.update(range(token.start[0], token.end[0]))
    kept = (line if row in inside else line.rstrip() for row, line in enumerate(lines, 1))
    return "\n".join(line for row, line in enumerate(kept, 1) if line or row in inside)


def check(
    where: str, text: str, tokens: Sequence[TokenInfo], editions: tuple[str, ...]
) -> list[Problem]:
    """Comment pairs that lack a language, and tags where none can be."""
    problems = []
    groups: list[list[tuple[int, str]]] = [[]]
    slip = re.compile(rf"^\s*#\s*({'|'.join(editions)})\s*[:：]")
    for number, line in enumerate(text.split("\n"), 1):
        tag = tagged(line, editions)
        if tag is None and (match := slip.match(line)):
            message = f"comment not understood; write '# {match[1]}: …', blanks as here"
            problems.append(Problem(where, number, message))
        if tag:
            groups[-1].append((number, tag[0]))
        elif groups[-1]:
            groups.append([])
    for group in groups:
        runs = [item for i, item in enumerate(group) if i == 0 or group[i - 1][1] != item[1]]
        for i in range(0, len(runs), len(editions)):
            languages = [tag for _, tag in runs[i : i + len(editions)]]
            if tuple(languages) != editions:
                message = (
                    f"comment in {' and '.join(languages)} only or out of order; "
                    f"each place needs {', then '.join(f'# {name}:' for name in editions)}"
                )
                problems.append(Problem(where, runs[i][0], message))
                break
    trailing = re.compile(rf"# ({'|'.join(editions)}):")
    for token in tokens:
        if token.type == tokenize.COMMENT and token.line[: token.start[1]].strip():
            match = trailing.search(token.string)
            if match:
                message = f"'{match[0]}' after code; a comment pair takes lines of its own"
                problems.append(Problem(where, token.start[0], message))
    return problems
