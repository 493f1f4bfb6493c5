"""The warm process seen from who asks it: started early, told what to import, then what to run."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from neverstale.project import Project
from neverstale.running import sandbox

KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV", "TERM")
KEPT_PREFIXES = ("CUDA_", "NVIDIA_")


class Server:
    """A `forkserver` process; at the end of `with`, it and all that it started are ended.

    Args:
        project: the settings.
        device: `cpu` or `cuda`.
        jobs: how many snippets run at once.
    """

    def __init__(self, project: Project, device: str, jobs: int) -> None:
        self.project = project
        self.device = device
        self.jobs = jobs
        self.warmed: set[str] = set()
        # Should the server be killed, what it leaves comes to this process, which then ends it.
        sandbox.adopt_orphans()
        self.others = sandbox.children(os.getpid())
        # -P: what lies in the folder where someone typed the command is not there for a snippet.
        command = [sys.executable, "-P", "-m", "neverstale.running.forkserver"]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(device, jobs),
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def warm(self, packages: Collection[str]) -> None:
        """Have it import those of `project.preload` that belong to these packages.

        What no snippet imports would only make the start and every fork slower.
        """
        for name in self.project.preload:
            if name.partition(".")[0] in packages and name not in self.warmed:
                self.warmed.add(name)
                self._say({"preload": name})

    def run(self, packages: list[str], jobs: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Run the jobs; the events that it tells, until it ends.

        Args:
            packages: those whose versions are asked for.
            jobs: one per snippet, as `Sandbox` takes them.
        """
        style = self.project.style
        request = {
            "style": str(style) if style and style.exists() else None,
            "parallel": self.jobs,
            "packages": packages,
            "jobs": jobs,
        }
        self._say(request)
        assert self.process.stdout
        for line in self.process.stdout:
            yield json.loads(line)

    def _say(self, message: dict[str, Any]) -> None:
        assert self.process.stdin
        with contextlib.suppress(BrokenPipeError):  # it ended: told at the end, per snippet
            print(json.dumps(message), file=self.process.stdin, flush=True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self.process.stdin and self.process.stdout
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=5)
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        sandbox.end_descendants(keep=self.others)


def _environment(device: str, jobs: int) -> dict[str, str]:
    """The variables that snippets see."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in KEPT_VARIABLES or name.startswith(KEPT_PREFIXES)
    }
    threads = str(max(1, (os.cpu_count() or 1) // jobs))
    source = str(Path(__file__).parents[2])
    environment.update(
        PYTHONHASHSEED="0",
        SOURCE_DATE_EPOCH="0",  # matplotlib would write the hour of the run into every figure
        PYTHONPATH=os.pathsep.join(filter(None, [source, environment.get("PYTHONPATH")])),
        PYTHONDONTWRITEBYTECODE="1",
        PYTHONIOENCODING="utf-8",
        OMP_NUM_THREADS=threads,
        OPENBLAS_NUM_THREADS=threads,
        MPLBACKEND="svg",
        CUBLAS_WORKSPACE_CONFIG=":4096:8",
    )
    if device == "cpu":
        environment["CUDA_VISIBLE_DEVICES"] = ""
    return environment
