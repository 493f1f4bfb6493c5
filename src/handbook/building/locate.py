"""Where a complaint of MkDocs, of a plugin or of a template belongs: a file and a line."""

from __future__ import annotations

import re
import traceback
from pathlib import Path

from handbook.building.edition import Edition
from neverstale.problem import Problem

_PAGE = re.compile(r"[\w./-]+\.(?:md|ipynb)\b")
_PATH = re.compile(r"[\w-]+/[\w/.-]+\w")
_QUOTED = re.compile(r"'([^']+)'|\"([^\"]+)\"")
_PLACED = re.compile(r"^(?P<path>[\w./-]+\.\w+):(?P<line>\d+): (?P<message>.*)$", re.DOTALL)
_YAML = re.compile(r"in \"(?P<path>[^\"]+)\", line (?P<line>\d+)")


def locate_message(message: str, edition: Edition, page: str | None = None) -> Problem:
    """The problem that a logged `message` speaks of, as exactly as it can be told.

    A message that starts with `file:line:` is taken at its word. Otherwise the first page that it
    names is the file, or else `page`, or else the settings file; and the first line there that
    holds something else that the message quotes or names is the line.

    Args:
        message: what was logged.
        edition: what was being built.
        page: source of the page that was being built then, if any.
    """
    placed = _PLACED.match(message.strip())
    if placed:
        line = int(placed["line"])
        return Problem(placed["path"], line, _one_line(placed["message"]))
    file = next(
        (edition.docs / name for name in _PAGE.findall(message) if (edition.docs / name).is_file()),
        edition.docs / page if page else edition.config,
    )
    named = [first or second for first, second in _QUOTED.findall(message)]
    named += _PATH.findall(message)
    return Problem(_relative(file, edition), _line_of(named, file, edition), _one_line(message))


def locate_error(error: Exception, edition: Edition, page: str | None = None) -> Problem:
    """The problem that an exception raised while building stands for.

    A template's own file and line are used, then the place that a YAML error names, then the
    innermost line of the project's code that the exception passed through, then `page`.
    """
    text = _one_line(str(error)) or type(error).__name__
    filename, lineno = getattr(error, "filename", None), getattr(error, "lineno", None)
    if isinstance(filename, str) and isinstance(lineno, int):
        return Problem(_relative(Path(filename), edition), lineno, text)
    yaml = _YAML.search(str(error))
    if yaml:
        return Problem(_relative(Path(yaml["path"]), edition), int(yaml["line"]), text)
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(edition.root) and ".venv" not in path.parts:
            if "handbook" in path.parts:
                break
            name = f"{type(error).__name__}: {text}"
            return Problem(_relative(path, edition), frame.lineno or 0, name)
    return locate_message(f"{type(error).__name__}: {text}", edition, page)


def _line_of(named: list[str], file: Path, edition: Edition) -> int:
    if file.suffix == ".ipynb":
        return 0
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    own = file.relative_to(edition.docs).as_posix() if file.is_relative_to(edition.docs) else ""
    for part in named:
        if part == own:
            continue
        for number, line in enumerate(lines, 1):
            if part in line:
                return number
    return 0


def _relative(path: Path, edition: Edition) -> str:
    try:
        return path.resolve().relative_to(edition.root).as_posix()
    except ValueError:
        return path.as_posix()


def _one_line(text: str) -> str:
    return " ".join(text.split())
