"""What of a built page goes into a book: its text, code, output and figures; nothing that needs a
hand or a network. Well-formed XML, as an e-book wants it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag

# Drawings and formulas are XML already, which a parser of HTML would spoil (viewBox → viewbox).
XML = re.compile(r"<(?P<tag>svg|math)\b(?P<rest>.*?</(?P=tag)>)", re.DOTALL)
NAMESPACES = {
    "svg": "http://www.w3.org/2000/svg",
    "math": "http://www.w3.org/1998/Math/MathML",
}
# What a reader of paper can do nothing with, and links of the page to itself.
GONE = {"script", "style", "link", "template", "dialog", "form", "button", "input", "select",
        "textarea", "output", "noscript"}  # fmt: skip
GONE_CLASSES = {"hb-run", "hb-actions", "hb-take", "hb-note", "headerlink", "hb-heading-language",
                "hb-choose__presets", "hb-no-print"}  # fmt: skip
GONE_INSIDE = (
    ".hb-home .hb-choose__lead, .hb-home .hb-choose__picks, "
    ".ns-runs > label, .ns-runs > legend, .ns-proof > :not(summary)"
)
KEPT = {"class", "id", "href", "title", "lang", "colspan", "rowspan", "scope", "start", "dir"}
BLOCKS = [
    "div",
    "p",
    "table",
    "ul",
    "ol",
    "dl",
    "pre",
    "figure",
    "fieldset",
    "h1",
    "h2",
    "h3",
    "h4",
]
ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z]\w*;")  # which HTML knows, and XML not
ASIDE = re.compile(r"\x02(?P<number>\d+)\x03")
INSIDE = "book:"  # begins a link to a page of the same edition
LINK = re.compile(r'href="book:(?P<url>[^"#]*)(?:#(?P<place>[^"]*))?"')
ID = re.compile(r'(?<=\sid=")[^"]+')


@dataclass(frozen=True)
class Page:
    """A page of a book.

    Attributes:
        url: its address below the edition ("cnn/pooling/").
        title: its title.
        html: its content, well-formed; links to pages of the edition begin with `book:`.
    """

    url: str
    title: str
    html: str

    @cached_property
    def ids(self) -> frozenset[str]:
        """What can be led to."""
        return frozenset(map(html.unescape, ID.findall(self.html)))


def read(folder: Path, url: str, address: str) -> Page:
    """A page of a built edition as a part of a book.

    Args:
        folder: the built edition.
        url: the page below it.
        address: where the edition is published.
    """
    text = (folder / url / "index.html").read_text(encoding="utf-8")
    text = text[text.index("<article") : text.rindex("</article>") + len("</article>")]
    aside: list[str] = []

    def put_aside(match: re.Match[str]) -> str:
        drawing = ENTITY.sub(lambda name: html.unescape(name[0]), match["rest"]).replace(
            ' focusable="false"', "", 1
        )
        if "xmlns=" not in drawing.partition(">")[0]:
            drawing = f' xmlns="{NAMESPACES[match["tag"]]}"{drawing}'
        aside.append(f"<{match['tag']}{drawing}")
        return f"\x02{len(aside) - 1}\x03"

    soup = BeautifulSoup(XML.sub(put_aside, text), "html.parser")
    article = soup.find("article")
    assert isinstance(article, Tag)
    for gone in [*article.find_all(_goes), *article.select(GONE_INSIDE)]:
        gone.decompose()
    _unfold(soup, article)
    for each in article.find_all(True):
        each.attrs = {key: value for key, value in each.attrs.items() if key in KEPT}
    for each in article.find_all("a", href=True):
        target = urljoin(address + url, str(each["href"]))
        each["href"] = target.replace(address, INSIDE, 1) if _is_page(target, address) else target
    heading = article.find("h1")
    inner = ASIDE.sub(
        lambda match: aside[int(match["number"])], article.decode_contents(formatter="minimal")
    )
    title = heading.get_text() if heading else ""
    return Page(url, ASIDE.sub("", title).strip(), inner)


def _goes(tag: Tag) -> bool:
    return tag.name in GONE or not GONE_CLASSES.isdisjoint(tag.get_attribute_list("class"))


def _is_page(target: str, address: str) -> bool:
    return target.startswith(address) and target.partition("#")[0].endswith("/")


def _unfold(soup: BeautifulSoup, article: Tag) -> None:
    """Paper does not open: what is folded stands there, each device's run below its name."""
    for each in article.find_all("summary"):
        each.name = "p"
        each["class"] = " ".join([*each.get_attribute_list("class"), "summary"])
    for panel in article.find_all(True, {"class": "ns-run", "aria-label": True}):
        name = soup.new_tag("p", attrs={"class": "device"})
        name.string = str(panel["aria-label"])
        panel.insert(0, name)
    for each in article.find_all(["details", "fieldset"]):
        each.name = "div"
    for each in article.find_all("p"):
        if each.find(BLOCKS):  # which HTML would end it at
            each.name = "div"


def linked(
    page: Page, pages: Mapping[str, Page], lead: Callable[[str, str], str], elsewhere: str
) -> str:
    """A page's content with its links to others.

    Args:
        page: the page.
        pages: all pages of the book, by address below the edition.
        lead: (address, id or "") → what leads there inside the book.
        elsewhere: the edition's address, for pages that are not in the book.
    """

    def link(match: re.Match[str]) -> str:
        url, place = match["url"], match["place"] or ""
        other = pages.get(url)
        if other is None:
            return f'href="{elsewhere}{url}{"#" * bool(place)}{place}"'
        known = html.unescape(place) in other.ids
        return f'href="{lead(url, place if known else "")}"'

    return LINK.sub(link, page.html)
