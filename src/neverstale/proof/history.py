"""What git's last commit holds: the record that a run must not slip past when ours is gone.

Without git there is only the working tree; that is told to whoever runs.
"""

from __future__ import annotations

import contextlib
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from neverstale.problem import NeverstaleError
from neverstale.project import Project
from neverstale.proof import record
from neverstale.proof.record import Record


@dataclass
class Commit:
    """Reads files of the last commit, all through one process of git, which starts when asked.

    Attributes:
        project: the settings.
        absent: why there is no commit to read, once that is known; "" else.
    """

    project: Project
    absent: str = ""
    _git: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._git is not None:
            assert self._git.stdin is not None and self._git.stdout is not None
            with contextlib.suppress(BrokenPipeError):
                self._git.stdin.close()
            self._git.stdout.close()
            self._git.wait()

    def record(self, name: str, device: str) -> Record | None:
        """The record of a snippet there; None if there is none, or none that can be trusted."""
        path = record.path_of(self.project, name, device)
        text = self.text(path)
        if text is None:
            return None
        with contextlib.suppress(NeverstaleError):
            return record.parse(self.project.relative(path), text)
        return None

    def text(self, path: Path) -> str | None:
        """A file's text there, or None."""
        data = self._read(f"HEAD:./{self.project.relative(path)}")
        return None if data is None else data.decode("utf-8", errors="replace")

    def _read(self, name: str) -> bytes | None:
        """What git calls by that name."""
        if self.absent:
            return None
        try:
            if self._git is None:
                self._git = self._start()
            assert self._git.stdin is not None and self._git.stdout is not None
            self._git.stdin.write(f"{name}\n".encode())
            self._git.stdin.flush()
            head = self._git.stdout.readline().split()
            if not head:
                raise OSError("this is no repository")
            if len(head) != 3 or not head[2].isdigit():  # `NAME missing`
                return None
            return self._git.stdout.read(int(head[2]) + 1)[:-1]
        except OSError as error:
            # Outside of a repository git ends before it is asked.
            why = "this is no repository" if isinstance(error, BrokenPipeError) else error
            self.absent = f"git cannot be asked for the last commit ({why})"
            return None

    def _start(self) -> subprocess.Popen[bytes]:
        command = ["git", "-C", str(self.project.root), "cat-file", "--batch"]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
