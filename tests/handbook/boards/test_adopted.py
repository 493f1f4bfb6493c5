"""The table of other people's sites, from what `make adopt` wrote."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup

from handbook.boards import adopted
from neverstale.problem import NeverstaleError

RECORD = {
    "cpu": "a processor", "cores": 2, "rounds": 3, "sample": 60,
    "python": "3.11.7", "tools": {"neverstale": "0.1.0", "sybil": "10.1.0"},
    "sites": {
        "typer": {
            "commit": "9a7b2e83f6b62c750d6026b0de9ebf2026a8b8fa",
            "date": "2026-11-30", "load": 0.4, "files": 245, "called": 150, "first_day": 0,
            "ways": {
                "neverstale": {"tried": 245, "statements": 2000, "good": 220, "reached": 1500,
                               "seconds": 6.61, "cpu": 4.04},
                "python": {"tried": 60, "statements": 500, "good": 45, "reached": 250,
                           "seconds": 31.0, "cpu": 30.0},
            },
            "left": {"sys.exit(2) ends the snippet early": 20, "ValueError: no": 5},
        }
    },
}  # fmt: skip


def site(folder: Path, text: str | None) -> Any:
    if text is not None:
        (folder / "adopted.json").write_text(text, encoding="utf-8")
    return SimpleNamespace(records=folder, relative=lambda file: file.name)


@pytest.mark.parametrize("edition", ["zh", "en"])
def test_four_lines_for_each_site_and_what_is_left(tmp_path: Path, edition: str) -> None:
    made = adopted.show(site(tmp_path, json.dumps(RECORD)), edition)
    page = BeautifulSoup(made, "html.parser")
    ways, left = (
        [[cell.text for cell in line.find_all(["th", "td"])] for line in table.find_all("tr")]
        for table in page.find_all("table")
    )
    assert ways[0][1:] == ["neverstale 0.1.0", "python file.py"]
    assert [line[1:] for line in ways[1:]] == [
        ["89.8%", "75.0%"], ["75.0%", "50.0%"], ["6.6", "31.0"], ["4.0", "30.0"]
    ]  # fmt: skip
    assert "245" in ways[1][0] and "60" in ways[3][0]
    assert left[1:] == [
        ["Typer", "20", "sys.exit(2) ends the snippet early"], ["Typer", "5", "ValueError: no"]
    ]  # fmt: skip
    assert "Typer 9a7b2e83f6" in page.text and "Typer 0" in page.text


def test_of_a_site_tried_earlier_no_seconds_of_processors_are_told(tmp_path: Path) -> None:
    old = json.loads(json.dumps(RECORD))
    for way in old["sites"]["typer"]["ways"].values():
        del way["cpu"]
    page = BeautifulSoup(adopted.show(site(tmp_path, json.dumps(old)), "en"), "html.parser")
    assert len(page.find_all("table")[0].find_all("tr")) == 4
    assert "of processors" not in page.text


def test_a_record_that_is_none_is_said(tmp_path: Path) -> None:
    assert "No site" in adopted.show(site(tmp_path, None), "en")
    with pytest.raises(NeverstaleError, match="run: make adopt"):
        adopted.show(site(tmp_path, '{"sites": []}'), "zh")
