"""What `make others` makes of a tool's behaviour, with tools that are made up."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).parents[2] / "bench"


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(BENCH))
    return importlib.import_module("others.judge")


@pytest.fixture
def case(judge: Any) -> Callable[..., Any]:
    """A case whose page claims 41, of code that prints 42."""
    document = judge.Document("print(42)\n#> 41\n")

    def case(**options: Any) -> Any:
        return judge.Case(document, **{"told": "not 41", "truth": "^42$", **options})

    return case


@pytest.fixture
def tool(judge: Any) -> Callable[..., Any]:
    """A tool of which each run ends as is said here, in turn: refused, said, page."""

    def tool(*ends: tuple[bool, str, str], writes: bool = False) -> Any:
        class Told(judge.Tool):  # type: ignore[misc]
            def run(self, folder: Path, seed: int) -> Any:
                return next(outcomes)

        outcomes = (judge.Outcome(*end) for end in ends)
        return Told("told", "told", lambda document, fence: document.text, writes)

    return tool


def test_a_failure_counts_for_the_reason_that_it_gives(judge: Any, case: Any, tool: Any) -> None:
    assert judge.judge(tool((True, "it is 42, not 41", "")), case()).word == "caught"
    assert judge.judge(tool((True, "INTERNALERROR> no", "")), case()).word == "crash"
    for said in ("no module named x", "ruff failed: x is not 41"):
        with pytest.raises(judge.Wrong, match="does not say"):
            judge.judge(tool((True, said, "")), case())


def test_what_passes_is_judged_by_its_page(judge: Any, case: Any, tool: Any) -> None:
    assert judge.judge(tool((False, "", "print(42)\n\n41")), case()).word == "through"
    true = (False, "", "print(42)\n\n42")
    assert judge.judge(tool(true), case()).word == "shown"
    assert judge.judge(tool(true, writes=True), case(typed=True)).word == "cannot"
    assert judge.judge(tool(true), case(truth=None)).word == "through"


def test_another_day_and_other_code(judge: Any, case: Any, tool: Any) -> None:
    good, bad = (False, "", "41"), (True, "not 41", "")
    assert judge.judge(tool(good, bad), case(daily=True, truth=None)).word == "later"
    assert judge.judge(tool(good, good), case(daily=True, truth=None)).word == "through"
    edited = judge.Document("print(43)\n#> 41\n")
    assert judge.judge(tool(good, bad), case(edited=edited)).word == "caught"


def test_what_a_reader_copies_is_run(judge: Any, tool: Any, case: Any) -> None:
    for code, word in (("print(41)", "shown"), (">>> print(42)\n41\n", "through")):
        outcome = judge.Outcome(False, "", "41", code)
        told = tool()
        object.__setattr__(told, "run", lambda *_, found=outcome: found)
        assert judge.judge(told, case(copied=True)).word == word


def test_a_block_that_is_not_run_is_told_from_one_that_passes(judge: Any, tool: Any) -> None:
    """By the file that its code leaves behind."""
    fence = importlib.import_module("others.notation").ODD["tilde"]
    page = "print(1)\nraise ValueError(10)"

    def ends(ran: bool, *end: Any) -> str:
        told = tool()

        def run(folder: Path, seed: int) -> Any:
            if ran:
                (folder / "ran").touch()
            return judge.Outcome(*end)

        object.__setattr__(told, "run", run)
        return str(judge.block(told, fence).word)

    assert ends(True, True, "ValueError: 10", "") == "caught"
    assert ends(True, False, "", page) == "through"
    assert ends(False, False, "", page) == "unseen"
    for wrong in ((True, "no such option", ""), (False, "", "the page lacks it")):
        with pytest.raises(judge.Wrong):
            ends(False, *wrong)


@pytest.mark.parametrize(
    ("ends", "match"),
    [
        ([(True, "broken", "")], "true"),
        ([(False, "", "no output")], "true"),
        ([(False, "", "10"), (False, "", "10")], "false passes"),
        ([(False, "", "10"), (True, "no such option", "")], "does not say"),
    ],
)
def test_controls_that_do_not_hold(judge: Any, tool: Any, ends: Any, match: str) -> None:
    with pytest.raises(judge.Wrong, match=match):
        judge.control(tool(*ends))
