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

from neverstale.problem import NeverstaleError, Problem
from neverstale.project import Project
from neverstale.proof import judge
from neverstale.proof import status as statuses
from neverstale.proof.judge import Result
from neverstale.proof.status import Status
from neverstale.running import doctor, readonly, server
from neverstale.running.server import Server
from neverstale.running.watch import Watch
from neverstale.source import sources
from neverstale.source.snippet import Snippet
from neverstale.source.sources import Sources

REMOVERS = 4  # folders that are removed at a time


def run(
    found: Sources,
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
        found: what people wrote; read anew if this waits for another run.
        names: snippets to look at; those not meant for `device` are left out.
        device: `cpu` or `cuda`.
        jobs: how many run at once.
        everything: run also what is fresh, and compare with its record.
        update: accept output that differs from the record.
        report: called with each result as it comes.

    Returns:
        One result per snippet meant for this device, in the order in which they ended.

    Raises:
        NeverstaleError: nothing can be run here at all (no GPU). A GPU that is there but
            that snippets cannot use fails each of them.
    """
    project = found.project
    results: list[Result] = []

    def done(result: Result) -> None:
        results.append(result)
        report(result)

    with _lock(project) as waited, contextlib.ExitStack() as stack:
        if waited:
            found = sources.read(project)
        waiting: list[tuple[Snippet, Status]] = []
        why: str | None = None  # no snippet can use the GPU
        warm: Server | None = None
        for name in names:
            try:
                item = found.snippet(name)
            except NeverstaleError as error:
                first, *others = error.problems
                done(Result(name, device, "failed", problem=first, more=tuple(others)))
                continue
            if device not in item.options.devices:
                continue
            status = statuses.of(project, item, device)
            if status.state == "skipped":
                done(Result(name, device, "skipped", detail=status.reason))
            elif status.state == "verified" and not everything:
                done(Result(name, device, "fresh"))
            else:
                if not waiting and device == "cuda":
                    why = doctor.ready(project)
                waiting.append((item, status))
                if why is None:
                    if warm is None:
                        folder = stack.enter_context(_folder())
                        warm = stack.enter_context(Server(project, device, jobs))
                    # It imports while the other records are read; and no more than the snippets
                    # do, which would only make the start and every fork slower.
                    used = item.packages
                    warm.preload(n for n in project.preload if n.partition(".")[0] in used)
        if why is not None:
            for item, _ in waiting:
                problem = Problem(project.relative(item.path), 0, f"not run: {why}")
                done(Result(item.name, device, "failed", problem=problem))
        elif warm is not None:
            # Longest first, so that no core waits at the end for one long snippet.
            waiting.sort(key=lambda pair: -(pair[1].record.seconds if pair[1].record else 0))
            for result in _run(project, warm, waiting, device, update, Path(folder)):
                done(result)
    return results


def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="neverstale-", ignore_cleanup_errors=True)


@contextlib.contextmanager
def _lock(project: Project) -> Iterator[bool]:
    """One run at a time in a project: a second waits, and then finds the first one's records.

    Gives whether it had to wait.
    """
    project.scratch.mkdir(exist_ok=True)
    with open(project.scratch / "lock", "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            waited = False
        except BlockingIOError:
            print("another run is under way in this project; waiting for it", file=sys.stderr)
            fcntl.flock(file, fcntl.LOCK_EX)
            waited = True
        yield waited


def _run(
    project: Project,
    warm: Server,
    waiting: list[tuple[Snippet, Status]],
    device: str,
    update: bool,
    folder: Path,
) -> Iterator[Result]:
    parts = {item.name: (item, status) for item, status in waiting}
    packages = sorted({judge.package(d) for item, _ in waiting for d in item.options.dependencies})
    job_list = [_job(project, item, device, folder / str(i)) for i, (item, _) in enumerate(waiting)]
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
        for event in warm.run(packages, job_list):
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
        yield Result(item.name, device, "failed", problem=Problem(where, 0, message))


def _job(project: Project, item: Snippet, device: str, home: Path) -> dict[str, Any]:
    inlines = {
        line: [str(sibling.path), *sibling.span(section)]
        for line, (sibling, section) in item.inlines.items()
    }
    return server.job(project, item.name, item.path, home) | {
        "timeout": item.options.timeout,
        "memory": item.options.memory,
        "alone": item.options.measured is not None,
        "device": device,
        "readable": [str(path) for path in (item.path, *item.runs_with)],
        "inlines": inlines,
        "argv": item.options.argv,
        "raises": item.options.raises,
        "exit": item.options.exit,
        "allow": [allowed.match for allowed in item.options.allow_warnings],
    }
