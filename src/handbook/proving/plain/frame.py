"""What stands round a page's content: each of its words comes from the settings or the theme.

A number, a claim or a script that a template adds has nothing behind it, so no template may.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from mkdocs.utils import get_theme_dir

from handbook.building.edition import Edition

# Attributes that a reader sees, hears, or finds the page by.
SPOKEN = ("title", "alt", "aria-label", "aria-description", "placeholder", "value")
WORD = re.compile(r'"([^"\n]*)"(?=\s*[,}])')  # a value in a table of the theme's words
NAMED = ("site_name", "repo_name", "copyright", "extra", "nav", "theme", "markdown_extensions")
UNSAID = {"viewport", "generator", "color-scheme"}  # metadata
THEME = {"Material for MkDocs"}  # in the theme's templates, but in no table of words


@dataclass(frozen=True)
class Expected:
    """What a page's frame may say: its title, its description, and words that are known."""

    title: str
    description: str
    words: Collection[str]


@dataclass
class _Reader(HTMLParser):
    """Sorts what can be read in a frame."""

    said: list[tuple[int, str]] = field(default_factory=list)
    metadata: list[tuple[int, str, str]] = field(default_factory=list)
    title: str = ""
    settings: str = ""
    inside: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.inside = "__config" if found.get("id") == "__config" else tag
        if tag == "meta" and (name := found.get("name") or found.get("property")):
            self.metadata.append((self.getpos()[0], name, found.get("content", "")))
        for name in SPOKEN:
            if found.get(name):
                self.said.append((self.getpos()[0], found[name]))

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "title" and not self.title:
            self.title = data
        elif self.inside == "__config":
            self.settings += data
        else:
            self.said.append((self.getpos()[0], data))


def words_of(edition: Edition) -> set[str]:
    """What the frame of any page of an edition may say: its settings and the theme's words."""
    settings = edition.written()
    found = {" ".join(each.split()) for key in NAMED for each in _strings(settings.get(key))}
    theme = settings["theme"]
    language = theme.get("language", "en")
    for folder in (Path(get_theme_dir(theme["name"])), edition.root / "overrides"):
        for name in ("en", "zh", language):
            table = folder / "partials/languages" / f"{name}.html"
            if table.is_file():
                found |= set(WORD.findall(table.read_text(encoding="utf-8")))
    return found | THEME


def read(text: str) -> _Reader:
    """What can be read in a page's HTML."""
    frame = _Reader()
    frame.feed(text)
    frame.close()
    return frame


def check(text: str, expected: Expected) -> Iterator[tuple[int, str]]:
    """(line, what a page's frame says that it may not).

    Args:
        text: the page's HTML, its content left out.
        expected: what it may say.
    """
    frame = read(text)
    if frame.title != expected.title:
        yield 0, f"its title is '{frame.title}', not '{expected.title}'"
    for line, name, value in frame.metadata:
        if name == "description" and value != expected.description:
            yield line, f"its description is '{value}', not '{expected.description}'"
        elif name not in UNSAID | {"description"}:
            yield line, f"metadata that nothing stands behind: {name} '{value}'"
    said: Iterable[tuple[int, str]] = frame.said
    if frame.settings:
        try:
            words = json.loads(frame.settings)["translations"].values()
            said = [*said, *((0, str(each)) for each in words)]
        except (ValueError, KeyError, AttributeError):
            yield 0, "the theme's settings cannot be read"
    for line, each in said:
        words_ = " ".join(each.split())
        parts = words_.split(": ", 1)  # "Previous: GPU memory"
        known = words_ in expected.words or all(part in expected.words for part in parts)
        if words_ and not known:
            told = "stands round the text, in no settings and no heading"
            yield line, f"'{words_[:60]}' {told}"


def _strings(value: Any) -> Iterator[str]:
    """All strings in settings."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield str(key)
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
