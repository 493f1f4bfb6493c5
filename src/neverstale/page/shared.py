"""How all snippets stand, read once for the pages of a build: site generators make a renderer for
each page, and to read takes following every import of every snippet."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

from neverstale.project import Project
from neverstale.proof import status
from neverstale.proof.status import Statuses
from neverstale.source import sources

TICK = 20_000_000  # ns by which the time of a file may lag behind the clock
Stamps = dict[str, tuple[int, int, int, int]]
_last: dict[Path, tuple[Stamps, Statuses]] = {}  # root of a project → what was read of it


def statuses(project: Project) -> Statuses:
    """How all snippets stand: as it was read before, while no file of it has changed since.

    That are pages, snippets, records, and all that a snippet ran with; not a module that was in no
    folder of `imports` before: `published` tells of a page that was built without it.

    Args:
        project: the settings, as they are now.
    """
    before, found = _last.pop(project.root, ({}, None))
    if found is None or found.sources.project != project or _stamps(found) != before:
        begun = time.time_ns() - TICK
        found = status.read(sources.read(project))
        before = _stamps(found)
        if any(max(written, moved) >= begun for _, _, written, moved in before.values()):
            return found  # it may have changed while it was read
    _last[project.root] = before, found
    return found


def _stamps(found: Statuses) -> Stamps:
    """File → number, size and times, of all that a build reads."""
    project = found.sources.project
    folders = [project.snippets, project.records, project.scratch / "failed", project.diagrams]
    files = {project.constraints, project.translations, project.style}
    files |= {file for item in found.sources.snippets.values() for file in item.runs_with}
    for folder in filter(None, [*folders, *project.editions.values()]):
        files |= {Path(at, name) for at, _, names in os.walk(folder) for name in names}
    stamps: Stamps = {}
    for file in filter(None, files):
        with contextlib.suppress(OSError):
            told = file.stat()
            stamps[str(file)] = told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns
    return stamps
