"""Run snippets: many, in parallel, each in its own process; good runs become records."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from neverstale import machine
from neverstale.problem import NeverstaleError, Problem
from neverstale.project import Project
from neverstale.proof import judge
from neverstale.proof import status as statuses
from neverstale.proof.judge import Result
from neverstale.proof.status import Status
from neverstale.running import readonly
from neverstale.running.server import Server
from neverstale.running.watch import Watch
from neverstale.source import fingerprint, snippet
from neverstale.source.snippet import Snippet

REMOVERS = 8  # folders that are removed at a time


def run(
    project: Project,
    names: Sequence[str],
    device: str,
    *,
    jobs: int,
    everything: bool = False,
    update: bool = False,
    report: Callable[[Result], None] = lambda result: None,
) -> list[Result]:
    """Prove snippets on a device.

    Args:
        project: the settings.
        names: snippets to look at; those not meant for `device` are left out.
        device: `cpu` or `cuda`.
        jobs: how many run at once.
        everything: run also what is fresh, and compare with its record.
        update: accept output that differs from the record.
        report: called with each result as it comes.

    Returns:
        One result per snippet meant for this device, in the order in which they ended.

    Raises:
        NeverstaleError: nothing can be run here at all (not Linux, no GPU).
    """
    results: list[Result] = []

    def done(result: Result) -> None:
        results.append(result)
        report(result)

    if device == "cuda":
        machine.gpu_name()  # raises where there is none
    with _lock(project), contextlib.ExitStack() as stack:
        waiting: list[tuple[Snippet, Status]] = []
        server: Server | None = None
        for name in names:
            try:
                item = snippet.load(project, name)
            except NeverstaleError as error:
                for problem in error.problems:
                    done(Result(name, device, "failed", problem=problem))
                continue
            if device not in item.options.devices:
                continue
            status = statuses.of(project, item, device)
            if status.state == "skipped":
                done(Result(name, device, "skipped", detail=status.reason))
            elif status.state == "verified" and not everything:
                done(Result(name, device, "fresh"))
            else:
                waiting.append((item, status))
                # It imports what is needed while the other snippets are read.
                if server is None:
                    folder = stack.enter_context(_folder())
                    server = stack.enter_context(Server(project, device, jobs))
                server.warm(fingerprint.packages(project, item))
        if server:
            # Longest first, so that no core waits at the end for one long snippet.
            waiting.sort(key=lambda pair: -(pair[1].record.seconds if pair[1].record else 0))
            for result in _run(project, server, waiting, update, Path(folder)):
                done(result)
    return results


def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="neverstale-", ignore_cleanup_errors=True)


@contextlib.contextmanager
def _lock(project: Project) -> Iterator[None]:
    """One run at a time in a project: a second waits, and then finds the first one's records."""
    if sys.platform != "linux":
        message = "snippets run on Linux only (on Windows in WSL 2, on a Mac in a container)"
        raise NeverstaleError(Problem("neverstale", 0, message))
    project.scratch.mkdir(exist_ok=True)
    with open(project.scratch / "lock", "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("another run is under way in this project; waiting for it", file=sys.stderr)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _run(
    project: Project,
    server: Server,
    waiting: list[tuple[Snippet, Status]],
    update: bool,
    folder: Path,
) -> Iterator[Result]:
    parts = {item.name: (item, status) for item, status in waiting}
    packages = sorted({judge.package(d) for item, _ in waiting for d in item.options.dependencies})
    job_list = [_job(project, item, folder / str(i)) for i, (item, _) in enumerate(waiting)]
    homes = {job["id"]: Path(job["home"]) for job in job_list}
    for item, _ in waiting:
        work = homes[item.name] / "work"
        work.mkdir(parents=True)
        for name in item.options.files:
            shutil.copy(item.path.parent / name, work)
    versions: dict[str, str] = {}
    watch = Watch(project, contents=not readonly.version())
    # Some disks take their time to free what was removed; nobody has to wait for them.
    with contextlib.closing(watch), ThreadPoolExecutor(REMOVERS) as removers:
        for event in server.run(packages, job_list):
            if event["event"] == "ready":
                versions = event["environment"]
            elif event["event"] == "ended":
                item, status = parts.pop(event["id"])
                home = homes[item.name]
                changed = watch.changed()
                yield judge.judge(project, item, status, home, versions, update, changed)
                watch.accept(project.records)
                removers.submit(shutil.rmtree, home, ignore_errors=True)
    for item, _ in parts.values():
        where = project.relative(item.path)
        message = "not run: the process that runs the snippets ended; see the lines above"
        yield Result(item.name, server.device, "failed", problem=Problem(where, 0, message))


def _job(project: Project, item: Snippet, home: Path) -> dict[str, Any]:
    inlines = {
        line: [str(sibling.path), *sibling.span(section)]
        for line, (sibling, section) in item.inlines.items()
    }
    return {
        "id": item.name,
        "path": str(item.path),
        "home": str(home),
        "folder": str(home / "work"),
        "timeout": item.options.timeout,
        "memory": item.options.memory,
        "alone": item.options.measured is not None,
        "read_only": readonly.version() > 0,
        "root": str(project.root),
        "readable": [str(path) for path in (item.path, *fingerprint.files(project, item))],
        "inlines": inlines,
        "allow": [allowed.match for allowed in item.options.allow_warnings],
        "import_paths": [str(path) for path in project.imports],
        "ours": [str(project.snippets), *(str(path) for path in project.imports)],
    }
