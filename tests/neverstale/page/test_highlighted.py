"""Highlighted lines: written as for Material, the same code in all editions, and in the HTML."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from neverstale.page import published
from neverstale.source import check
from neverstale.translation import editions

if TYPE_CHECKING:
    from conftest import Site

CODE = """
# --8<-- [start:one]
import math



def f(x):
    # zh: 一行
    # en: two
    # en: lines
    return math.sqrt(x)


print(f(4))
# --8<-- [end:one]
"""
# Shown, in Chinese: 1 import, 4 def, 5 comment, 6 return, 9 print; in English all after 5 one more.


def page(site: Site, zh: str, en: str) -> None:
    for edition, lines in (("zh", zh), ("en", en)):
        line = f'--8<-- "a.py:one" {{ {lines} }}'
        site.write(f"docs/{edition}/index.md", f"# A {{#a}}\n\n{line}\n")


def told(site: Site) -> list[str]:
    found = [*check.check(site.sources()), *editions.check(site.sources())]
    return [str(problem) for problem in found]


@pytest.fixture
def site(site: Site) -> Site:
    site.snippet("a.py", CODE)
    return site


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ('hl_lines="1"', 'hl_lines="1"'),
        ('hl_lines="4 6"', "hl_lines='4 7' .no-output"),
        ('.no-output hl_lines="4-6"', '.no-output hl_lines="4-7"'),
        ('hl_lines="5"', 'hl_lines="5-6"'),  # the comment
        ('hl_lines="5"', 'hl_lines="6"'),
        ('hl_lines="9"', 'hl_lines="10"'),
    ],
)
def test_the_same_lines_of_both_editions(site: Site, zh: str, en: str) -> None:
    zh = f".no-output {zh}" if ".no-output" in en and ".no-output" not in zh else zh
    page(site, zh, en)
    assert told(site) == []


@pytest.mark.parametrize(
    ("zh", "en", "message"),
    [
        ('hl_lines="6"', 'hl_lines="6"', "docs/en/index.md:3: highlights other lines of a.py"),
        ('hl_lines="9"', "", "docs/en/index.md:3: highlights other lines of a.py"),
        ('hl_lines="10"', 'hl_lines="10"', "docs/zh/index.md:3: hl_lines names line 10, but only"),
        ('hl_lines="0"', 'hl_lines="1"', "docs/zh/index.md:3: hl_lines: 0 is no range of lines"),
        ('hl_lines="4-2"', 'hl_lines="1"', "docs/zh/index.md:3: hl_lines: 4-2 is no range"),
        ('hl_lines="a"', 'hl_lines="1"', 'docs/zh/index.md:3: unknown option hl_lines="a"'),
    ],
)
def test_other_lines_are_told(site: Site, zh: str, en: str, message: str) -> None:
    page(site, zh, en)
    assert any(problem.startswith(message) for problem in told(site)), told(site)


def test_what_is_published_is_highlighted_so(
    site: Site, render: Callable[..., str], build: Callable[[Site], None]
) -> None:
    page(site, 'hl_lines="4 6"', 'hl_lines="4 7"')
    assert site.engine("run").returncode == 0
    for edition, number in (("zh", 6), ("en", 7)):
        html = render(site, site.read(f"docs/{edition}/index.md"), edition)
        marked = re.findall(r'<span class="hll">(.*?)\n</span>', html)
        assert [re.sub("<[^>]*>", "", line).strip() for line in marked] == [
            "def f(x):",
            "return math.sqrt(x)",
        ], number
    build(site)
    assert published.check(site.statuses()) == []
    built = site.read("site/en/index.html")
    site.write("site/en/index.html", built.replace('<span class="hll">', "<span>", 1))
    [problem] = published.check(site.statuses())
    assert (
        "shows the code of a.py:one, highlighted 7 where the code of a.py:one, highlighted 4 7"
        in (str(problem))
    )
