"""Headings: what Python-Markdown makes one, and no other line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from neverstale.source import check, pages

if TYPE_CHECKING:
    from conftest import Site

TEXTS = {
    "plain": "# A {#a}\n\nText.\n\n## B {#b}\n",
    "without a blank": "#A {#a}\nText.\n##B {#b}\n###C {#c}\n",
    "closed": "# A # {#a}\n\n## Bee ##\n\n## Cee#\n",
    "underlined": "A {#a}\n=\nB {#b}\n---\n\nC\n- {#c}\n\nD {#d}\n======  \n",
    "below a text": "Text.\n## A {#a}\nText.\n",
    "second line of a block": "one\ntwo\n---\n\nthree\n",
    "after a heading": "# A {#a}\nB {#b}\n---\nCee\n---\n",
    "list": "- item {#a}\n---\n\n1. item\n",
    "table": "| a | b |\n|---|---|\n| 1 | 2 |\n## not one {#a}\n\na | b\n--|--\n1 | 2\n",
    "front": "---\ndescription: x\n# comment\n---\n# A {#a}\n",
    "rules": "text\n\n---\n\n***\n\n===\n",
    "attributes": "# A { .x #a }\n\n## B {: #b .y}\n\n## C{#c}\n\n## D {#d .z }\n",
    "signs": "#hash and #more {#a}\n\n\\# no\n\n####### seven {#b}\n",
    "code": '``` { .text .illustration reason="a file tree" }\n# no\nno\n---\n```\nno\n---\n',
    "admonition": '!!! note\n---\n\n??? tip "x"\n\n    text\n\n# A {#a}\n',
    "indented": "    code\n---\n\n   # no\n",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_headings_are_those_of_a_built_page(
    site: Site, render: Callable[..., str], text: str
) -> None:
    page = pages.parse("en", "x.md", "x.md", text)
    html = render(site, text.partition("\n---\n")[2] if text.startswith("---") else text)
    built = re.findall(r'<h(\d) (?:class="\w*" )?id="([^"]*)"', html)
    explicit = [(int(level), id if re.fullmatch("[a-d]", id) else None) for level, id in built]
    assert [(heading.level, heading.id) for heading in page.headings] == explicit


def test_a_section_under_an_underlined_heading_has_its_line(site: Site) -> None:
    page = pages.parse("en", "x.md", "x.md", "Text\n\nA {#a}\n---\nText\n", first=11)
    assert [(each.id, each.line, each.title) for each in page.headings] == [("a", 13, "A")]


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("# A {#a}\n\n## B {#b}\n\nC {#a}\n---\n", 5, "the heading of line 1 has the id a, too"),
        ("# A {#a}\n\n- # B {#b}\n", 3, "a heading inside a block begins no section"),
        ("# A {#a}\n\n!!! note\n\n    ## B {#b}\n", 5, "a heading inside a block"),
        ("# A {#a}\n\n<h2 id='b'>B</h2>\n", 3, "a heading typed as HTML begins no section"),
    ],
)
def test_a_heading_that_would_mislead_is_told(site: Site, text: str, line: int, told: str) -> None:
    site.write("docs/en/index.md", text)
    [problem] = check.check(site.sources())
    assert str(problem).startswith(f"docs/en/index.md:{line}: {told}")
