"""A number that changes without its source is caught."""

from __future__ import annotations

import dataclasses
import subprocess
from datetime import date
from pathlib import Path

import pytest

from gpuguide.catalogue import find, load, lock
from gpuguide.catalogue.model import Gpu
from gpuguide.problem import GpuguideError, Problem

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


def test_a_lock_edited_by_hand_is_no_way_round(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "numbers.lock"
    monkeypatch.setattr(lock, "LOCK", file)
    lock.renew([CARD], file)
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "a"]):
        subprocess.run([*git, *command], check=True)
    forged = changed(25.0)
    file.unlink()
    lock.renew(forged, file)  # what an editor could have written
    assert lock.check(forged, file) == []
    [problem] = lock.since(forged, "HEAD")
    assert (problem.field, problem.message) == ("memory", lock.UNREAD)
    assert lock.since([CARD], "HEAD") == []
    assert lock.since(changed(25.0, date(2027, 1, 1)), "HEAD") == []
    with pytest.raises(GpuguideError, match="git has none of nothing"):
        lock.since([CARD], "nothing")


def test_what_is_told_leads_to_the_line(tmp_path: Path) -> None:
    text = '[[gpu]]\nid = "a"\nmemory = 1\n[gpu.rates]\nfp32 = 2\n[[gpu]]\nid = "b"\nmemory = 3\n'
    (tmp_path / "cards.toml").write_text(text, encoding="utf-8")
    wrong = [Problem("", "b", "memory", lock.UNREAD), Problem("", "a", "rates.fp32", lock.UNREAD)]
    lines = lock.told([*wrong, Problem("", "c", "memory", lock.UNREAD)], tmp_path)
    assert [line.rpartition("cards.toml:")[2][:17] for line in lines[:2]] == [
        "8: b: memory: the",
        "5: a: rates.fp32:",
    ]
    assert lines[2].startswith("c: memory: the number changed")
    many = [Problem("", "a", f"f{i}", lock.UNKNOWN) for i in range(9)]
    assert lock.told(many, tmp_path)[2:] == ["and 7 others alike"]
