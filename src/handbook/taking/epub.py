"""An edition as an EPUB 3: a page each, figures as vectors, formulas as MathML, nothing fetched."""

from __future__ import annotations

import html
import re
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from handbook.building import colours
from handbook.taking import article
from handbook.taking.book import WORDS, Book, headed

WHEN = (1980, 1, 1, 0, 0, 0)  # the same site makes the same book
STYLE = Path(__file__).with_name("epub.css")
XHTML = "application/xhtml+xml"
# MathML Core takes it anywhere; the MathML 3 of e-books, on mstyle alone.
LEVEL = re.compile(r'(?P<before><m(?!style\b)\w+\b[^<>]*?) scriptlevel="[^"]*"')
CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
<rootfiles><rootfile full-path="book/content.opf" media-type="application/oebps-package+xml"/>\
</rootfiles>
</container>
"""
FRAME = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" \
lang="{language}" xml:lang="{language}">
<head><title>{title}</title><link rel="stylesheet" href="style.css"/></head>
<body>
{content}
</body>
</html>
"""


def write(book: Book, root: Path, to: Path) -> None:
    """Write the book.

    Args:
        book: the edition.
        root: the project's root, with the colours.
        to: the file.
    """
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        for name, content in files(book, root):
            entry = zipfile.ZipInfo(name, WHEN)
            stored = name == "mimetype"  # readers look for it at its place, as it is
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            made.writestr(entry, content)


def files(book: Book, root: Path) -> Iterator[tuple[str, str]]:
    """Name and text of each file."""
    ink = colours.light(root)
    names = {url: f"{number:02}.xhtml" for number, url in enumerate(book.pages, 1)}

    def lead(url: str, place: str) -> str:
        return f"{names[url]}#{place}" if place else names[url]

    pages = {
        names[url]: LEVEL.sub(
            r"\g<before>",
            colours.literal(article.linked(page, book.pages, lead, book.address), ink),
        )
        for url, page in book.pages.items()
    }
    yield "mimetype", "application/epub+zip"
    yield "META-INF/container.xml", CONTAINER
    yield "book/content.opf", _package(book, pages)
    yield "book/nav.xhtml", _frame(book, WORDS[book.tag]["contents"], _contents(book, names))
    yield "book/style.css", colours.literal(STYLE.read_text(encoding="utf-8"), ink)
    told = "".join(f"<p>{html.escape(line)}</p>" for line in book.told)
    yield "book/title.xhtml", _frame(book, book.title, f"<h1>{html.escape(book.title)}</h1>{told}")
    for url, page in book.pages.items():
        yield f"book/{names[url]}", _frame(book, page.title, pages[names[url]])


def _frame(book: Book, title: str, content: str) -> str:
    return FRAME.format(language=book.language, title=html.escape(title), content=content)


def _contents(book: Book, names: Mapping[str, str]) -> str:
    """The contents: chapters, their pages."""
    chapters = ""
    for title, pages in book.chapters:
        links = [f'<a href="{names[page.url]}">{html.escape(page.title)}</a>' for page in pages]
        head = links.pop(0) if headed(title, pages) else f"<span>{html.escape(title)}</span>"
        inside = "".join(f"<li>{link}</li>" for link in links)
        chapters += f"<li>{head}{f'<ol>{inside}</ol>' if links else ''}</li>"
    heading = html.escape(WORDS[book.tag]["contents"])
    return f'<nav epub:type="toc"><h1>{heading}</h1><ol>{chapters}</ol></nav>'


def _package(book: Book, pages: Mapping[str, str]) -> str:
    """What the book is, which files it has, and in which order they are read."""
    items = f'<item id="nav" href="nav.xhtml" media-type="{XHTML}" properties="nav"/>'
    items += '<item id="style" href="style.css" media-type="text/css"/>'
    items += f'<item id="title" href="title.xhtml" media-type="{XHTML}"/>'
    order = '<itemref idref="title"/><itemref idref="nav"/>'
    for name, content in pages.items():
        holds = " ".join(
            told for tag, told in (("<math", "mathml"), ("<svg", "svg")) if tag in content
        )
        properties = f' properties="{holds}"' if holds else ""
        stem = name.partition(".")[0]
        items += f'<item id="p{stem}" href="{name}" media-type="{XHTML}"{properties}/>'
        order += f'<itemref idref="p{stem}"/>'
    identifier = uuid.uuid5(uuid.NAMESPACE_URL, book.address)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" \
xml:lang="{book.language}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:{identifier}</dc:identifier>
<dc:title>{html.escape(book.title)}</dc:title>
<dc:language>{book.language}</dc:language>
<dc:description>{html.escape(book.description)}</dc:description>
<dc:rights>{html.escape(book.licence)}</dc:rights>
<dc:source>{html.escape(book.address)}</dc:source>
<meta property="dcterms:modified">{book.date}T00:00:00Z</meta>
</metadata>
<manifest>{items}</manifest>
<spine>{order}</spine>
</package>
"""
