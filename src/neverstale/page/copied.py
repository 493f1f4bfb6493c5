"""Blocks that a plugin has put on a page, such as a blog's list of posts: what no source asks for.

Each piece, code with what stands below it or a board, must be as the engine writes it: a proof that
was copied is one, a proof that was changed, cut or put elsewhere is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from neverstale.page import asked
from neverstale.page.asked import Shown
from neverstale.page.block import Place
from neverstale.page.built import Block
from neverstale.source.directive import Directive


def wrong(place: Place, found: Sequence[Block]) -> Iterator[tuple[int, str]]:
    """(line, what is wrong) of the pieces on a page that no source becomes."""
    given = _shown(place, found)
    at = 0
    while at < len(given):
        taken = _piece(place, given, at)
        if not taken:
            yield given[at][1].line, f"{given[at][1].title} is not one whole proof, as recorded"
        at += taken or 1


def only_more(place: Place, found: Sequence[Block], wanted: Sequence[Shown]) -> bool:
    """Whether a page shows all that its source asks for, in order, and whole pieces besides."""
    given = _shown(place, found)
    at = met = 0
    while at < len(given):
        if met < len(wanted) and _same(given[at][1], wanted[met]):
            at, met = at + 1, met + 1
        elif taken := _piece(place, given, at):
            at += taken
        else:
            return False
    return met == len(wanted)


def _shown(place: Place, found: Sequence[Block]) -> list[tuple[Block, Shown]]:
    named = ((item, asked.as_shown(place, item, item.line)) for item in found)
    return [(item, shown) for item, shown in named if shown]


def _piece(place: Place, given: Sequence[tuple[Block, Shown]], at: int) -> int:
    """How many blocks from there on are one piece, as the engine writes it; 0 if none are."""
    item, _ = given[at]
    if item.kind not in ("code", "board") or item.data("cell"):
        return 0
    for output in (True, False):
        name = item.data("snippet") or item.data("board")
        directive = Directive(
            "snippet" if item.kind == "code" else "board", item.line, "", name,
            item.data("section") or None, output, highlighted=item.highlighted,
        )  # fmt: skip
        wanted = list(asked.of_directive(place, directive))
        pairs = zip(wanted, (shown for _, shown in given[at : at + len(wanted)]), strict=False)
        same = [_same(one, other) for one, other in pairs]
        if wanted and len(same) == len(wanted) and all(same):
            return len(wanted)
    return 0


def _same(one: Shown, other: Shown) -> bool:
    return (one.title, one.words) == (other.title, other.words)
