"""The Python-Markdown extension that marks the first mention of each glossary term on a page.

The glossary page is the only source: a definition list whose terms read

    **warp**, **wavefront** thread bundle {#warp data-also="warped"}
    :   The group of threads … See [SIMD and SIMT](works.md#simt).

Bold names, and those in `data-also`, are looked for; a term of class `unmarked` is not. A mention
becomes a link to the entry, with the definition's first sentence as its tooltip.
"""

from __future__ import annotations

import html
import logging
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from neverstale import project

# A child of MkDocs' logger: under `mkdocs build --strict` a warning fails the build.
log = logging.getLogger("mkdocs.handbook.boards.glossary")

GLOSSARY = "guide/glossary.md"
# Pages that are no text to be read from top to bottom by a beginner, and the glossary itself.
SKIPPED = re.compile(rf"{re.escape(GLOSSARY)}|(index|verification)\.md|(contributing|reference)/.*")
BLOCKS = {"p", "li"}
CLOSED = {
    *("a", "abbr", "code", "dl", "figure", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("kbd", "pre", "script", "style", "summary", "sup", "svg", "table"),
}
CLOSED_CLASSES = {"admonition-title", "footnote", "ns-figure"}

_ENTRY = re.compile(r"^(?P<term>\S.*?) \{#(?P<id>[\w-]+)(?P<more>[^}]*)\}\n:\s+(?P<text>.+)$", re.M)
_NAME = re.compile(r"\*\*(.+?)\*\*")
_ALSO = re.compile(r'data-also="([^"]*)"')
_LINK = re.compile(r"\[([^\]]*)\]\(([^)\s#]*)[^)]*\)")
_SEE = re.compile(r"; see \[.*")
_FIRST = re.compile(r".*?(?:。|[.](?=\s|$)|$)")


@dataclass(frozen=True)
class Term:
    """An entry of the glossary.

    Attributes:
        id: its id on the glossary page.
        names: how the word is written on pages; the first is the usual one.
        short: the first sentence of its definition, without markup.
        explained: the page that explains it at length ("guide/works.md"), or "".
        marked: whether mentions of it are marked.
    """

    id: str
    names: tuple[str, ...]
    short: str
    explained: str
    marked: bool


class Glossary(Extension):
    """Settings: `edition` (required) and `project`, a folder inside the project."""

    def __init__(self, **settings: Any) -> None:
        self.config = {
            "edition": ["", "language of the pages"],
            "project": [".", "a folder inside the project"],
        }
        super().__init__(**settings)

    def extendMarkdown(self, md: Markdown) -> None:
        """Register after inline markup (20) and attribute lists (8), before links (0)."""
        settings = project.load(Path(self.getConfig("project")))
        page = settings.editions[self.getConfig("edition")] / GLOSSARY
        md.treeprocessors.register(_Mentions(md, page), "glossary", 2)


class _Mentions(Treeprocessor):
    def __init__(self, md: Markdown, glossary: Path) -> None:
        super().__init__(md)
        self.glossary = glossary
        self.page = ""
        self.waiting: dict[str, Term] = {}
        self.pattern = re.compile("")

    def run(self, root: Element) -> None:
        """Mark the page that is being converted, if it is known and wants it."""
        source = _source(self.md)
        if source is None or SKIPPED.fullmatch(source) or not self.glossary.is_file():
            return
        terms = read(self.glossary)
        self.page = source
        self.pattern = pattern(terms)
        self.waiting = {
            name.lower(): term
            for term in terms
            for name in term.names
            if term.marked and term.explained != source
        }
        self._walk(root, False)

    def _walk(self, element: Element, inside: bool) -> None:
        if element.tag in CLOSED or CLOSED_CLASSES & set(element.get("class", "").split()):
            return
        inside = inside or element.tag in BLOCKS
        children = list(element)
        if inside:
            element.text, links = self._split(element.text)
            for place, link in enumerate(links):
                element.insert(place, link)
        for child in children:
            self._walk(child, inside)
            if inside:
                child.tail, links = self._split(child.tail)
                after = list(element).index(child) + 1
                for place, link in enumerate(links, after):
                    element.insert(place, link)

    def _split(self, text: str | None) -> tuple[str | None, list[Element]]:
        """The text before the first mention, and a link with its tail for each mention."""
        if not text or isinstance(text, AtomicString):
            return text, []
        links: list[Element] = []
        done = 0
        for match in self.pattern.finditer(text):
            term = self._term(match[0].lower())
            if term is None:
                continue
            for name in term.names:
                self.waiting.pop(name.lower(), None)
            before = text[done : match.start()]
            if links:
                links[-1].tail = before
            else:
                head = before
            links.append(self._link(term, match[0]))
            done = match.end()
        if not links:
            return text, []
        links[-1].tail = text[done:]
        return head, links

    def _term(self, mention: str) -> Term | None:
        """Which term, not marked on this page so far, `mention` names; it may be a plural."""
        singular = (mention, mention.removesuffix("s"), mention.removesuffix("es"))
        return next((self.waiting[name] for name in singular if name in self.waiting), None)

    def _link(self, term: Term, mention: str) -> Element:
        address = posixpath.relpath(GLOSSARY, posixpath.dirname(self.page) or ".")
        link = Element("a", {"class": "hb-term", "href": f"{address}#{term.id}"})
        link.set("title", term.short)
        link.text = AtomicString(mention)
        return link


def makeExtension(**settings: Any) -> Glossary:
    """Called by Python-Markdown."""
    return Glossary(**settings)


def _source(md: Markdown) -> str | None:
    """The page's file below its docs folder: MkDocs tells its own link processor alone, Zensical
    a preprocessor. None for a lab, which MkDocs does not render by Python-Markdown."""
    if "relpath" in md.treeprocessors:
        file = getattr(md.treeprocessors["relpath"], "file", None)
        return getattr(file, "src_uri", None)
    if "rendering_context" in md.preprocessors:
        page = getattr(md.preprocessors["rendering_context"], "page", None)
        return None if page is None or "lab" in page.meta else page.path
    return None


def read(page: Path) -> tuple[Term, ...]:
    """The terms of a glossary page; read anew only when the file has changed."""
    return _read(page, page.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(page: Path, changed: int) -> tuple[Term, ...]:
    terms = tuple(parse(page.read_text(encoding="utf-8")))
    owner: dict[str, str] = {}
    for term in terms:
        for name in term.names:
            first = owner.setdefault(name.lower(), term.id)
            if first != term.id:
                log.warning("%s: '%s' names both #%s and #%s", page, name, first, term.id)
    return terms


def parse(text: str) -> Iterator[Term]:
    """The entries of a glossary in Markdown."""
    for entry in _ENTRY.finditer(text):
        names = _NAME.findall(entry["term"])
        if also := _ALSO.search(entry["more"]):
            names += [name.strip() for name in also[1].split(",")]
        link = _LINK.search(entry["text"])
        yield Term(
            id=entry["id"],
            names=tuple(names),
            short=_short(entry["text"]),
            explained=_explained(link[2]) if link else "",
            marked=".unmarked" not in entry["more"].split(),
        )


def _short(text: str) -> str:
    """The first sentence, as plain text, without the reference to another page at its end."""
    text = re.sub(r"[*`]|<[^>]*>|\[\^[\w-]+\]", "", _SEE.sub(".", text))
    first = _FIRST.match(_LINK.sub(r"\1", text))
    return html.unescape(first[0]) if first else ""


def _explained(address: str) -> str:
    """`works.md` or `../cnn/pooling.md`, as the glossary writes it, below the docs folder."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(GLOSSARY), address or GLOSSARY))


def pattern(terms: tuple[Term, ...]) -> re.Pattern[str]:
    """What finds every name, the longest first, so that no word is found inside another term.

    Chinese has no boundaries between words; a Latin name must not lie within a Latin word, may
    have a plural ending, and a capital at the start of a sentence.
    """
    names = {name for term in terms for name in term.names}
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return re.compile("|".join(map(_form, longest_first)) or "(?!)")


def _form(name: str) -> str:
    form = re.escape(name)
    if name[0].isascii():
        if name[0].islower():
            form = f"[{name[0]}{name[0].upper()}]{re.escape(name[1:])}"
        form = r"(?<![A-Za-z0-9_.\-])" + form
    if name[-1].isascii():
        form += r"(?:e?s)?(?!-?[A-Za-z0-9_])"
    return form
