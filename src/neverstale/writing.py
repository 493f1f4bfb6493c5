"""Files put in their place whole, or not at all: no half of one, and nothing left beside it."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from neverstale.problem import NeverstaleError, Problem
from neverstale.project import Project


def replace(project: Project, texts: Mapping[Path, str]) -> None:
    """Put texts in the place of files; a reader sees the old ones or the new ones.

    All are written aside first, where git sees nothing, so that a disk that is full, or a stop,
    leaves every file as it was.

    Raises:
        NeverstaleError: it cannot be done; nothing has changed, but for what a disk that fails
            between two files may have done.
    """
    aside = project.scratch / "writing" / str(os.getpid())
    path = aside
    try:
        with _folder(aside):
            for number, (path, text) in enumerate(texts.items()):
                (aside / str(number)).write_text(text, encoding="utf-8")
                path.parent.mkdir(parents=True, exist_ok=True)
            for number, path in enumerate(texts):
                os.replace(aside / str(number), path)
    except OSError as error:
        message = f"cannot be written: {error.strerror or error}; what was there still is"
        raise NeverstaleError(Problem(project.relative(path), 0, message)) from None


@contextlib.contextmanager
def _folder(path: Path) -> Iterator[None]:
    for left in path.parent.glob("*"):
        if not _alive(left.name):
            shutil.rmtree(left, ignore_errors=True)
    path.mkdir(parents=True)
    try:
        yield
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _alive(process: str) -> bool:
    """Whether that process, whose number is given, still writes."""
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return int(process) != os.getpid()
