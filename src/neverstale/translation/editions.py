"""Do the editions say the same things? Same pages, headings, snippets and figures, in one order."""

from __future__ import annotations

from collections.abc import Iterator

from neverstale.problem import Problem
from neverstale.source.directive import Directive
from neverstale.source.pages import Page
from neverstale.source.sources import Sources


def check(sources: Sources) -> list[Problem]:
    """Where an edition differs from the first one, and headings without an id of their own."""
    project = sources.project
    by_edition: dict[str, dict[str, Page]] = {edition: {} for edition in project.editions}
    for page in sources.pages:
        by_edition[page.edition][page.name] = page
    first, *others = by_edition
    problems = [
        Problem(
            page.path,
            heading.line,
            f"heading '{heading.title}' needs an id: {{#its-id}}",
            "heading-id",
        )
        for edition in by_edition.values()
        for page in edition.values()
        for heading in page.headings
        if heading.id is None and others
    ]
    for other in others:
        for name in sorted(set(by_edition[first]) | set(by_edition[other])):
            one, two = by_edition[first].get(name), by_edition[other].get(name)
            if one and two:
                if not (_awaits_translation(one) or _awaits_translation(two)):
                    problems += _compare(one, two)
                    problems += _highlighted(sources, one, two)
            else:
                present, absent = (one, other) if one else (two, first)
                assert present is not None
                folder = project.relative(project.editions[absent])
                problems.append(
                    Problem(
                        present.path,
                        0,
                        f"there is no {folder}/{name}; write that page too",
                        "editions",
                    )
                )
    return problems


def _awaits_translation(page: Page) -> bool:
    """Whether the page holds no more than a title and the notice that it is not translated."""
    notices = [d for d in page.directives if d.name == "wanted" and d.about == page.name]
    return bool(notices) and len(page.headings) == 1 and len(page.directives) == 1


def _compare(one: Page, two: Page) -> list[Problem]:
    """The first difference of each kind between two editions of a page."""
    problems = []
    for what, ours, theirs in (
        (
            "heading",
            [(f"{'#' * h.level} {{#{h.id}}}", h.line) for h in one.headings],
            [(f"{'#' * h.level} {{#{h.id}}}", h.line) for h in two.headings],
        ),
        (
            "block",
            [(_identity(d), d.line) for d in one.directives if d.name != "wanted"],
            [(_identity(d), d.line) for d in two.directives if d.name != "wanted"],
        ),
        (
            "illustration",
            [("typed code", f.line) for f in one.fences],
            [("typed code", f.line) for f in two.fences],
        ),
    ):
        for i in range(max(len(ours), len(theirs))):
            mine = ours[i] if i < len(ours) else ("nothing", 0)
            other = theirs[i] if i < len(theirs) else ("nothing", 0)
            if mine[0] != other[0]:
                message = f"{what} {i + 1} is {other[0]}, but {mine[0]} at {one.path}:{mine[1]}"
                problems.append(Problem(two.path, other[1], message, "editions"))
                break
    return problems


def _highlighted(sources: Sources, one: Page, two: Page) -> Iterator[Problem]:
    """Code of which two editions highlight different lines: each counts its own comments."""
    for mine, other in zip(one.directives, two.directives, strict=False):
        if _identity(mine) == _identity(other) and mine.highlighted + other.highlighted:
            places = [_places(sources, page, d) for page, d in ((one, mine), (two, other))]
            if places[0] != places[1]:
                message = f"highlights other lines of {other.name} than {one.path}:{mine.line}"
                yield Problem(two.path, other.line, message, "editions")


def _places(sources: Sources, page: Page, item: Directive) -> set[int]:
    """The lines of the file that a page highlights."""
    target = sources.snippets.get(item.name)
    if target is None or not target.has(item.section):
        return set()  # told by `check`
    places = target.places(page.edition, item.section)
    return {places[number - 1] for number in item.highlighted if number <= len(places)}


def _identity(item: Directive) -> str:
    parts = (item.kind, item.name, item.section or item.figure, "" if item.output else "no output")
    return " ".join(part for part in parts if part)
