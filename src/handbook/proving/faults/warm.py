"""A warm Python per copy: it has imported what the checks import, and forks a process per check.

What a check costs before it begins is most of what a small one costs. Nothing is read that a fault
could change but modules, and a fault in those gets a Python of its own (`proving`): the forked
process runs the same command on the same files, and ends with its exit status.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self

FORKING = "handbook.proving.faults.forking"


class Warm:
    """The process; at the end of `with`, it is ended.

    Args:
        root: the copy, whose own modules it imports.
        environment: the variables that the checks see.
    """

    def __init__(self, root: Path, environment: Mapping[str, str]) -> None:
        self.said = os.memfd_create("said")  # closed by those whom it is not given to
        self.process = subprocess.Popen(
            [sys.executable, "-m", FORKING, str(self.said)],
            cwd=root,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=(self.said,),
            start_new_session=True,  # a check that comes to no end is ended with it
        )

    def __enter__(self) -> Self:
        return self

    def run(self, words: tuple[str, ...], limit: float) -> tuple[int, str]:
        """Exit status and words of `python -m …`.

        Args:
            words: a module, and what follows it.
            limit: seconds.

        Raises:
            subprocess.TimeoutExpired: it takes longer; nothing can be run here any more.
            subprocess.CalledProcessError: the warm process has ended.
        """
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(words).encode() + b"\n")
        self.process.stdin.flush()
        if not select.select([self.process.stdout], [], [], limit)[0]:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise subprocess.TimeoutExpired(words, limit)
        answer = self.process.stdout.readline()
        if not answer:
            raise subprocess.CalledProcessError(self.process.wait(), words)
        said = os.pread(self.said, os.fstat(self.said).st_size, 0)
        return int(answer), said.decode(errors="replace")

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin and self.process.stdout
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        os.close(self.said)
