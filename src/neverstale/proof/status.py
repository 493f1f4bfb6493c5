"""Is what is recorded of a snippet true of the file as it is now?"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from neverstale import writing
from neverstale.problem import NeverstaleError, Problem
from neverstale.project import DEVICES, Project
from neverstale.proof import agree, possible, record
from neverstale.proof.record import Record
from neverstale.source.snippet import Snippet
from neverstale.source.sources import Sources


@dataclass(frozen=True)
class Status:
    """How a snippet stands on a device.

    Attributes:
        snippet: its name.
        device: `cpu` or `cuda`.
        state: `verified`, `stale` (changed since), `failed` (as it is now), `skipped` (with a
            reason that still holds), `missing` (never run there).
        reason: why, in one line; empty when verified.
        fingerprint: of the file as it is now.
        record: the record, if there is one; of an earlier version when stale.
        refused: whether there is a record that cannot be trusted, as `reason` says: edited, of a
            GPU that it does not show to have been used, or made without a sandbox where the site
            does not accept that.
    """

    snippet: str
    device: str
    state: str
    reason: str
    fingerprint: str
    record: Record | None
    refused: bool = False

    @property
    def good(self) -> bool:
        """Whether it is proved, or excused."""
        return self.state in ("verified", "skipped")

    @property
    def lacking(self) -> bool:
        """Whether something must be done about it anywhere: what a CPU can prove must be proved,
        while a GPU is not everyone's; but a record that cannot be trusted must go."""
        return self.refused or (self.device == "cpu" and not self.good)


def of(project: Project, item: Snippet, device: str, shared: bool = False) -> Status:
    """The status of a snippet on a device that its metadata names.

    Args:
        project: the settings.
        item: the snippet.
        device: the device.
        shared: only what the repository holds; not that its last run on this machine failed.
    """
    now = item.fingerprint

    def status(state: str, reason: str = "", found: Record | None = None) -> Status:
        return Status(item.name, device, state, reason, now, found)

    failed = failure(project, item.name, device)
    if failed and failed["fingerprint"] == now and not shared:
        return status("failed", failed["message"])
    found, bad = None, None
    try:
        found = record.read(project, item.name, device)
    except NeverstaleError as error:
        bad = str(error)
    else:
        bad = (_unaccepted(project, found) or _impossible(project, item, found)) if found else None
    skip = item.options.skip.get(device)
    if skip:
        if skip.until < datetime.date.today():
            return status("failed", f"the skip ended on {skip.until}: {skip.reason}")
        if bad:
            return Status(item.name, device, "skipped", bad, now, None, refused=True)
        return status("skipped", f"{skip.reason} (until {skip.until})")
    if bad:
        return Status(item.name, device, "stale", bad, now, None, refused=True)
    if found is None:
        return status("missing", f"never run on {device}")
    if found.fingerprint != now or found.text != record.hash_text(item.text):
        what = "it" if found.text != record.hash_text(item.text) else "code that it imports"
        return status("stale", f"{what} changed after the run of {found.date}", found)
    if why := _contradicts(project, item, found):
        return status("stale", f"contradicts the record of the CPU, made on another day: {why}")
    if device == "cpu":
        pins = project.pins()
        for name, version in found.packages.items():
            pinned = pins.get(name.lower().replace("_", "-"))
            if pinned and pinned != version.split("+")[0]:
                return status("stale", f"was run with {name} {version}; {pinned} is pinned", found)
    return status("verified", "", found)


def _contradicts(project: Project, item: Snippet, found: Record) -> str | None:
    """What a GPU's record says otherwise than the CPU's, which may be newer."""
    if found.device == "cpu" or "cpu" not in item.options.devices:
        return None
    with contextlib.suppress(NeverstaleError):  # told as the CPU's own status
        return agree.with_cpu(item.options, record.read(project, item.name, "cpu"), found)
    return None


def _unaccepted(project: Project, found: Record) -> str | None:
    """Why a record that was made without a sandbox is none here, at its file; None if it is one."""
    if not found.unconfined or project.unconfined:
        return None
    where = project.relative(record.path_of(project, found.snippet, found.device))
    why = "was made without a sandbox, and [tool.neverstale] unconfined does not accept that"
    return str(Problem(where, 0, why))


def _impossible(project: Project, item: Snippet, found: Record) -> str | None:
    """Why a record cannot be of the GPU that it names, at its file; None if it can."""
    if found.device != "cuda":
        return None
    options = item.options
    if found.text != record.hash_text(item.text):  # what it should print was another matter then
        options = dataclasses.replace(options, gpu_prints=())
    cpu = None
    with contextlib.suppress(NeverstaleError):  # told as the CPU's own status
        cpu = record.read(project, item.name, "cpu")
    why = possible.impossible(project, options, found, cpu)
    where = project.relative(record.path_of(project, item.name, found.device))
    return why and str(Problem(where, 0, why))


@dataclass(frozen=True)
class Statuses:
    """How every snippet stands, as it was when the records were read.

    Attributes:
        sources: what people wrote.
        by_name: snippet → its statuses on the devices that its metadata names, in that order.
        reached: snippet → what `reach` says of its statements, of those that were asked for.
    """

    sources: Sources
    by_name: Mapping[str, tuple[Status, ...]]
    reached: dict[str, tuple[Any, ...]] = field(default_factory=dict, compare=False, repr=False)

    def all(self) -> Iterable[Status]:
        """Every status; of what cannot be read there is none, that is the business of `check`."""
        return (status for statuses in self.by_name.values() for status in statuses)


def read(sources: Sources, shared: bool = False) -> Statuses:
    """Hold every snippet against its records; `shared` as in `of`."""
    project = sources.project
    return Statuses(
        sources,
        {
            name: tuple(of(project, item, device, shared) for device in item.options.devices)
            for name, item in sources.snippets.items()
        },
    )


def shown(item: Snippet, found: Iterable[Status]) -> list[Record]:
    """The records whose output is shown, the CPU's first: those of this very version.

    A block names its fingerprint, so what an earlier version printed does not belong below it.
    """
    now = item.fingerprint
    return [each.record for each in found if each.record and each.record.fingerprint == now]


def forbids(item: Snippet, status: Status) -> bool:
    """Whether no page may show the snippet while it stands so on that device.

    A proof of the GPU may be missing or out of date only where there is one of the CPU.
    """
    alone = "cpu" not in item.options.devices
    return status.lacking or (alone and not status.good)


def unproved(statuses: Statuses) -> list[Problem]:
    """What must be run, and its record committed, and records that must go."""
    sources = statuses.sources
    problems, shown = [], sources.shown()
    for found in statuses.all():
        if found.lacking:
            where = sources.project.relative(sources.snippets[found.snippet].path)
            rule = "" if found.refused or shown.get(found.snippet) else "unrun"
            problems.append(Problem(where, 0, f"{found.reason}; {_remedy(found)}", rule))
    if not sources.unreadable:  # else what their heads list is not known
        problems += _strays(sources)
    return problems


def _strays(sources: Sources) -> Iterator[Problem]:
    """Records that nothing reads, so that nothing would refuse them either."""
    for path, device in _gone(sources):
        message = f"is of no snippet that lists {device} in its 'devices'; run: neverstale prune"
        yield Problem(sources.project.relative(path), 0, message)


def _gone(sources: Sources) -> Iterator[tuple[Path, str]]:
    """(path, device) of records, and of folders of their figures, that are of no snippet."""
    project, items = sources.project, sources.snippets.values()
    read = {record.path_of(project, i.name, device) for i in items for device in i.options.devices}
    kept = read | {path.with_suffix("") for path in read}
    for device in DEVICES:
        yield from (
            (p, device) for p in sorted({*project.records.rglob(f"*.{device}.json")} - kept)
        )
        folders = {p for p in project.records.rglob(f"*.{device}") if p.is_dir()}
        yield from ((p, device) for p in sorted(folders - kept))


def prune(sources: Sources) -> list[Path]:
    """Delete the records, and their figures, of snippets that are gone: those files."""
    gone = [path for path, _ in _gone(sources)]
    for path in gone:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    return gone


def _remedy(status: Status) -> str:
    if status.state == "skipped":
        return "delete it"
    if status.device != "cpu":
        run = f"neverstale run {status.snippet} --device {status.device}"
        return f"delete it, or run on a machine that has one: {run}"
    if status.state == "failed":  # its skip has ended
        return "let it run, or give a reason and a date anew"
    return f"run: neverstale run {status.snippet}; then commit its record"


def failure(project: Project, name: str, device: str) -> dict[str, str] | None:
    """The last failed run: `fingerprint` and `message`; None if the last run was good."""
    path = project.scratch / "failed" / f"{name}.{device}.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return {key: str(data[key]) for key in ("fingerprint", "message")}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def note_failure(project: Project, status: Status, message: str | None) -> None:
    """Remember that this version failed, or (`None`) that it did not.

    Where that cannot be written it is forgotten: whoever runs has been told.
    """
    path = project.scratch / "failed" / f"{status.snippet}.{status.device}.json"
    if message is None:
        path.unlink(missing_ok=True)
        return
    data = {"fingerprint": status.fingerprint, "message": message}
    with contextlib.suppress(NeverstaleError):
        writing.replace(project, {path: json.dumps(data)})
