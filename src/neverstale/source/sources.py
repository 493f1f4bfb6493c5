"""All that people write, read once: the picture that is handed from stage to stage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from neverstale.problem import NeverstaleError, Problem
from neverstale.project import Project
from neverstale.source import lab, pages, reading
from neverstale.source.fingerprint import Ours
from neverstale.source.pages import Page
from neverstale.source.snippet import Snippet


@dataclass(frozen=True)
class Sources:
    """A site's snippets and pages, as they were when they were read.

    Attributes:
        project: the settings.
        snippets: name → snippet, of those that can be read, by name.
        unreadable: name → what is wrong with each of the others.
        imports: file of ours → names that it imports; what `read` need not look for again.
        known: (edition, path) → page, of pages that need not be read again.
    """

    project: Project
    snippets: Mapping[str, Snippet]
    unreadable: Mapping[str, tuple[Problem, ...]]
    imports: Mapping[Path, tuple[str, ...]] = field(compare=False)
    known: Mapping[tuple[str, str], Page] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """Every page of every edition, labs included, by edition, then by name; read when they are
        first asked for: to run a file takes none."""
        return tuple(_pages(self))

    def names(self) -> list[str]:
        """Names of all snippets, also of those that cannot be read, sorted."""
        return sorted([*self.snippets, *self.unreadable])

    def snippet(self, name: str) -> Snippet:
        """The snippet of that name.

        Raises:
            NeverstaleError: there is none, or what is wrong with it.
        """
        if name in self.unreadable:
            raise NeverstaleError(*self.unreadable[name])
        if name not in self.snippets:
            raise reading.missing(self.project, name)
        return self.snippets[name]

    @cached_property
    def importers(self) -> Mapping[str, tuple[str, ...]]:
        """Snippet → the snippets that import it, by name."""
        found: dict[str, list[str]] = defaultdict(list)
        for item in self.snippets.values():
            for sibling in item.siblings:
                found[sibling].append(item.name)
        return {name: tuple(names) for name, names in found.items()}

    def labs(self) -> Iterator[Snippet]:
        """The labs that can be read; `check` tells what is wrong with the others."""
        return (item for item in self.snippets.values() if item.options.lab)

    def shown(self) -> dict[str, list[str]]:
        """Snippet → pages (`edition/name`) that show it; a lab is shown by the page it becomes."""
        shown: dict[str, list[str]] = defaultdict(list)
        for page in self.pages:
            for item in page.directives:
                where = f"{page.edition}/{page.name}"
                if item.kind in ("snippet", "figure") and where not in shown[item.name]:
                    shown[item.name].append(where)
        for each in self.labs():
            for name in (each.name, *(sibling.name for sibling, _ in each.inlines.values())):
                shown[name] += [f"{edition}/{each.lab_page}" for edition in self.project.editions]
        return dict(shown)

    @cached_property
    def boards(self) -> dict[tuple[str, str], str]:
        """(Edition, board of the engine's) → the first page that shows it."""
        return {
            (page.edition, item.name): page.name
            for page in reversed(self.pages)
            for item in page.directives
            if item.kind == "board"
        }

    def places(self, name: str) -> list[tuple[str, int]]:
        """(file, line) of every page, in every edition, that shows the snippet: code or figure."""
        return sorted(
            {
                (page.path, item.line)
                for page in self.pages
                for item in page.directives
                if item.kind in ("snippet", "figure") and item.name == name
            }
        )


def read(
    project: Project,
    before: Sources | None = None,
    changed: Collection[Path] = (),
    only: Collection[str] | None = None,
) -> Sources:
    """Read a site's pages and snippets. A mistake in one is noted, and stops no other.

    Args:
        project: the settings.
        before: how they were, if that is known.
        changed: all files that changed, came or went since.
        only: names of the snippets that are wanted, with those that they import; None for all.
    """
    names = reading.find(project) if only is None else list(only)
    snippets, unreadable = _snippets(project, names, before, changed)
    known = {} if before is None else before.imports
    known = {path: names for path, names in known.items() if path not in changed}
    ours = Ours(project, {**known, **{item.path: item.imports for item in snippets.values()}})
    waiting = snippets.keys() - unreadable.keys()
    while waiting:
        for name in waiting:
            snippets[name] = ours.complete(snippets[name])
        beside = {each for name in waiting for each in snippets[name].siblings}
        unread = beside - snippets.keys() - unreadable.keys()
        more, bad = _snippets(project, sorted(each for each in unread if each.endswith(".py")))
        snippets |= more
        unreadable |= bad
        waiting = more.keys() - bad.keys()
    for name, item in [each for each in snippets.items() if each[1].options.lab]:
        where = project.relative(item.path)
        snippets[name], wrong = lab.pull_in(where, item, snippets, unreadable)
        if wrong:
            unreadable[name] = (*unreadable.get(name, ()), *wrong)
    unreadable = {name: tuple(sorted(found)) for name, found in sorted(unreadable.items())}
    snippets = {name: item for name, item in snippets.items() if name not in unreadable}
    pages = {} if before is None else _known(before, changed)
    return Sources(project, snippets, unreadable, ours.imports, pages)


def _snippets(
    project: Project,
    names: Iterable[str],
    before: Sources | None = None,
    changed: Collection[Path] = (),
) -> tuple[dict[str, Snippet], dict[str, tuple[Problem, ...]]]:
    """Those files that can be read as a snippet, and what is wrong with any of them."""
    snippets: dict[str, Snippet] = {}
    unreadable: dict[str, tuple[Problem, ...]] = {}
    for name in names:
        old = before.snippets.get(name) if before else None
        if old is not None and old.own_files().isdisjoint(changed):
            snippets[name] = old
            continue
        try:
            snippets[name], problems = reading.read(project, name)
        except NeverstaleError as error:
            unreadable[name] = error.problems
            continue
        if problems:
            unreadable[name] = tuple(problems)
    return snippets, unreadable


def _known(before: Sources, changed: Collection[Path]) -> dict[tuple[str, str], Page]:
    """The pages that are as they were."""
    root = before.project.root
    return {
        (page.edition, page.path): page for page in before.pages if root / page.path not in changed
    }


def _pages(sources: Sources) -> Iterator[Page]:
    project, known = sources.project, sources.known
    labs = [item for item in sources.snippets.values() if item.options.lab]
    for edition, folder in project.editions.items():
        for file in sorted(folder.rglob("*.md")):
            old = known.get((edition, project.relative(file)))
            yield old or pages.read(project, edition, file)
        for each in labs:
            old = known.get((edition, project.relative(each.path)))
            yield old or pages.of_lab(project, each, edition)
