"""Which layer of the sandbox hides the GPU: the probe plain, then with one layer more each time.

A driver may need something that only a process with root's powers can give it, such as the device
file of its memory (`/dev/nvidia-uvm`), which is made when CUDA is first used: so the plain probe is
also what prepares the machine for those in the sandbox.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neverstale.problem import NeverstaleError, Problem
from neverstale.project import Project
from neverstale.running import gpu, server
from neverstale.running.sandbox import LAYERS
from neverstale.running.server import Server

PROBE = Path(__file__).with_name("probe.py")
LIMIT = 60.0  # seconds for one probe
NAMES = {
    "limits": "+ limits of files and processes",
    "network": "+ closed network",
    "powers": "+ root's powers given up",
    "files": "+ files closed by Landlock",
}


@dataclass(frozen=True)
class Answer:
    """What the probe said from inside some layers.

    Attributes:
        where: the layers, in words.
        told: see `probe`.
        seconds: wall time.
    """

    where: str
    told: dict[str, Any]
    seconds: float

    @property
    def failure(self) -> str | None:
        """Why no snippet could use the GPU there, in one line; None if one could."""
        return gpu.failure(self.told)

    def __str__(self) -> str:
        state = "FAILED" if self.failure else "good"
        told = self.failure or gpu.success(self.told)
        return f"{state:6} {self.where}, {self.seconds:.1f} s: {told}"


def examine(project: Project) -> Iterator[Answer]:
    """The probe's answer in ever more of what stands round a snippet; ends with the first failure.

    Args:
        project: whose folders and settings the sandbox takes.
    """
    first = plain()
    yield first
    if first.failure:
        return
    second = _process(
        "+ the run's environment", server.environment("cuda", threads=os.cpu_count() or 1)
    )
    yield second
    if second.failure:
        return
    names = ["+ fork of the warm process", *(NAMES[layer] for layer in LAYERS)]
    yield from _forked(project, names, [LAYERS[:i] for i in range(len(LAYERS) + 1)])


def plain() -> Answer:
    """The probe as anyone would run it; CUDA's first use, which makes the driver's device files."""
    return _process("plain process", dict(os.environ))


def sandboxed(project: Project) -> Answer:
    """The probe in exactly the sandbox of a snippet."""
    (answer,) = _forked(project, ["in the sandbox"], [LAYERS])
    return answer


def ready(project: Project) -> str | None:
    """Why no snippet can use this machine's GPU, in one line, or None.

    Raises:
        NeverstaleError: nothing here looks like such a GPU.
    """
    first = plain()
    if first.failure:
        if not gpu.here():
            message = f"no {gpu.KIND} here ({first.failure}); use --device cpu"
            raise NeverstaleError(Problem("neverstale", 0, message))
        return first.failure
    inside = sandboxed(project)
    if inside.failure:
        told = "neverstale doctor --device cuda tells which layer"
        return f"the sandbox hides the GPU: {inside.failure}; {told}"
    return None


def _process(where: str, environment: dict[str, str]) -> Answer:
    begun = time.perf_counter()
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(PROBE)],
            env=environment, capture_output=True, text=True, timeout=LIMIT,
        )  # fmt: skip
        said = (done.stdout, done.stderr or f"exit status {done.returncode}")
    except subprocess.TimeoutExpired:
        said = ("", f"still running after {LIMIT:.0f} s")
    return Answer(where, _read(*said), time.perf_counter() - begun)


def _forked(project: Project, names: list[str], layers: list[tuple[str, ...]]) -> Iterator[Answer]:
    """One answer per set of layers, all forked from one warm process."""
    with tempfile.TemporaryDirectory(prefix="neverstale-", ignore_cleanup_errors=True) as folder:
        jobs = [
            server.job(project, str(i), PROBE, Path(folder) / str(i))
            | {"timeout": LIMIT, "layers": each, "alone": True}
            for i, each in enumerate(layers)
        ]
        for one in jobs:
            Path(one["folder"]).mkdir(parents=True)
        begun = time.perf_counter()
        answers: dict[int, Answer] = {}
        left = list(range(len(names)))
        with Server(project, "cuda", parallel=1, threads=os.cpu_count() or 1) as warm:
            warm.preload([gpu.LIBRARY])
            for event in warm.run([], jobs):
                if event["event"] != "ended":
                    continue
                home = Path(folder) / event["id"]
                error = json.loads((home / "outcome").read_text(encoding="utf-8"))["error"]
                said = (home / "stdout").read_text(encoding="utf-8", errors="replace")
                why = error["message"].partition(";")[0] if error else "it said nothing"
                told = _read(said, why)  # what a snippet could do about it is no matter here
                now = time.perf_counter()
                answers[int(event["id"])] = Answer(names[int(event["id"])], told, now - begun)
                begun = now
                # Told at once: where one layer hangs the probe, those after it would, too.
                while left and left[0] in answers:
                    answer = answers[left.pop(0)]
                    yield answer
                    if answer.failure:
                        return
    for i in left[:1]:
        yield Answer(names[i], _read("", "the warm process ended"), 0.0)


def _read(said: str, otherwise: str) -> dict[str, Any]:
    """The probe's JSON, its last line, or the last line of what it said instead."""
    try:
        told: dict[str, Any] = json.loads(said.strip().rpartition("\n")[2])
        return told
    except ValueError:
        error = (otherwise.strip() or "it said nothing").splitlines()[-1]
        return gpu.unanswered(error)
