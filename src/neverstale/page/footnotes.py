"""Footnotes written out for readers of Markdown that knows none: numbers, and a list at the end."""

from __future__ import annotations

import re

from neverstale.source import directive

NOTE = re.compile(r"^\[\^(?P<name>[^\]\s]+)\]: *(?P<text>.*)$")
MENTION = re.compile(r"\[\^(?P<name>[^\]\s]+)\](?!:)")


def numbered(text: str) -> str:
    """A page with each mention as a raised number, and the notes, in that order, as its end.

    Lines keep their numbers, but that notes become blank lines; code is left as it is.
    """
    lines = text.split("\n")
    notes: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for number, line in directive.outside_fences(text):
        if match := NOTE.match(line):
            notes[match["name"]] = match["text"]
            lines[number - 1] = ""
    for number, _ in directive.outside_fences(text):
        lines[number - 1] = _raised(lines[number - 1], notes, numbers)
    ordered = [f"{n}. {notes[name]}" for name, n in numbers.items()]
    return "\n".join([*lines, "", *ordered]).rstrip("\n") + "\n"


def _raised(line: str, notes: dict[str, str], numbers: dict[str, int]) -> str:
    def number(match: re.Match[str]) -> str:
        if match["name"] not in notes:
            return match[0]
        return f"<sup>{numbers.setdefault(match['name'], len(numbers) + 1)}</sup>"

    parts, start = [], 0
    for code in directive.INLINE_CODE.finditer(line):
        parts += [MENTION.sub(number, line[start : code.start()]), code[0]]
        start = code.end()
    return "".join([*parts, MENTION.sub(number, line[start:])])
