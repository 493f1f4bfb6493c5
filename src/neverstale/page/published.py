"""The built site read back: is what a reader gets exactly what was proved?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

from neverstale import rules
from neverstale.page import asked, built, copied, proved
from neverstale.page.asked import Figure, Shown
from neverstale.page.block import Place
from neverstale.page.built import Block
from neverstale.problem import Problem
from neverstale.proof.status import Statuses
from neverstale.source.pages import Page

AGAIN = "build the site again, or mend the theme"
THEME = ("404.html", "search.html")  # pages that a theme makes, for an edition as a whole


def check(statuses: Statuses) -> list[Problem]:
    """What is published without proof, or other than proved, in all editions."""
    project = statuses.sources.project
    problems: list[Problem] = []
    checked = 0
    for edition in project.editions:
        folder = project.site / project.at[edition]
        if not folder.is_dir():
            problems.append(Problem(project.relative(folder), 0, "not built; build the site first"))
            continue
        place = Place(statuses, edition)
        sources = (page for page in statuses.sources.pages if page.edition == edition)
        expected = {project.built(edition, page.name): page for page in sources}
        others = {project.site / at for at in project.at.values()} - {folder, *folder.parents}
        inside = {file for file in folder.rglob("*.html") if others.isdisjoint(file.parents)}
        inside -= {folder / name for name in THEME}
        for file in sorted({*inside, *expected}):
            if file.is_file():
                checked += 1
                problems += _check_file(place, file, expected.get(file))
            else:
                page = expected[file]
                message = f"no {project.relative(file)} was built"
                problems.append(Problem(page.path, 0, message, "not-built"))
    problems += _outside(statuses)
    if not checked:
        problems.append(Problem(project.relative(project.site), 0, "no page was found"))
    return sorted(set(problems))


def _outside(statuses: Statuses) -> Iterator[Problem]:
    """Blocks outside of the editions, or on a page of the theme's: these show no snippets."""
    project = statuses.sources.project
    folders = [project.site / folder for folder in project.at.values()]
    theme = {folder / name for folder in folders for name in THEME}
    for file in sorted(project.site.rglob("*.htm*")):
        if file in theme or not any(file.is_relative_to(folder) for folder in folders):
            for item in built.read(file):
                message = "a block of code or proof outside of the editions"
                yield Problem(project.relative(file), item.line, message)


def _check_file(place: Place, file: Path, page: Page | None) -> Iterator[Problem]:
    """A built page: block by block, then against its source."""
    where = place.project.relative(file)
    text = file.read_text(encoding="utf-8")
    found = built.parse(text)
    typed = rules.level(place.project.rules, "typed-code", page.path if page else where)
    for item in found:
        rule = "typed-code" if item.kind == "bare" else ""
        if not rule or typed == "error":  # else `check` has warned
            messages = proved.check(place, item)
            yield from (Problem(where, item.line, message, rule) for message in messages)
    if page is None:
        message = "no page of the sources becomes this; remove what put it there"
        yield Problem(where, 0, message, "stray-page")
        yield from (Problem(where, line, wrong) for line, wrong in copied.wrong(place, found))
        return
    figures = asked.figures(place, page)
    yield from _blocks(place, where, found, page)
    yield from _drawn(where, text, page, figures)
    yield from _order(where, "figure", _figures(found), [each.name for each in figures])
    marked = [fence.text.strip() for fence in page.fences if fence.reason]
    yield from _order(where, "illustration", _illustrations(found), marked)


def _blocks(place: Place, where: str, found: Sequence[Block], page: Page) -> Iterator[Problem]:
    """The first block that is not the one that the source asks for there, or says otherwise."""
    named = (asked.as_shown(place, item, item.line) for item in found)
    shown = [item for item in named if item]
    nothing = Shown("nothing", 0)
    source = asked.blocks(place, page)
    for given, wanted in zip_longest(shown, source, fillvalue=nothing):
        message = ""
        if given.title != wanted.title:
            message = f"shows {given.title} where {wanted.title} belongs; {AGAIN}"
        elif given.words != wanted.words:
            message = f"{given.title} {_unlike(given.words, wanted.words)}"
        if message:
            rule = "stray-block" if copied.only_more(place, found, source) else ""
            yield Problem(where, given.line, f"{message} ({page.path}:{wanted.line})", rule)
            return


def _unlike(given: str, wanted: str) -> str:
    """Where two texts part, in words."""
    pairs = enumerate(zip(given, wanted, strict=False))
    same = next((i for i, (a, b) in pairs if a != b), min(len(given), len(wanted)))
    start = max(0, same - 20)
    parts = (each[start : same + 20].strip() for each in (given, wanted))
    return "says '{}', not '{}'; {}".format(*parts, AGAIN)


def _drawn(where: str, text: str, page: Page, figures: Sequence[Figure]) -> Iterator[Problem]:
    """Figures that do not stand in the file exactly as their record gives them."""
    for each in figures:
        if not each.html:
            yield Problem(page.path, each.line, f"figure {each.name} cannot be shown")
        elif each.html not in text:
            message = f"figure {each.name} is not there as it was drawn ({page.path}:{each.line})"
            yield Problem(where, 0, message)


def _figures(found: Sequence[Block]) -> list[tuple[str, int]]:
    """Name and line of each figure, whose name is that of the snippet's file or of a diagram."""
    parts = ("snippet", "figure", "diagram")
    return [
        ("/".join(filter(None, map(item.data, parts))), item.line)
        for item in found
        if item.kind == "figure"
    ]


def _illustrations(found: Sequence[Block]) -> list[tuple[str, int]]:
    """Text and line of each illustration; one without a reason is a problem of its own."""
    return [
        (item.text.strip(), item.line)
        for item in found
        if item.kind == "illustration" and item.data("reason")
    ]


def _order(
    where: str, kind: str, shown: Sequence[tuple[str, int]], names: Sequence[str]
) -> Iterator[Problem]:
    """The first figure or illustration that is not the one that the source asks for there."""
    for given, name in zip_longest(shown, names):
        text, line = given or (None, 0)
        if text != name:
            message = f"shows {_short(text)} where {_short(name)} belongs among its {kind}s"
            yield Problem(where, line, message)
            return


def _short(text: str | None) -> str:
    """What it is, on one line."""
    return "nothing" if text is None else f"'{text.partition(chr(10))[0][:60]}'"
