"""How every snippet stands on every device, as published in `verification.json`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from neverstale.proof import reach
from neverstale.proof import record as records
from neverstale.proof.reach import Reach
from neverstale.proof.status import Status, Statuses


def entries(statuses: Statuses) -> list[dict[str, Any]]:
    """One entry per snippet and device."""
    shown = statuses.sources.shown()
    reaches = {name: reach.of(statuses, name) for name in statuses.by_name}
    found: list[dict[str, Any]] = []
    named = statuses.sources.project.named
    for status in statuses.all():
        record = status.record
        item = statuses.sources.snippets[status.snippet]
        found.append(
            {
                "snippet": status.snippet,
                "sections": list(item.sections),
                "pages": shown.get(status.snippet, []),
                "fingerprint": status.fingerprint,
                "device": status.device,
                "device_name": record.device_name if record else None,
                "status": status.state,
                "reason": status.reason,
                "python": record.python if record else None,
                **{name: record and record.packages.get(name) for name in named},
                "cuda": record.cuda if record else None,
                "date": record.date if record else None,
                "seconds": record.seconds if record else None,
                "peak_memory_bytes": record.peak_memory_bytes if record else None,
                "unconfined": record.unconfined if record else None,
                "record": records.seal_of(record) if record else None,
                "statements": _statements(reaches[status.snippet], status),
            }
        )
    return found


def _statements(reaches: Sequence[Reach], status: Status) -> dict[str, Any]:
    """How many statements the snippet shows, and how many of them which runs reached: its own on
    this device, others' alone (by snippet), or none on any device, and why."""
    through: dict[str, int] = {}
    for each in reaches:
        for other in each.through if not each.devices else ():
            through[other] = through.get(other, 0) + 1
    return {
        "shown": len(reaches),
        "reached": sum(status.device in each.devices for each in reaches),
        "through": sum(bool(each.through) and not each.devices for each in reaches),
        "through_snippets": through,
        "awaited": sum(bool(each.awaited) for each in reaches),
        "excused": sum(each.reason is not None for each in reaches),
    }
