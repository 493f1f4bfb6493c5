"""A figure as a part of the page: in its language, in its colours, light and dark."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from xml.etree.ElementTree import Element

from neverstale.project import Project
from neverstale.source import drawing

# Of the root: the width stays, the size that a figure was drawn for. The height follows from it.
OWN = {"height", "version"}
# matplotlib writes millionths of a point; hundredths are finer than any screen.
LONG = re.compile(r"-?[1-9]\d*\.\d{3,}")
MENTION = re.compile(r"(?<=url\(#)")
# A text turned to run upwards, as along an axis; a sign of a script that runs downwards instead.
TURNED = re.compile(r"rotate\(-90(?:[ ,]+[\d.-]+){2}\)")
DOWNWARDS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
SPACE = 'xmlns="http://www.w3.org/2000/svg"'  # of a file; HTML knows it


def inline(
    svg: str,
    *,
    alt: str,
    prefix: str,
    colours: Mapping[str, str],
    labels: Mapping[str, str],
    where: str = "figure",
) -> str:
    """An SVG file as an element to be put into HTML.

    Args:
        svg: the file's text.
        alt: what it shows, for who cannot see it.
        prefix: put before every id, so that two figures of a page do not clash.
        colours: `#rrggbb` → CSS variable that takes its place.
        labels: text in the figure → the same in the page's language.
        where: the file, for messages.

    Returns:
        One `<svg>` element without line breaks around it.

    Raises:
        NeverstaleError: it holds what no figure may.
    """
    root = drawing.read(where, svg)
    _translate(root, labels)
    for item in root.iter():
        item.attrib = {key: _own(key, value, prefix) for key, value in item.attrib.items()}
    kept = {key: value for key, value in root.attrib.items() if key not in OWN}
    added = {"role": "img", "aria-label": alt, "stroke-linejoin": "round", "focusable": "false"}
    root.attrib = {**kept, **added}
    return recolour(drawing.write(root), colours)


def _translate(root: Element, labels: Mapping[str, str]) -> None:
    """Exchange a figure's texts; a Chinese one along an axis runs downwards, its signs upright."""
    for item in root.iter():
        if drawing.name(item) in drawing.WORDS:
            item.text = _exchanged(item.text, labels)
            if TURNED.fullmatch(item.get("transform", "")) and DOWNWARDS.search(item.text or ""):
                del item.attrib["transform"]
                # Centred where it is put: before, it stood on its line.
                item.attrib |= {"writing-mode": "vertical-rl", "dx": "-0.36em"}
        for child in item:
            if drawing.name(item) in drawing.WORDS:
                child.tail = _exchanged(child.tail, labels)


def _exchanged(text: str | None, labels: Mapping[str, str]) -> str | None:
    words = (text or "").strip()
    return text.replace(words, labels[words]) if text and words in labels else text


def _own(key: str, value: str, prefix: str) -> str:
    """An attribute with the prefix before every id and every mention of one."""
    if key in drawing.HREFS:
        return f"#{prefix}{value[1:]}" if value.startswith("#") else value
    if key == "id":
        return prefix + value
    return shorter(MENTION.sub(prefix, value))


def alone(svg: str, labels: Mapping[str, str]) -> str:
    """An SVG file that can stand alone, its texts exchanged for those of another language.

    Its ground is white: it is drawn in dark ink, and nobody knows on what it will lie.

    Raises:
        NeverstaleError: it holds what no figure may.
    """
    root = drawing.read("figure", svg)
    _translate(root, labels)
    text = drawing.write(root)
    return text.replace("<svg", f'<svg {SPACE} style="background:#fff"', 1)


def shorter(value: str) -> str:
    """A value whose numbers of 1 and more have two decimals; smaller ones may be factors."""
    return LONG.sub(lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), value)


def recolour(text: str, colours: Mapping[str, str]) -> str:
    """Put CSS variables in the place of the palette's colours, which stay as the fallback."""
    if not colours:
        return text
    pattern = re.compile("|".join(map(re.escape, colours)), re.IGNORECASE)
    return pattern.sub(lambda found: f"var({colours[found[0].lower()]}, {found[0]})", text)


def diagram(project: Project, name: str, edition: str) -> tuple[str, dict[str, str]]:
    """A hand-made diagram: its SVG text, and its labels in the edition's language.

    The labels are in `<name>.<edition>.toml` beside it; without that file it is shown as drawn.

    Raises:
        FileNotFoundError: there is no such diagram.
    """
    if project.diagrams is None:
        raise FileNotFoundError(name)
    path: Path = project.diagrams / name
    labels = path.with_suffix(f".{edition}.toml")
    table = tomllib.loads(labels.read_text(encoding="utf-8")) if labels.is_file() else {}
    return path.read_text(encoding="utf-8"), {str(k): str(v) for k, v in table.items()}
