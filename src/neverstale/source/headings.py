"""The headings of a page, as Python-Markdown reads them: with signs before or a line below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# No blank is needed after the signs; signs at the end belong to it as well.
HASH = re.compile(r"(?P<level>#{1,6})(?P<title>(?:\\.|[^\\#]|#+(?=[^#]))*?)#*$")
UNDERLINE = re.compile(r"(?:=+|-+) *$")
# An attribute list needs a blank before it; an id in it begins with its sign.
ATTRIBUTES = re.compile(r" +\{:? *(?P<list>[^}\n ][^\n]{0,500})\} *$")
ID = re.compile(r"(?:^| )#(?P<id>[\w-]+)(?= |$)")
TABLE = re.compile(r"\|?(?: *:?-+:? *\|)* *:?-+:? *\|? *$")
# What comes before underlined headings: code, and blocks with a body that is indented.
OTHER = re.compile(r"    |\t|!!! |\?\?\?\+? |===[!+]? \"")
CODE = "`"  # stands for a line of code
NESTED = re.compile(r"^(?:[\s>*+:-]|\d+[.)])+#{1,6} +\S")
FRONT = re.compile(r"\A---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)


@dataclass(frozen=True)
class Heading:
    """A heading.

    Attributes:
        level: 1 to 6.
        id: its explicit id; None if it has none.
        line: the number of its (first) line.
        title: its text, without the attributes.
        underlined: whether the next line belongs to it.
    """

    level: int
    id: str | None
    line: int
    title: str
    underlined: bool = False


def read(lines: Sequence[str]) -> list[Heading]:
    """The headings of a page.

    Args:
        lines: the page, "" in place of each directive, which blank lines surround when it is
            rendered, and `CODE` in place of each line of a code fence, which goes on a block.
    """
    found: list[Heading] = []
    front = FRONT.match("\n".join(lines))
    number = front[0].count("\n") if front else 0
    begins, table = True, False  # a block; inside a table
    while number < len(lines):
        number += 1
        line, below = lines[number - 1], "".join(lines[number : number + 1])
        if not line.strip():
            begins, table = True, False
            continue
        if begins:
            table = "|" in line and "|" in below and TABLE.match(below) is not None
        heading = None if table else _heading(line, below if begins else "", number)
        if heading:
            found.append(heading)
            number += heading.underlined
        begins = heading is not None
    return found


def _heading(line: str, below: str, number: int) -> Heading | None:
    """The heading that a line begins; `below` is the next line where a block begins."""
    if match := HASH.match(line):
        title, id = _attributes(match["title"])
        return Heading(len(match["level"]), id, number, title)
    if UNDERLINE.match(below) and not OTHER.match(line):
        title, id = _attributes(line)
        return Heading(1 if below[0] == "=" else 2, id, number, title, underlined=True)
    return None


def _attributes(text: str) -> tuple[str, str | None]:
    """A heading's text without its attributes, and the id that they give it."""
    match = ATTRIBUTES.search(text) if text.rstrip(" ").endswith("}") else None
    if match is None:
        return text.strip(), None
    given = ID.search(match["list"])
    return text[: match.start()].strip(), given["id"] if given else None
