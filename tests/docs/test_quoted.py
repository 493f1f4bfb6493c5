"""A decimal in the tutorial's prose stands in an output, a figure or code of its page."""

from __future__ import annotations

from pathlib import Path

import pytest

from handbook.proving.claims import (
    DECIMAL,
    FOOTNOTE,
    WHOLE,
    Claim,
    among,
    behind,
    claims,
    listed,
    numbers,
    reckoned,
    sourced,
)
from neverstale.proof.status import Statuses
from neverstale.source import pages
from neverstale.source.directive import Directive
from neverstale.source.pages import Page

TYPED = listed(Path(__file__).with_name("typed_numbers.toml"))
ELSEWHERE = ("guide/", "contributing/", "reference/")  # the guide has a stricter rule of its own


def unproved(page: Page, found: set[str]) -> list[Claim]:
    """Decimals and shares that nothing on the page shows."""
    notes = set(FOOTNOTE.findall(page.text))
    reached = {claim.number for claim in claims(page, DECIMAL) if reckoned(claim)}
    return [
        claim
        for claim in claims(page, DECIMAL)
        if not (
            claim.text in WHOLE
            or among(claim, found | reached)
            or reckoned(claim)
            or sourced(claim, notes)
        )
    ]


def test_every_decimal_of_the_tutorial_is_shown_on_its_page(statuses: Statuses) -> None:
    tutorial = [p for p in statuses.sources.pages if not p.name.startswith(ELSEWHERE)]
    assert sum(len(list(claims(page, DECIMAL))) for page in tutorial) > 100
    problems = [
        f"{page.path}:{claim.line}: '{claim.text}' stands in no output, code or figure of the page"
        for page in tutorial
        for claim in unproved(page, behind(statuses, page))
        if (page.name, claim.text) not in TYPED
    ]
    assert not problems, "\n".join(problems)


def test_every_decimal_beside_a_figure_is_shown_on_its_page(statuses: Statuses) -> None:
    """In the alternative text and the caption, which no other rule reads."""
    problems = [
        f"{page.path}:{item.line}: '{claim.text}' stands in no output, code or figure of the page"
        for page in statuses.sources.pages
        for item in page.directives
        if item.kind == "figure"
        for claim in beside(item, behind(statuses, page) | numbers(prose(page)))
        if (page.name, claim.text) not in TYPED
    ]
    assert not problems, "\n".join(problems)


def beside(item: Directive, found: set[str]) -> list[Claim]:
    """Decimals beside a figure that are not among those numbers."""
    texts = (item.alt, item.caption)
    said = [Claim(item.line, m[0], m[0], 0, "") for text in texts for m in DECIMAL.finditer(text)]
    return [claim for claim in said if claim.text not in WHOLE and not among(claim, found)]


def prose(page: Page) -> str:
    """A page's text without its figures; what it says of numbers there, other rules read."""
    return "\n".join(line for line in page.text.split("\n") if "](figure:" not in line)


@pytest.mark.parametrize("text", ["the loss falls to 0.124", "caption 0.124"])
def test_a_decimal_beside_a_figure_is_told(text: str) -> None:
    item = Directive("figure", 1, "", "a.py", figure="a.svg", alt="x", caption=text)
    assert [claim.text for claim in beside(item, numbers("0.12345"))] == ["0.124"]
    assert beside(item, numbers("0.1241")) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The accuracy is 0.93.", 0),
        ("The accuracy is 0.39.", 1),
        ("The loss falls to 0.1235.", 0),
        ("The loss falls to 0.124.", 1),
        ("It is right in 93.4% of all cases, wrong in 6.6%.", 0),
        ("It is right in 94.3% of all cases.", 1),
        ("The value `0.7` is not prose; PyTorch 2.6 is a version.", 0),
        ("It is 0.7, as [measured](other.md#there).", 0),
        ("It is 0.7 × 2 = 1.4.", 0),
        ("Nobody reaches 100%.", 0),
        ("It reaches 7.5 of them, and see `x` = y.", 1),
    ],
)
def test_a_decimal_that_nothing_shows_is_told(text: str, count: int) -> None:
    page = pages.parse("en", "cnn/x.md", "x.md", f"# X {{#x}}\n\n{text}\n")
    assert len(unproved(page, numbers("accuracy 0.934\nloss 0.12345\n"))) == count
