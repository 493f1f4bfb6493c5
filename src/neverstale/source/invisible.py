"""Characters that no reader sees, or that show a line in another order than it is read in."""

from __future__ import annotations

import unicodedata

from neverstale.problem import Problem


def check(where: str, text: str, first: int = 1) -> list[Problem]:
    """A problem per line that holds one: bidirectional controls, blanks without width, marks.

    Args:
        where: the file, for messages.
        text: its text, or a part of it.
        first: number that the first line of the text has in the file.
    """
    hidden = {c for c in set(text) if unicodedata.category(c) == "Cf"}
    if not hidden:
        return []
    problems = []
    for number, line in enumerate(text.split("\n"), first):
        found = next((c for c in line if c in hidden), None)
        if found:
            name = unicodedata.name(found, "no name")
            message = f"holds U+{ord(found):04X} ({name}), which no reader sees; remove it"
            problems.append(Problem(where, number, message))
    return problems
