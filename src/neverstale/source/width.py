"""Is every line of code that readers see short enough to be seen whole?"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from neverstale import script
from neverstale.problem import Problem
from neverstale.source.directive import Fence
from neverstale.source.pages import Page
from neverstale.source.snippet import Snippet
from neverstale.source.sources import Sources


def check(sources: Sources) -> Iterator[Problem]:
    """Lines longer than the setting `line-length` in code that a page or a lab shows.

    Counted as shown: without the indentation that a whole section shares, and without the mark of
    a comment's language. A line of a snippet that several pages show is told once.
    """
    most = sources.project.line_length
    if most is None:
        return
    found: dict[tuple[str, int], int] = {}
    for page in sources.pages:
        for fence in page.fences:
            for number, text in _typed(page, fence):
                found[page.path, number] = columns(text)
    for item, edition, first, last in _shown(sources):
        for text, (origin, number) in item.traced(edition, first, last):
            if (wide := columns(text)) > most:
                where = sources.project.relative(origin.path), number
                found[where] = max(found.get(where, 0), wide)
    for (path, number), wide in found.items():
        if wide > most:
            message = (
                f"{wide} columns wide as it is shown, more than line-length = {most}; break it"
            )
            yield Problem(path, number, message, "wide-code")


def columns(text: str) -> int:
    """How many columns a text takes in a monospaced font: a Chinese character takes two."""
    text = text.expandtabs()
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(_columns(sign) for sign in text)


def _columns(sign: str) -> int:
    if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if script.wide(sign) else 1


def _shown(sources: Sources) -> Iterator[tuple[Snippet, str, int, int]]:
    """Each range of lines that is shown as code: the snippet, the edition, the first, the last."""
    for page in sources.pages:
        for item in page.directives:
            target = sources.snippets.get(item.name) if item.kind == "snippet" else None
            if target and target.has(item.section):
                yield target, page.edition, *target.span(item.section)
    for lab in sources.labs():
        for cell in lab.cells:
            if cell.edition is None:
                for edition in lab.editions:
                    yield lab, edition, cell.first, cell.last


def _typed(page: Page, fence: Fence) -> Iterator[tuple[int, str]]:
    """The lines of a code block typed into a page, without what its fence is indented by."""
    lines = page.text.split("\n")
    # Of a lab, the page begins where the script does, so that its lines have the same numbers.
    opening = lines[fence.line - 1]
    indent = opening[: len(opening) - len(opening.lstrip())]
    for number, text in enumerate(fence.text.split("\n")[:-1], fence.line + 1):
        yield number, text.removeprefix(indent)
