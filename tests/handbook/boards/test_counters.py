"""The table of counters of FLOPs, from what `make counters` wrote."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup

from handbook.boards import counters
from neverstale.problem import NeverstaleError

RECORDS = Path(__file__).parents[3] / "records"
RECORD = json.loads((RECORDS / "counters.json").read_text(encoding="utf-8"))


def site(folder: Path) -> Any:
    return SimpleNamespace(records=folder, relative=lambda file: file.name)


def row(counter: str, backward: bool, flops: int, reason: str = "") -> dict[str, Any]:
    return {
        "counter": counter, "network": "depthwise", "backward": backward, "flops": flops,
        "formula": "2·F", "reason": reason,
    }  # fmt: skip


def small(folder: Path) -> Any:
    network = {"code": "a < b", "sizes": {"N": 500, "K": 3}, "formula": "2·N", "flops": 1000}
    data = {
        "date": "2026-11-29",
        "counters": {name: {"version": "1.0", "unit": "MACs"} for name in ("one", "two", "three")},
        "networks": {"depthwise": network},
        "rows": [
            row("one", False, 1000),
            row("two", False, 2000, "groups"),
            row("three", False, 2000, "groups"),
            row("one", True, 3024, "biases"),
        ],
    }
    (folder / "counters.json").write_text(json.dumps(data), encoding="utf-8")
    return site(folder)


@pytest.mark.parametrize("edition", ["zh", "en"])
def test_a_count_stands_beside_that_by_hand(tmp_path: Path, edition: str) -> None:
    page = BeautifulSoup(counters.show(small(tmp_path), edition), "html.parser")
    by_hand, forward, backward, why = (
        [[cell.text for cell in line.find_all(["th", "td"])] for line in table.find_all("tr")[1:]]
        for table in page.find_all("table")
    )
    assert by_hand[0][1:] == ["a < b", "N=500, K=3", "2·N", "1,000"]
    assert forward == [
        ["one 1.0", "MACs", "1"], ["two 1.0", "MACs", "2"], ["three 1.0", "MACs", "2"],
    ]  # fmt: skip
    assert backward == [["one 1.0", "MACs", "1.008"]]
    says = counters.WORDS[edition]["says"]
    assert [(one[1], one[3]) for one in why] == [
        (counters.WORDS[edition]["join"].join(["two", "three"]),
         says.format(said="2·F = 2,000", right="F")),
        ("one", says.format(said="2·F = 3,024", right="3·F")),
    ]  # fmt: skip
    assert [one.text for one in page.find_all("strong")] == ["2", "2"]
    assert "| two 1.0 | MACs | **2** |" in counters.markdown(small(tmp_path), edition)


def test_a_record_that_is_none_is_said(tmp_path: Path) -> None:
    assert "Nothing" in counters.show(site(tmp_path), "en")
    (tmp_path / "counters.json").write_text('{"rows": []}', encoding="utf-8")
    with pytest.raises(NeverstaleError, match="run: make counters"):
        counters.show(site(tmp_path), "zh")


def test_every_recorded_number_is_what_its_formula_says() -> None:
    for one in RECORD["rows"]:
        network = RECORD["networks"][one["network"]]
        letters = {**network["sizes"], "F": number(network["formula"], network["sizes"])}
        assert network["flops"] == letters["F"]
        assert one["flops"] == number(one["formula"], letters), one
        right = letters["F"] * (3 if one["backward"] else 1)
        assert (one["flops"] == right) == (one["reason"] == ""), one


@pytest.mark.parametrize("edition", ["zh", "en"])
def test_every_reason_has_its_words_and_no_words_are_left_over(edition: str) -> None:
    reasons = {one["reason"] for one in RECORD["rows"]} - {""}
    assert set(counters.WORDS[edition]["reasons"]) == reasons
    assert reasons > counters.WRONG


def test_of_ours_none_is_wrong_and_what_differs_is_what_a_gpu_computes_again() -> None:
    ours = [one for one in RECORD["rows"] if one["counter"] == "gpuguide"]
    assert len(ours) == 2 * len(RECORD["networks"])
    assert {one["reason"] for one in ours} == {"", "recomputed"}


def test_what_the_page_says_of_the_others() -> None:
    wrong = {
        (one["counter"], one["network"], one["backward"])
        for one in RECORD["rows"]
        if one["reason"] in counters.WRONG
    }
    forward = {counter for counter, _, backward in wrong if not backward}
    assert forward == set(RECORD["counters"]) - {"torch (meta)", "gpuguide"}
    meta = {(network, backward) for counter, network, backward in wrong if "meta" in counter}
    assert meta == {("depthwise", True)}


def number(formula: str, letters: dict[str, int]) -> int:
    return int(eval(formula.replace("·", "*").replace("−", "-"), {}, letters))
