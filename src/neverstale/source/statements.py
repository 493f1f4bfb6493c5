"""The statements of a Python file by their lines: what can run, not what merely stands there."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

# What is carried out by no instruction of its own.
SILENT = (ast.Global, ast.Nonlocal)
BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")


@dataclass(frozen=True)
class Statement:
    """One statement, an `except` or a `case`; those that begin on one line are one.

    Attributes:
        first: number of its first line, that of a decorator if it has one.
        last: number of its last line; of one that holds others, the last before the first of them.
        end: number of the last line of all that it holds.
    """

    first: int
    last: int
    end: int


def of(code: str | bytes) -> tuple[Statement, ...]:
    """Every statement that a run can reach, also inside others, by line.

    Comments, docstrings, `global`, `nonlocal` and annotations without a value are left out: no
    instruction belongs to them. What Python drops because it can never run is not.

    Raises:
        SyntaxError: it is not Python.
    """
    with warnings.catch_warnings(action="ignore"):
        tree = ast.parse(code)
    found: dict[int, Statement] = {}
    for statement in _inside(tree):
        found.setdefault(statement.first, statement)
    return tuple(found[line] for line in sorted(found))


def _inside(node: ast.AST) -> Iterator[Statement]:
    for block in BLOCKS:
        for position, inner in enumerate(getattr(node, block, ())):
            docstring = block == "body" and position == 0 and _is_docstring(node, inner)
            if not (docstring or isinstance(inner, SILENT) or _only_annotates(inner)):
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
    body = getattr(node, "body", None)
    return max(first(node), first(body[0]) - 1) if isinstance(body, list) else _end(node)


def _end(node: ast.AST) -> int:
    if isinstance(node, ast.match_case):
        node = node.body[-1]
    end: int = node.end_lineno  # type: ignore[attr-defined]
    return end


def _is_docstring(node: ast.AST, inner: ast.AST) -> bool:
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return (
        isinstance(node, holders)
        and isinstance(inner, ast.Expr)
        and isinstance(inner.value, ast.Constant)
        and isinstance(inner.value.value, str)
    )


def _only_annotates(node: ast.AST) -> bool:
    return isinstance(node, ast.AnnAssign) and node.value is None
