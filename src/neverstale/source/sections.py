"""The named sections of a snippet, between `# --8<-- [start:name]` and `# --8<-- [end:name]`."""

from __future__ import annotations

from neverstale.problem import Problem
from neverstale.source.snippet import INLINE, MARKER


def read(where: str, text: str, lab: bool) -> tuple[dict[str, tuple[int, int]], list[Problem]]:
    """The sections, and the first mistake in their markers: others mostly follow from it."""
    sections: dict[str, tuple[int, int]] = {}
    problems: list[Problem] = []
    opened: tuple[str, int] | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if "--8<--" not in line:
            continue
        match = MARKER.match(line)
        if match is None:
            if not (lab and INLINE.match(line)):
                problems.append(
                    Problem(where, number, "marker not understood; write # --8<-- [start:name]")
                )
            continue
        name = match["name"]
        if match["end"] == "start":
            if opened:
                message = f"section '{name}' starts inside '{opened[0]}' (line {opened[1]})"
                problems.append(Problem(where, number, message + "; end that one first"))
            elif name in sections:
                problems.append(Problem(where, number, f"second section named '{name}'"))
            opened = (name, number)
        elif opened is None:
            message = f"section '{name}' ends but was not started"
            problems.append(Problem(where, number, message))
        elif name != opened[0]:
            message = f"section '{name}' ends where '{opened[0]}' (line {opened[1]}) is open"
            problems.append(Problem(where, number, message))
            opened = None
        else:
            sections[opened[0]] = (opened[1] + 1, number - 1)
            opened = None
    if opened:
        message = f"section '{opened[0]}' is not ended; add # --8<-- [end:{opened[0]}]"
        problems.append(Problem(where, opened[1], message))
    return sections, problems[:1]
