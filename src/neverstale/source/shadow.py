"""Files of ours that bear a library's name: a snippet would import them in its place."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.machinery import PathFinder
from pathlib import Path

from neverstale.problem import Problem
from neverstale.project import Project

# Python runs these by themselves, before anything else.
AT_START = {"sitecustomize", "usercustomize"}


def check(project: Project) -> list[Problem]:
    """A problem per file or folder that stands in the way of a library."""
    ours = {*project.imports, project.snippets}
    ours |= {path for path in project.snippets.rglob("*") if path.is_dir()}
    elsewhere = [path for path in sys.path if path and Path(path).resolve() not in ours]
    problems = []
    for folder in sorted(ours):
        for path in _modules(folder):
            name = path.name.partition(".")[0]
            if name in sys.stdlib_module_names | AT_START or _found(name, elsewhere):
                message = f"would be imported in the place of the library {name}; rename it"
                problems.append(Problem(project.relative(path), 0, message, "shadow"))
    return problems


def _modules(folder: Path) -> Iterator[Path]:
    """What of a folder can be imported; folders of snippets are searched by themselves."""
    for path in sorted(folder.iterdir() if folder.is_dir() else ()):
        if path.suffix in (".py", ".so", ".pyc") or (path / "__init__.py").is_file():
            yield path


def _found(name: str, paths: list[str]) -> bool:
    """Whether a library of that name is installed; another copy of the project is none."""
    spec = PathFinder.find_spec(name, paths)
    origin = Path(spec.origin).parts if spec and spec.origin else ()
    return bool({"site-packages", "dist-packages"} & {*origin})
