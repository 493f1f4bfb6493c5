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

    def raised(match: re.Match[str]) -> str:
        if match["name"] not in notes:
            return match[0]
        return f"<sup>{numbers.setdefault(match['name'], len(numbers) + 1)}</sup>"

    body = directive.outside_code("\n".join(lines), lambda part: MENTION.sub(raised, part))
    ordered = [f"{n}. {notes[name]}" for name, n in numbers.items()]
    return "\n".join([body, "", *ordered]).rstrip("\n") + "\n"
