"""The table of what other tools let through, from what `make others` wrote."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup

from handbook.boards import others
from neverstale.problem import NeverstaleError

RECORDS = Path(__file__).parents[3] / "records"
RECORD = json.loads((RECORDS / "others.json").read_text(encoding="utf-8"))


def site(folder: Path) -> Any:
    return SimpleNamespace(records=folder, relative=lambda file: file.name)


def small(folder: Path) -> Any:
    data = {
        "date": "2026-11-30",
        "tools": {name: {"version": "1.0", "command": f"{name} <x>"} for name in ("one", "two")},
        "cases": {
            "typed": {"one": "caught", "two": "through"},
        },
        "blocks": {"tilde": {"one": "unseen", "two": "caught"}},
    }
    (folder / "others.json").write_text(json.dumps(data), encoding="utf-8")
    return site(folder)


@pytest.mark.parametrize("edition", ["zh", "en"])
def test_a_line_for_each_untruth_and_a_column_for_each_tool(tmp_path: Path, edition: str) -> None:
    say = others.WORDS[edition]
    page = BeautifulSoup(others.show(small(tmp_path), edition), "html.parser")
    verdicts, blocks, tools = (
        [[cell.text for cell in line.find_all(["th", "td"])] for line in table.find_all("tr")]
        for table in page.find_all("table")
    )
    caught, through = say["verdicts"]["caught"], say["verdicts"]["through"].strip("*")
    assert verdicts[0][1:] == ["one", "two"]
    assert verdicts[1:] == [[say["cases"]["typed"], caught, through]]
    unseen = say["verdicts"]["unseen"].strip("*")
    assert blocks[1:] == [[say["blocks"]["tilde"], unseen, caught]]
    assert [one.text for one in page.find_all("strong")] == [through, unseen]
    assert tools[1:] == [["one", "1.0", "one <x>"], ["two", "1.0", "two <x>"]]
    assert f"| {caught} | **{through}** |" in others.markdown(small(tmp_path), edition)


def test_a_record_that_is_none_is_said(tmp_path: Path) -> None:
    assert "No tool" in others.show(site(tmp_path), "en")
    (tmp_path / "others.json").write_text('{"tools": []}', encoding="utf-8")
    with pytest.raises(NeverstaleError, match="run: make others"):
        others.show(site(tmp_path), "zh")


@pytest.mark.parametrize("edition", ["zh", "en"])
def test_every_untruth_has_its_words_and_no_words_are_left_over(edition: str) -> None:
    say = others.WORDS[edition]
    words = set()
    for kind in ("cases", "blocks"):
        assert set(say[kind]) == set(RECORD[kind])
        words |= {one for case in RECORD[kind].values() for one in case.values()}
    assert set(say["verdicts"]) == words


def test_every_tool_has_a_verdict_on_every_untruth() -> None:
    for case in (*RECORD["cases"].values(), *RECORD["blocks"].values()):
        assert set(case) == set(RECORD["tools"])


def test_ours_lets_none_through() -> None:
    ours = {case: found["neverstale"] for case, found in RECORD["cases"].items()}
    assert {case for case, verdict in ours.items() if verdict not in ("caught", "shown")} == set()
    assert {found["neverstale"] for found in RECORD["blocks"].values()} == {"caught"}


def test_what_the_page_says_of_the_others() -> None:
    others = set(RECORD["tools"]) - {"neverstale"}
    assert len(others) == 6
    for case in ("exit", "unreached"):
        assert {RECORD["cases"][case][tool] for tool in others} == {"through"}, case
    assert {RECORD["cases"][case]["Quarto"] for case in ("child", "stderr", "thread")} == {"shown"}
    assert {found["markdown-exec"] for found in RECORD["blocks"].values()} == {"caught"}
    for tool in others - {"markdown-exec"}:
        assert "unseen" in {found[tool] for found in RECORD["blocks"].values()}, tool
