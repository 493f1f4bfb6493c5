"""Which names a Python file imports, anywhere in it."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path


def direct(code: str | bytes) -> tuple[str, ...]:
    """Dotted names that a file imports; relative ones keep their dots.

    None of a file that is not Python: its users fail when they are run.
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return ()
    return within(tree)


def package(file: Path, names: Iterable[str], top: Path) -> tuple[Path, ...]:
    """The packages that a file belongs to, outermost first; none if it imports nothing by dots.

    Args:
        file: the file.
        names: what it imports, see `direct`.
        top: a folder above it that is no package itself.
    """
    if not any(name.startswith(".") for name in names):
        return ()
    found = [file.parent]
    while found[0].parent != top and (found[0].parent / "__init__.py").is_file():
        found.insert(0, found[0].parent)
    return tuple(found)


def within(tree: ast.AST) -> tuple[str, ...]:
    """The same, of a statement and all that it holds."""
    names: list[str] = []
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            # `from package import name`: name may be a module of its own.
            names += [base, *(f"{base.rstrip('.')}.{alias.name}" for alias in node.names)]
            if node.level and not node.module:
                names += ["." * node.level + alias.name for alias in node.names]
    return tuple(names)


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Every statement, also inside others: no other node holds an import."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for block in ("body", "orelse", "finalbody", "handlers", "cases"):
            waiting += getattr(node, block, ())
