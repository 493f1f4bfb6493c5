"""Run snippets: many, in parallel, each in its own process; good runs become records."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from neverstale.problem import NeverstaleError, Problem
from neverstale.project import Project
from neverstale.proof import head, judge, record
from neverstale.proof import status as statuses
from neverstale.proof.head import Installed
from neverstale.proof.history import Commit
from neverstale.proof.judge import Good, Held, Result
from neverstale.proof.record import Record
from neverstale.proof.status import Status
from neverstale.running import doctor, reached, readonly, server, shows, unconfined
from neverstale.running.pair import Pair, preload, ways
from neverstale.running.unconfined import Unconfined
from neverstale.running.watch import Watch
from neverstale.source import imports, prefetched, sources
from neverstale.source.snippet import Snippet
from neverstale.source.sources import Sources

REMOVERS = 4  # folders that are removed at a time


def run(
    found: Sources,
    names: Sequence[str],
    pair: Pair,
    *,
    everything: bool = False,
    every_edition: bool = False,
    update: bool = False,
    report: Callable[[Result], None] = lambda result: None,
) -> list[Result]:
    """Prove snippets on a device.

    Args:
        found: what people wrote; read anew if this waits for another run.
        names: snippets to look at; those not meant for the device are left out.
        pair: what runs them, on which device.
        everything: run also what is fresh, and compare with its record.
        every_edition: of what is fresh, run also the programs that print other editions' words; a
            new record always needs these runs.
        update: accept output that differs from the record.
        report: called with each result as it comes.

    Returns:
        One result per snippet meant for this device, in the order in which they ended.

    Raises:
        NeverstaleError: nothing can be run here at all (no GPU, or no sandbox and the site accepts
            no run without). A GPU that is there but that snippets cannot use fails each of them.
    """
    project, device = found.project, pair.device
    results: list[Result] = []

    def done(result: Result) -> None:
        results.append(result)
        report(result)

    with _lock(project) as waited:
        if waited:
            found = sources.read(project)
        waiting: list[tuple[Snippet, Status]] = []
        why: str | None = None  # no snippet can use the GPU
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
            elif lacking := prefetched.wrong(item.options.prefetched, project.root):
                place = project.relative(item.path)
                done(Result(name, device, "failed", problem=Problem(place, 0, lacking)))
            else:
                if not waiting:
                    why = _unready(project, device)
                waiting.append((item, status))
                if why is None:
                    old = status.record
                    new = old is None or old.text != record.hash_text(item.text)
                    # Whether it runs again is known when it has run; this only saves time.
                    again = new and device == "cpu" and shows.probably(item.text)
                    worded = _worded(item, status, every_edition)
                    pair.prepare(item, again=bool(again or worded))
        if why is not None:
            for item, _ in waiting:
                problem = Problem(project.relative(item.path), 0, f"not run: {why}")
                done(Result(item.name, device, "failed", problem=problem))
        elif waiting:
            # Longest first, so that no core waits at the end for one long snippet.
            waiting.sort(key=lambda each: -(each[1].record.seconds if each[1].record else 0))
            for result in _run(found, pair, waiting, update, every_edition):
                done(result)
    return results


def _unready(project: Project, device: str) -> str | None:
    """Why no snippet can use the GPU that is here; None if each can, or needs none.

    Raises:
        NeverstaleError: nothing can be run here at all.
    """
    why = unconfined.unaccepted(project)
    if why is None and device != "cpu" and (lacking := unconfined.lacking()):
        why = f"{lacking}; without a sandbox, snippets run on the CPU only"
    if why is not None:
        raise NeverstaleError(Problem("neverstale", 0, why))
    return doctor.ready(project) if device == "cuda" else None


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
    sources: Sources,
    pair: Pair,
    waiting: list[tuple[Snippet, Status]],
    update: bool,
    every_edition: bool,
) -> Iterator[Result]:
    """Run all once; then again those of which there is no record yet to agree with, and those that
    print in other words in some editions: each such edition's program."""
    project = sources.project
    parts = {item.name: (item, status) for item, status in waiting}
    twice: dict[str, tuple[Good, Held]] = {}
    open_to_all = pair.kind is Unconfined or not readonly.version()
    watch = Watch(project, contents=open_to_all)
    with contextlib.closing(watch), Commit(project) as commit:
        for name, found in _ended(sources, pair, 0, parts, watch, update):
            item, status = parts[name]
            if isinstance(found, Good):
                held = judge.hold(project, item, commit, found)
                more = _worded(item, status, every_edition) or not judge.once(found, held, update)
                if more or _lines_later(item, status, held):
                    twice[name] = found, held
                    pair.prepare(item, again=True)
                    continue
                found = judge.keep(project, item, status, found, held, update)
            yield found
            watch.accept(project.records)
        number = 0
        while again := {name: parts[name] for name in twice if len(ways(parts[name][0])) > number}:
            for name, found in _ended(sources, pair, number + 1, again, watch, update):
                item, status = parts[name]
                edition = ways(item)[number]
                last = number + 1 == len(ways(item))
                if isinstance(found, Good):
                    good, held = twice[name]
                    unlike = judge.repeated(project, item, status, good, found, edition, pair.how)
                    twice[name] = good, held = judge.with_lines(good, found), held
                    if unlike is None and not last:
                        continue
                    found = unlike or judge.keep(project, item, status, good, held, update)
                if not last:
                    del twice[name]
                yield found
                watch.accept(project.records)
            number += 1
    if commit.absent:
        told = f"{commit.absent}: what has no record is compared with nothing"
        print(told, file=sys.stderr)


def _worded(item: Snippet, status: Status, every_edition: bool) -> bool:
    """Whether other editions' programs are to be run, too."""
    return bool(item.options.words) and (every_edition or status.state != "verified")


def _lines_later(item: Snippet, status: Status, held: Held) -> bool:
    """Whether a record is to be written whose lines only another run can tell."""
    measures = item.options.measured is not None and reached.DISTURBS
    return measures and (status.state != "verified" or held.difference is not None)


def _ended(
    sources: Sources,
    pair: Pair,
    number: int,
    parts: Mapping[str, tuple[Snippet, Status]],
    watch: Watch,
    update: bool,
) -> Iterator[tuple[str, Good | Result]]:
    """Run snippets, for the first time (`number` 0) or again, each time in a server of its own.

    Gives the name of each as it has ended, and what its run came to.
    """
    project = sources.project
    left = set(parts)
    editions = {name: ways(item)[number - 1] if number else "" for name, (item, _) in parts.items()}
    packages = {name for item, _ in parts.values() for name in head.packages(project, item)}
    installed = Installed()
    # Some disks take their time to free what was removed; nobody has to wait for them.
    with ThreadPoolExecutor(REMOVERS) as removers:
        job_list = []
        for i, (item, status) in enumerate(parts.values()):
            job_list.append(_job(project, item, pair.device, pair.folder / str(number) / str(i)))
            if editions[item.name]:
                job_list[-1]["text"] = item.program(editions[item.name])
            claimed = status.record if status.state == "verified" and not update else None
            job_list[-1]["shown"] = _shown(sources, item, claimed, number)
            work = Path(job_list[-1]["home"], "work")
            work.mkdir(parents=True)
            for name, file in item.data().items():
                (work / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, work / name)
            for name, fetched in item.options.prefetched.items():
                (work / name).symlink_to(fetched.path(project.root))
        homes = {job["id"]: Path(job["home"]) for job in job_list}
        for event in pair.server(number).run(sorted(packages), job_list):
            if event["event"] == "ready":
                installed = Installed(event["versions"], event["altered"])
            elif event["event"] == "ended":
                name = event["id"]
                left.discard(name)
                item, status = parts[name]
                changed = watch.changed()
                found = judge.examine(
                    project, item, status, homes[name], installed, changed, editions[name]
                )
                yield name, found
                removers.submit(shutil.rmtree, homes[name], ignore_errors=True)
    for name in sorted(left):
        item, _ = parts[name]
        message = "not run: the process that runs the snippets ended; see the lines above"
        problem = Problem(project.relative(item.path), 0, message)
        yield name, Result(name, pair.device, "failed", problem=problem)


def _job(project: Project, item: Snippet, device: str, home: Path) -> dict[str, Any]:
    inlines = {
        line: [str(sibling.path), *sibling.span(section)]
        for line, (sibling, section) in item.inlines.items()
    }
    fetched = (each.path(project.root) for each in item.options.prefetched.values())
    package = imports.package(item.path, item.imports, project.snippets)
    return server.job(project, item.name, item.path, home) | {
        "timeout": item.options.timeout,
        "memory": item.options.memory,
        "alone": item.options.measured is not None,
        "device": device,
        "readable": [str(path) for path in (item.path, *item.runs_with, *fetched)],
        "loopback": item.options.loopback,
        "package": [str(each) for each in package],
        "inlines": inlines,
        "preload": preload(project, item),
        "argv": item.options.argv,
        "environment": dict(item.options.environment),
        "raises": item.options.raises,
        "exit": item.options.exit,
        "allow": [allowed.match for allowed in item.options.allow_warnings],
    }


def _shown(
    sources: Sources, item: Snippet, claimed: Record | None, number: int
) -> list[tuple[str, str, list[tuple[int, int]]]]:
    """What a run is to look for, as `reached.Reached` takes it.

    A run that can only agree with a record looks for the lines that are claimed there, and for none
    where numbers are measured. The first run of what measures is not followed if it takes time.
    """
    if item.options.measured is not None and (claimed or (number == 0 and reached.DISTURBS)):
        return []
    siblings = (sources.snippets[name] for name in item.siblings if name in sources.snippets)
    return [
        (
            each.name,
            str(each.path),
            [
                (one.first, one.last)
                for one in each.statements
                if claimed is None or one.first in claimed.reached(each.name)
            ],
        )
        for each in (item, *siblings)
    ]
