"""Which snippets the arguments of a command mean: files, folders, or pages that show some."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from neverstale.problem import NeverstaleError, Problem
from neverstale.project import Project
from neverstale.source import reading
from neverstale.source.sources import Sources


def named(project: Project, arguments: Sequence[str]) -> list[str] | None:
    """Names of the snippets, if the arguments are files and folders of snippets, so that nothing
    else need be read to know; None if they are not, or if there are none."""
    if not arguments:
        return None
    every, chosen = reading.find(project), set[str]()
    for argument in arguments:
        path = Path(argument).resolve()
        names = _meant(project, every, argument)
        if not names or any(path.is_relative_to(folder) for folder in project.editions.values()):
            return None
        chosen |= names
    return sorted(chosen)


def select(found: Sources, arguments: Sequence[str]) -> list[str]:
    """Names of the snippets; all without an argument.

    Raises:
        NeverstaleError: an argument means none.
    """
    every, project = found.names(), found.project
    if not arguments:
        return every
    shown, chosen = found.shown(), set[str]()
    for argument in arguments:
        path = Path(argument).resolve()
        names = _meant(project, every, argument)
        for edition, folder in project.editions.items():
            if path.is_relative_to(folder):
                page = f"{edition}/{path.relative_to(folder).as_posix()}"
                names |= {name for name, where in shown.items() if page in where}
        if not names:
            raise NeverstaleError(Problem(argument, 0, "no snippet there, and no page shows one"))
        chosen |= names
    return sorted(chosen)


def _meant(project: Project, every: Iterable[str], argument: str) -> set[str]:
    """Those at or below an argument: a path, or what pages call one."""
    paths = {Path(argument).resolve(), (project.snippets / argument).resolve()}
    return {name for path in paths for name in _below(project, every, path)}


def _below(project: Project, every: Iterable[str], path: Path) -> Iterable[str]:
    """Those of the snippets that lie at or below a path."""
    if project.snippets.is_relative_to(path):
        return every
    if not path.is_relative_to(project.snippets):
        return ()
    inside = path.relative_to(project.snippets).as_posix()
    return [name for name in every if name == inside or name.startswith(f"{inside}/")]
