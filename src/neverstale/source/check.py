"""Does a page show anything that nothing stands behind? What can be seen without a run."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from neverstale import pinned, rules
from neverstale.problem import NeverstaleError, Problem
from neverstale.source import drawing, misread, width
from neverstale.source.pages import Page
from neverstale.source.snippet import Snippet
from neverstale.source.sources import Sources

FENCE_MESSAGE = (
    'code typed into the page; put it into a snippet and write --8<-- "chapter/file.py", '
    'or mark it { .text .illustration reason="why it cannot run" }'
)


def check(sources: Sources) -> list[Problem]:
    """Everything about pages and snippets that can be seen without building or running them."""
    shown = sources.shown()
    problems = list(_unreadable(sources, shown))
    for page in sources.pages:
        problems += page.problems
        for fence in page.fences:
            if not fence.closed:
                message = "code fence without an end"
                problems.append(Problem(page.path, fence.line, message, "open-fence"))
            elif fence.reason is None:
                problems.append(Problem(page.path, fence.line, FENCE_MESSAGE, "typed-code"))
        problems += _check_targets(sources, page)
    problems += _strays(sources)
    problems += _moving(sources)
    problems += _settings(sources)
    problems += _unpinned(sources)
    problems += width.check(sources)
    for name, item in sources.snippets.items():
        where = sources.project.relative(item.path)
        if item.headless:
            message = "no metadata block; begin the file with '# /// script' … '# ///'"
            problems.append(Problem(where, 1, message, "head"))
        if item.options.words and (users := sources.importers.get(name)):
            message = f"has 'words', but {users[0]} imports it, and prints what the file says"
            problems.append(Problem(where, 1, message))
        if not shown.get(name):
            problems.append(Problem(where, 1, "no page shows it; show it or delete it", "unshown"))
    return sorted(set(problems))


def _unreadable(sources: Sources, shown: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    """What is wrong with files that cannot be read; one that no page shows, and nothing imports
    that a page shows, is no worse than one that fails."""
    for name, found in sources.unreadable.items():
        used = any(shown.get(each) for each in (name, *sources.importers.get(name, ())))
        yield from (dataclasses.replace(each, rule="" if used else "unrun") for each in found)


def _settings(sources: Sources) -> Iterator[Problem]:
    """What protects and may have been lost, and excuses that excuse nothing any more."""
    project, where = sources.project, "pyproject.toml"
    for key in project.unsaid:
        message = f"[tool.neverstale] {key}: not said; set it, or write {key} = false"
        yield Problem(where, 0, message)
    named = [("constraints", project.constraints), *(("imports", p) for p in project.imports)]
    for key, path in named:
        if path is not None and not path.exists():
            message = f"[tool.neverstale] {key}: {project.relative(path)} is not there"
            yield Problem(where, 0, message)
    yield from rules.ended(project.rules)
    for one in project.elsewhere:
        if one.until < datetime.date.today():
            message = f"ended on {one.until}; delete it, or give a reason and a day anew"
        elif one.snippet not in sources.names():
            message = "is of no snippet; delete it"
        else:
            continue
        yield Problem(where, 0, f"[tool.neverstale] elsewhere: {one.snippet}: {message}")


def _unpinned(sources: Sources) -> Iterator[Problem]:
    """Packages that a snippet declares and no line pins: those may move without any notice."""
    project = sources.project
    if project.constraints is None or not project.constraints.exists():
        return
    pins = {pinned.normal(project.package), *project.pins()}
    users: dict[str, str] = {}
    for name, item in sources.snippets.items():
        for each in item.options.requirements:
            if each.here and each.name not in pins:
                users.setdefault(each.name, name)
    for package, name in sorted(users.items()):
        message = f"pins no version of {package}, which {name} declares; add {package}==VERSION"
        yield Problem(project.relative(project.constraints), 0, message, "unpinned")


def _moving(sources: Sources) -> Iterator[Problem]:
    """Diagrams that hold more than a picture that stands still."""
    project = sources.project
    for file in sorted(project.diagrams.rglob("*.svg")) if project.diagrams else ():
        try:
            drawing.read(project.relative(file), file.read_text(encoding="utf-8", errors="replace"))
        except NeverstaleError as error:
            yield from error.problems


def _strays(sources: Sources) -> Iterator[Problem]:
    """Files that would be published as they are, although no check reads them."""
    project, items = sources.project, sources.snippets.values()
    for each in sources.unreadable:
        if rules.level(project.rules, "unrun", project.relative(project.snippets / each)) != "off":
            return  # which files a snippet needs, or makes, is not known
    lab_pages = {item.lab_page for item in items if item.options.lab}
    used = {file for item in items for file in item.data().values()}
    for folder in project.editions.values():
        for file in _files(folder):
            if file.suffix != ".md" and file.relative_to(folder).as_posix() not in lab_pages:
                message = "is no page, and would be published unread; pages end in .md"
                yield Problem(project.relative(file), 0, message, "stray-file")
    for file in _files(project.snippets):
        if file.suffix != ".py" and file not in used:
            message = "is named by no snippet, and would be published unread; remove it"
            yield Problem(project.relative(file), 0, message, "stray-file")


def _files(folder: Path) -> Iterator[Path]:
    """The files below a folder, those left out that are not published: hidden ones and caches."""
    for file in sorted(folder.rglob("*")):
        parts = file.relative_to(folder).parts
        if not file.is_dir() and not any(p.startswith(".") or p == "__pycache__" for p in parts):
            yield file


def _check_targets(sources: Sources, page: Page) -> list[Problem]:
    """Does what a page shows exist, in the file's order, without hiding what runs?"""
    project = sources.project
    problems: list[Problem] = []
    reached: dict[str, int] = {}
    folded: dict[str, int] = {}  # snippet → the line that shows a part of it folded
    shown: dict[str, tuple[Snippet, int]] = {}  # without a gap so far, and the line of the last
    for item in page.directives:

        def complain(message: str, rule: str = "", line: int = item.line) -> None:
            problems.append(Problem(page.path, line, message, rule))

        if item.kind == "diagram":
            if project.diagrams is None or not (project.diagrams / item.name).is_file():
                complain(f"no diagram {item.name}")
            continue
        if item.kind == "board":
            continue
        target = sources.snippets.get(item.name)
        if target is None:
            # What is wrong with a snippet that is there is told once, at its own line.
            if item.name not in sources.unreadable:
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
        if ":" in (item.section or ""):  # sections were looked at when the snippet was read
            problems.extend(misread.cut(page.path, target, [(first, last)]))
        lines = target.shown(page.edition, item.section).count("\n")
        if item.highlighted and item.highlighted[-1] > lines:
            complain(f"hl_lines names line {item.highlighted[-1]}, but only {lines} are shown")
        if item.line not in page.folded and item.name in folded:
            where = folded[item.name]
            complain(f"runs after lines of {item.name} that line {where} folds away", "gap")
        if item.line in page.folded:
            folded.setdefault(item.name, item.line)
        hidden = _hidden(target, reached.get(item.name, 0) + 1, first - 1)
        shown.pop(item.name, None)
        if first <= reached.get(item.name, 0):
            complain(f"shows {item.name} again or out of the file's order", "order")
        elif hidden:
            message = f"does not show lines {hidden} of {item.name}, which run before this section"
            complain(message, "gap")
        else:
            shown[item.name] = target, item.line
        reached[item.name] = last
    # What runs later can still change what was printed and drawn before.
    for name, (target, line) in shown.items():
        if hidden := _hidden(target, reached[name] + 1, target.span(None)[1]):
            message = f"does not show lines {hidden} of {name}, which run after this section"
            problems.append(Problem(page.path, line, message, "gap"))
    return problems


def _hidden(target: Snippet, first: int, last: int) -> str:
    """The code between two lines that a reader would not see: `5` or `5–9`, or nothing."""
    lines = [
        number
        for text, (file, number) in target.traced(target.editions[0], first, last)
        if text.strip() and file is target
    ]
    lines = sorted({*lines, *(number for number in target.inlines if first <= number <= last)})
    if not lines:
        return ""
    return str(lines[0]) if len(lines) == 1 else f"{lines[0]}–{lines[-1]}"
