"""`tools/test.py`: what is started when, what a failure does, and what is told of it."""

from __future__ import annotations

import importlib.util
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "tools/test.py"


@pytest.fixture(scope="module")
def steps() -> ModuleType:
    """The script, as a module."""
    spec = importlib.util.spec_from_file_location("steps", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["steps"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_a_step_waits_for_the_one_it_needs(steps: ModuleType, tmp_path: Path) -> None:
    log = tmp_path / "log"
    ended = steps.run(
        [
            steps.Step("last", f"echo last >>{log}", "first"),
            steps.Step("first", f"bash -c 'sleep 0.2; echo first >>{log}'"),
        ],
        lanes=2,
    )
    assert log.read_text().split() == ["first", "last"]
    assert [each.name for each in ended] == ["first", "last"]


def test_as_many_at_once_as_there_are_lanes(steps: ModuleType, tmp_path: Path) -> None:
    """Each waits until its partner is there, which a third would not let start."""
    pair = "bash -c 'touch {0}/{1}; until [ -e {0}/{2} ]; do sleep 0.01; done; ls {0}'"
    ended = steps.run(
        [
            steps.Step("one", pair.format(tmp_path, "one", "two")),
            steps.Step("two", pair.format(tmp_path, "two", "one")),
            steps.Step("three", f"ls {tmp_path}"),
        ],
        lanes=2,
    )
    assert {each.name for each in ended} == {"one", "two", "three"}


def test_what_a_step_prints_is_printed_whole(
    steps: ModuleType, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    talk = "bash -c 'for i in 1 2 3; do echo {0}; sleep 0.05; done; echo {0} >&2'"
    steps.run([steps.Step(name, talk.format(name)) for name in ("aa", "bb")], lanes=2)
    told = capfdbinary.readouterr().out.decode()
    for name in ("aa", "bb"):
        assert re.search(rf"▸ {name}\n({name}\n){{4}}✓ {name}, \d+ s\n", told), told


def test_the_first_failure_ends_the_others(
    steps: ModuleType, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Also what a step has started, and nothing that waits is begun."""
    note = tmp_path / "ended"
    long = f'bash -c \'bash -c "trap \\"echo x >{note}; exit\\" TERM; sleep 60 & wait" & wait\''
    ended = steps.run(
        [
            steps.Step("long", long),
            steps.Step("breaks", "bash -c 'sleep 0.3; echo why; exit 3'"),
            steps.Step("never", f"touch {tmp_path / 'begun'}"),
        ],
        lanes=2,
    )
    assert [(each.name, each.code) for each in ended] == [("breaks", 3)]
    assert not (tmp_path / "begun").exists()
    told = capfd.readouterr()
    assert "▸ breaks\nwhy\n" in told.out
    assert re.search(r"✗ breaks failed after \d+ s \(exit status 3\)\n", told.err)
    assert "not finished: long, never\n" in told.err
    _within(note.exists, "the signal to reach what the step started")


def test_a_step_that_nothing_leads_to_is_named(steps: ModuleType) -> None:
    with pytest.raises(SystemExit, match="nothing leads to: b"):
        steps.run([steps.Step("b", "true", "no such step")], lanes=1)


def test_the_numbers_of_tests_are_added_up(steps: ModuleType) -> None:
    says = [
        b"....\n12 passed, 3 skipped in 4.00s\n",
        b"30 passed, 9 deselected in 100.00s (0:01:40)\n",
        b"All checks passed!\n",
    ]
    ended = [steps.Ended("", 0, 0, 0, 0, said) for said in says]
    assert steps.tests(ended) == "42 passed, 3 skipped"


def test_every_test_is_in_exactly_one_step(steps: ModuleType) -> None:
    """Folders that a step names are left out by the step that runs the rest."""
    commands = [step.command for step in steps.STEPS if " -m pytest" in step.command]
    ignored = {name for command in commands for name in re.findall(r"--ignore (\S+)", command)}
    named = {
        name
        for command in commands
        for name in re.findall(r" (tests/\S+)", re.sub(r"--ignore \S+", "", command))
    }
    # What not every machine has: with targets of their own, which a workflow calls.
    apart = {"tests/firefox", "tests/lighthouse"}
    assert ignored == named | apart
    workflow = (ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8")
    called = re.findall(r"run: make (.*)", workflow)
    for folder in apart:
        name = folder.removeprefix("tests/")
        assert f" {folder}\n" in (ROOT / f"tools/{name}.sh").read_text(encoding="utf-8")
        assert any(name in words.split() for words in called), name
    parts = [command.partition(" -k ")[2] for command in commands if " -k " in command]
    assert parts == ["/zh/", "/en/", "'not (/zh/ or /en/)'"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_end_from_outside_ends_all(tmp_path: Path, number: signal.Signals) -> None:
    """It reaches the script alone: each step has a group of its own."""
    code = f"""
import importlib.util, sys
spec = importlib.util.spec_from_file_location("steps", {str(SCRIPT)!r})
module = sys.modules["steps"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
module.catch()
module.run([module.Step("long", "bash -c 'echo $$ >{tmp_path}/pid; sleep 60'")], lanes=1)
"""
    running = subprocess.Popen(
        [sys.executable, "-c", code], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    _within(lambda: (tmp_path / "pid").is_file() and (tmp_path / "pid").read_text(), "its start")
    running.send_signal(number)
    running.communicate(timeout=30)
    pid = int((tmp_path / "pid").read_text())
    _within(lambda: not Path(f"/proc/{pid}").exists(), "the end of the step")


def test_where_the_time_went_is_told_from_the_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = importlib.util.spec_from_file_location("where", ROOT / "bench/where.py")
    assert spec and spec.loader
    where = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(where)
    monkeypatch.setattr(where, "NOTE", tmp_path / "steps.json")
    assert where.main() == 1
    assert "run: make test" in capsys.readouterr().err
    noted = [
        {"name": "quick", "begun": 0, "seconds": 2, "cpu": 1.5},
        {"name": "long", "begun": 2, "seconds": 8, "cpu": 9.5},
    ]
    note = {"lanes": 2, "load": 1.25, "seconds": 10, "steps": noted}
    (tmp_path / "steps.json").write_text(json.dumps(note))
    assert where.main() == 0
    lines = [line.split(maxsplit=3) for line in capsys.readouterr().out.splitlines()[1:3]]
    assert lines == [["2", "8", "10", "long"], ["0", "2", "2", "quick"]]


def _within(condition: Callable[[], object], what: str) -> None:
    for _ in range(1500):
        if condition():
            return
        time.sleep(0.02)
    pytest.fail(f"waited in vain for {what}")
