"""What a page's source asks for: its blocks and figures, in the order in which they must stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from neverstale.page import block, board, built, notebook, runs
from neverstale.page.block import Place
from neverstale.page.built import Block
from neverstale.page.proof_line import proof_lines
from neverstale.problem import NeverstaleError
from neverstale.source.directive import Directive
from neverstale.source.pages import Page
from neverstale.source.snippet import Snippet


@dataclass(frozen=True)
class Shown:
    """A block that has its place in the order of a page's blocks.

    Attributes:
        title: what it is, in words.
        line: where it stands, or where the source asks for it.
        words: what a proof line, a board or a note on lines that nothing reached says; code and
            output are compared by themselves.
    """

    title: str
    line: int
    words: str = ""


@dataclass(frozen=True)
class Figure:
    """A figure or diagram that a page's source asks for.

    Attributes:
        name: `cnn/kernel.py/edges.svg`, or the name of a diagram.
        line: where the source asks for it.
        html: how it must stand on the page; "" if it cannot be shown, a problem of its own.
    """

    name: str
    line: int
    html: str


def as_shown(place: Place, item: Block, line: int) -> Shown | None:
    """A block by its title and words; None for kinds that have no place in the order of blocks."""
    title = _title(item)
    if item.kind not in built.SAYING:
        return Shown(title, line) if title else None
    text = " ".join(item.text.split())
    if item.kind == "proof":  # whether there is a link to the source is a setting of the site
        text = text.replace(f" · {place.say['file']}", "", 1)
    return Shown(title, line, text)


def _title(item: Block) -> str:
    if item.kind == "proof":
        return f"a proof line ({item.data('device')} {item.data('status')})"
    if item.kind == "unreached":
        return "the note on lines that no run has reached"
    if item.kind == "board":
        return f"the board {item.data('board')}"
    if item.kind not in ("code", "output"):
        return ""
    section, cell, device = item.data("section"), item.data("cell"), item.data("device")
    return f"the {item.kind} of {item.data('snippet')}{section and ':' + section}" + (
        (cell and f", cell {cell}")
        + (f" on {device}" if device == "cuda" else "")
        + (", highlighted " if item.highlighted else "")
        + " ".join(map(str, item.highlighted))
    )


def blocks(place: Place, page: Page) -> list[Shown]:
    """Code, output, proof lines and boards that a page's source asks for, each at its line."""
    if lab := lab_of(place, page):
        return list(_of_lab(place, lab))
    asked = [item for item in page.directives if item.kind in ("snippet", "board")]
    return [each for item in asked for each in of_directive(place, item)]


def lab_of(place: Place, page: Page) -> Snippet | None:
    """The lab that a page is made of; None of a page in Markdown."""
    if not page.name.endswith(".ipynb"):
        return None
    return next(item for item in place.sources.labs() if item.lab_page == page.name)


def _of_lab(place: Place, lab: Snippet) -> Iterator[Shown]:
    for number, cell in enumerate(notebook.code_cells(lab), 1):
        where = {"data-snippet": lab.name, "data-cell": str(number)}
        yield _bare("code", where, cell.first)
        yield from _parsed(place, runs.cell_output(place, lab, cell, number), cell.first)
        if number == 1:
            proof = proof_lines(place, lab, place.statuses.by_name[lab.name])
            yield from _parsed(place, proof, cell.first)


def of_directive(place: Place, item: Directive) -> Iterator[Shown]:
    """What the engine writes in the place of a line of its own."""
    if item.kind == "board":
        if item.name in board.MAKERS:
            yield from _parsed(place, board.MAKERS[item.name](place), item.line)
        return
    where = {"data-snippet": item.name, "data-section": item.section or ""}
    yield _bare("code", where, item.line, item.highlighted)
    try:
        target = place.sources.snippet(item.name)
        below = runs.results(place, target, item.section, item.output)
    except (NeverstaleError, KeyError):
        return  # told of the block, if there is one, and by `check`
    yield from _parsed(place, below, item.line)


def _bare(
    kind: str, attributes: dict[str, str], line: int, highlighted: tuple[int, ...] = ()
) -> Shown:
    return Shown(_title(Block(kind, 0, attributes, highlighted=highlighted)), line)


def _parsed(place: Place, html: str, line: int) -> Iterator[Shown]:
    """What the engine would put there, read as a built page is read."""
    found = (as_shown(place, each, line) for each in built.parse(html))
    return (each for each in found if each)


def figures(place: Place, page: Page) -> list[Figure]:
    """Every figure and diagram that a page's source asks for, on each device that drew it."""
    wanted: list[Figure] = []
    directives = [item for item in page.directives if item.kind in ("figure", "diagram")]
    for number, item in enumerate(directives, 1):
        name = f"{item.name}/{item.figure}" if item.figure else item.name
        try:
            drawn = _drawn(place, item, number)
        except (NeverstaleError, OSError, KeyError):
            drawn = []
        wanted += [Figure(name, item.line, each) for each in drawn or [""]]
    if lab := lab_of(place, page):
        wanted += _figures_of_lab(place, lab)
    return sorted(wanted, key=lambda each: each.line)


def _figures_of_lab(place: Place, lab: Snippet) -> Iterator[Figure]:
    for cell in notebook.code_cells(lab):
        for name, alt, number in runs.cell_figures(place, lab, cell):
            try:
                drawn = list(runs.figures(place, lab, name, alt, "", number).values())
            except (NeverstaleError, OSError):
                drawn = []
            for each in drawn or [""]:
                yield Figure(f"{lab.name}/{name}", cell.first, each)


def _drawn(place: Place, item: Directive, number: int) -> list[str]:
    if item.kind == "diagram":
        return [block.diagram(place, item.name, item.alt, item.caption, number)]
    target = place.sources.snippet(item.name)
    found = runs.figures(place, target, item.figure, item.alt, item.caption, number)
    return list(found.values())
