"""What a run proved, as files."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from neverstale.problem import NeverstaleError
from neverstale.proof import record
from neverstale.proof.record import Record

if TYPE_CHECKING:
    from conftest import Site

FIGURES = {"a.svg": "<svg>一</svg>", "b.svg": "<svg/>"}
RECORD = Record(
    snippet="ch/a.py",
    fingerprint="f" * 64,
    text="e" * 64,
    device="cpu",
    device_name="2 × Some CPU",
    python="3.11.7",
    packages={"torch": "2.13.0", "numpy": "2.4.6"},
    cuda=None,
    date="2026-11-23",
    seconds=0.25,
    peak_memory_bytes=2**20,
    output=((3, "one\n"), (5, "二\n"), (5, "three\n")),
    figures={name: record.hash_text(svg) for name, svg in FIGURES.items()},
    lines={},
)


@pytest.fixture
def written(site: Site) -> Path:
    return record.write(site.load(), RECORD, FIGURES)


def problem(site: Site, name: str = "ch/a.py", device: str = "cpu") -> str:
    with pytest.raises(NeverstaleError) as caught:
        record.read(site.load(), name, device)
    return str(caught.value)


def test_what_was_written_is_read(site: Site, written: Path) -> None:
    assert record.read(site.load(), "ch/a.py", "cpu") == RECORD
    assert record.read(site.load(), "ch/a.py", "cuda") is None
    assert site.read("records/ch/a.cpu/a.svg") == FIGURES["a.svg"]
    assert RECORD.printed(4, 5) == "二\nthree\n"
    assert RECORD.printed(6, 9) == ""


def test_the_same_record_is_the_same_file(site: Site, written: Path) -> None:
    before = written.read_bytes()
    again = record.read(site.load(), "ch/a.py", "cpu")
    assert again is not None
    record.write(site.load(), again, FIGURES)
    assert written.read_bytes() == before


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("output", [[3, "two\n"]]),
        ("fingerprint", "0" * 64),
        ("device_name", "NVIDIA H200"),
        ("date", "2030-01-01"),
        ("digest", None),
        ("digest", "0" * 64),
    ],
)
def test_an_edit_by_hand_is_found(site: Site, written: Path, key: str, value: object) -> None:
    data = json.loads(written.read_text())
    data[key] = value
    written.write_text(json.dumps(data))
    told = "records/ch/a.cpu.json: changed after it was written"
    assert problem(site) == told


@pytest.mark.parametrize("content", ["", "{", "[]", "1", "null", "<<<<<<< HEAD\n{}"])
def test_a_file_that_is_no_record_is_told_of(site: Site, written: Path, content: str) -> None:
    written.write_text(content)
    assert problem(site).startswith("records/ch/a.cpu.json: ")


def test_a_record_of_another_version_is_told_of(site: Site, written: Path) -> None:
    data = json.loads(written.read_text())
    del data["digest"], data["cuda"]
    data["digest"] = record._digest(data)
    written.write_text(json.dumps(data))
    assert problem(site) == "records/ch/a.cpu.json: of another version"


@pytest.mark.parametrize(
    ("day", "told"),
    [("2999-01-01", "of 2999-01-01, a day that is yet to come"), ("<b>", "of another version")],
)
def test_a_record_of_no_day(site: Site, written: Path, day: str, told: str) -> None:
    data = json.loads(written.read_text())
    del data["digest"]
    data["date"] = day
    data["digest"] = record._digest(data)
    written.write_text(json.dumps(data))
    assert problem(site) == f"records/ch/a.cpu.json: {told}"


@pytest.mark.parametrize(
    "field",
    [
        {"seconds": float("nan")},
        {"seconds": -1},
        {"peak_memory_bytes": -1},
        {"lines": {"ch/a.py": "1-9999999999"}},  # a set of them would take all memory
    ],
)
def test_numbers_beyond_all_bounds(site: Site, written: Path, field: dict[str, Any]) -> None:
    written.write_text(record.text_of(dataclasses.replace(RECORD, **field)))
    assert problem(site) == "records/ch/a.cpu.json: of another version"


@pytest.mark.parametrize(("name", "device"), [("ch/b.py", "cpu"), ("ch/a.py", "cuda")])
def test_a_copy_from_elsewhere_is_found(site: Site, written: Path, name: str, device: str) -> None:
    copy = record.path_of(site.load(), name, device)
    copy.write_bytes(written.read_bytes())
    assert problem(site, name, device) == (
        f"{site.load().relative(copy)}: is the record of ch/a.py on cpu"
    )


@pytest.mark.parametrize("edit", ["changed", "gone"])
def test_a_figure_that_is_not_the_one_drawn_is_found(site: Site, written: Path, edit: str) -> None:
    path = site.root / "records/ch/a.cpu/a.svg"
    if edit == "gone":
        path.unlink()
    else:
        path.write_text("<svg>two</svg>")
    assert problem(site) == ("records/ch/a.cpu/a.svg: missing or changed after it was drawn")


def test_figures_of_earlier_runs_do_not_stay(site: Site, written: Path) -> None:
    folder = site.root / "records/ch/a.cpu"
    one = dataclasses.replace(RECORD, figures={"a.svg": RECORD.figures["a.svg"]})
    record.write(site.load(), one, {"a.svg": FIGURES["a.svg"]})
    assert [path.name for path in folder.iterdir()] == ["a.svg"]
    record.write(site.load(), dataclasses.replace(RECORD, figures={}), {})
    assert not folder.exists()


def test_a_write_that_is_cut_short_leaves_the_old_record(
    site: Site, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = written.read_bytes()

    def cut(source: object, target: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", cut)
    with pytest.raises(KeyboardInterrupt):
        record.write(site.load(), dataclasses.replace(RECORD, seconds=9.0, figures={}), {})
    assert written.read_bytes() == before
    assert record.read(site.load(), "ch/a.py", "cpu") == RECORD
