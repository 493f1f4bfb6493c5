"""A figure drawn again: the same to the eye, or another."""

from __future__ import annotations

from collections.abc import Callable

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
        ("</g>", "<path d='M 1 2'/></g>", "has 6 parts, not 5"),
    ],
)
def test_another(old: str, new: str, told: str) -> None:
    found = redrawn.difference(FIGURE, FIGURE.replace(old, new), 1e-4)
    assert found and found.startswith(told), found


AXES = """<svg viewBox="0 0 200 100"><g><path d="M 0 0 L 0 3" id="tick"/>
<path clip-path="url(#c)" d="M 0 50 L 200 50" style="stroke: #d4d9de"/>
<path clip-path="url(#c)" d="M 0 90 L 50 40 L 100 30 L 200 20" style="stroke: #1f5fa8"/>
<path clip-path="url(#c)" d="M 20 90 L 30 90 L 30 40 L 20 40 z" style="fill: #ad4f09"/>
<g clip-path="url(#c)"><use href="#m" x="20" y="30"/><use href="#m" x="40" y="50"/></g>
<text>0.5</text><text>loss 0.12 after 30 steps</text></g></svg>
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("L 100 30", "L 100 34"),
        ("L 100 30 ", ""),  # fewer points, about the same course
        ("loss 0.12", "loss 0.13"),
        ("after 30", "after 31"),
        ('<path clip-path="url(#c)" d="M 0 50 L 200 50" style="stroke: #d4d9de"/>', ""),  # the grid
        ("<text>0.5</text>", "<text>0.6</text><text>0.7</text>"),  # other ticks
        ('x="20" y="30"', 'x="21" y="33"'),
    ],
)
def test_where_numbers_wander_far_curves_keep_their_course(old: str, new: str) -> None:
    assert redrawn.difference(AXES, AXES.replace(old, new), 0.1) is None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("loss", "gain", "says ['gain # after # steps'], not ['loss # after # steps']"),
        ("loss 0.12", "loss 0.92", "says otherwise: line 1 was 'loss 0.12 after 30 steps'"),
        ("0 90 L 50 40 L 100 30 L 200 20", "0 20 L 50 30 L 100 40 L 200 90", "draws curve 1"),
        ("#1f5fa8", "#ad4f09", "draws other curves"),
        ("L 30 40 L 20 40", "L 30 5 L 20 5", "draws curve 2 35 points away, not within 20"),
        ('x="40" y="50"', 'x="40" y="95"', "draws curve 3"),
        ('<g clip-path="url(#c)">', "<g>", "draws other curves"),
    ],
)
def test_another_course_is_told(old: str, new: str, told: str) -> None:
    found = redrawn.difference(AXES, AXES.replace(old, new), 0.1)
    assert found and found.startswith(told), found


PICTURE = '<svg viewBox="0 0 9 9"><image width="4" href="data:image/png;base64,{}"/></svg>'


@pytest.mark.parametrize("tolerance", [1e-4, 0.1])
def test_pixels_are_compared(tolerance: float, png: Callable[..., str]) -> None:
    one, two = (PICTURE.format(png([[level] * 4] * 4)) for level in (0, 255))
    assert redrawn.difference(one, one, tolerance) is None
    told = redrawn.difference(one, two, tolerance)
    assert told == "picture 1 differs in 16 of 16 pixels, the first in row 1, column 1"
    without = redrawn.difference(one, '<svg viewBox="0 0 9 9"><g/></svg>', tolerance)
    assert without in ("has 0 pictures, not 1", "draws '<g', not '<image width=\"4\"'")


def test_of_a_measured_figure_the_words_alone_are_compared() -> None:
    other = AXES.replace("90 L 50 40", "10 L 50 99").replace("loss 0.12", "loss 9")
    assert redrawn.difference(AXES, other, None) is None
    told = redrawn.difference(AXES, AXES.replace("loss", "gain"), None)
    assert told == "says ['gain # after # steps'], not ['loss # after # steps']"


@pytest.mark.parametrize("sign", ["−", "×"])
def test_a_sign_of_a_tick_is_no_word(sign: str) -> None:
    """Of 10⁻¹ or 2 × 10¹ on a logarithmic axis: it comes and goes, apart from its digits."""
    tick = "<text><tspan>10</tspan><tspan>{}</tspan><tspan>1</tspan></text></svg>"
    one, two = (AXES.replace("</svg>", tick.format(each)) for each in ("", sign))
    assert one != two
    assert redrawn.difference(one, two, None) is None
    assert redrawn.difference(one, two.replace(sign, "about"), None) == "says ['about'], not []"
