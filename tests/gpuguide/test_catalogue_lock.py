"""A number that changes without its source is caught."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pytest

from gpuguide.catalogue import find, load, lock
from gpuguide.catalogue.model import Gpu
from gpuguide.problem import GpuguideError

CARD = find("rtx-4090")
assert CARD.memory is not None


def changed(value: float, read: date | None = None) -> list[Gpu]:
    """The entry with another memory size, its source perhaps read again."""
    memory = CARD.memory
    assert memory is not None
    source = dataclasses.replace(memory.source, read=read or memory.source.read)
    return [
        dataclasses.replace(CARD, memory=dataclasses.replace(memory, value=value, source=source))
    ]


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    """A lock of that one entry."""
    lock.renew([CARD], tmp_path / "lock")
    return tmp_path / "lock"


def test_the_catalogue_is_as_its_lock_says() -> None:
    assert [str(problem) for problem in lock.check(load())] == []


def test_a_number_that_changed_alone(locked: Path) -> None:
    (problem,) = lock.check(changed(25.0), locked)
    assert str(problem).startswith("rtx-4090: memory: the number changed, but neither its source")
    before = locked.read_bytes()
    with pytest.raises(GpuguideError, match="the number changed"):
        lock.renew(changed(25.0), locked)
    assert locked.read_bytes() == before


def test_a_number_whose_source_was_read_again(locked: Path) -> None:
    again = changed(25.0, date(2027, 1, 1))
    assert "new or with a new source" in str(lock.check(again, locked)[0])
    lock.renew(again, locked)
    assert lock.check(again, locked) == []


def test_entries_that_come_and_go(locked: Path) -> None:
    told = {problem.message for problem in lock.check([find("rtx-3090")], locked)}
    assert told == {lock.GONE, lock.UNKNOWN}


def test_a_broken_line(locked: Path) -> None:
    locked.write_text("what\n", encoding="utf-8")
    with pytest.raises(GpuguideError, match="line 1 is not"):
        lock.check([CARD], locked)
