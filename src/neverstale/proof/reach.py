"""Has what a page shows ever run? Each statement of a snippet, held against all records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from neverstale.problem import Problem
from neverstale.proof import record
from neverstale.proof.status import Status, Statuses
from neverstale.source.options import Unreached
from neverstale.source.snippet import Snippet
from neverstale.source.statements import Statement


@dataclass(frozen=True)
class Reach:
    """Whether a statement has run.

    Attributes:
        statement: which.
        devices: those on which the snippet's own runs reached it.
        through: other snippets whose runs reached it.
        reason: what the head says of one that nothing reached.
        awaited: a device on which it may run yet, since no run there is on record, if nothing else
            is known of it; or "".
    """

    statement: Statement
    devices: frozenset[str] = frozenset()
    through: tuple[str, ...] = ()
    reason: Unreached | None = None
    awaited: str = ""

    @property
    def reached(self) -> bool:
        """Whether any run on record reached it."""
        return bool(self.devices or self.through)


def of(statuses: Statuses, name: str) -> tuple[Reach, ...]:
    """Every statement of a snippet that is shown, in order."""
    if name not in statuses.reached:  # every block of the snippet asks
        statuses.reached[name] = _of(statuses, name)
    return statuses.reached[name]


def _of(statuses: Statuses, name: str) -> tuple[Reach, ...]:
    item = statuses.sources.snippets[name]
    own: dict[str, set[int]] = {}
    others: dict[str, set[int]] = {}
    awaited = ""
    for status in _runs(statuses, item):
        if status.record is None or status.record.fingerprint != status.fingerprint:
            awaited = awaited or status.device
        elif status.snippet == name:
            own[status.device] = status.record.reached(name)
        else:
            others.setdefault(status.snippet, set()).update(status.record.reached(name))
    found = []
    for each in item.statements:
        if each.first in item.inlines:  # a lab shows a section in its place
            continue
        devices = frozenset(device for device, lines in own.items() if each.first in lines)
        through = tuple(other for other, lines in others.items() if each.first in lines)
        reason = None if devices or through else _reason(item, each)
        left = "" if devices or through or reason else awaited
        found.append(Reach(each, devices, through, reason, left))
    return tuple(found)


def problems(statuses: Statuses) -> list[Problem]:
    """What is shown although it never ran and nobody says why, reasons that hold for nothing, and
    records that claim what cannot be."""
    project = statuses.sources.project
    found: list[Problem] = []
    for name, item in statuses.sources.snippets.items():
        where = project.relative(item.path)
        reaches = of(statuses, name)
        for each in reaches:
            if not (each.reached or each.reason or each.awaited):
                message = (
                    "no run has reached this; let a snippet run it, take it out, or give the "
                    "reason: [[tool.neverstale.unreached]]"
                )
                found.append(Problem(where, each.statement.first, message, "unreached"))
        for reason in item.options.unreached:
            if not any(
                _covers(item, reason, each.statement) for each in reaches if not each.reached
            ):
                message = f"'unreached' {reason.match} fits nothing that is unreached; remove it"
                found.append(Problem(where, item.metadata_lines[0], message, "unreached"))
        for status in statuses.by_name[name]:
            found += _impossible(statuses, item, status)
    return found


def _runs(statuses: Statuses, item: Snippet) -> Iterator[Status]:
    """The snippet's own statuses, and those of all that import it."""
    yield from statuses.by_name[item.name]
    for other in statuses.sources.importers.get(item.name, ()):
        yield from statuses.by_name[other]


def _reason(item: Snippet, statement: Statement) -> Unreached | None:
    reasons = item.options.unreached
    return next((each for each in reasons if _covers(item, each, statement)), None)


def _covers(item: Snippet, reason: Unreached, statement: Statement) -> bool:
    """Whether a reason means a statement, or one that it lies inside."""
    return any(
        holder.first <= statement.first <= holder.end
        and re.search(reason.match, "\n".join(item.lines[holder.first - 1 : holder.last]))
        for holder in item.statements
    )


def _impossible(statuses: Statuses, item: Snippet, status: Status) -> Iterator[Problem]:
    """Lines that a fresh record claims to have reached, where no statement begins."""
    found, snippets = status.record, statuses.sources.snippets
    if found is None or found.fingerprint != status.fingerprint:
        return
    path = record.path_of(statuses.sources.project, item.name, status.device)
    where = statuses.sources.project.relative(path)
    for name in found.lines:
        known = name in (item.name, *item.siblings) and name in snippets
        firsts = {each.first for each in snippets[name].statements} if known else set()
        if wrong := found.reached(name) - firsts:
            message = f"claims line {record.ranges(wrong)} of {name}, where no statement begins"
            yield Problem(where, 0, f"{message}; delete it, then: neverstale run {item.name}")
