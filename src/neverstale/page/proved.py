"""A block of a built page against what stands behind it: its snippet, and its record."""

from __future__ import annotations

from collections.abc import Iterator

from neverstale.page import notebook, unreached
from neverstale.page.block import Place
from neverstale.page.built import Block
from neverstale.problem import NeverstaleError
from neverstale.proof import status
from neverstale.source.snippet import Snippet


def check(place: Place, item: Block) -> Iterator[str]:
    """What is wrong with a block by itself, wherever on the page it stands."""
    first = item.text.strip().partition("\n")[0][:60]
    if item.kind == "bare":
        yield f"code without a proof: '{first}'"
    elif item.kind == "illustration" and not item.data("reason"):
        yield f"illustration without a reason: '{first}'"
    elif item.kind == "code":
        yield from _code(place, item)
    elif item.kind == "output":
        yield from _output(place, item)


def _code(place: Place, item: Block) -> Iterator[str]:
    name = item.data("snippet")
    try:
        target = place.sources.snippet(name)
        first, last = _span(target, item)
    except (NeverstaleError, KeyError, IndexError):
        yield f"shows '{name}', of which there is no such snippet or section"
        return
    if item.data("fingerprint") != target.fingerprint:
        yield f"was built from an earlier {name}; build the site again"
    elif item.text.rstrip("\n") != target.shown_lines(place.edition, first, last).rstrip("\n"):
        yield f"text differs from {name}; build the site again, or mend the theme"
    elif item.marks != [n for e in unreached.find(place, target, first, last) for n in e.lines]:
        yield f"marks not those lines of {name} that no run has reached; build the site again"
    for each in place.statuses.by_name[name]:
        if status.forbids(target, each):
            yield f"{name} is {each.state} on {each.device}: {each.reason}"


def _output(place: Place, item: Block) -> Iterator[str]:
    name = item.data("snippet")
    try:
        target = place.sources.snippet(name)
        found = status.shown(target, place.statuses.by_name[name])
        proved = next((each for each in found if each.device == item.data("device")), None)
        printed = proved.printed(*_span(target, item)) if proved else ""
    except (NeverstaleError, KeyError, IndexError):
        yield f"shows output of '{name}', of which there is no such snippet or section"
        return
    if item.text.rstrip() != target.said(place.edition, printed).rstrip():
        yield f"output differs from the record of {name}; build the site again"


def _span(target: Snippet, item: Block) -> tuple[int, int]:
    """The lines of the snippet that a block says it shows."""
    if cell := item.data("cell"):
        chosen = notebook.code_cells(target)[int(cell) - 1]
        return chosen.first, chosen.last
    return target.span(item.data("section") or None)
