"""Which page shows what, and whether a page shows anything that nothing stands behind."""

from __future__ import annotations

import contextlib
import dataclasses
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from neverstale.problem import NeverstaleError, Problem
from neverstale.project import Project
from neverstale.source import directive, invisible, snippet
from neverstale.source.directive import Directive, Fence, Mistake
from neverstale.source.snippet import Snippet

HEADING = re.compile(r"^(?P<level>#{1,6}) +(?P<title>.*?)(?: *\{ *#(?P<id>[\w-]+)[^}]*\})? *$")


TYPED = {
    directive.RAW_CODE: "code typed as HTML; put it into a snippet",
    directive.RAW_PICTURE: (
        "a picture, script or style that nothing stands behind; let a snippet draw it "
        "(figure:chapter/file.py/name.svg), or make it a diagram (diagram:name.svg)"
    ),
}


@dataclass(frozen=True)
class Heading:
    """A heading: level 1 to 6, its explicit id (None if it has none), its line."""

    level: int
    id: str | None
    line: int
    title: str


@dataclass(frozen=True)
class Page:
    """One page of one edition.

    Attributes:
        edition: its language.
        name: path below the edition's folder, such as `cnn/pooling.md`; the same in all editions.
        path: the file as written in messages; of a lab, its script.
        directives: what it shows, in order.
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
    return parse(edition, name, where, text)


def parse(edition: str, name: str, where: str, text: str, first: int = 1) -> Page:
    """Read Markdown text.

    Args:
        edition: its language.
        name: its name as a page.
        where: the file that it comes from, for messages.
        text: the Markdown.
        first: number that its first line has in that file.
    """
    directives: list[Directive] = []
    headings: list[Heading] = []
    problems = invisible.check(where, text, first)
    for number, line in directive.outside_fences(text):
        try:
            found = directive.read_line(line, number + first - 1)
        except Mistake as mistake:
            problems.append(Problem(where, number + first - 1, str(mistake)))
            continue
        if found:
            directives.append(found)
        elif match := HEADING.match(line):
            heading = Heading(len(match["level"]), match["id"], number + first - 1, match["title"])
            headings.append(heading)
        for pattern, message in TYPED.items():
            if not found and pattern.search(directive.INLINE_CODE.sub("", line)):
                problems.append(Problem(where, number + first - 1, message))
    fences = tuple(
        dataclasses.replace(fence, line=fence.line + first - 1) for fence in directive.fences(text)
    )
    return Page(
        edition, name, where, text, tuple(directives), fences, tuple(headings), tuple(problems)
    )


def read_all(project: Project) -> list[Page]:
    """Every page of every edition, labs included, by edition, then by name."""
    every_lab = list(labs(project))
    return [
        page
        for edition, folder in project.editions.items()
        for page in (
            *(read(project, edition, file) for file in sorted(folder.rglob("*.md"))),
            *(_lab_page(project, lab, edition) for lab in every_lab),
        )
    ]


def labs(project: Project) -> Iterator[Snippet]:
    """The labs that can be read; `check` tells what is wrong with the others."""
    for name in snippet.find(project):
        with contextlib.suppress(NeverstaleError):
            item = snippet.load(project, name)
            if item.options.lab:
                yield item


def _lab_page(project: Project, lab: Snippet, edition: str) -> Page:
    """One language's Markdown cells as a page, each line at its number in the script."""
    text = [""] * (lab.text.count("\n") + 1)
    for cell in lab.cells:
        if cell.edition == edition:
            for number in range(cell.first, cell.last + 1):
                text[number - 1] = snippet.uncomment(lab.lines[number - 1])
    return parse(edition, lab.lab_page, project.relative(lab.path), "\n".join(text))


def snippets_shown(project: Project) -> dict[str, list[str]]:
    """Snippet → pages (`edition/name`) that show it; a lab is shown by the page it becomes."""
    shown: dict[str, list[str]] = defaultdict(list)
    for page in read_all(project):
        for item in page.directives:
            where = f"{page.edition}/{page.name}"
            if item.kind in ("snippet", "figure") and where not in shown[item.name]:
                shown[item.name].append(where)
    for lab in labs(project):
        for name in (lab.name, *(sibling.name for sibling, _ in lab.inlines.values())):
            shown[name] += [f"{edition}/{lab.lab_page}" for edition in project.editions]
    return dict(shown)


def places(project: Project, name: str) -> list[tuple[str, int]]:
    """(file, line) of every page, in every edition, that shows the snippet: code or figure."""
    return sorted(
        {
            (page.path, item.line)
            for page in read_all(project)
            for item in page.directives
            if item.kind in ("snippet", "figure") and item.name == name
        }
    )


def check(project: Project) -> list[Problem]:
    """Everything about the pages that can be seen without building them."""
    problems: list[Problem] = []
    for page in read_all(project):
        problems += page.problems
        for fence in page.fences:
            if not fence.closed:
                problems.append(Problem(page.path, fence.line, "code fence without an end"))
            elif fence.reason is None:
                problems.append(Problem(page.path, fence.line, FENCE_MESSAGE))
        problems += _check_targets(project, page)
    problems += _strays(project)
    shown = snippets_shown(project)
    for name in snippet.find(project):
        try:
            snippet.load(project, name)
        except NeverstaleError as error:
            problems += error.problems
            continue
        if not shown.get(name):
            where = project.relative(project.snippets / name)
            problems.append(Problem(where, 1, "no page shows it; show it or delete it"))
    return sorted(set(problems))


def _strays(project: Project) -> Iterator[Problem]:
    """Files that would be published as they are, although no check reads them."""
    try:
        items = [snippet.load(project, name) for name in snippet.find(project)]
    except NeverstaleError:
        return  # which files a snippet needs, or makes, is not known
    lab_pages = {item.lab_page for item in items if item.options.lab}
    used = {item.path.parent / file for item in items for file in item.options.files}
    for folder in project.editions.values():
        for file in _files(folder):
            if file.suffix != ".md" and file.relative_to(folder).as_posix() not in lab_pages:
                message = "is no page, and would be published unread; pages end in .md"
                yield Problem(project.relative(file), 0, message)
    for file in _files(project.snippets):
        if file.suffix != ".py" and file not in used:
            message = "is named by no snippet, and would be published unread; remove it"
            yield Problem(project.relative(file), 0, message)


def _files(folder: Path) -> Iterator[Path]:
    """The files below a folder, those left out that are not published: hidden ones and caches."""
    for file in sorted(folder.rglob("*")):
        parts = file.relative_to(folder).parts
        if not file.is_dir() and not any(p.startswith(".") or p == "__pycache__" for p in parts):
            yield file


FENCE_MESSAGE = (
    'code typed into the page; put it into a snippet and write --8<-- "chapter/file.py", '
    'or mark it { .text .illustration reason="why it cannot run" }'
)


def _check_targets(project: Project, page: Page) -> list[Problem]:
    problems: list[Problem] = []
    reached: dict[str, int] = {}
    shown: dict[str, tuple[Snippet, int]] = {}  # without a gap so far, and the line of the last
    for item in page.directives:

        def complain(message: str, line: int = item.line) -> None:
            problems.append(Problem(page.path, line, message))

        if item.kind == "diagram":
            if project.diagrams is None or not (project.diagrams / item.name).is_file():
                complain(f"no diagram {item.name}")
            continue
        if item.kind == "board":
            continue
        try:
            target = snippet.load(project, item.name)
        except NeverstaleError:
            # What is wrong with a snippet that is there is told once, at its own line.
            if not (project.snippets / item.name).is_file():
                complain(f"no snippet {item.name}")
            continue
        if item.kind != "snippet":
            continue
        try:
            first, last = target.span(item.section)
        except KeyError:
            known = ", ".join(target.sections) or "none"
            complain(f"{item.name} has no section '{item.section}'; it has {known}")
            continue
        hidden = _hidden(target, reached.get(item.name, 0) + 1, first - 1)
        shown.pop(item.name, None)
        if first <= reached.get(item.name, 0):
            complain(f"shows {item.name} again or out of the file's order")
        elif hidden:
            complain(f"does not show lines {hidden} of {item.name}, which run before this section")
        else:
            shown[item.name] = target, item.line
        reached[item.name] = last
    # What runs later can still change what was printed and drawn before.
    for name, (target, line) in shown.items():
        if hidden := _hidden(target, reached[name] + 1, target.span(None)[1]):
            message = f"does not show lines {hidden} of {name}, which run after this section"
            problems.append(Problem(page.path, line, message))
    return problems


def _hidden(target: Snippet, first: int, last: int) -> str:
    """The code between two lines that a reader would not see: `5` or `5–9`, or nothing."""
    lines = [
        number
        for number in range(first, last + 1)
        if target.shown_lines(target.editions[0], number, number).strip()
    ]
    if not lines:
        return ""
    return str(lines[0]) if len(lines) == 1 else f"{lines[0]}–{lines[-1]}"
