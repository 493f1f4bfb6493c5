"""A figure drawn again: the same to the eye, or another."""

from __future__ import annotations

import pytest

from neverstale.proof import redrawn

FIGURE = """<?xml version="1.0"?>
<svg viewBox="0 0 200 100"><metadata>today</metadata><g id="a1">
<path d="M 10 20 L 30.5 40 L 50 60" clip-path="url(#p0123456789)" style="stroke: #1f5fa8"/>
<rect x="5" y="6.25" width="7" height="8"/><text>loss 0.12</text></g></svg>
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("today", "yesterday"),
        ("a1", "b2"),
        ("p0123456789", "p9876543210"),
        ("30.5", "30.55"),
        ("L 30.5 40 ", ""),  # a point that the line passes anyway
        ("6.25", "6.250001"),
    ],
)
def test_the_same_to_the_eye(old: str, new: str) -> None:
    assert redrawn.difference(FIGURE, FIGURE.replace(old, new), 1e-4) is None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("0.12", "0.99", "says 'loss 0.99', not 'loss 0.12'"),
        ("50 60", "50 20", "draws '<path d=\"M 10 20"),
        ("L 30.5 40 L 50 60", "L 50 10", "draws '<path"),
        ("6.25", "9.25", "draws '<rect"),
        ("#1f5fa8", "#ad4f09", "draws '<path"),
        ("</g>", "<path d='M 1 2'/></g>", "has 9 parts, not 8"),
    ],
)
def test_another(old: str, new: str, told: str) -> None:
    found = redrawn.difference(FIGURE, FIGURE.replace(old, new), 1e-4)
    assert found and found.startswith(told), found


def test_of_numbers_that_wander_far_the_words_alone_are_compared() -> None:
    assert redrawn.difference(FIGURE, FIGURE.replace("0.12", "0.2").replace("60", "9"), 0.1) is None
    found = redrawn.difference(FIGURE, FIGURE.replace("loss", "gain"), 0.1)
    assert found == "says ['gain #'], not ['loss #']"
