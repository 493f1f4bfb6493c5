"""Runs the snippets that are not fresh, beside the preview."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

PATIENCE = 5.0  # seconds that a run gets to end its own children


class Prover:
    """At most one `neverstale run` at a time, as a process group of its own.

    Args:
        root: the project's root.
        ended: called, in another thread, when a run ends by itself.
    """

    def __init__(self, root: Path, ended: Callable[[], None]) -> None:
        self._root = root
        self._ended = ended
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether a run is going on."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Begin a run; its own progress goes to the terminal."""
        command = [sys.executable, "-m", "neverstale", "run"]
        self._process = subprocess.Popen(
            command, cwd=self._root, stdin=subprocess.DEVNULL, start_new_session=True
        )
        threading.Thread(target=self._wait, args=(self._process,), daemon=True).start()

    def stop(self) -> None:
        """End the run and everything that it started."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        self._signal(process, signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._signal(process, signal.SIGKILL)
            process.wait()

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        self._ended()

    @staticmethod
    def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            return
