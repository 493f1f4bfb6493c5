"""What a record must match to be fresh: the snippet and all of ours that it runs with."""

from __future__ import annotations

import ast
import functools
import hashlib
import warnings
from collections.abc import Iterator
from pathlib import Path

from neverstale.project import Project
from neverstale.source.snippet import Snippet

# Part of every fingerprint: raise it when the meaning of a record changes.
FORMAT = 1


def of(project: Project, snippet: Snippet) -> str:
    """What a record must match to be fresh.

    SHA-256 over the file, its data files, every module of ours that it imports (directly or not)
    with the data files of its package, and the figure style if it draws.

    Returns:
        64 hexadecimal digits.
    """
    digest = hashlib.sha256(f"neverstale {FORMAT}\n{snippet.name}\n".encode())
    digest.update(snippet.text.encode())
    for path in sorted(files(project, snippet)):
        digest.update(f"\n{project.relative(path)}\n".encode())
        digest.update(path.read_bytes())
    if project.style and project.style.exists() and "matplotlib" in snippet.text:
        digest.update(project.style.read_bytes())
    return digest.hexdigest()


def files(project: Project, snippet: Snippet) -> set[Path]:
    """The files of ours, besides its own, that a snippet runs with; it can read no others."""
    data = {snippet.path.parent / name for name in snippet.options.files}
    return data | _imports(project, snippet.path)


def siblings(project: Project, snippet: Snippet) -> list[str]:
    """Names of the snippets that this one imports: who downloads it needs them too."""
    found = _imports(project, snippet.path)
    inside = [file for file in found if file.is_relative_to(project.snippets)]
    return sorted(file.relative_to(project.snippets).as_posix() for file in inside)


def packages(project: Project, snippet: Snippet) -> set[str]:
    """Top-level names of all that a snippet imports, through modules of ours too."""
    found = {snippet.path, *_imports(project, snippet.path)}
    code = {file for file in found if file.suffix == ".py"}
    names = (name for file in code for name in _direct_imports(file, file.stat().st_mtime_ns))
    return {name.partition(".")[0] for name in names}


def _imports(project: Project, start: Path) -> set[Path]:
    """Files of ours that `start` imports, followed to the end."""
    found: set[Path] = set()
    queue = [start]
    while queue:
        path = queue.pop()
        if path.suffix != ".py":
            continue
        for target in _direct_imports(path, path.stat().st_mtime_ns):
            roots = (start.parent, *project.imports)
            if target.startswith("."):
                level = len(target) - len(target.lstrip("."))
                roots = (path.parents[level - 1],)
            for file in _files(target.lstrip("."), roots):
                if file != start and file not in found:
                    found.add(file)
                    queue.append(file)
    return found


@functools.lru_cache(maxsize=4096)
def _direct_imports(path: Path, _: int) -> tuple[str, ...]:
    """Dotted names that a file imports; relative ones keep their dots."""
    names: list[str] = []
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return ()  # its users fail when they are run
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            # `from package import name`: name may be a module of its own.
            names += [base, *(f"{base.rstrip('.')}.{alias.name}" for alias in node.names)]
            if node.level and not node.module:
                names += ["." * node.level + alias.name for alias in node.names]
    return tuple(names)


def _data(package: Path) -> Iterator[Path]:
    """What a package carries beside its code, which its code may read."""
    for path in package.rglob("*"):
        if path.is_file() and path.suffix not in (".py", ".pyc"):
            yield path


def _files(dotted: str, roots: tuple[Path, ...]) -> Iterator[Path]:
    """The files of `roots` behind a dotted name: modules, packages' `__init__`, their data."""
    parts = [part for part in dotted.split(".") if part]
    for root in roots:
        folder = root
        for part in parts:
            if (folder / f"{part}.py").is_file():
                yield folder / f"{part}.py"
                break
            folder = folder / part
            if (folder / "__init__.py").is_file():
                yield folder / "__init__.py"
                yield from _data(folder)
