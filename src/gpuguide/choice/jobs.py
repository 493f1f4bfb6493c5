"""How long a whole job takes: steps of a workload → hours, or items a second."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gpuguide.choice.wishes import Constraints
from gpuguide.choice.workload import Workload
from gpuguide.cost.memory import Range

FILE = Path(__file__).parent / "jobs.toml"


@dataclass(frozen=True)
class Job:
    """An amount of work.

    Attributes:
        items: images, sequences: what the workload counts.
        name: language tag → how it is called.
    """

    items: float
    name: dict[str, str]


@cache
def jobs() -> dict[str, Job]:
    """Id of a preset → its job. What answers on demand, such as a language model, has none."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {
        name: Job(one["items"], {"en": one["en"], "zh": one["zh"]}) for name, one in found.items()
    }


def whole(workload: Workload, wishes: Constraints, seconds: Range, job: Job) -> Range:
    """Seconds for a job, from those for a step."""
    steps = job.items / items_of(workload, wishes)
    return Range(seconds.low * steps, seconds.high * steps)


def pace(workload: Workload, wishes: Constraints, seconds: Range) -> Range:
    """Items a second, from the seconds for a step; of a language model, tokens."""
    items = items_of(workload, wishes)
    return Range(items / seconds.high, items / seconds.low)


def items_of(workload: Workload, wishes: Constraints) -> float:
    """Items of a step."""
    return workload.items if wishes.items is None else wishes.items
