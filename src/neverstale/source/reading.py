"""From a file to a snippet: it is read, and each checker looks at it."""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from neverstale.problem import NeverstaleError, Problem
from neverstale.project import Project
from neverstale.source import (
    comments,
    imports,
    invisible,
    lab,
    misread,
    sections,
    statements,
    worded,
)
from neverstale.source import options as metadata
from neverstale.source.snippet import Cell, Snippet


def find(project: Project) -> list[str]:
    """Names of all snippets of the project, sorted."""
    return sorted(
        path.relative_to(project.snippets).as_posix()
        for path in project.snippets.rglob("*.py")
        if "__pycache__" not in path.parts and path.is_file()
    )


def read(project: Project, name: str) -> tuple[Snippet, list[Problem]]:
    """Read and check one file.

    Returns:
        The snippet, without what other files add to it; and all that is wrong with its metadata,
        markers, comment pairs or cells at once.

    Raises:
        NeverstaleError: the file is gone, not UTF-8 or not Python: no more can be said of it.
    """
    path = project.snippets / name
    where = project.relative(path)
    try:
        data = path.read_bytes()
    except OSError:
        raise missing(project, name) from None
    editions = tuple(project.editions)
    item, wrong = parse(where, name, path, data, project.head(where), editions, project.devices)
    problems = list(wrong)
    for file in item.options.files:
        beside = path.parent / file
        if not (beside.is_dir() if file.endswith("/") else beside.is_file()):
            problems.append(Problem(where, 1, f"'files' names {file}, which is not beside it"))
    return item, problems


def parse(
    where: str,
    name: str,
    path: Path,
    data: bytes,
    said: Mapping[str, Any],
    editions: tuple[str, ...],
    devices: Sequence[str],
) -> tuple[Snippet, tuple[Problem, ...]]:
    """The same, but for what lies beside the file: it follows from these arguments alone.

    Args:
        where: the file, for messages.
        name: the snippet.
        path: its file, which is not read.
        data: what that holds.
        said: what the settings say of it, as its head would.
        editions: the project's languages.
        devices: on which the project's snippets are proved.

    Raises:
        NeverstaleError: it is not UTF-8, or not Python.
    """
    text, tree = python(where, data)
    options, problems = metadata.parse(where, text, said)
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    found, wrong = sections.read(where, text, options.lab)
    problems += wrong
    problems += comments.check(where, text, tokens, editions)
    problems += invisible.check(where, text)
    problems += misread.check(where, data, text, tokens, editions)
    problems += worded.check(where, text, tokens, options.words, editions)
    for each in options.unreached:
        if set(each.reasons) != set(editions):
            message = f"'unreached' {each.match} needs a reason in {' and '.join(editions)}"
            problems.append(Problem(where, _lines_of_metadata(text)[0], message))
    for device in options.devices:
        if device not in devices:
            message = f"lists the device {device}, which [tool.neverstale] devices does not"
            problems.append(Problem(where, _lines_of_metadata(text)[0], message))
    for file in options.prefetched.keys() & {*options.files, name.rpartition("/")[2]}:
        told = f"'prefetched' names {file}, which lies beside it; one name, one file"
        problems.append(Problem(where, 1, told))
    cells: tuple[Cell, ...] = ()
    if options.lab:
        cells, wrong = lab.cells(where, text, editions)
        problems += wrong
    item = Snippet(
        name,
        path,
        text,
        options,
        editions,
        tokens,
        found,
        cells,
        metadata_lines=_lines_of_metadata(text),
        imports=imports.within(tree),
        statements=statements.of(tree),
    )
    return item, tuple(problems or misread.check_strings(where, item))


def missing(project: Project, name: str) -> NeverstaleError:
    """What to raise when a snippet is asked for that is not there."""
    where = project.relative(project.snippets / name)
    return NeverstaleError(Problem(where, 0, "no such snippet; mind the spelling"))


def python(where: str, data: bytes) -> tuple[str, ast.Module]:
    """The text of a Python file, line ends as Python reads them, and what it is to Python.

    Raises:
        NeverstaleError: it is not UTF-8, or not Python.
    """
    try:
        text = data.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise NeverstaleError(Problem(where, line, "not UTF-8; save the file as UTF-8")) from None
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(text)
            compile(tree, where, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        message = getattr(error, "msg", None) or str(error)
        raise NeverstaleError(Problem(where, line, f"not Python: {message}")) from None
    return text, tree


def _lines_of_metadata(text: str) -> tuple[int, int]:
    block = metadata.BLOCK.search(text)
    if block is None:
        return 0, 0
    return text.count("\n", 0, block.start()) + 1, text.count("\n", 0, block.end()) + 1
