"""Files put in their place whole, or not at all: no half of one, and nothing left beside it."""

from __future__ import annotations

import contextlib
import os
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
    path = folder = project.scratch / "writing"
    aside = [folder / f"{os.getpid()}.{number}" for number in range(len(texts))]
    try:
        with _folder(folder):
            for file, (path, text) in zip(aside, texts.items(), strict=True):
                file.write_text(text, encoding="utf-8")
                path.parent.mkdir(parents=True, exist_ok=True)
            for file, path in zip(aside, texts, strict=True):
                os.replace(file, path)
    except OSError as error:
        message = f"cannot be written: {error.strerror or error}; what was there still is"
        raise NeverstaleError(Problem(project.relative(path), 0, message)) from None


@contextlib.contextmanager
def _folder(path: Path) -> Iterator[None]:
    """A folder without what other processes have left there, and in the end this one."""
    path.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        for left in path.iterdir():
            if not _alive(left.name.partition(".")[0]):
                with contextlib.suppress(OSError):  # another process has done it
                    left.unlink()


def _alive(process: str) -> bool:
    """Whether that process, whose number is given, still writes; this one has ended to."""
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return int(process) != os.getpid()
