"""A figure as a part of the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from neverstale.proof import figure

if TYPE_CHECKING:
    from conftest import Site

# The shape that matplotlib writes.
SVG = """<?xml version="1.0" encoding="utf-8" standalone="no"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"
  "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="345.6pt" height="201.6pt" \
viewBox="0 0 345 201" xmlns="http://www.w3.org/2000/svg" version="1.1">
 <metadata><rdf>when</rdf></metadata>
 <defs>
  <style type="text/css">*{stroke-linejoin: round}</style>
 </defs>

 <!-- a comment -->
 <g id="axes_1" clip-path="url(#clip)">
  <path id="m1" style="fill: #1F5FA8; stroke-width: 2"/>
  <use xlink:href="#m1"/><use href="#m1"/>
  <text id="t">loss &lt; 1 &amp; falling</text><text>epoch</text>
 </g>
 <clipPath id="clip"/>
</svg>
"""


def inline(svg: str = SVG, **changes: object) -> str:
    settings: dict[str, object] = {
        "alt": 'A "curve" <falls>',
        "prefix": "f2-",
        "colours": {"#1f5fa8": "--memory"},
        "labels": {"loss < 1 & falling": "损失 < 1 & 下降"},
    }
    return figure.inline(svg, **{**settings, **changes})  # type: ignore[arg-type]


def test_it_is_one_element_that_can_stand_in_html() -> None:
    root = ElementTree.fromstring(inline())
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'A "curve" <falls>'
    assert root.get("viewBox") == "0 0 345 201"
    assert (root.get("width"), root.get("height")) == ("345.6pt", None)  # it may shrink, not grow
    for gone in ("<?xml", "DOCTYPE", "metadata", "<!--", "*{"):
        assert gone not in inline()


def test_ids_do_not_clash_with_those_of_another_figure() -> None:
    text = inline()
    for kept in ('id="f2-axes_1"', "url(#f2-clip)", 'id="f2-clip"', 'href="#f2-m1"'):
        assert kept in text
    assert text.count('href="#f2-m1"') == 2
    assert '"#m1"' not in text
    one, two = (set(re.findall(r' id="(.*?)"', inline(prefix=prefix))) for prefix in ("f1-", "f2-"))
    assert one and two and not one & two


def test_colours_of_the_palette_become_variables() -> None:
    assert "fill: var(--memory, #1F5FA8); stroke-width: 2" in inline()
    assert "fill: #1F5FA8;" in inline(colours={})


def test_texts_are_exchanged_whole() -> None:
    assert ">损失 &lt; 1 &amp; 下降</text>" in inline()
    assert ">epoch</text>" in inline()
    assert ">loss &lt; 1 &amp; falling</text>" in inline(labels={"loss": "损失"})
    assert ">loss &lt; 1 &amp; falling</text>" in inline(labels={})


@pytest.mark.parametrize(
    ("turn", "said", "upright"),
    [
        ("rotate(-90 12.1 99.5)", "损失", True),
        ("rotate(-90 12.1 99.5)", "每个 warp 的指令", True),
        ("rotate(-90 12.1 99.5)", "GFLOPS", False),  # no letter that runs downwards
        ("rotate(-45 12.1 99.5)", "损失", False),
        ("translate(1 2)", "损失", False),
    ],
)
def test_chinese_along_an_axis_stands_upright(turn: str, said: str, upright: bool) -> None:
    svg = f'<svg><text x="12.1" y="99.5" transform="{turn}">loss</text></svg>'
    labels = {"loss": said}
    whole = figure.inline(svg, alt="x", prefix="p-", colours={}, labels=labels)
    for text in (whole, figure.alone(svg, labels)):
        assert f">{said}</text>" in text
        assert ("vertical-rl" in text, "rotate(-90" in text) == (
            upright,
            "-90" in turn and not upright,
        )


def test_a_diagram_brings_its_labels(site: Site) -> None:
    site.write("diagrams/ring.svg", "<svg><text>run</text></svg>")
    site.write("diagrams/ring.zh.toml", '"run" = "运行"\n')
    assert figure.diagram(site.load(), "ring.svg", "zh")[1] == {"run": "运行"}
    assert figure.diagram(site.load(), "ring.svg", "en")[1] == {}
    with pytest.raises(FileNotFoundError):
        figure.diagram(site.load(), "no.svg", "en")


def test_numbers_are_no_finer_than_a_screen() -> None:
    path = '<path d="M 12.345678 1.5 L -3.000001 0.015625"/>'
    svg = f'<svg width="9pt">{path}<text>2.71828</text></svg>'
    shown = figure.inline(svg, alt="x", prefix="p-", colours={}, labels={})
    assert 'd="M 12.35 1.5 L -3 0.015625"' in shown
    assert "<text>2.71828</text>" in shown
