"""An SVG that a page may show: parsed, held against what is known to be still, written out anew.

What matplotlib writes and what diagrams need is allowed; whatever else an SVG can hold (styles,
scripts, movement, links, what lies elsewhere) is refused.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from neverstale.problem import NeverstaleError, Problem

SVG = "{http://www.w3.org/2000/svg}"
LINKS = 'xmlns:xlink="http://www.w3.org/1999/xlink"'  # which HTML knows, and XML must be told
HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
SHAPES = "path rect line polygon polyline circle ellipse image"
ELEMENTS = frozenset(f"svg g use text tspan defs clipPath pattern marker {SHAPES}".split())
WORDS = ("text", "tspan")
# fmt: off
STYLES = frozenset((
    "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity",
    "stroke-linejoin", "stroke-linecap", "stroke-miterlimit", "stroke-dasharray",
    "stroke-dashoffset", "opacity", "clip-rule", "font", "font-family", "font-size",
    "font-style", "font-weight", "font-stretch", "font-variant", "text-anchor",
    "image-rendering",
))
ATTRIBUTES = STYLES | frozenset((
    "id", "style", "transform", "clip-path", "x", "y", "dx", "dy", "x1", "y1", "x2", "y2", "cx",
    "cy", "r", "rx", "ry", "width", "height", "d", "points", "viewBox", "patternUnits",
    "patternTransform", "marker-start", "marker-mid", "marker-end", "markerWidth",
    "markerHeight", "markerUnits", "refX", "refY", "orient", "preserveAspectRatio", "version",
))
# What a value may be made of; of functions, those that move a shape or name a colour.
VALUE = re.compile(r"[\w\s.,%#+'\"()-]*")
FUNCTION = re.compile(r"[\w-]*\(")
FUNCTIONS = {
    "matrix(", "translate(", "rotate(", "scale(", "skewX(", "skewY(", "rgb(", "rgba(", "var(",
}
# fmt: on
OWN = re.compile(r"url\(#[\w.-]+\)")
# matplotlib's, for all that it draws; the page's own style says the same.
STAR = re.compile(r"\*\s*\{\s*stroke-linejoin: round;?\s*(stroke-linecap: butt;?)?\s*\}")
PICTURE = re.compile(r"data:image/png;base64,(?P<data>[A-Za-z0-9+/=\s]+)")
DEEPEST = 100
PNG = b"\x89PNG\r\n\x1a\n"


def read(where: str, text: str) -> Element:
    """The tree of an SVG, of the parts that a page shows: without comments and metadata.

    Args:
        where: the file, for messages.
        text: its text.

    Raises:
        NeverstaleError: it is not one, or holds what is not allowed.
    """

    def complain(message: str) -> NeverstaleError:
        return NeverstaleError(Problem(where, 0, message))

    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError):
        raise complain("is not an SVG in UTF-8") from None
    if "\ufffd" in text or name(root) != "svg":
        raise complain("is not an SVG in UTF-8")
    if "<!ENTITY" in text or _depth(root) > DEEPEST:
        raise complain(f"has entities of its own, or parts more than {DEEPEST} deep")
    _prune(root)
    for item in root.iter():
        if item is not root and name(item) == "svg":
            raise complain("holds an <svg> in its <svg>")
        if why := _wrong(item):
            raise complain(f"{why}, which no figure needs; {ALLOWED}")
    return root


ALLOWED = "shapes, texts and PNG pictures are allowed, without style sheets, scripts or links"


def _depth(root: Element) -> int:
    depth, level = 0, [root]
    while level:
        depth, level = depth + 1, [child for item in level for child in item]
    return depth


def _prune(root: Element) -> None:
    """Take out what is not shown: metadata, and matplotlib's own style sheet."""
    for parent in list(root.iter()):
        for child in list(parent):
            known = name(child) == "style" and STAR.fullmatch((child.text or "").strip())
            if name(child) == "metadata" or (known and not len(child)):
                parent.remove(child)


def _wrong(item: Element) -> str | None:
    """What an element is or has that is not allowed; None if all is."""
    kind = name(item)
    if kind not in ELEMENTS:
        return f"holds <{kind}>"
    if kind not in WORDS and words(item):
        return f"holds words in <{kind}>"
    for key, value in item.attrib.items():
        if key in HREFS:
            if not _own(kind, value):
                return f"<{kind}> refers to '{value[:40]}'"
        elif key == "style":
            for each in filter(str.strip, value.split(";")):
                style, _, setting = each.partition(":")
                if style.strip() not in STYLES or not _still(setting):
                    return f"<{kind}> has style '{each.strip()[:40]}'"
        elif key not in ATTRIBUTES or not _still(value):
            return f'<{kind}> has {key.rpartition("}")[2]}="{value[:40]}"'
    return None


def _texts(item: Element) -> Iterator[str | None]:
    yield item.text
    yield from (child.tail for child in item)


def _own(kind: str, value: str) -> bool:
    """Whether a reference stays in the figure: a part of it, or a picture that it carries."""
    if kind == "use":
        return re.fullmatch(r"#[\w.-]+", value) is not None
    picture = PICTURE.fullmatch(value) if kind == "image" else None
    if picture is None:
        return False
    try:
        return base64.b64decode("".join(picture["data"].split()), validate=True).startswith(PNG)
    except binascii.Error:
        return False


def _still(value: str) -> bool:
    rest = OWN.sub("", value)
    return VALUE.fullmatch(rest) is not None and FUNCTIONS.issuperset(FUNCTION.findall(rest))


def name(item: Element) -> str:
    """Its name; of an element of another namespace, with that, so that it is like no known one."""
    return str(item.tag).removeprefix(SVG)


def words(item: Element) -> list[str]:
    """The texts that it holds itself, in order."""
    return [text.strip() for text in _texts(item) if text and text.strip()]


def write(root: Element) -> str:
    """An SVG of such a tree, as it can stand in HTML: nothing in it but what the tree holds."""
    text = "".join(_written(root))
    return text.replace("<svg", f"<svg {LINKS}", 1) if " xlink:href=" in text else text


def _written(item: Element) -> Iterator[str]:
    kind = name(item)
    # Not plain `href`: scripts of themes that write to all that have it stop at a drawing's.
    attributes = "".join(
        f' {"xlink:href" if key in HREFS else key}="{html.escape(value)}"'
        for key, value in item.attrib.items()
    )
    texts = list(_texts(item)) if kind in WORDS else [None] * (len(item) + 1)
    if not len(item) and not texts[0]:
        yield f"<{kind}{attributes}/>"
        return
    yield f"<{kind}{attributes}>{_said(texts[0], whole=not len(item))}"
    for child, after in zip(item, texts[1:], strict=True):
        yield from _written(child)
        yield _said(after) if kind in WORDS else "\n"
    yield f"</{kind}>"


def _said(text: str | None, whole: bool = False) -> str:
    """A text; unless it is the whole, with one blank where it had some at its ends."""
    words = (text or "").strip()
    if not text or not words:
        return " " if text and not whole else ""
    said = html.escape(words, quote=False)
    if whole:
        return said
    return " " * text[0].isspace() + said + " " * text[-1].isspace()
