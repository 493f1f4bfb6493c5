"""The table of errors by GPU and family says what the record and the estimate give."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from gpuguide.catalogue import find
from gpuguide.choice.choose import middle
from gpuguide.cost.memory import Range
from gpuguide.cost.speed import time_of
from gpuguide.measuring.steps import FILE, read
from handbook.boards import cards
from neverstale.project import load

ROOT = Path(__file__).parents[3]


def test_a_line_by_hand() -> None:
    rows = [
        one
        for one in read(ROOT / FILE)
        if not one.fit and one.gpu == "rtx-5090" and one.family == "hybrid"
    ]
    off, inside = [], 0
    for one in rows:
        found = time_of(one.groups, find("rtx-5090"))
        assert isinstance(found, Range)
        off.append(abs(middle(found) / one.seconds - 1))
        inside += found.low <= one.seconds <= found.high
    line = next(
        one
        for one in cards.errors(ROOT / FILE)
        if (one.gpu, one.training, one.family) == ("rtx-5090", False, "hybrid")
    )
    assert (line.rows, line.median) == (len(rows), statistics.median(off))
    assert line.inside == inside / len(rows)


def test_lines_of_families_add_up() -> None:
    found = cards.errors(ROOT / FILE)
    whole = [one for one in found if one.family == "all"]
    assert len(whole) == 5
    assert sum(one.rows for one in found) == 2 * sum(one.rows for one in whole)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_page_and_twin_say_the_same(language: str) -> None:
    settings = load(ROOT)
    page = BeautifulSoup(cards.show(settings, language, "/"), "html.parser")
    cells = [[one.text for one in row.find_all(["th", "td"])] for row in page.find_all("tr")]
    lines = cards.markdown(settings, language).splitlines()
    assert [f"| {' | '.join(row)} |" for row in cells] == [lines[0], *lines[2:]]
    assert len(cells) == 1 + len(cards.errors(ROOT / FILE))
    # Each GPU and use is a group of its own, its families below it.
    assert [len(body.find_all("tr")) for body in page.find_all("tbody")] == [4] * 5
