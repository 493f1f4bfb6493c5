"""The catalogue's numbers on a page: what a reader sees, and what a slip leads to."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from markdown import Markdown

from gpuguide.catalogue import find, load
from gpuguide.catalogue.model import TEXTS
from gpuguide.catalogue.terms import KIND, UNITS
from handbook.boards.catalogue_words import FIELDS as FIELD_WORDS
from handbook.boards.catalogue_words import NAMES_ZH, PHRASES, TERMS_ZH
from handbook.boards.number_text import FIELDS, shown
from handbook.boards.numbers import expand

CARD = "rtx-4090"


def render(text: str, edition: str = "en") -> str:
    """The HTML of some Markdown, as the site makes it."""
    extensions = ["tables", "footnotes", "pymdownx.superfences", "handbook.boards.numbers"]
    settings = {"handbook.boards.numbers": {"edition": edition, "root": "/book/"}}
    return Markdown(extensions=extensions, extension_configs=settings).convert(text)


def links(text: str, edition: str = "en") -> list[Tag]:
    """The links of the rendered text."""
    return BeautifulSoup(render(text, edition), "html.parser").select("a")


def test_a_number_is_a_link_to_its_source() -> None:
    (link,) = links(f"It has [[gpu:{CARD}.memory]].")
    memory = find(CARD).memory
    assert memory
    assert link.get_text() == "24\u00a0GB"
    assert link["href"] == memory.source.url
    lines = str(link["title"]).split("\n")
    assert lines[0] == memory.source.title
    assert memory.source.read.isoformat() in lines[1]
    assert "per card" in lines[2]


def test_in_chinese() -> None:
    (link,) = links(f"显存 [[gpu:{CARD}.memory]]。", "zh")
    lines = str(link["title"]).split("\n")
    assert "读取" in lines[1]
    assert lines[2] == "口径：每块卡"


def test_a_name_leads_to_its_row() -> None:
    (link,) = links(f"The [[gpu:{CARD}]].", "zh")
    assert link.get_text() == find(CARD).name
    assert link["href"] == f"/book/zh/guide/table/#{CARD}"


def test_in_a_table_and_a_footnote() -> None:
    table = f"| card | GB |\n|---|---|\n| [[gpu:{CARD}]] | [[gpu:{CARD}.memory]] |\n"
    assert len(links(table)) == 2
    assert "24\u00a0GB" in render(f"Text.[^a]\n\n[^a]: It has [[gpu:{CARD}.memory]].\n")


@pytest.mark.parametrize(
    "code",
    [
        f"`[[gpu:{CARD}.memory]]`",
        f"``` {{ .text }}\n[[gpu:{CARD}.memory]]\n```",
        f"    [[gpu:{CARD}.memory]]",
    ],
)
def test_code_stays_as_it_is(code: str, caplog: pytest.LogCaptureFixture) -> None:
    assert f"[[gpu:{CARD}.memory]]" in BeautifulSoup(render(code), "html.parser").get_text()
    assert f"[[gpu:{CARD}.memory]]" in expand(code, "en", "index.md") or code.startswith("    ")
    assert not caplog.records


@pytest.mark.parametrize(("edition", "word"), [("en", "unknown"), ("zh", "未知")])
def test_unknown_is_said(edition: str, word: str) -> None:
    entry, field = next(
        (gpu.id, field) for gpu in load() for field in FIELDS if not shown(gpu, field, "en")
    )
    text = f"[[gpu:{entry}.{field}]]"
    assert f'<span class="hb-unknown">{word}</span>' in render(text, edition)
    assert expand(text, edition, "index.md") == word


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[gpu:rtx-4900.memory]]", "rtx-4090"),
        ("[[gpu:GeForce-RTX-4090]]", "write the id"),
        ("[[gpu:rtx-4090.memroy]]", "did you mean memory?"),
        ("[[gpu: rtx-4090]]", "not understood"),
        ("[[gpu-tabel]]", "not understood"),
    ],
)
def test_a_slip_is_a_warning(text: str, told: str, caplog: pytest.LogCaptureFixture) -> None:
    render(f"See {text}.")
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert record.name == "mkdocs.handbook"
    assert told in record.getMessage()
    assert "\n" not in record.getMessage()


def test_a_slip_fails_the_build_with_file_and_line(proved_root: Path) -> None:
    for settings in ("mkdocs.yml", "mkdocs.en.yml"):
        file = proved_root / settings
        edition = "en" if "en" in settings else "zh"
        text = file.read_text(encoding="utf-8")
        file.write_text(
            f"{text}  - handbook.boards.numbers: {{edition: {edition}}}\n", encoding="utf-8"
        )
    page = proved_root / "docs/en/index.md"
    page.write_text("# Home {#top}\n\nHello.\n\nIt has [[gpu:rtx-4900.memory]].\n", "utf-8")
    command = [sys.executable, "-m", "handbook", "build"]
    result = subprocess.run(command, cwd=proved_root, capture_output=True, text=True, timeout=60)
    assert result.returncode != 0
    assert "docs/en/index.md:5: '[[gpu:rtx-4900.memory]]'" in result.stdout + result.stderr
    page.write_text("# Home {#top}\n\nIt has [[gpu:rtx-4090.memory]].\n", "utf-8")
    result = subprocess.run(command, cwd=proved_root, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "[24\u00a0GB](https://" in (proved_root / "site/en/index.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("field", "english", "chinese"),
    [
        ("memory", "24\u00a0GB", "24\u00a0GB"),
        ("bandwidth", "1,008\u00a0GB/s", "1,008\u00a0GB/s"),
        ("bus_width", "384\u00a0bit", "384\u00a0位"),
        ("interconnect", "none", "无"),
        ("compute_capability", "8.9", "8.9"),
        ("power", "450\u00a0W", "450\u00a0W"),
    ],
)
def test_value(field: str, english: str, chinese: str) -> None:
    for language, expected in (("en", english), ("zh", chinese)):
        found = shown(find(CARD), field, language)
        assert found and found.value == expected


def test_price_says_its_date() -> None:
    price = find(CARD).price
    assert price
    english, chinese = shown(find(CARD), "price", "en"), shown(find(CARD), "price", "zh")
    assert english and english.value == f"US$1,599 ({price.date})"
    assert chinese and chinese.value == f"1,599\u00a0美元（{price.date}）"


def test_every_number_can_be_shown() -> None:
    for gpu in load():
        count = 0
        for field in FIELDS:
            english, chinese = shown(gpu, field, "en"), shown(gpu, field, "zh")
            assert (english is None) == (chinese is None)
            count += english is not None
        assert count == len(gpu.quantities()) + len(gpu.facts())


def test_every_word_is_translated() -> None:
    assert not set(KIND) - set(TERMS_ZH), "a term has no Chinese word"
    assert not set(TERMS_ZH) - set(KIND), "a word stands for no term"
    assert PHRASES["en"].keys() == PHRASES["zh"].keys()
    assert FIELD_WORDS["en"].keys() == FIELD_WORDS["zh"].keys() >= set(FIELDS)
    assert set(UNITS["price"]) <= PHRASES["en"].keys()
    used = {getattr(gpu, text) for gpu in load() for text in (*TEXTS[2:], "market")}
    assert not set(NAMES_ZH) - used, "a word stands for no name"


def test_twin_links_to_the_table() -> None:
    assert expand(f"[[gpu:{CARD}]]", "en", "guide/memory.md").endswith(f"(table.md#{CARD})")
    assert expand(f"[[gpu:{CARD}]]", "en", "index.md").endswith(f"(guide/table.md#{CARD})")
