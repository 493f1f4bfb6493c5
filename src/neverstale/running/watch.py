"""Did anything in the project change while snippets ran? A snippet has no business there.

Where the kernel makes the project read-only to snippets (`readonly`), only owners and permissions
are compared, which it lets through; elsewhere also what the files hold, by size, time and number.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from neverstale.project import Project

# Built or installed, or for tools alone: nothing that is published comes from there.
UNWATCHED = {".git", "build", "node_modules", "__pycache__"}
GIT = ("config", "hooks")
Seen = dict[str, tuple[int, ...]]


class Watch:
    """The project's files, and the engine's own, as they are now.

    Args:
        project: the settings.
        contents: compare also what the files hold, not only whose they are.
    """

    def __init__(self, project: Project, contents: bool) -> None:
        self.project = project
        self.contents = contents
        self.seen = self._look()

    def changed(self) -> list[str]:
        """Paths that are new, gone or changed since this was last asked."""
        now = self._look()
        before, self.seen = self.seen, now
        names = before.keys() & now.keys() if not self.contents else before.keys() | now.keys()
        return sorted(
            self.project.relative(Path(name)) for name in names if before.get(name) != now.get(name)
        )

    def accept(self, folder: Path) -> None:
        """Take what lies below a folder as it is: the engine itself wrote there."""
        start = str(folder) + os.sep
        kept = {name: entry for name, entry in self.seen.items() if not name.startswith(start)}
        self.seen = {**kept, **dict(self._below(str(folder)))}

    def _look(self) -> Seen:
        root = self.project.root
        places = [str(root), *(str(root / ".git" / name) for name in GIT)]
        engine = Path(__file__).parents[1]
        if not engine.is_relative_to(root):
            places.append(str(engine))
        return {name: entry for place in places for name, entry in self._below(place)}

    def _below(self, place: str) -> Iterator[tuple[str, tuple[int, ...]]]:
        built = {str(self.project.site), str(self.project.scratch)}
        waiting = [place]
        while waiting:
            folder = waiting.pop()
            try:
                entries = list(os.scandir(folder))
            except NotADirectoryError:  # a file; or .git is one, as in a worktree of git
                if os.path.isfile(folder):
                    yield folder, self._entry(os.lstat(folder))
                continue
            except OSError:
                continue
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    name = entry.name
                    tools = name.startswith(".venv") or name.endswith(("cache", ".egg-info"))
                    if not (tools or name in UNWATCHED or entry.path in built):
                        waiting.append(entry.path)
                elif not entry.name.endswith(".ipynb"):  # written before each build
                    try:
                        yield entry.path, self._entry(entry.stat(follow_symlinks=False))
                    except OSError:
                        continue

    def _entry(self, found: os.stat_result) -> tuple[int, ...]:
        whose = (found.st_mode, found.st_uid, found.st_gid)
        return (
            (*whose, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
            if self.contents
            else whose
        )
