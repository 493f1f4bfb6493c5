"""The table of others' models, from what `make zoo` wrote."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup

from handbook.boards import zoo
from neverstale.problem import NeverstaleError

RECORD = Path(__file__).parents[3] / "records" / "zoo.json"


def site(folder: Path) -> Any:
    return SimpleNamespace(records=folder, relative=lambda file: file.name)


def row(library: str, outcome: str, reason: str = "") -> dict[str, str]:
    return {"library": library, "name": "a < b | c", "outcome": outcome, "reason": reason}


@pytest.mark.parametrize("edition", ["zh", "en"])
def test_counts_by_library_and_what_is_not_equal(tmp_path: Path, edition: str) -> None:
    rows = [row("timm", "works"), row("timm", "refused", "reads <values>"), row("torch", "at most")]
    data = {"date": "2026-11-29", "versions": {"timm": "1.0", "torch": "2.13"}, "rows": rows}
    (tmp_path / "zoo.json").write_text(json.dumps(data), encoding="utf-8")
    page = BeautifulSoup(zoo.show(site(tmp_path), edition), "html.parser")
    counts, rest = (
        [[cell.text for cell in line.find_all(["th", "td"])] for line in table.find_all("tr")[1:]]
        for table in page.find_all("table")
    )
    assert counts[0] == ["timm 1.0", "2", "1", "0", "1", "0"]
    assert counts[1][1:] == ["1", "0", "1", "0", "0"]
    assert [one[0] for one in rest] == ["timm: a < b | c", "torch: a < b | c"]
    assert rest[0][2] == "reads <values>"
    twin = zoo.markdown(site(tmp_path), edition)
    assert "| timm 1.0 | 2 | 1 | 0 | 1 | 0 |" in twin and r"a < b \| c" in twin


def test_a_record_that_is_none_is_said(tmp_path: Path) -> None:
    assert "No models" in zoo.show(site(tmp_path), "en")
    (tmp_path / "zoo.json").write_text('{"rows": []}', encoding="utf-8")
    with pytest.raises(NeverstaleError, match="run: make zoo"):
        zoo.show(site(tmp_path), "zh")


def test_nothing_recorded_is_wrong_and_few_are_refused() -> None:
    rows = json.loads(RECORD.read_text(encoding="utf-8"))["rows"]
    assert len(rows) >= 60
    assert len({(one["library"], one["name"]) for one in rows}) == len(rows)
    outcomes = [one["outcome"] for one in rows]
    assert "wrong" not in outcomes
    assert outcomes.count("refused") <= 0.05 * len(rows)


def test_figures_that_differ_are_said_in_the_language_and_errors_as_raised(tmp_path: Path) -> None:
    differs = "gradients 1200, on the CPU 800, flops 30, on the CPU 20"
    error = "a.py:3: gradients 1200, on the CPU 800, too"
    rows = [row("timm", "at most", differs), row("timm", "refused", error)]
    data = {"date": "2026-11-29", "versions": {"timm": "1.0"}, "rows": rows}
    (tmp_path / "zoo.json").write_text(json.dumps(data), encoding="utf-8")
    page = BeautifulSoup(zoo.show(site(tmp_path), "zh"), "html.parser")
    said, raised = (line.find_all("td")[-1] for line in page.find_all("tr")[-2:])
    assert said.text == "梯度 1,200（CPU 上 800），FLOPs 30（CPU 上 20）" and not said.get("lang")
    assert raised.text == error and raised["lang"] == "en"
    assert "gradients 1,200 (on the CPU 800), FLOPs 30" in zoo.show(site(tmp_path), "en")
