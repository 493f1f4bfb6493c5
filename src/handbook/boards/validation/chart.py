"""Predicted against measured, as SVG text: on the line the prediction is exact."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence

from handbook.boards import charts
from handbook.boards.number_text import number
from handbook.boards.validation.data import FAMILIES, Row, Validation
from handbook.boards.validation.words import FAMILY, say

BAND = 0.2
UNITS = {"device_memory": ("GiB", 2**30), "step_time": ("ms", 1e-3)}
"""Quantities that are drawn → unit of their axes, and what it is in bytes or seconds."""

SHAPES = dict(zip(FAMILIES, charts.SHAPES.values(), strict=False))
WIDTH = 360  # as wide as a phone, where a unit is then a pixel
LEFT, TOP, SIDE = 44, 62, 308
HEIGHT = TOP + SIDE + 42


def figure(found: Validation, quantity: str, language: str) -> str:
    """A chart with its caption, which says the same as the picture; empty without predictions."""
    drawn = [row for row in found.rows if row.pairs[quantity].predicted is not None]
    if not drawn:
        return ""
    text = about(found, quantity, language)
    return (
        f'<figure class="hb-validation__chart">{_svg(drawn, quantity, language, text)}'
        f"<figcaption>{html.escape(text, quote=False)}</figcaption></figure>"
    )


def about(found: Validation, quantity: str, language: str) -> str:
    """What the chart shows, in words."""
    pairs = [row.pairs[quantity] for row in found.reported]
    off = [abs(pair.error) for pair in pairs if pair.error is not None]
    text = say(
        "chart",
        language,
        quantity=say(quantity, language),
        near=sum(one <= BAND for one in off),
        count=len(off),
    )
    ranges = [pair.inside for pair in pairs if pair.inside is not None]
    if ranges:
        text += say("range", language, inside=sum(ranges), count=len(ranges))
    return text


class _Axis:
    """Logarithmic, and the same along the bottom and upwards."""

    def __init__(self, values: Sequence[float]) -> None:
        self.low, self.high = min(values) / 1.3, max(values) * 1.3

    def __call__(self, value: float) -> float:
        """Units from the corner."""
        return SIDE * math.log(value / self.low) / math.log(self.high / self.low)

    def ticks(self) -> list[float]:
        ratio = self.high / self.low
        steps = [1, 2, 5] if ratio < 30 else [1, 3] if ratio < 3000 else [1]
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        every = (step * 10.0**power for power in powers for step in steps)
        return [tick for tick in every if self.low <= tick <= self.high]


def _svg(rows: Sequence[Row], quantity: str, language: str, text: str) -> str:
    unit, size = UNITS[quantity]
    points = []
    for row in rows:
        pair = row.pairs[quantity]
        assert pair.predicted is not None
        points.append((row, pair.measured / size, pair.predicted / size))
    axis = _Axis([value for _, *values in points for value in values])
    # Hollow marks first: what counts lies on top.
    points.sort(key=lambda point: not point[0].fit)
    marks = "".join(_mark(row, *_place(axis, x, y)) for row, x, y in points)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{html.escape(text)}" font-size="13" font-family="inherit" '
        f'fill="var(--hb-ink)" focusable="false">{_band(axis)}{_frame(axis, unit, language)}'
        f"{marks}{_legend(rows, language)}</svg>"
    )


def _place(axis: _Axis, x: float, y: float) -> tuple[float, float]:
    return LEFT + axis(x), TOP + SIDE - axis(y)


def _band(axis: _Axis) -> str:
    """All that is off by BAND at most, and the line of no error."""
    low, high, up, down = axis.low, axis.high, 1 + BAND, 1 - BAND
    corners = [
        (low, low), (low, low * up), (high / up, high), (high, high), (high, high * down),
        (low / down, low),
    ]  # fmt: skip
    at = [_place(axis, x, y) for x, y in corners]
    edge = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
    (left, bottom), (right, top) = at[0], at[3]
    return (
        f'<polygon points="{edge}" fill="var(--hb-accent-wash)" stroke="var(--hb-rule)" '
        f'stroke-dasharray="2 3"/><path d="M{left:.1f} {bottom:.1f}L{right:.1f} {top:.1f}" '
        'stroke="var(--hb-rule)" stroke-width="1.5"/>'
    )


def _frame(axis: _Axis, unit: str, language: str) -> str:
    bottom, right = TOP + SIDE, LEFT + SIDE
    grid, numbers = "", ""
    for tick in axis.ticks():
        x, y = _place(axis, tick, tick)
        grid += f"M{x:.0f} {TOP}V{bottom}M{LEFT} {y:.0f}H{right}"
        numbers += (
            f'<text x="{x:.0f}" y="{bottom + 16}" text-anchor="middle">{number(tick)}</text>'
            f'<text x="{LEFT - 5}" y="{y + 4:.0f}" text-anchor="end">{number(tick)}</text>'
        )
    names = [
        say("axis", language, what=say(key, language), unit=unit)
        for key in ("predicted", "measured")
    ]
    return (
        f'<path d="{grid}" fill="none" stroke="var(--hb-line)"/>'
        f'<g fill="var(--hb-muted)">{numbers}</g><text x="4" y="{TOP - 9}">{names[0]}</text>'
        f'<text x="{right}" y="{HEIGHT - 6}" text-anchor="end">{names[1]}</text>'
    )


def _mark(row: Row, x: float, y: float) -> str:
    colour, shape = SHAPES[row.family]
    fill, line = ("paper", colour) if row.fit else (colour, "paper")
    return (
        f'<path transform="translate({x:.1f} {y:.1f})" d="{shape}" fill="var(--hb-{fill})" '
        f'stroke="var(--hb-{line})"><title>{html.escape(row.name, quote=False)}</title></path>'
    )


def _legend(rows: Sequence[Row], language: str) -> str:
    drawn, left = "", 10
    for family in FAMILIES:
        if any(row.family == family for row in rows):
            colour, shape = SHAPES[family]
            drawn += (
                f'<path transform="translate({left} 12)" d="{shape}" fill="var(--hb-{colour})"/>'
                f'<text x="{left + 11}" y="16">{FAMILY[family]}</text>'
            )
            left += 70
    if any(row.fit for row in rows):
        drawn += f'<text x="{WIDTH - 4}" y="{TOP - 9}" text-anchor="end" fill="var(--hb-muted)">'
        drawn += f"{say('chart-fit', language)}</text>"
    return (
        f'{drawn}<rect x="{WIDTH - 68}" y="5" width="20" height="13" '
        f'fill="var(--hb-accent-wash)" stroke="var(--hb-rule)" stroke-dasharray="2 3"/>'
        f'<text x="{WIDTH - 4}" y="16" text-anchor="end">±{BAND:.0%}</text>'
    )
