"""A file compiled whole, as Python compiles it, with a mark before each statement.

Statement by statement it would be another program: a later string would become its `__doc__`, its
annotations would start anew each time, and equal constants would not be the same object.
"""

from __future__ import annotations
import __future__

import ast
import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from types import CodeType
from typing import Any

from neverstale.running import shapes
from neverstale.source import imports
from neverstale.source import statements as lines

# `__future__` features change how later parts compile, so they are carried along.
FUTURES = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
MARK = "\0 a statement begins"  # stands for the function that is called there, till it is compiled


def parts(
    path: Path,
    inlines: dict[str, Any],
    begin: Callable[[int, str, int, int, str, bool], None],
    text: str | None = None,
    compilers: Sequence[str] = (),
) -> Iterator[CodeType]:
    """The code to execute, in order: one part, or several where a lab pulls in a section.

    What the compiler warns of is warned of here, once.

    Args:
        path: the file.
        inlines: line → [path, first, last] of what stands in the place of that line's import.
        begin: called before a statement begins: the line to attribute its output to, the file that
            it stands in, its first and last line there, the modules that it names, and whether
            none comes after it.
        text: what runs in the place of what the file holds, line for line.
        compilers: see `shapes.insert`.
    """
    data = path.read_bytes() if text is None else text.encode()
    compile(data, str(path), "exec", dont_inherit=True)  # only for its warnings
    flags, held = 0, shapes.Held()
    with warnings.catch_warnings(action="ignore"):
        found = list(_statements(path, data, inlines, compilers))
    for number, (file, group) in enumerate(groupby(found, key=lambda each: each[1])):
        statements = [(line, statement) for line, _, statement in group]
        body = _marked(file, statements, first=number == 0, final=found[-1][2])
        with warnings.catch_warnings(action="ignore"):
            code = compile(ast.Module(body, []), file, "exec", flags, dont_inherit=True)
        flags |= code.co_flags & FUTURES
        yield _filled(code, {MARK: begin, shapes.MARK: held})


def _filled(code: CodeType, functions: dict[str, Callable[..., Any]]) -> CodeType:
    """The code with the functions in the place of the marks that stand for them."""
    constants = (
        _filled(each, functions)
        if isinstance(each, CodeType)
        else functions.get(each, each)
        if isinstance(each, str)
        else each
        for each in code.co_consts
    )
    return code.replace(co_consts=tuple(constants))


def _statements(
    path: Path, data: bytes, inlines: dict[str, Any], compilers: Sequence[str]
) -> Iterator[tuple[int, str, ast.stmt]]:
    """(line to attribute output to, file name for tracebacks, statement), in order."""
    for statement in _tree(data, str(path), compilers).body:
        inline = inlines.get(str(statement.lineno))
        if inline is None:
            yield statement.lineno, str(path), statement
            continue
        sibling, first, last = inline
        for inner in _tree(Path(sibling).read_bytes(), sibling, compilers).body:
            if first <= inner.lineno <= last:
                yield statement.lineno, sibling, inner


def _tree(data: bytes, path: str, compilers: Sequence[str]) -> ast.Module:
    """A file's statements, and with them what holds its comments against what they do."""
    return shapes.insert(ast.parse(data, path), data.decode("utf-8-sig"), compilers)


def _marked(
    file: str, statements: list[tuple[int, ast.stmt]], first: bool, final: ast.stmt
) -> list[ast.stmt]:
    """The statements with a mark before each, but for those that must come first in a file."""
    body: list[ast.stmt] = []
    leads = first  # a docstring, then imports from `__future__`: neither prints anything
    for line, statement in statements:
        future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        leads = leads and (future or (not body and _is_text(statement)))
        if not leads:
            span = lines.first(statement), statement.end_lineno or 0
            told = line, file, *span, " ".join(imports.within(statement)), statement is final
            call = ast.Call(ast.Constant(MARK), [ast.Constant(each) for each in told], [])
            mark = ast.copy_location(ast.Expr(call), statement)
            body.append(ast.fix_missing_locations(mark))
        body.append(statement)
    return body


def _is_text(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
