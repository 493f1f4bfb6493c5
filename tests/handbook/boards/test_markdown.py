"""What is made of data and stands on a line of its own: on the page, and in its Markdown twin."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from markdown import Markdown

from gpuguide.catalogue import load
from handbook.boards import markdown as boards
from handbook.boards.markdown import BOARDS, Place
from handbook.errors import Mistake
from neverstale import project

ROOT = Path(__file__).parents[3]
EDITIONS = ("zh", "en")
UP = "../../../"


def place(edition: str, root: str = "/") -> Place:
    return Place(project.load(ROOT), edition, root)


def render(text: str) -> str:
    extensions = ["pymdownx.superfences", "handbook.boards.markdown"]
    settings = {"handbook.boards.markdown": {"edition": "en", "root": "/book/"}}
    return Markdown(extensions=extensions, extension_configs=settings).convert(text)


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("name", BOARDS)
def test_each_has_a_twin_without_html(name: str, edition: str) -> None:
    line = f"[[{name}]]"
    assert boards.show(line, place(edition)).startswith("<")
    twin = boards.expand(f"A\n\n{line}\n\nB", place(edition, UP))
    assert twin.startswith("A\n\n") and twin.endswith("\n\nB")
    assert line not in twin and not re.search(r"<(table|div|a|ul)\b", twin)


@pytest.mark.parametrize("name", BOARDS)
def test_each_stands_on_a_page(name: str) -> None:
    for edition in EDITIONS:
        pages = (ROOT / f"docs/{edition}").rglob("*.md")
        assert any(f"\n[[{name}]]\n" in page.read_text(encoding="utf-8") for page in pages)


@pytest.mark.parametrize(
    "text",
    [
        "``` { .text }\n[[gpu-summary]]\n```",
        "``` { .text }\n\n[[gpu-summary]]\n\n```",
        "The line `[[gpu-summary]]` stands alone.",
    ],
)
def test_what_is_spoken_of_stays_as_it_is(text: str, caplog: pytest.LogCaptureFixture) -> None:
    assert "[[gpu-summary]]" in render(text)
    assert boards.expand(text, place("en")) == text
    assert not caplog.records


@pytest.mark.parametrize("line", ["[[gpu-tabel]]", "[[gpu-chart:nothing]]", "[[validaton]]"])
def test_a_slip_is_a_warning(line: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Mistake, match="gpu-chart:memory-price"):
        boards.show(line, place("en"))
    assert boards.expand(line, place("en")) == line
    assert 'class="ns-error"' in render(f"A\n\n{line}\n\nB")
    (record,) = caplog.records
    assert (record.levelno, record.name) == (logging.WARNING, "mkdocs.handbook")
    assert record.getMessage().startswith(f"'{line}': known are [[gpu-table]], ")


@pytest.mark.parametrize("edition", EDITIONS)
def test_summary_counts_every_number(edition: str) -> None:
    text = boards.show("[[gpu-summary]]", place(edition))
    numbers = [int(found.replace(",", "")) for found in re.findall(r"\d[\d,]*(?![\d%])", text)]
    every = sum(len(gpu.quantities()) + len(gpu.facts()) for gpu in load())
    assert numbers[:2] == [len(load()), every]
    assert sum(int(found) for found in re.findall(r"(\d+)[^\d（(]*[（(]\d+%", text)) == every


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_twin_of_the_table_has_every_entry(edition: str) -> None:
    twin = boards.expand("[[gpu-table]]", place(edition))
    assert all(f"| {gpu.name} |" in twin for gpu in load())


def test_the_files_are_found_wherever_the_site_stands() -> None:
    assert 'href="/book/gpus.csv"' in render("[[gpu-download]]")
    assert f"[gpus.json]({UP}gpus.json)" in boards.expand("[[gpu-download]]", place("en", UP))
