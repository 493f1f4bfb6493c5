"""Charts of the catalogue, drawn as SVG text when the site is built; only like stands beside like.

An entry is drawn if both numbers are known and hold for the same thing (a card, a module, a chip);
compute is dense BF16 on the matrix units, and says where the accumulate type is not stated.
"""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass

from gpuguide.catalogue import Gpu, Quantity
from gpuguide.catalogue.terms import TERMS
from handbook.boards.catalogue_words import FIELDS as FIELD_WORDS
from handbook.boards.catalogue_words import say
from handbook.boards.gpu_table import magnitude
from handbook.boards.number_text import as_markdown, known, number, shown

KINDS = {
    "consumer": ("GeForce", "Radeon", "Arc"),
    "professional": ("workstation", "Radeon PRO", "Arc Pro"),
    "datacentre": ("data centre", "Instinct", "Gaudi", "Ascend", "Cloud TPU", "Trainium"),
    "computer": ("Mac", "Ryzen AI Max", "RTX Spark"),
}
"""Kind of product, each with its shape and colour → the lines that are of it."""

SHAPES = {
    "consumer": ("c4", "M0-5a5 5 0 1 1 0 10a5 5 0 1 1 0-10z"),
    "professional": ("c3", "M-4.4-4.4h8.8v8.8h-8.8z"),
    "datacentre": ("ink", "M0-5.6l5.6 9.6h-11.2z"),
    "computer": ("muted", "M0-6l6 6l-6 6l-6-6z"),
}

WIDTH, HEIGHT = 360, 400  # about as wide as a phone, so that text keeps its size there
LEFT, RIGHT, TOP, BOTTOM = 54, 22, 80, 46
ASKED = (
    "rtx-5090", "rtx-4090", "rtx-3090", "rtx-5070-ti", "rtx-5060-ti-16gb", "rtx-3060-12gb",
    "rx-7900-xtx", "arc-b580", "rtx-pro-6000-blackwell-workstation", "h100-sxm-80gb",
    "a100-sxm-80gb", "b200-sxm-180gb", "mi300x", "l4",
)  # fmt: skip
"""Cards that people ask for: they are named before the others."""
SIZE = 13  # of all text
CHARACTER = 7.3  # width of one, taken too wide rather than too narrow


@dataclass(frozen=True)
class Chart:
    """What is drawn against what.

    Attributes:
        x: field along the bottom.
        y: field upwards.
        title: language → what it shows, for who cannot see it.
        ratio: language → what a slanted line says; {value} is its ratio y / x. Empty for none.
        ratios: the lines' ratios.
    """

    x: str
    y: str
    title: dict[str, str]
    ratio: dict[str, str]
    ratios: tuple[float, ...]


CHARTS = {
    "memory-price": Chart(
        "price",
        "memory",
        {
            "en": "Memory against launch price: the further up and left, "
            "the more memory for the money",
            "zh": "显存与首发价：越靠左上，同样的钱买到的显存越多",
        },
        {"en": "{value} GB per US$100", "zh": "每 100 美元 {value} GB"},
        (0.01, 0.02, 0.04),
    ),
    "bandwidth-memory": Chart(
        "memory",
        "bandwidth",
        {
            "en": "Memory bandwidth against memory: the lines say how many times a second "
            "the whole memory can be read",
            "zh": "显存带宽与显存：斜线表示每秒能把整个显存读几遍",
        },
        {"en": "{value} times a second", "zh": "每秒 {value} 遍"},
        (5, 15, 45),
    ),
    "bandwidth-power": Chart(
        "power",
        "bandwidth",
        {
            "en": "Memory bandwidth against power: the further up and left, "
            "the less power it takes",
            "zh": "显存带宽与功耗：越靠左上，同样的带宽越省电",
        },
        {"en": "{value} GB/s per W", "zh": "每瓦 {value} GB/s"},
        (1, 2, 4, 8),
    ),
    "bf16-power": Chart(
        "power",
        "bf16",
        {
            "en": "Dense BF16 compute against power: the further up and left, "
            "the less power it takes",
            "zh": "稠密 BF16 算力与功耗：越靠左上，同样的算力越省电",
        },
        {"en": "{value} TFLOPS per W", "zh": "每瓦 {value} TFLOPS"},
        (0.5, 1, 2, 4),
    ),
}


@dataclass(frozen=True)
class Point:
    """An entry in a chart."""

    gpu: Gpu
    x: float
    y: float
    stated: bool


def points(gpus: Sequence[Gpu], chart: Chart) -> list[Point]:
    """The entries that may stand beside each other in `chart`, the highest ratio first."""
    found = []
    for gpu in gpus:
        x, y = known(gpu, chart.x), known(gpu, chart.y)
        if not isinstance(x, Quantity) or not isinstance(y, Quantity):
            continue
        if not _comparable(x) or not _comparable(y) or _scope(x) not in (_scope(y), ""):
            continue
        stated = "accumulate not stated" not in y.basis
        found.append(Point(gpu, magnitude(x), magnitude(y), stated))
    return sorted(found, key=lambda point: -point.y / point.x)


def _comparable(found: Quantity) -> bool:
    basis = set(found.basis)
    unlike = {"sparsity not stated", "vector", "includes CPU and memory", "whole system"}
    return not basis & unlike and found.unit not in ("CNY", "EUR")


def _scope(found: Quantity) -> str:
    """What the number holds for; a price is for what one buys."""
    return next((word for word in found.basis if word in TERMS["scope"]), "")


def figure(gpus: Sequence[Gpu], which: str, language: str) -> str:
    """A chart as a figure, with its numbers folded below it."""
    chart = CHARTS[which]
    found = points(gpus, chart)
    words = FIELD_WORDS[language]
    rows = "".join(
        f'<tr><th scope="row"><a href="#{point.gpu.id}">{html.escape(point.gpu.name)}</a></th>'
        + "".join(f"<td>{_text(point.gpu, field, language)}</td>" for field in (chart.x, chart.y))
        + "</tr>"
        for point in found
    )
    left_out = say("chart-left-out", language, count=len(gpus) - len(found))
    return (
        f'<figure class="hb-chart" id="chart-{which}">{_svg(found, chart, language)}'
        f"<figcaption>{chart.title[language]}{say('stop', language)}{left_out}"
        '<span class="hb-chart__told" role="status"></span></figcaption></figure>'
        f"<details><summary>{say('chart-data', language, count=len(found))}</summary>"
        f'<div class="hb-chart__data" tabindex="0" role="group" '
        f'aria-label="{say("chart-data", language, count=len(found))}">'
        f'<table class="hb-chart__table"><thead><tr><th scope="col">{words["name"]}</th>'
        f'<th scope="col">{words[chart.x]}</th><th scope="col">{words[chart.y]}</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div></details>"
    )


def markdown(gpus: Sequence[Gpu], which: str, language: str) -> str:
    """The chart's numbers, for the page's Markdown twin."""
    chart = CHARTS[which]
    words = FIELD_WORDS[language]
    lines = [
        f"*{chart.title[language]}*",
        "",
        f"| {words['name']} | {words[chart.x]} | {words[chart.y]} |",
        "|---|---|---|",
    ]
    for point in points(gpus, chart):
        cells = [
            as_markdown(shown(point.gpu, field, language), language) for field in (chart.x, chart.y)
        ]
        lines.append(f"| {point.gpu.name} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines)


def _text(gpu: Gpu, field: str, language: str) -> str:
    found = shown(gpu, field, language)
    return html.escape(found.value, quote=False) if found else ""


# ---------------------------------------------------------------- Drawing


class _Scale:
    """Logarithmic: equal ratios are equally far apart."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self.low, self.high = min(values) / 1.25, max(values) * 1.25
        self.start, self.end = start, end

    def __call__(self, value: float) -> float:
        part = math.log(value / self.low) / math.log(self.high / self.low)
        return self.start + part * (self.end - self.start)

    def ticks(self) -> list[float]:
        decades = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        wide = self.high / self.low > 60
        steps = (
            (1, 3) if wide else (1, 2, 4) if self.high / self.low > 12 else (1, 1.5, 2, 3, 4, 6, 8)
        )
        return [
            step * 10.0**power
            for power in decades
            for step in steps
            if self.low <= step * 10.0**power <= self.high
        ]


Box = tuple[float, float, float, float]


def _svg(found: list[Point], chart: Chart, language: str) -> str:
    x = _Scale([point.x for point in found], LEFT, WIDTH - RIGHT)
    y = _Scale([point.y for point in found], HEIGHT - BOTTOM, TOP)
    taken: list[Box] = [(x(p.x) - 6, y(p.y) - 6, x(p.x) + 6, y(p.y) + 6) for p in found]
    parts = [_axes(x, y, chart, language)]
    lines, boxes = _ratios(x, y, chart, language, taken)
    parts.append(lines)
    taken += boxes
    marks = "".join(_mark(point, x(point.x), y(point.y), chart, language) for point in found)
    labels = "".join(_labels(found, x, y, taken))
    title = html.escape(chart.title[language])
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}" font-size="{SIZE}" '
        f'font-family="inherit" fill="var(--hb-ink)" focusable="false">{"".join(parts)}{marks}'
        f"{labels}{_legend(found, language)}</svg>"
    )


def _axes(x: _Scale, y: _Scale, chart: Chart, language: str) -> str:
    words = FIELD_WORDS[language]
    unit = {"price": "US$", "power": "W", "memory": "GB", "bandwidth": "GB/s", "bf16": "TFLOPS"}
    grid = "".join(f"M{x(t):.0f} {TOP}V{HEIGHT - BOTTOM}" for t in x.ticks())
    grid += "".join(f"M{LEFT} {y(t):.0f}H{WIDTH - RIGHT}" for t in y.ticks())
    numbers = "".join(
        f'<text x="{x(t):.0f}" y="{HEIGHT - BOTTOM + 17}" text-anchor="middle">{number(t)}</text>'
        for t in x.ticks()
    )
    numbers += "".join(
        f'<text x="{LEFT - 6}" y="{y(t) + 4:.0f}" text-anchor="end">{number(t)}</text>'
        for t in y.ticks()
    )
    names = (
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 8}" text-anchor="end">'
        f"{words[chart.x]} ({unit[chart.x]})</text>"
        f'<text x="4" y="{TOP - 12}">{words[chart.y]} ({unit[chart.y]})</text>'
    )
    return (
        f'<path d="{grid}" fill="none" stroke="var(--hb-line)"/>'
        f'<g fill="var(--hb-muted)">{numbers}</g>{names}'
    )


def _ratios(
    x: _Scale, y: _Scale, chart: Chart, language: str, taken: list[Box]
) -> tuple[str, list[Box]]:
    """Lines of equal ratio, each named at its upper end."""
    drawn: list[str] = []
    boxes: list[Box] = []
    for ratio in chart.ratios:
        start, end = max(x.low, y.low / ratio), min(x.high, y.high / ratio)
        if end <= start:
            continue
        value = number(ratio * 100) if chart.x == "price" else number(ratio)
        text = chart.ratio[language].format(value=value)
        drawn.append(
            f'<path d="M{x(start):.0f} {y(start * ratio):.0f}L{x(end):.0f} {y(end * ratio):.0f}" '
            'stroke="var(--hb-rule)" stroke-dasharray="2 4" fill="none"/>'
        )
        width = _width(text)
        for part in (0.97, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2):
            at = start * (end / start) ** part
            right = min(x(at), WIDTH - RIGHT)
            box = (right - width, y(at * ratio) - 15, right, y(at * ratio) - 1)
            if _free(box, [*taken, *boxes]):
                boxes.append(box)
                drawn.append(
                    f'<text x="{box[2]:.0f}" y="{box[3] - 2:.0f}" text-anchor="end" '
                    f'fill="var(--hb-muted)">{text}</text>'
                )
                break
    return "".join(drawn), boxes


def _mark(point: Point, x: float, y: float, chart: Chart, language: str) -> str:
    colour, shape = SHAPES[kind(point.gpu)]
    fill = f"var(--hb-{colour})" if point.stated else "var(--hb-paper)"
    texts = (shown(point.gpu, field, language) for field in (chart.x, chart.y))
    told = ", ".join([point.gpu.name, *(one.value for one in texts if one)])
    name = html.escape(told, quote=False)
    return (
        f'<path data-gpu="{point.gpu.id}" transform="translate({x:.1f} {y:.1f})" d="{shape}" '
        f'fill="{fill}" '
        f'stroke="var(--hb-{colour if not point.stated else "paper"})" stroke-width="1.2">'
        f"<title>{name}</title></path>"
    )


def _labels(found: list[Point], x: _Scale, y: _Scale, taken: list[Box]) -> list[str]:
    """Names where there is room: cards that people ask for, the outermost entries, the others."""
    drawn = []
    outermost = _outermost(found)
    for point in sorted(outermost, key=lambda point: point.gpu.id not in ASKED):
        text = short(point.gpu)
        width = _width(text)
        px, py = x(point.x), y(point.y)
        places = (
            (px + 8, py - 7),
            (px - 8 - width, py - 7),
            (px - width / 2, py - 22),
            (px - width / 2, py + 8),
        )
        for left, top in places:
            box = (left, top, left + width, top + 14)
            others = [one for one in taken if one != (px - 6, py - 6, px + 6, py + 6)]
            if _free(box, others):
                taken.append(box)
                drawn.append(
                    f'<text data-gpu="{point.gpu.id}" x="{left:.0f}" y="{top + 11:.0f}" '
                    'paint-order="stroke" '
                    f'stroke="var(--hb-paper)" stroke-width="3">{html.escape(text)}</text>'
                )
                break
    return drawn


def _outermost(found: list[Point]) -> list[Point]:
    """Nobody better first, then the rest, each from the largest y."""
    best = [
        point
        for point in found
        if not any(
            other.y >= point.y and other.x <= point.x and (other.x, other.y) != (point.x, point.y)
            for other in found
        )
    ]
    rest = sorted((point for point in found if point not in best), key=lambda point: -point.y)
    return [*sorted(best, key=lambda point: -point.y), *rest]


def _legend(found: list[Point], language: str) -> str:
    drawn = []
    left, line = 10.0, 16
    for name, (colour, shape) in SHAPES.items():
        if any(kind(point.gpu) == name for point in found):
            text = say(name, language)
            if left + 10 + _width(text) > WIDTH:
                left, line = 10.0, line + 18
            drawn.append(
                f'<path transform="translate({left:.0f} {line - 4})" d="{shape}" '
                f'fill="var(--hb-{colour})"/><text x="{left + 10:.0f}" y="{line}">{text}</text>'
            )
            left += _width(text) + 28
    if not all(point.stated for point in found):
        text = say("chart-not-stated", language)
        drawn.append(f'<text x="4" y="{line + 18}" fill="var(--hb-muted)">{text}</text>')
    return "".join(drawn)


def _free(box: Box, taken: list[Box]) -> bool:
    inside = (
        box[0] >= LEFT and box[2] <= WIDTH - 2 and box[1] >= TOP - 6 and box[3] <= HEIGHT - BOTTOM
    )
    return inside and not any(
        box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
        for other in taken
    )


def _width(text: str) -> float:
    return sum(CHARACTER if ord(letter) < 0x2E80 else SIZE for letter in text)


def kind(gpu: Gpu) -> str:
    """Consumer, professional, data centre, or a computer whose memory is shared."""
    if gpu.memory_type == "unified memory":
        return "computer"
    return next(name for name, lines in KINDS.items() if gpu.line in lines)


def short(gpu: Gpu) -> str:
    """A name as it is said in passing."""
    words = (
        "GeForce ",
        "Radeon ",
        "Intel ",
        "NVIDIA ",
        "AMD ",
        "Instinct ",
        " Edition",
        " Workstation",
    )
    text = gpu.name.partition(" (")[0]
    for word in words:
        text = text.replace(word, "")
    return text
