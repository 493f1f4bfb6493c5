"""Did anything in the project change while snippets ran? A snippet has no business there.

Where the kernel makes the project read-only to snippets (`readonly`), only owners and permissions
are compared, which it lets through; elsewhere also what the files hold, by size, time and number.
In the first case the kernel also names what was touched (`inotify`), so that nobody has to look at
every file after every snippet.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from neverstale.project import Project
from neverstale.running.inotify import Inotify

# Built or installed, or for tools alone: nothing that is published comes from there.
UNWATCHED = {".git", "build", "node_modules", "__pycache__"}
GIT = ("config", "hooks")
Seen = dict[str, tuple[int, ...]]


class Watch:
    """The project's files, and the engine's own, as they are now.

    Args:
        project: the settings.
        contents: compare also what the files hold, not only whose they are. What is written
            through a mapping or by another name is not named by the kernel, so all are looked at.
    """

    def __init__(self, project: Project, contents: bool) -> None:
        self.project = project
        self.contents = contents
        self.built = {str(project.site), str(project.scratch)}
        self.touched: set[str] = set()
        self.kernel: Inotify | None = None
        if not contents:
            with contextlib.suppress(OSError):
                self.kernel = Inotify()
        self.seen = self._look()
        self.all = self.kernel is None  # whether each may have changed, named or not

    def changed(self) -> list[str]:
        """Paths that are new, gone or changed since this was last asked."""
        self._note()
        if self.all:
            now = self._look()
            before, self.seen = self.seen, now
            self.all = self.kernel is None
        else:
            before = {name: self.seen[name] for name in self.touched & self.seen.keys()}
            now = dict(self._entries(self.touched))
            self.seen.update(now)
        self.touched = set()
        names = before.keys() & now.keys() if not self.contents else before.keys() | now.keys()
        return sorted(
            self.project.relative(Path(name)) for name in names if before.get(name) != now.get(name)
        )

    def accept(self, folder: Path) -> None:
        """Take what lies below a folder as it is: the engine itself wrote there."""
        start = str(folder) + os.sep
        self._note()
        if self.all:
            kept = {name: entry for name, entry in self.seen.items() if not name.startswith(start)}
            self.seen = {**kept, **dict(self._below(str(folder)))}
        else:
            own = {name for name in self.touched if name.startswith(start)}
            self.touched -= own
            self.seen.update(self._entries(own))

    def close(self) -> None:
        """Let the kernel watch no longer."""
        if self.kernel is not None:
            self.kernel.close()
            self.kernel = None

    def _note(self) -> None:
        """Take down what the kernel has named."""
        for path, folder in self.kernel.read() if self.kernel else ():
            if path is None:
                self.all = True
            elif not folder:
                self.touched.add(path)
            elif not self._left_out(path):
                self.touched.update(name for name, _ in self._below(path))

    def _look(self) -> Seen:
        root = self.project.root
        places = [str(root), *(str(root / ".git" / name) for name in GIT)]
        engine = Path(__file__).parents[1]
        if not engine.is_relative_to(root):
            places.append(str(engine))
        return {name: entry for place in places for name, entry in self._below(place)}

    def _below(self, place: str) -> Iterator[tuple[str, tuple[int, ...]]]:
        waiting = [place]
        while waiting:
            folder = waiting.pop()
            self._follow(folder)  # before looking, so that nothing comes between
            try:
                entries = list(os.scandir(folder))
            except NotADirectoryError:  # a file; or .git is one, as in a worktree of git
                yield from self._entries([folder])
                continue
            except OSError:
                continue
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    yield from self._entries([entry.path])
                elif not self._left_out(entry.path):
                    waiting.append(entry.path)

    def _left_out(self, folder: str) -> bool:
        name = os.path.basename(folder)
        tools = name.startswith(".venv") or name.endswith(("cache", ".egg-info"))
        return tools or name in UNWATCHED or folder in self.built

    def _follow(self, path: str) -> None:
        """Have the kernel watch; if it cannot, everything is looked at."""
        if self.kernel is not None and os.path.lexists(path):
            try:
                self.kernel.add(path)
            except OSError:
                self.close()
                self.all = True

    def _entries(self, paths: Iterable[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
        """(path, what is compared) of files that are there."""
        for path in paths:
            if path.endswith(".ipynb"):  # written before each build
                continue
            with contextlib.suppress(OSError):
                found = os.lstat(path)
                if stat.S_ISDIR(found.st_mode):
                    continue
                if found.st_nlink > 1:
                    self._follow(path)  # it may be reached by a name elsewhere
                whose = (found.st_mode, found.st_uid, found.st_gid)
                what = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
                yield path, (*whose, *what) if self.contents else whose
