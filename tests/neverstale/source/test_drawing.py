"""What an SVG may hold that a page shows."""

from __future__ import annotations

import pytest

from neverstale.problem import NeverstaleError
from neverstale.source import drawing

PNG = "data:image/png;base64,iVBORw0KGgoAAAAN"
ROOT = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
STILL = (
    '<path d="M 0 0 L 1e-3 2z" style="fill: #1f5fa8; stroke: url(#a)" clip-path="url(#c)"/>',
    '<text x="1" style="font: 10px \'Noto Sans CJK SC\', sans-serif" transform="rotate(-90 1 2)">'
    "损失 &lt; 1<tspan dy='2'>2</tspan> &amp; 3</text>",
    '<use xlink:href="#m" x="1"/>',
    f'<image xlink:href="{PNG}" width="3"/>',
    '<rect fill="var(--hb-ink)" rx="2"/>',
    '<defs><style type="text/css">*{stroke-linejoin: round; stroke-linecap: butt}</style></defs>',
    "<metadata><a href='https://example.org'/></metadata><!-- words -->",
)
MOVING = (
    "<script>alert(1)</script>",
    "<style>p{display:none}</style>",
    "<style>*{stroke-linejoin: round}p{display:none}</style>",
    "<defs><style>@import 'x'</style></defs>",
    "<a href='#x'><path/></a>",
    "<animate attributeName='x'/>",
    "<set attributeName='x' to='1'/>",
    "<foreignObject/>",
    "<filter id='f'/>",
    "<svg/>",
    "<x:path xmlns:x='https://example.org'/>",
    "<p xmlns='http://www.w3.org/1999/xhtml'>0.99</p>",
    "<g>0.99</g>",
    "<path onclick='x()'/>",
    "<path ONLOAD='x()'/>",
    "<path class='md-button'/>",
    "<path style='position: fixed'/>",
    "<path style='fill: url(https://example.org/x)'/>",
    "<path style='fill: url(&quot;#a&quot;)'/>",
    "<path style='fill: \\75rl(x)'/>",
    "<path style='fill: red/**/; x'/>",
    "<path fill='url(//example.org)'/>",
    "<path style='fill: calc(1px)'/>",
    "<use href='https://example.org/a.svg#m'/>",
    "<use href='data:image/svg+xml,x'/>",
    "<use xlink:href='javascript:x()'/>",
    "<image href='https://example.org/a.png'/>",
    "<image href='data:image/svg+xml;base64,iVBORw0KGgo='/>",
    "<image href='data:image/png;base64,R0lGODlh'/>",
    "<path href='#a'/>",
    "<path xml:base='https://example.org'/>",
    "<g>" * 101 + "</g>" * 101,
)


def test_what_matplotlib_and_diagrams_need_is_written_out_anew() -> None:
    root = drawing.read("a.svg", ROOT.format("".join(STILL)))
    text = drawing.write(root)
    for gone in ("<!--", "metadata", "style>", "example.org", ' xmlns="'):
        assert gone not in text
    assert ">损失 &lt; 1<tspan" in text and "</tspan> &amp; 3</text>" in text
    assert f'xlink:href="{PNG}"' in text and 'xlink:href="#m"' in text
    assert drawing.write(drawing.read("a.svg", text)) == text  # nothing is lost on the way


@pytest.mark.parametrize("part", MOVING)
def test_whatever_else_it_may_hold_is_refused(part: str) -> None:
    with pytest.raises(NeverstaleError, match=r"^a\.svg: ") as caught:
        drawing.read("a.svg", ROOT.format(part))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "words", "<p/>", "<svg", "<svg>\x00</svg>", "<svg>\ufffd</svg>",
             '<!DOCTYPE svg [<!ENTITY a "b">]><svg><text>&a;</text></svg>']
)  # fmt: skip
def test_what_is_no_svg_is_refused(text: str) -> None:
    with pytest.raises(NeverstaleError):
        drawing.read("a.svg", text)
