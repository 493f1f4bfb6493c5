"""Snippets where there is no sandbox, as on a Mac: each an interpreter of its own, and watched.

What is held there: time, memory, output, files in its folder, processes that it leaves. What is
not: it has the network, and reads and writes whatever whoever started it may. So this is refused
unless the site says that it accepts it (the setting `unconfined`), and records say that they were
made so. Memory is asked of `ps`, which Linux and macOS both have.
"""

from __future__ import annotations

import collections
import contextlib
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from neverstale.problem import NeverstaleError, Problem
from neverstale.project import Project
from neverstale.running import alone, network, sandbox, server
from neverstale.running.forkserver import room

LOOK = 0.25  # seconds between looks at memory and files, each of which starts `ps`
START = 120.0  # seconds that an interpreter has to import the libraries


def lacking() -> str | None:
    """Why no snippet can be put into a sandbox on this machine, in words; None if it can."""
    if sys.platform != "linux":
        return f"the sandbox needs Linux, and this is {sys.platform}"
    if platform.machine() not in network.SYSCALLS:
        return f"the sandbox does not know this processor, {platform.machine()}"
    return None


def unaccepted(project: Project) -> str | None:
    """Why snippets cannot be run here as the settings are, and what to do; None if they can."""
    why = lacking()
    if why is None or project.unconfined:
        return None
    return (
        f"{why}; run in a container or in CI, or accept runs without a sandbox: "
        '[tool.neverstale] unconfined = "why"'
    )


class Unconfined:
    """In the place of `server.Server`: the same requests and events, without the warm process."""

    def __init__(
        self,
        project: Project,
        device: str,
        parallel: int,
        seed: int = 0,
        threads: int = 1,
        more: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        if shutil.which("ps") is None:
            message = "without a sandbox, 'ps' tells what a snippet holds; install it"
            raise NeverstaleError(Problem("neverstale", 0, message))
        self.style = str(project.style) if project.style and project.style.exists() else None
        self.parallel = parallel
        self.environment = {**server.environment(device, threads, seed), **more}
        self.running: list[_Process] = []

    def __enter__(self) -> Self:
        return self

    def preload(self, modules: Iterable[str]) -> None:
        """Nothing: each process imports what its own snippet uses (`preload` of its job)."""

    def run(
        self, packages: Sequence[str], jobs: Sequence[dict[str, Any]]
    ) -> Iterator[dict[str, Any]]:
        """Run these jobs (see `server.job`); events as `forkserver` tells them."""
        with tempfile.TemporaryDirectory(prefix="neverstale-") as folder:
            about = {"home": folder, "folder": folder, "timeout": 0.0, "memory": 2**30}
            asked = _Process(about, {"packages": list(packages)}, self.environment)
            self.running = [asked]
            while (told := asked.look(())) is None:
                time.sleep(sandbox.POLL)
            self.running = []
        if told["error"]:
            why = f"no interpreter for snippets: {told['error']['message']}"
            raise NeverstaleError(Problem("neverstale", 0, why))
        yield {"event": "ready", "versions": told["versions"], "altered": told["altered"]}
        waiting = collections.deque(jobs)
        seen, next_look = list(_processes()), 0.0
        while waiting or self.running:
            while waiting and room(waiting[0], self.running, self.parallel):
                job = waiting.popleft()
                asks = {"job": job, "style": self.style}
                self.running.append(_Process(job, asks, self.environment))
            time.sleep(sandbox.POLL)
            if time.monotonic() > next_look or any(each.ended for each in self.running):
                seen = list(_processes())
                next_look = time.monotonic() + LOOK
            for each in list(self.running):
                outcome = each.look(seen)
                if outcome is not None:
                    self.running.remove(each)
                    text = json.dumps({**outcome, "unconfined": True})
                    Path(each.job["home"], "outcome").write_text(text, encoding="utf-8")
                    yield {"event": "ended", "id": each.job["id"]}

    def __exit__(self, *_: object) -> None:
        for each in self.running:
            each.end()


@dataclass(frozen=True)
class _Seen:
    """A process, as `ps` tells of it: its group, bytes in memory and name."""

    group: int
    size: int
    name: str


def _processes() -> Iterator[_Seen]:
    """All that there are, but for those that have ended.

    Raises:
        NeverstaleError: `ps` does not tell; without it no limit of memory would hold.
    """
    columns = "pid=,pgid=,rss=,stat=,comm="
    done = subprocess.run(["ps", "-A", "-o", columns], capture_output=True, text=True)
    rows = [line.split(None, 4) for line in done.stdout.splitlines()]
    found = {int(row[0]): row for row in rows if len(row) == 5}
    if os.getpid() not in found:
        said = (done.stderr.strip() or "it does not know this process").splitlines()[0]
        message = f"without a sandbox, 'ps' tells what a snippet holds, but here: {said}"
        raise NeverstaleError(Problem("neverstale", 0, message))
    for _, group, size, state, name in found.values():
        if not state.startswith("Z"):
            yield _Seen(int(group), int(size) * 1024, os.path.basename(name.strip()))


class _Process:
    """One snippet's interpreter and whatever of its group it starts."""

    def __init__(
        self, job: dict[str, Any], asks: dict[str, Any], environment: Mapping[str, str]
    ) -> None:
        self.job = job
        with contextlib.ExitStack() as inherited:
            self.output = open(Path(job["home"], "stdout"), "wb")  # noqa: SIM115
            errors = inherited.enter_context(open(Path(job["home"], "stderr"), "wb"))
            asked = inherited.enter_context(tempfile.TemporaryFile())
            asked.write(json.dumps(asks).encode())
            asked.flush()
            # Without a name: what else runs as this user finds them less easily.
            self.progress = tempfile.TemporaryFile()  # noqa: SIM115
            self.result = tempfile.TemporaryFile()  # noqa: SIM115
            files = [each.fileno() for each in (asked, self.progress, self.result)]
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "neverstale.running.alone", *map(str, files)],
                stdin=subprocess.DEVNULL,
                stdout=self.output,
                stderr=errors,
                cwd=job["folder"],
                env=environment,
                pass_fds=files,
                start_new_session=True,
            )
        self.started = time.monotonic()
        self.begun: float | None = None  # when the snippet itself began
        self.inherited = 0  # bytes held then
        self.ended: float | None = None
        self.reason: str | None = None  # why it was ended

    def look(self, seen: Sequence[_Seen]) -> dict[str, Any] | None:
        """Enforce the limits; the outcome once it and its group have ended, else None.

        Args:
            seen: the machine's processes, of a moment ago.
        """
        mine = [each for each in seen if each.group == self.process.pid]
        if self.ended is None:
            if self.process.poll() is None:
                self.reason = self._excess(mine)
                if self.reason:
                    self.end()
                return None
            self.ended = time.monotonic()
            return None  # what it leaves is seen at the next look
        if mine and self.reason is None and time.monotonic() < self.ended + sandbox.GRACE:
            return None
        if mine and self.reason is None:
            names = ", ".join(sorted({each.name for each in mine}))[:200]
            self.reason = f"left processes running: {names}; end them"
        if mine:
            self.end()
        return self._outcome()

    def end(self) -> None:
        """Kill the process and its group."""
        with contextlib.suppress(OSError):  # gone, or (on a Mac) ended and not yet taken down
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _excess(self, mine: Sequence[_Seen]) -> str | None:
        """The limit that it exceeds, in words."""
        if self.begun is None:
            told = os.pread(self.progress.fileno(), alone.BEGUN, 0)
            if len(told) == alone.BEGUN:
                self.begun, self.inherited = time.monotonic(), int(told[12:])
            elif time.monotonic() > self.started + START:
                return f"its libraries are not imported after {START:g} s"
            return None
        if time.monotonic() > self.begun + self.job["timeout"]:
            timeout = self.job["timeout"]
            return f"still running after {timeout:g} s; make it shorter or raise 'timeout'"
        if (size := self._printed()) > sandbox.OUTPUT_LIMIT:
            return sandbox.too_long(size)
        if len(mine) > sandbox.PROCESS_LIMIT:
            most = sandbox.PROCESS_LIMIT
            return f"runs {len(mine)} processes at once; at most {most} are allowed"
        if sum(each.size for each in mine) - self.inherited > self.job["memory"]:
            limit = self.job["memory"] / 2**30
            return f"holds more than {limit:.3g} GiB; raise 'memory' if need be"
        return None

    def _outcome(self) -> dict[str, Any]:
        outcome: dict[str, Any] = {"error": None}
        size = os.fstat(self.result.fileno()).st_size
        try:
            outcome |= json.loads(os.pread(self.result.fileno(), size, 0))
        except ValueError:
            self.reason = self.reason or sandbox.death(self.process.returncode)
        if (size := self._printed()) > sandbox.OUTPUT_LIMIT:
            self.reason = self.reason or sandbox.too_long(size)
        size, entries = sandbox.disk(self.job["home"])
        if size > sandbox.DISK_LIMIT or entries > sandbox.ENTRY_LIMIT:
            self.reason = self.reason or "writes more files than a snippet may"
        if self.reason and not outcome["error"]:
            line = int(os.pread(self.progress.fileno(), 12, 0) or b"0")
            outcome["error"] = {"line": line, "message": self.reason, "traceback": ""}
        for file in (self.output, self.progress, self.result):
            file.close()
        return outcome

    def _printed(self) -> int:
        return os.fstat(self.output.fileno()).st_size
