"""Formulas on a page: what a reader gets, and what a slip leads to."""

from __future__ import annotations

import logging

import pytest
from bs4 import BeautifulSoup
from markdown import Markdown

EXTENSIONS = (
    *("handbook.formulas.markdown", "tables", "footnotes", "attr_list", "md_in_html", "def_list"),
    *("admonition", "pymdownx.superfences", "pymdownx.details"),
)


def render(text: str) -> BeautifulSoup:
    """The HTML of some Markdown, with the extensions of the site."""
    return BeautifulSoup(Markdown(extensions=[*EXTENSIONS]).convert(text), "html.parser")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("It is $x_1 * y_1 * z_1$ and $a_b$ of *two*.", "p"),
        ("| a |\n|-|\n| $x$ |", "td"),
        ("- item\n\n    $$ x $$", "li > div.hb-formula"),
        ("$$\nx\n$$", "div.hb-formula"),
        ("Text.\n\n$$\nx\n= y\n$$\n\nText.", "div.hb-formula"),
        ("!!! note\n\n    $$\n    x\n    $$", ".admonition > div.hb-formula"),
        ('??? success "Answer"\n    It is $x$.', "details > p"),
        ('<div class="a" markdown>\n\nIt is $x$.\n\n</div>', "div.a > p"),
        ("Word\n:   It is $x$.", "dd"),
        ("A[^a].\n\n[^a]: It is $x$.", "li > p"),
        ("[see $x$](a.md)", "a"),
        ("**$x$**", "strong"),
    ],
)
def test_everywhere_on_a_page(text: str, place: str, caplog: pytest.LogCaptureFixture) -> None:
    page = render(text)
    assert page.select(f"{place} > math")
    assert "$" not in page.get_text()
    assert "em" not in {tag.name for math in page.select("math") for tag in math.find_all()}
    assert caplog.messages == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("It costs $5, US$6 or \\$7.", "It costs $5, US$6 or $7."),
        ("In `$x$` and ``$y$``.", "In $x$ and $y$."),
        ("```\n$x$ $$\n```", "$x$ $$"),
    ],
)
def test_what_is_no_formula(text: str, shown: str, caplog: pytest.LogCaptureFixture) -> None:
    page = render(text)
    assert page.get_text().strip() == shown
    assert not page.select("math")
    assert caplog.messages == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (r"It is $\foo{x'}$.", r""""$\foo{x'}$": Unknown command "\foo", at \foo{x'}; mend"""),
        ("$$\n\\frac{a\n$$", r'"\frac{a": Expected closing token'),
        ("It is $x $.", '"$x $." is no formula; write $x$ in running text'),
        ("It is\n$$ x $$", '"$$ x $$" is no formula'),
    ],
)
def test_a_slip_is_told_and_shown(text: str, told: str, caplog: pytest.LogCaptureFixture) -> None:
    """What is quoted stands on the page as it was written, so that its line is found."""
    with caplog.at_level(logging.WARNING):
        page = render(text)
    (message,) = caplog.messages
    assert message.startswith(told)
    assert message.split('"')[1] in text
    assert not page.select("math")
