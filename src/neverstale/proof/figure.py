"""A figure as a part of the page: in its language, in its colours, light and dark."""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from neverstale.project import Project

PROLOGUE = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>|<!--.*?-->", re.DOTALL)
# matplotlib styles `*`: inside a page that would reach everything on it.
STAR_STYLE = re.compile(r"<defs>\s*<style[^>]*>\s*\*\{.*?\}\s*</style>\s*</defs>", re.DOTALL)
ROOT = re.compile(r"<svg\b[^>]*>", re.DOTALL)
# The width stays: it is the size a figure was drawn for. The height follows from it.
SIZE = re.compile(r'\s(?:height|role|aria-label|aria-hidden|version)="[^"]*"')
TEXT = re.compile(r"(<(?P<tag>text|tspan)\b[^>]*>)(?P<text>[^<]+)(?=</(?P=tag)>)")
# matplotlib writes millionths of a point; hundredths are finer than any screen.
TAG = re.compile(r"<[^>]+>")
LONG = re.compile(r"-?[1-9]\d*\.\d{3,}")
# The place before every id, and before every mention of one.
ID = re.compile(r'(?<=\sid=")|(?<=href="#)|(?<=url\(#)')


def inline(
    svg: str, *, alt: str, prefix: str, colours: Mapping[str, str], labels: Mapping[str, str]
) -> str:
    """An SVG file as an element to be put into HTML.

    Args:
        svg: the file's text.
        alt: what it shows, for who cannot see it.
        prefix: put before every id, so that two figures of a page do not clash.
        colours: `#rrggbb` → CSS variable that takes its place.
        labels: text in the figure → the same in the page's language.

    Returns:
        One `<svg>` element without line breaks around it.
    """
    body = STAR_STYLE.sub("", PROLOGUE.sub("", svg)).strip()
    root = ROOT.search(body)
    if root is None:
        return ""
    opening = SIZE.sub("", root[0])[:-1]
    opening += (
        f' role="img" aria-label="{html.escape(alt)}" stroke-linejoin="round" focusable="false">'
    )
    body = opening + TAG.sub(shorter, body[root.end() :])
    body = ID.sub(prefix, body)
    return recolour(translate(body, labels), colours).replace("\n\n", "\n")


def shorter(tag: re.Match[str]) -> str:
    """A tag whose numbers of 1 and more have two decimals; smaller ones may be factors."""
    return LONG.sub(lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), tag[0])


def recolour(text: str, colours: Mapping[str, str]) -> str:
    """Put CSS variables in the place of the palette's colours, which stay as the fallback."""
    if not colours:
        return text
    pattern = re.compile("|".join(map(re.escape, colours)), re.IGNORECASE)
    return pattern.sub(lambda found: f"var({colours[found[0].lower()]}, {found[0]})", text)


def translate(svg: str, labels: Mapping[str, str]) -> str:
    """Exchange whole texts of an SVG for those in another language."""
    if not labels:
        return svg

    def exchange(found: re.Match[str]) -> str:
        text = html.unescape(found["text"]).strip()
        return found[1] + html.escape(labels.get(text, text), quote=False)

    return TEXT.sub(exchange, svg)


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
