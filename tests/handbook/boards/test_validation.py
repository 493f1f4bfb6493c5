"""How right the estimates are, as a page says it: from a made-up file, of which nothing is true."""

from __future__ import annotations

import contextlib
import json
import logging
import re
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup, Tag
from markdown import Markdown

from gpuguide.measuring import validate
from gpuguide.measuring.seal import digest
from handbook.boards.validation import chart, data, table
from handbook.boards.validation.words import FAMILY, WORDS, say
from handbook.building.markdown_pages import write_markdown
from handbook.building.render import BuiltPage, Rendered
from handbook.building.root import copy_validation
from handbook.errors import HandbookError
from neverstale.project import Project, load
from neverstale.proof import status
from neverstale.source import sources

EDITIONS = ("zh", "en")
REAL = Path(__file__).resolve().parents[3]


def pair(predicted: float | None, measured: float, **more: float) -> dict[str, float | None]:
    return {"predicted": predicted, "measured": measured, **more}


def row(name: str, family: str, error: float, *, split: str = "report") -> dict[str, Any]:
    """A configuration of which every quantity is off by about `error`."""
    size, time = 1e9 + 1e7 * len(name), 0.02
    predicted = time * (1 + 4 * error)
    return {
        "configuration": {"name": name, "family": family, "model": name, "batch": 8},
        "split": split,
        "allocated": pair(size * (1 + error), size),
        "reserved": pair(size * 1.1 * (1 - 2 * error), size * 1.1),
        "device_memory": pair(size * 1.5 * (1 + error), size * 1.5),
        "step_time": pair(predicted, time, low=predicted * 0.8, high=predicted * 1.2),
    }


def made_up() -> dict[str, Any]:
    """A small file in the form that `make validate` writes."""
    rows = [
        row("cnn-a", "cnn", 0.01),
        row("cnn-b", "cnn", -0.03),
        row("cnn-<fit>", "cnn", 0.4, split="fit"),
        row("rnn-a", "rnn", 0.015),
        row("rnn-b", "rnn", -0.12),
        row("transformer-a", "transformer", 0.0),
    ]
    rows[-1]["step_time"] = pair(None, 0.3)
    return {
        "device": "Made-up <GPU>", "gpu": "rtx-4090", "torch": "9.9.9", "cuda": "99.9",
        "date": "2000-01-01", "rows": rows, "summary": {"allocated": {"median": 99}},
    }  # fmt: skip


Put = Callable[[Any], Project]


@pytest.fixture
def put(project_root: Path, monkeypatch: pytest.MonkeyPatch) -> Put:
    """Write the file into the small project, in which everything then runs."""
    monkeypatch.chdir(project_root)

    def write(content: Any) -> Project:
        if isinstance(content, dict):
            with contextlib.suppress(KeyError, TypeError, AttributeError):  # no such document
                content = {"digest": digest(content)} | content
        text = content if isinstance(content, str) else json.dumps(content, indent=1)
        (project_root / "records").mkdir(exist_ok=True)
        (project_root / "records" / data.FILE).write_text(text, encoding="utf-8")
        return load(project_root)

    return write


def render(edition: str, text: str = "[[validation]]") -> BeautifulSoup:
    settings = {"handbook.boards.markdown": {"edition": edition, "root": "/book/"}}
    extensions = ["pymdownx.superfences", "handbook.boards.markdown"]
    made = Markdown(extensions=extensions, extension_configs=settings).convert(text)
    return BeautifulSoup(made, "html.parser")


def cells(line: Tag) -> list[str]:
    return [cell.get_text() for cell in line.select("th, td")]


# ---------------------------------------------------------------- Nothing measured, or not readable


@pytest.mark.parametrize("edition", EDITIONS)
def test_nothing_measured_is_said(
    edition: str, project_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project_root)
    assert render(edition).get_text() == WORDS[edition]["none"]
    assert not render(edition).select("table, svg, a")
    assert table.markdown(None, edition, "../") == WORDS[edition]["none"]
    copy_validation(load(project_root), project_root / "site")
    assert not (project_root / "site").exists()


def test_code_is_left_alone(put: Put) -> None:
    put(made_up())
    assert "[[validation]]" in render("en", "``` { .text }\n[[validation]]\n```").get_text()


def without(*path: str | int) -> dict[str, Any]:
    found: Any = made_up()
    part = found
    for key in path[:-1]:
        part = part[key]
    del part[path[-1]]
    return found  # type: ignore[no-any-return]


def changed(value: object, *path: str | int) -> dict[str, Any]:
    found: Any = made_up()
    part = found
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    return found  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("content", "line", "told"),
    [
        ('{\n"device": oops}', 2, "Expecting value"),
        ("[]", 0, "list"),
        (without("torch"), 0, "'torch' is missing"),
        (changed([], "rows"), 0, "no rows"),
        (changed(5, "date"), 0, "date is 5"),
        (without("rows", 3, "split"), 0, "row 4: 'split' is missing"),
        (without("rows", 0, "reserved"), 0, "row 1: 'reserved' is missing"),
        (changed("gan", "rows", 0, "configuration", "family"), 0, "row 1: family is 'gan'"),
        (changed("test", "rows", 1, "split"), 0, "row 2: split is 'test'"),
        (changed(0, "rows", 1, "step_time", "measured"), 0, "row 2: step_time: measured is 0"),
        (
            changed("1", "rows", 1, "allocated", "predicted"),
            0,
            "row 2: allocated: predicted is '1'",
        ),
        (changed(None, "rows", 0, "allocated", "measured"), 0, "measured is None"),
        (changed(float("nan"), "rows", 0, "allocated", "measured"), 0, "measured is nan"),
        (changed(3, "rows", 0, "allocated"), 0, "row 1"),
        (made_up() | {"digest": "0" * 64}, 0, "edited after it was measured"),
    ],
)
def test_what_is_not_readable_is_told_in_a_line(
    put: Put, content: Any, line: int, told: str, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    project = put(content)
    with pytest.raises(HandbookError) as raised:
        data.read(project)
    (problem,) = raised.value.problems
    assert (problem.path, problem.line) == ("records/validation.json", line)
    assert told in problem.message and "make validate" in problem.message
    assert "\n" not in str(raised.value)
    with pytest.raises(HandbookError):
        copy_validation(project, tmp_path)
    with caplog.at_level(logging.WARNING):
        page = render("en")
    assert page.select_one(".ns-error")
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [problem.path]


# ---------------------------------------------------------------- Measured


def test_the_arithmetic_is_that_of_the_measuring_program(put: Put) -> None:
    found = data.read(put(made_up()))
    assert found
    theirs = validate.summary(made_up()["rows"])
    assert set(theirs) == set(data.QUANTITIES) == set(validate.QUANTITIES)
    assert data.GOALS == validate.GOALS
    for quantity, one in theirs.items():
        ours = data.errors(found.reported, quantity)
        assert ours
        assert ours == data.Errors(one["rows"], one["median"], one["percentile90"])


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_table_is_worked_out_from_the_rows(put: Put, edition: str) -> None:
    put(made_up())
    bodies = render(edition).select(".hb-validation__errors tbody")
    assert len(bodies) == len(data.QUANTITIES)
    for quantity, body in zip(data.QUANTITIES, bodies, strict=True):
        lines = [cells(line) for line in body.select("tr")]
        assert [line[0] for line in lines] == [say(quantity, edition), *FAMILY.values()]
        for family, line in zip((None, *data.FAMILIES), lines, strict=True):
            errors = sorted(
                abs(one[quantity]["predicted"] / one[quantity]["measured"] - 1)
                for one in made_up()["rows"]
                if one["split"] == "report"
                and one[quantity]["predicted"] is not None
                and family in (None, one["configuration"]["family"])
            )
            assert line[1] == str(len(errors))
            if errors:
                assert line[2].startswith(f"{statistics.median(errors):.1%}")
                assert line[3].startswith(f"{errors[int(0.9 * len(errors))]:.1%}")
            else:
                assert line[2:] == [say("unknown", edition)] * 2


@pytest.mark.parametrize("edition", EDITIONS)
def test_goals_are_judged_in_words_and_with_a_sign(put: Put, edition: str) -> None:
    found = data.read(put(made_up()))
    assert found
    page = render(edition)
    shown = [
        (str(one["data-goal"]), one.get_text())
        for one in page.select(".hb-validation__errors [data-goal]")
    ]
    # Errors: 0, 1, 1.5, 3 and 12 % of memory, four times as much of time, but one unknown.
    assert data.goals(found) == [True, False, True, True, False]
    goals = [("met", "2%"), ("missed", "6%"), ("met", "5%"), ("met", "15%"), ("missed", "35%")]
    assert shown == [
        (key, f"{'✓' if key == 'met' else '✗'} {say(key, edition, goal=goal)}")
        for key, goal in goals
    ]
    told = page.select_one(".ns-summary")
    assert told
    assert re.findall(r"\d+", told.get_text())[-2:] == (
        ["5", "3"] if edition == "zh" else ["3", "5"]
    )


@pytest.mark.parametrize("edition", EDITIONS)
def test_what_was_measured_where_and_when(put: Put, edition: str) -> None:
    put(made_up())
    told = render(edition).select_one(".ns-summary")
    assert told and told.a
    assert told.a["href"] == f"/book/{edition}/guide/table/#rtx-4090"
    for part in ("Made-up <GPU>", "9.9.9", "99.9", "2000-01-01", "5"):
        assert part in told.get_text()
    put(made_up() | {"gpu": None, "cuda": None})
    told = render(edition).select_one(".ns-summary")
    assert told and not told.a and "CUDA" not in told.get_text()


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_row_with_its_sign(put: Put, edition: str) -> None:
    put(made_up())
    page = render(edition)
    lines = [cells(line) for line in page.select(".hb-validation__rows tbody tr")]
    assert [line[0] for line in lines] == [
        one["configuration"]["name"] for one in made_up()["rows"]
    ]
    assert [line[1] for line in lines].count(say("fit", edition)) == 1
    assert lines[0][4] == "+1.0%" and lines[1][4] == "−3.0%" and lines[5][4] == "0.0%"
    assert lines[0][11] == "20.8 16.6–25" and lines[0][12] == "20"
    assert lines[5][11:] == ["—", "300", ""]
    frame = page.select_one("details .hb-validation__frame")
    assert frame and frame["tabindex"] == "0" and frame["aria-label"]
    assert page.select('a[href="/book/validation.json"]')


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_charts_are_well_formed_and_say_what_they_show(put: Put, edition: str) -> None:
    found = data.read(put(made_up()))
    assert found
    for quantity, points in (("device_memory", 6), ("step_time", 5)):
        drawn = chart.figure(found, quantity, edition)
        svg = ElementTree.fromstring(drawn)[0]
        assert svg.attrib["role"] == "img"
        assert svg.attrib["aria-label"] == chart.about(found, quantity, edition)
        marks = [one for one in svg if one.find("title") is not None]
        assert len(marks) == points
        hollow = [one for one in marks if one.attrib["fill"] == "var(--hb-paper)"]
        assert ["".join(one.itertext()) for one in hollow] == ["cnn-<fit>"]
        shapes = {one.attrib["d"] for one in marks}
        assert len(shapes) == (3 if quantity == "device_memory" else 2)
        assert all(text.text for text in svg.iter("text"))
        assert not re.search(r"#[0-9a-f]{3,6}\b|rgb", drawn)  # colours are tokens
        assert "nan" not in drawn
        for one in marks:
            x, y = map(float, re.findall(r"[\d.]+", one.attrib["transform"]))
            assert chart.LEFT <= x <= chart.LEFT + chart.SIDE
            assert chart.TOP <= y <= chart.TOP + chart.SIDE
    # Off by 4, 6, 12 and 48 %: three within 20 %, three inside a range of a fifth on both sides.
    assert [int(one) for one in re.findall(r"\d+", chart.about(found, "step_time", "en"))] == [
        20, 3, 4, 3, 4
    ]  # fmt: skip


def test_a_chart_of_nothing_is_left_out(put: Put) -> None:
    content = made_up()
    for one in content["rows"]:
        one["step_time"] = pair(None, 0.1)
    found = data.read(put(content))
    assert found and chart.figure(found, "step_time", "en") == ""
    assert len(render("en").select("figure")) == 1


def test_both_languages_say_the_same_things() -> None:
    assert WORDS["zh"].keys() == WORDS["en"].keys()
    for key, text in WORDS["en"].items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", WORDS["zh"][key])), key


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_twin_has_the_numbers(put: Put, edition: str) -> None:
    project = put(made_up())
    page = project.editions[edition] / "guide/estimate.md"
    page.parent.mkdir()
    page.write_text("# X {#x}\n\n[[validation]]\n", encoding="utf-8")
    out = project.root / "out"
    built = BuiltPage("guide/estimate.md", "guide/estimate/", "X", "")
    write_markdown(status.read(sources.read(project)), (Rendered(edition, pages=(built,)),), out)
    text = (out / edition / "guide/estimate/index.md").read_text(encoding="utf-8")
    assert "[[validation]]" not in text and "<table" not in text
    assert "(../../../validation.json)" in text
    found = data.read(project)
    assert found
    errors = data.errors(found.reported, "allocated")
    assert errors and f"| {errors.rows} | {errors.median:.1%} ✓" in text
    widths = [line.count("|") for line in text.splitlines() if line.startswith("|")]
    assert widths == [5] * 18 + [15] * 8


def test_the_site_offers_the_file_as_it_is(put: Put, tmp_path: Path) -> None:
    project = put(made_up())
    copy_validation(project, tmp_path)
    kept = project.records / data.FILE
    assert (tmp_path / data.FILE).read_bytes() == kept.read_bytes()


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_page_shows_it(edition: str) -> None:
    text = (REAL / f"docs/{edition}/guide/estimate.md").read_text(encoding="utf-8")
    assert text.count("\n\n[[validation]]\n\n") == 1
