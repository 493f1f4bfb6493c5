"""How the snippets stand, kept true while files change under the preview."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from pathlib import Path

import neverstale
from neverstale.project import Project
from neverstale.proof import status
from neverstale.proof.status import Statuses
from neverstale.source import sources

ENGINE = Path(neverstale.__file__).parent


class Known:
    """What the builders are told, so that none of them has to read the whole site.

    Args:
        project: the settings.
    """

    def __init__(self, project: Project) -> None:
        self.statuses: Statuses | None = None
        self._engine_changed = False
        self.renew(project, ())

    def renew(self, project: Project, changed: Collection[Path]) -> None:
        """Read the files that changed; all of them if the settings did.

        `statuses` is None if they could not be read, or would be read otherwise than by a builder:
        builders run the engine as it is now, this process as it was when it began. Each then reads
        for itself, and tells what is wrong.
        """
        self._engine_changed |= any(path.is_relative_to(ENGINE) for path in changed)
        before = self.statuses.sources if self.statuses else None
        if before is not None and before.project != project:
            before = None
        self.statuses = None
        if not self._engine_changed:
            with contextlib.suppress(Exception):
                self.statuses = status.read(sources.read(project, before, changed))
