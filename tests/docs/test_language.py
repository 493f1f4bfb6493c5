"""The Chinese edition is set as Chinese, with one word for one thing."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator

import pytest

from neverstale.project import Project
from neverstale.source import directive
from neverstale.source.sources import Sources

HAN = r"[\u4e00-\u9fff]"
# What is not prose: inline code, addresses, attributes, HTML tags and entities.
NOT_PROSE = re.compile(
    r"`[^`]*`|\]\([^)]*\)|\{[^}]*\}|<[^>]*>|https?://\S+|&\w+;|^\s*(?:\?\?\?\+?|!!!|===) .*"
)
TYPOGRAPHY = {
    "half-width punctuation between Chinese": re.compile(rf"{HAN}[,;:!?]\s*{HAN}|{HAN}\.(?:\s|$)"),
    "no space between Chinese and Latin or digits": re.compile(
        rf"{HAN}[A-Za-z0-9]|[A-Za-z0-9%]{HAN}"
    ),
    "space beside full-width punctuation": re.compile(
        r"[，。；：？！、）] +[^\s|]|[^\s|] +[，。；：？！、（）]"
    ),
    "full-width letters or digits": re.compile(r"[０-９Ａ-Ｚａ-ｚ]"),
    "straight quotes round Chinese": re.compile(rf'"{HAN}|{HAN}"'),
}  # fmt: skip


def chinese_lines(written: Sources) -> Iterator[tuple[str, str]]:
    """(place, prose) of everything written in Chinese: pages, labs, comments."""
    for page in written.pages:
        if page.edition == "zh":
            for number, line in directive.outside_fences(page.text):
                yield f"{page.path}:{number}", line
    for name, item in written.snippets.items():
        for number, line in enumerate(item.text.splitlines(), 1):
            if re.match(r"^\s*# zh:", line):
                yield f"snippets/{name}:{number}", line.partition("zh:")[2].strip()


def findings(pattern: re.Pattern[str], lines: Iterator[tuple[str, str]]) -> list[str]:
    found = []
    for place, line in lines:
        prose = NOT_PROSE.sub("\N{OBJECT REPLACEMENT CHARACTER}", line)
        if match := pattern.search(prose):
            start = max(0, match.start() - 12)
            found.append(f"{place}: …{prose[start : match.end() + 12]}…")
    return found


@pytest.mark.parametrize("rule", TYPOGRAPHY)
def test_chinese_typography(written: Sources, rule: str) -> None:
    found = findings(TYPOGRAPHY[rule], chinese_lines(written))
    assert not found, f"{rule}:\n" + "\n".join(found)


def test_a_chinese_paragraph_is_one_line(written: Sources) -> None:
    """Browsers show a line break between two Chinese characters as a space."""
    found = []
    for page in written.pages:
        if page.edition == "zh" and page.name.endswith(".md"):
            lines = page.text.splitlines()
            for number, (one, two) in enumerate(itertools.pairwise(lines), 1):
                if re.search(rf"(?:{HAN}|[，。；：？！、）])$", one) and re.match(HAN, two):
                    found.append(f"{page.path}:{number}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("half-width punctuation between Chinese", "卷积,池化"),
        ("no space between Chinese and Latin or digits", "用GPU训练"),
        ("space beside full-width punctuation", "先卷积， 再池化"),
        ("full-width letters or digits", "３ 个通道"),
        ("straight quotes round Chinese", '叫"特征图"'),
    ],
)
def test_each_rule_finds_what_it_forbids(rule: str, wrong: str) -> None:
    assert findings(TYPOGRAPHY[rule], iter([("x:1", wrong)]))


def test_one_word_for_one_thing(site: Project, written: Sources) -> None:
    terms = tomllib.loads((site.root / "terminology.toml").read_text(encoding="utf-8"))["term"]
    lines = list(chinese_lines(written))
    found = [
        f"{hit} (use {term['zh']} for {term['en']})"
        for term in terms
        for word in term["avoid"]
        for hit in findings(re.compile(re.escape(word)), iter(lines))
    ]
    assert not found, "\n".join(found)


def test_no_chinese_in_the_english_edition(written: Sources) -> None:
    """Except where a page speaks of a Chinese word, which it then puts into <span lang>."""
    found = [
        f"{page.path}:{number}: {line.strip()[:80]}"
        for page in written.pages
        if page.edition == "en"
        for number, line in directive.outside_fences(page.text)
        if re.search(HAN, re.sub(r'<span lang="zh[^>]*>.*?</span>', "", line))
    ]
    assert not found, "\n".join(found)
