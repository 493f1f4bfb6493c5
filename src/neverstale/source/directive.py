"""The lines with which a page asks for something verified. One syntax, read here only.

- `--8<-- "cnn/kernel.py:edges"`: code, its output and its proof; without `:edges` the whole file;
- `--8<-- "cnn/kernel.py:8:12"`: these lines of the file, as pymdownx.snippets has it;
- `--8<-- "cnn/kernel.py:edges" { .no-output }`: without the output;
- `--8<-- "cnn/kernel.py:edges" { hl_lines="2 4-6" }`: with these of its lines highlighted;
- `--proved-- "cnn/kernel.py"`: the same, by a name that pymdownx.snippets does not know;
- `![alt](figure:cnn/kernel.py/edges.svg "caption")`: a figure that a snippet drew;
- `![alt](diagram:ring.svg "caption")`: a diagram made by hand;
- `[[neverstale:summary]]`, `[[neverstale:table]]`, `[[neverstale:illustrations]]`,
  `[[neverstale:excuses]]`: how all snippets stand, in a line or one by one, what is shown without
  being run, and what is not demanded of a snippet;
- `[[neverstale:reach]]`: how many of the statements shown have run;
- `[[neverstale:wanted cnn/pooling.md#shift]]`: that this edition lags behind the other here, and
  what changed there; `[[neverstale:wanted cnn/new.md]]`: that a whole page awaits translation.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from neverstale.source.inside import Either, in_list, in_tag

SNIPPET = re.compile(
    r'^(?P<indent>\s*)--(?:8<|proved)-- "(?P<name>[^":]+?)(?::(?P<section>\d+:\d+|[\w-]+))?"'
    r"(?P<options> \{[^}]*\})?\s*$"
)
IMAGE = re.compile(
    r"^(?P<indent>\s*)!\[(?P<alt>[^\]]*)\]\((?P<kind>figure|diagram):(?P<target>[^\s)]+)"
    r'(?: "(?P<caption>.*)")?\)\s*$'
)
# Path of a snippet below its folder, and name of a diagram: no folder above, nothing hidden.
PYTHON = re.compile(r"(?:[\w-][\w.-]{0,99}/){0,9}[\w-][\w.-]{0,99}\.py")
DIAGRAM = re.compile(r"(?:[\w-][\w.-]{0,99}/){0,9}[\w-][\w.-]{0,99}\.svg")
HIGHLIGHTED = re.compile(r"hl_lines=([\"'])(?P<lines>\d+(?:-\d+)?(?: \d+(?:-\d+)?)*)\1")
BOARDS = ("summary", "reach", "table", "illustrations", "excuses", "wanted")
BOARD = re.compile(
    r"^(?P<indent>\s*)\[\[neverstale:(?P<name>\w+)(?: (?P<about>[\w./#-]+))?\]\]\s*$"
)
# Anything that looks like one of these but is not, so that a slip is not published as text.
LOOKALIKE = re.compile(r"--8<--|--proved--|\]\((?:figure|diagram):|\[\[neverstale:")
# Whatever may stand before a fence that some Markdown dialect takes as one: blanks, quotes,
# list and definition marks.
FENCE = re.compile(r"^(?P<before>[\s>*+:-]|\d+[.)])*(?P<fence>`{3,}|~{3,})(?P<info>.*)$")
# A tick after a backslash begins no code, one after two does.
INLINE_CODE = re.compile(r"(?<![`\\])(?:\\\\)*(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)")
RAW_CODE = re.compile(
    r"<(?:pre|code|samp|kbd|tt|xmp|listing|plaintext|textarea|output)\b", re.IGNORECASE
)
RAW_HEADING = re.compile(r"<h[1-6]\b", re.IGNORECASE)
# What shows a picture or acts by itself, or is made to look like something else.
ACTING = (
    r"<(?:img|image|picture|svg|canvas|video|audio|object|embed|iframe|frame|script|style|link|meta"
    r"|template|form|input|button|progress|meter|bdo)\b"
)
ACTS = r"[\s/\"'](?:style|dir|on\w+)\s*="
RAW_TAG = re.compile(rf"{ACTING}|<[a-z][^<>]*{ACTS}", re.IGNORECASE)
RAW_PICTURE = Either(
    (
        re.compile(rf"(?<!\\)(?:\\\\)*!\[|{ACTING}", re.IGNORECASE),
        in_tag(ACTS),
        in_list(r"\b(?:style|dir)\s*="),
    )
)
# What only the engine writes, or what looks like it: proof lines, what a run printed.
OURS = r"(?:ns-[\w-]+|proved)\b"
OUR_DATA = r"\bdata-(?:snippet|fingerprint|board|device|hash)\b"
RAW_PROOF = Either(
    (
        in_tag(rf"""\bclass\s*=\s*["'][^"'>]*\b{OURS}"""),
        in_list(rf"\.{OURS}"),
        in_tag(OUR_DATA),
        in_list(OUR_DATA),
    )
)


@functools.cache
def raw_words(verified: tuple[str, ...], others: tuple[str, ...]) -> re.Pattern[str]:
    """Words that look like a proof line: these behind a mark, or the first before a dot.

    Args:
        verified: what a proof says of what is proved, in every language.
        others: what it says of other states.
    """
    proved, all_ = ("|".join(map(re.escape, each)) for each in (verified, verified + others))
    return re.compile(
        rf"[✓✔✅☑↻✗◌–]\W{{0,9}}(?:{all_})\b(?![^|]*\|)|\b(?:{proved})\W{{0,9}}·", re.IGNORECASE
    )


# A common name, which proves nothing by itself; but only of a fence does it mean something here.
RAW_ILLUSTRATION = Either(
    (
        in_tag(r"""\bclass\s*=\s*["'][^"'>]*\billustration\b"""),
        in_list(r"\.illustration\b"),
    )
)


@functools.cache
def raw_output(announcing: tuple[str, ...]) -> re.Pattern[str]:
    """Lines that look as if code had printed them; these words announce that."""
    words = "|".join(map(re.escape, announcing))
    return re.compile(
        r"^[\s>*+-]*(?:>>> |In ?\[\d+\]:|Out ?\[\d+\]:|Traceback \(most recent call|tensor\()"
        rf"|^[\s>*+_-]*(?:{words})[*_]*[:：][*_ ]*[`\d\[(]"
    )


# What a reader does not see unless he looks for it; `??? note "…"` says that something is there.
HIDES = r"(?<![\w-])(?:hidden|inert|aria-hidden|popover)(?=[\s=/]|$)"
HIDING = Either(
    (
        re.compile(r"<(?:details|dialog|noscript|font|marquee)\b", re.IGNORECASE),
        in_tag(HIDES),
        in_list(HIDES),
    )
)
FOLD = re.compile(r"^(?P<indent>\s*)\?\?\?(?!\+) ?")
ILLUSTRATION = re.compile(r"\.illustration\b")
REASON = re.compile(r'\breason="(?P<reason>[^"]+)"')


@dataclass(frozen=True)
class Directive:
    """One such line.

    Attributes:
        kind: `snippet`, `figure`, `diagram` or `board`.
        line: its number on the page, from 1.
        indent: the blanks before it.
        name: snippet, diagram file or board.
        section: section of the snippet, or lines of it, such as `8:12`; None for the whole file.
        output: whether the output is shown.
        figure: file name of the figure.
        alt: alternative text of an image.
        caption: caption of an image, may be empty.
        about: the page or section that a `wanted` board is about.
        highlighted: which of the shown lines stand out, from 1.
    """

    kind: str
    line: int
    indent: str
    name: str
    section: str | None = None
    output: bool = True
    figure: str = ""
    alt: str = ""
    caption: str = ""
    about: str = ""
    highlighted: tuple[int, ...] = ()


@dataclass(frozen=True)
class Fence:
    """A code block typed into a page.

    Attributes:
        line: number of the line that opens it.
        reason: why it is an illustration; None if it is not marked as one.
        text: the code.
        closed: whether a line ends it; if not, it swallows the rest of the page.
    """

    line: int
    reason: str | None
    text: str
    closed: bool = True


class Mistake(ValueError):
    """A line that cannot be understood; `str()` says why."""


def read_line(text: str, number: int) -> Directive | None:
    """The directive on a line, or None.

    Raises:
        Mistake: it looks like a directive but is not one.
    """
    if not LOOKALIKE.search(text):
        return None
    if match := SNIPPET.match(text):
        options = (match["options"] or "").strip(" {}")
        highlighted = HIGHLIGHTED.search(options)
        rest = HIGHLIGHTED.sub("", options, count=1).split()
        if unknown := [option for option in rest if option != ".no-output"]:
            known = 'known are .no-output and hl_lines="2 4-6"'
            raise Mistake(f"unknown option {unknown[0]}; {known}")
        _demand_python(match["name"])
        return Directive(
            "snippet", number, match["indent"], match["name"], match["section"], not rest,
            highlighted=_numbers(highlighted["lines"]) if highlighted else (),
        )  # fmt: skip
    if match := IMAGE.match(text):
        alt, caption = match["alt"].strip(), (match["caption"] or "").strip()
        if not alt:
            raise Mistake("an image needs an alternative text: ![what it shows](…)")
        if match["kind"] == "diagram":
            if not DIAGRAM.fullmatch(match["target"]):
                raise Mistake(f"{match['target']} is no diagram; write diagram:name.svg")
            return Directive(
                "diagram", number, match["indent"], match["target"], alt=alt, caption=caption
            )
        name, _, figure = match["target"].rpartition("/")
        if not name.endswith(".py") or not figure.endswith(".svg"):
            raise Mistake("write figure:chapter/snippet.py/name.svg")
        _demand_python(name)
        return Directive(
            "figure", number, match["indent"], name, figure=figure, alt=alt, caption=caption
        )
    if match := BOARD.match(text):
        if match["name"] not in BOARDS:
            raise Mistake(f"unknown board '{match['name']}'; known are {', '.join(BOARDS)}")
        about = match["about"] or ""
        if bool(about) != (match["name"] == "wanted"):
            raise Mistake("write [[neverstale:wanted page.md#section]], or no more than the name")
        return Directive("board", number, match["indent"], match["name"], about=about)
    if LOOKALIKE.search(without_code(text)):
        raise Mistake('not understood; a line of its own such as --8<-- "chapter/file.py:section"')
    return None


def _numbers(text: str) -> tuple[int, ...]:
    """`2 4-6` → 2, 4, 5, 6."""
    found: set[int] = set()
    for part in text.split():
        first, _, last = part.partition("-")
        if not 1 <= int(first) <= int(last or first) < 10_000:
            raise Mistake(f"hl_lines: {part} is no range of lines, such as 4-6")
        found |= set(range(int(first), int(last or first) + 1))
    return tuple(sorted(found))


def _demand_python(name: str) -> None:
    """Demand that a name can be a snippet's: no folder, no data, nothing elsewhere."""
    if not PYTHON.fullmatch(name):
        message = f"{name[:100]} is no snippet; name a Python file below their folder"
        raise Mistake(f"{message}, such as chapter/file.py")


def without_code(line: str) -> str:
    """A line without the code in it."""
    return INLINE_CODE.sub("", line) if "`" in line else line


def outside_fences(text: str) -> Iterator[tuple[int, str]]:
    """(number, line) of the lines that are not inside a code fence."""
    inside = {
        number
        for fence in fences(text)
        for number in range(fence.line, fence.line + fence.text.count("\n") + 2)
    }
    for number, line in enumerate(text.split("\n"), 1):
        if number not in inside:
            yield number, line


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """A page's Markdown, changed where it is no code: neither in a fence nor between ticks."""
    lines = text.split("\n")
    for number, line in outside_fences(text):
        parts, start = [], 0
        for code in INLINE_CODE.finditer(line):
            parts += [change(line[start : code.start()]), code[0]]
            start = code.end()
        lines[number - 1] = "".join([*parts, change(line[start:])])
    return "\n".join(lines)


def fences(text: str) -> Iterator[Fence]:
    """Code blocks typed into a page, in any form that Markdown dialects accept."""
    opened: tuple[int, str, str] | None = None
    body: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        match = FENCE.match(line) if "```" in line or "~~~" in line else None
        if opened is None:
            if match and not (match["fence"][0] == "`" and "`" in match["info"]):
                opened, body = (number, match["fence"], match["info"]), []
        elif (
            match
            and match["fence"].startswith(opened[1][0] * len(opened[1]))
            and not match["info"].strip()
        ):
            yield _fence(opened, body)
            opened = None
        else:
            body.append(line)
    if opened is not None:
        yield _fence(opened, body, closed=False)


def _fence(opened: tuple[int, str, str], body: list[str], closed: bool = True) -> Fence:
    reason = REASON.search(opened[2]) if ILLUSTRATION.search(opened[2]) else None
    text = "".join(f"{line}\n" for line in body)
    return Fence(opened[0], reason["reason"] if reason else None, text, closed)
