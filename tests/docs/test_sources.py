"""No number on a page of the guide without a source: note, catalogue, link, run, arithmetic."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from neverstale.project import Project
from neverstale.source import directive, pages, sources
from neverstale.source.pages import Page

# A quantity, a price or a date. Counts ("8 steps") and shapes are no claims about products.
CLAIM = re.compile(
    r"\d[\d,.]*\s*(?:[GTMK]i?B(?:/s)?|[TG]?FLOPS|TOPS|W\b|kWh|nm\b|[GM]Hz|Gbit/s|µs|ns\b|mm\b)"
    r"|(?:US)?\$\s?\d|\d\s*(?:美元|欧元|元\b)|\b20[12]\d-\d\d|\b20[12]\d\s*年\s*\d+\s*月"
    r"|\b(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r" 20[12]\d"
)
SOURCE = re.compile(r"\[\^|\]\(|\[\[gpu|`[^`]*`|[=≈×÷]|[Aa]s of|截至|unknown|不知道|未知")
FOOTNOTE = re.compile(r"^\[\^[\w-]+\]: ")
READ = re.compile(r"read \d{4}-\d\d-\d\d|\d{4}-\d\d-\d\d 读取")


def guide(site: Project) -> list[Page]:
    return [page for page in sources.read(site).pages if page.name.startswith("guide/")]


def blocks(page: Page) -> Iterator[tuple[int, str]]:
    """(line, text) of every paragraph, list item and table row of the running text."""
    number, text = 0, ""
    for line, content in directive.outside_fences(page.text):
        starts = re.match(r"\s*(?:[-*]|\d+\.|\|) ?", content)
        if not content.strip() or starts or FOOTNOTE.match(content):
            if text:
                yield number, text
            number, text = line, ""
        if content.strip():
            number = number if text else line
            text += content + "\n"
    if text:
        yield number, text


def unsourced(page: Page) -> list[str]:
    """Claims without anything behind them, and the block before or after them shows none either."""
    found = list(blocks(page))
    proved = {item.line for item in page.directives if item.kind in ("snippet", "figure")}
    problems = []
    for line, text in found:
        if FOOTNOTE.match(text) or text.startswith(("#", "---", "description:", "![")):
            continue
        near = any(0 < line - at <= 6 or 0 < at - line <= 6 for at in proved)
        if (claim := CLAIM.search(text)) and not SOURCE.search(text) and not near:
            problems.append(f"{page.path}:{line}: '{claim[0]}' has no source")
    return problems


def test_every_number_of_the_guide_has_something_behind_it(site: Project) -> None:
    assert guide(site)
    problems = [problem for page in guide(site) for problem in unsourced(page)]
    assert not problems, "\n".join(problems)


def test_every_footnote_is_a_link_with_the_day_it_was_read(site: Project) -> None:
    wrong = [
        f"{page.path}:{line}: {text.strip()[:70]}"
        for page in guide(site)
        for line, text in blocks(page)
        if FOOTNOTE.match(text) and not ("](http" in text and READ.search(text))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("It has 24 GB.", 1),
        ("| A | 24 GB |", 1),
        ("- costs US$ 999", 1),
        ("Since 2025-03 it is sold.", 1),
        ("It has 24 GB.[^a]", 0),
        ("It has [[gpu:rtx-4090.memory]].", 0),
        ("7 × 2 GB = 14 GB", 0),
        ("It has three parts.", 0),
    ],
)
def test_a_bare_number_is_told(text: str, told: int) -> None:
    page = pages.parse("en", "guide/x.md", "x.md", f"# X {{#x}}\n\n{text}\n")
    assert len(unsourced(page)) == told
