"""A page: what it shows, its headings, the code typed into it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from neverstale import wording
from neverstale.problem import Problem
from neverstale.project import Project
from neverstale.source import directive, headings, invisible, snippet
from neverstale.source.directive import Directive, Fence, Mistake
from neverstale.source.headings import Heading
from neverstale.source.inside import Searcher
from neverstale.source.snippet import Snippet

CONFLICT = re.compile(r"(?:<{7}|>{7}|\|{7})(?: |$)|={7}$")
OwnWords = Mapping[str, Mapping[str, str]]
NO_WORDS: OwnWords = MappingProxyType({})
LONGEST = 4000  # characters of a line; the longest sentence of a page is a quarter of that
PROOF = "", "looks like a proof, which only the engine writes; show the snippet"
TYPED: dict[Searcher, tuple[str, str]] = {  # → rule, message
    directive.RAW_CODE: ("html-code", "code typed as HTML; put it into a snippet"),
    directive.RAW_HEADING: (
        "html-heading",
        "a heading typed as HTML begins no section; write ## Title {#its-id}",
    ),
    directive.RAW_PROOF: PROOF,
    directive.RAW_ILLUSTRATION: (
        "html-code",
        "looks like an illustration, which only a fence with a reason is; name it otherwise",
    ),
    directive.HIDING: (
        "hidden",
        "hides what it is put on; show it, or fold it with ??? note and a title",
    ),
    headings.NESTED: (
        "nested-heading",
        "a heading inside a block begins no section; begin the line with it",
    ),
    directive.RAW_PICTURE: (
        "picture",
        "a picture, script or style that nothing stands behind; let a snippet draw it "
        "(figure:chapter/file.py/name.svg), or make it a diagram (diagram:name.svg)",
    ),
}


@dataclass(frozen=True)
class Page:
    """One page of one edition.

    Attributes:
        edition: its language.
        name: path below the edition's folder, such as `cnn/pooling.md`; the same in all editions.
        path: the file as written in messages; of a lab, its script.
        directives: what it shows, in order.
        folded: numbers of the lines inside a block that is folded until a reader opens it.
        fences: code typed into it.
        headings: its headings, in order.
        problems: lines that could not be understood.
    """

    edition: str
    name: str
    path: str
    text: str
    directives: tuple[Directive, ...]
    fences: tuple[Fence, ...]
    headings: tuple[Heading, ...]
    problems: tuple[Problem, ...]
    folded: frozenset[int] = frozenset()


def read(project: Project, edition: str, file: Path) -> Page:
    """Read one Markdown page."""
    name = file.relative_to(project.editions[edition]).as_posix()
    where = project.relative(file)
    data = file.read_bytes()
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problem = Problem(where, line, "not UTF-8; save the file as UTF-8")
        return Page(edition, name, where, "", (), (), (), (problem,))
    return parse(edition, name, where, text, own=project.words)


def parse(
    edition: str, name: str, where: str, text: str, first: int = 1, own: OwnWords = NO_WORDS
) -> Page:
    """Read Markdown text.

    Args:
        edition: its language.
        name: its name as a page.
        where: the file that it comes from, for messages.
        text: the Markdown.
        first: number that its first line has in that file.
        own: what the site has the engine say, by edition: that may look like a proof, too.
    """
    directives: list[Directive] = []
    output = directive.raw_output(wording.announcing(own))
    proof = directive.raw_words(*wording.states(own))
    looked_for: list[tuple[Searcher, tuple[str, str]]] = [*TYPED.items(), (proof, PROOF)]
    text, long = _without_long(text)
    lines = [headings.CODE] * (text.count("\n") + 1)
    problems = invisible.check(where, text, first)
    message = f"has more than {LONGEST:,} characters, and was not read; break the line"
    problems += [Problem(where, number + first - 1, message, "long-line") for number in long]
    for number, line in enumerate(text.split("\n"), first):
        if CONFLICT.match(line):
            problems.append(Problem(where, number, "a conflict marker of git; resolve the merge"))
    for number, line in directive.outside_fences(text):
        try:
            found = directive.read_line(line, number + first - 1)
        except Mistake as mistake:
            problems.append(Problem(where, number + first - 1, str(mistake), "directive"))
            lines[number - 1] = ""
            continue
        lines[number - 1] = "" if found else line
        if found:
            directives.append(found)
        if output.match(line) and not CONFLICT.match(line):
            message = "looks like what code printed; show the snippet, with its output"
            problems.append(Problem(where, number + first - 1, message, "typed-output"))
        typed = "" if found else directive.without_code(line)
        for pattern, (rule, message) in looked_for:
            if pattern.search(typed):
                problems.append(Problem(where, number + first - 1, message, rule))
    fences = tuple(
        dataclasses.replace(fence, line=fence.line + first - 1) for fence in directive.fences(text)
    )
    found_headings = [
        dataclasses.replace(heading, line=heading.line + first - 1)
        for heading in headings.read(lines)
    ]
    problems += _twice(where, found_headings)
    return Page(
        edition, name, where, text, tuple(directives), fences, tuple(found_headings),
        tuple(problems),
        frozenset(number + first - 1 for number in _folded(text)),
    )  # fmt: skip


def _without_long(text: str) -> tuple[str, list[int]]:
    """A text with its longest lines emptied, and their numbers: nobody reads these."""
    lines = text.split("\n")
    long = [number for number, line in enumerate(lines, 1) if len(line) > LONGEST]
    for number in long:
        lines[number - 1] = ""
    return ("\n".join(lines) if long else text), long


def _folded(text: str) -> Iterator[int]:
    """Numbers of the lines inside folded blocks: those that are indented deeper than their mark."""
    marks: list[int] = []  # how far the marks of the open blocks are indented
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        indent = len(line) - len(line.lstrip())
        while marks and indent <= marks[-1]:
            marks.pop()
        if marks:
            yield number
        if directive.FOLD.match(line):
            marks.append(indent)


def _twice(where: str, found: Sequence[Heading]) -> Iterator[Problem]:
    """Headings whose id another one before them has."""
    lines: dict[str, int] = {}
    for heading in found:
        if heading.id is not None:
            line = lines.setdefault(heading.id, heading.line)
            if line != heading.line:
                message = f"the heading of line {line} has the id {heading.id}, too; change one"
                yield Problem(where, heading.line, message, "duplicate-id")


def of_lab(project: Project, lab: Snippet, edition: str) -> Page:
    """One language's Markdown cells as a page, each line at its number in the script."""
    text = [""] * (lab.text.count("\n") + 1)
    for cell in lab.cells:
        if cell.edition == edition:
            for number in range(cell.first, cell.last + 1):
                text[number - 1] = snippet.uncomment(lab.lines[number - 1])
    return parse(edition, lab.lab_page, project.relative(lab.path), "\n".join(text),
                 own=project.words)  # fmt: skip
