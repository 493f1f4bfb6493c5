"""What the search looks through: every section of every page of an edition, in words.

The browser looks through the text itself (assets/search.js), so that a word is found wherever it
stands, in a language that has no blanks between words too. `search/index.json` holds, for an
edition:

- `pages`: [address, title, description and other words for it, weight, sections], and of each
  section [id, heading, text];
- `terms`: [names, page that explains it], from the glossary; `alike`: words for the same thing;
- `gpus`: [id of its row in the table, name].
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from gpuguide.catalogue import load
from handbook.boards import glossary
from handbook.formulas import words
from neverstale.page.built import VOID

FILE = "search/index.json"  # below the edition
# For who works on the handbook or calls its library: what readers look for mostly lies elsewhere.
ASIDE = ("contributing/", "reference/")
ASIDE_WEIGHT = 0.3
HEADINGS = ("h1", "h2", "h3")
UNREAD = {"script", "style", "svg"}
INLINE = {"a", "abbr", "b", "code", "em", "i", "span", "strong", "sub", "sup"}  # within a word
# Links at headings, proof lines, and tables whose text is data, not words.
UNREAD_CLASSES = {"headerlink", "hb-heading-language", "ns-proof"}


@dataclass
class _Sections(HTMLParser):
    """Cuts a page's content into sections, each with its heading."""

    found: list[list[str]] = field(default_factory=lambda: [["", "", ""]])
    open: list[str] = field(default_factory=list)
    unread: int = 0  # how deep the element began that is not read; 0 for none
    heading: bool = False

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in INLINE:
            self.handle_data(" ")
        if tag in VOID:
            return
        self.open.append(tag)
        classes = set((given.get("class") or "").split())
        excluded = "data-search-exclude" in given or tag in UNREAD or classes & UNREAD_CLASSES
        if not self.unread and excluded:
            self.unread = len(self.open)
        if tag in HEADINGS and not self.unread:
            self.heading = True
            self.found.append(["" if tag == "h1" else given.get("id") or "", "", ""])

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.open:
            return
        while self.open.pop() != tag:
            pass
        if len(self.open) < self.unread:
            self.unread = 0
        if tag in HEADINGS:
            self.heading = False

    def handle_data(self, data: str) -> None:
        if not self.unread:
            self.found[-1][1 if self.heading else 2] += data


def sections(content: str) -> list[list[str]]:
    """[id, heading, text] of each section of a page's HTML; what stands before any has no id."""
    reader = _Sections()
    reader.feed(words.in_place(content))
    reader.close()
    tidy = [[name, *(" ".join(each.split()) for each in rest)] for name, *rest in reader.found]
    return [each for each in tidy if each[1] or each[2]]


def page(url: str, title: str, about: Sequence[str], content: str) -> list[Any]:
    """A page's entry.

    Args:
        url: its address below the edition.
        title: its title.
        about: its description, and other words that readers use for what it tells.
        content: its HTML.
    """
    weight = ASIDE_WEIGHT if url.startswith(ASIDE) else 1
    return [url, title, " ".join(filter(None, about)), weight, sections(content)]


def write(out: Path, root: Path, docs: Path, pages: Sequence[list[Any]]) -> None:
    """Write the index of an edition.

    Args:
        out: folder of the built edition.
        root: the project's root, with terminology.toml.
        docs: folder of the edition's pages, with its glossary.
        pages: what `page` gave, page by page.
    """
    entries = docs / glossary.GLOSSARY
    explained = glossary.read(entries) if entries.is_file() else ()
    table = root / "terminology.toml"
    terms = tomllib.loads(table.read_text(encoding="utf-8")) if table.is_file() else {"term": []}
    data = {
        "pages": list(pages),
        "terms": [[list(term.names), _address(term.explained)] for term in explained],
        "alike": [[each["zh"], *each["avoid"]] for each in terms["term"] if each.get("avoid")],
        "gpus": [[gpu.id, gpu.name] for gpu in load()],
    }
    file = out / FILE
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def _address(source: str) -> str:
    """The address of a page's file below the edition: "guide/works.md" → "guide/works/"."""
    path = source.rpartition(".")[0].removesuffix("index").rstrip("/")
    return f"{path}/" if path else ""
