"""The statements of a Python file by their lines: what can run, not what merely stands there."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")


@dataclass(frozen=True)
class Statement:
    """One statement, an `except` or a `case`; those that begin on one line are one.

    Attributes:
        first: number of its first line, that of a decorator if it has one.
        last: number of its last line; of one that holds others, the last before the first of them.
        end: number of the last line of what it holds; an `else` and what follows it is left out.
    """

    first: int
    last: int
    end: int


def of(code: str | bytes | ast.Module) -> tuple[Statement, ...]:
    """Every statement that a run can reach, also inside others, by line.

    Comments, docstrings, `global`, `nonlocal`, annotations without a value and imports from
    `__future__` are left out: no instruction belongs to them. What Python drops because it can
    never run is not.

    Raises:
        SyntaxError: it is not Python.
    """
    with warnings.catch_warnings(action="ignore"):
        tree = code if isinstance(code, ast.Module) else ast.parse(code)
    found: dict[int, Statement] = {}
    for statement in _inside(tree):
        found.setdefault(statement.first, statement)
    return tuple(found[line] for line in sorted(found))


def _inside(node: ast.AST) -> Iterator[Statement]:
    for block in BLOCKS:
        for position, inner in enumerate(getattr(node, block, ())):
            docstring = block == "body" and position == 0 and _is_docstring(node, inner)
            if not (docstring or _is_silent(inner)):
                yield Statement(first(inner), _last(inner), _end(inner))
            yield from _inside(inner)


def first(node: ast.AST) -> int:
    """Number of the line that a statement begins on."""
    if isinstance(node, ast.match_case):
        return node.pattern.lineno
    decorators = getattr(node, "decorator_list", ())
    lines: list[int] = [each.lineno for each in (*decorators, node)]
    return min(lines)


def _last(node: ast.AST) -> int:
    held = _held(node)
    return max(first(node), first(held[0]) - 1) if held else _end(node)


def _end(node: ast.AST) -> int:
    last = (_held(node) or [node])[-1]
    if isinstance(last, ast.match_case):
        last = last.body[-1]
    return int(last.end_lineno)  # type: ignore[attr-defined]


def _held(node: ast.AST) -> list[ast.AST]:
    """The statements, or cases, of a statement's first block."""
    held = getattr(node, "cases", None) or getattr(node, "body", None)
    return held if isinstance(held, list) else []


def _is_docstring(node: ast.AST, inner: ast.AST) -> bool:
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return (
        isinstance(node, holders)
        and isinstance(inner, ast.Expr)
        and isinstance(inner.value, ast.Constant)
        and isinstance(inner.value.value, str)
    )


def _is_silent(node: ast.AST) -> bool:
    """Whether it is for the compiler alone."""
    annotates = isinstance(node, ast.AnnAssign) and node.value is None
    future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
    return annotates or future or isinstance(node, ast.Global | ast.Nonlocal)
