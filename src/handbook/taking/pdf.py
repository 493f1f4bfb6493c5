"""An edition as a PDF, printed by Chromium: outline, links and tags, and figures as vectors."""

from __future__ import annotations

import html
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from handbook.errors import HandbookError
from handbook.taking import article
from handbook.taking.book import WORDS, Book, headed
from handbook.taking.browser import ARGUMENTS, program
from neverstale.problem import Problem

if TYPE_CHECKING:
    import pikepdf
    from playwright.sync_api import Browser

STYLE = Path(__file__).with_name("pdf.css")
PATIENCE = 600_000  # milliseconds, for a machine that is busy
ID = re.compile(r'(?<=\sid=")(?=[^"])|(?<=url\(#)|(?<=\shref="#)')
HEADING = re.compile(r"(?P<open></?h)(?P<level>[1-5])\b")
TITLES = """[...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
    .filter(heading => heading.checkVisibility()).map(heading => heading.textContent)"""
FOOT = (
    '<div style="width:100%;text-align:center;font-size:8px;color:#58626d">'
    '<span class="pageNumber"></span></div>'
)


@contextmanager
def chromium(to: Path) -> Iterator[Browser]:
    """The browser that prints.

    Args:
        to: the file that is to be printed, which an error names.

    Raises:
        HandbookError: there is none.
    """
    found = program()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise HandbookError(
            Problem(to.name, 0, f"{error}; run make take, which installs it")
        ) from error
    if found is None:
        raise HandbookError(Problem(to.name, 0, "a PDF needs Chromium; run tools/browser.sh"))
    with sync_playwright() as playwright:
        printer = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield printer
        printer.close()


def write(book: Book, assets: Path, to: Path, browser: Browser) -> None:
    """Print the book.

    Args:
        book: the edition.
        assets: the built edition's folder of style sheets.
        to: the file.
        browser: what prints.

    Raises:
        HandbookError: the outline and the headings of the book differ.
    """
    import pikepdf

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "book.html")
        source.write_text(whole(book, assets), encoding="utf-8")
        with browser.new_context(color_scheme="light") as context:
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            page.goto(source.as_uri())
            page.emulate_media(media="print")
            titles = [" ".join(title.split()) for title in page.evaluate(TITLES)]
            page.pdf(
                path=to,
                prefer_css_page_size=True,
                print_background=True,
                display_header_footer=True,
                header_template="<span></span>",
                footer_template=FOOT,
                outline=True,
                tagged=True,
            )
    with pikepdf.open(to, allow_overwriting_input=True) as printed:
        with printed.open_outline(max_depth=6) as outline:
            _entitle(to, list(_entries(outline.root)), titles)
        # A third of the size.
        printed.save(to, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _entries(entries: Iterable[pikepdf.OutlineItem]) -> Iterator[pikepdf.OutlineItem]:
    for each in entries:
        yield each
        yield from _entries(each.children)


def _entitle(to: Path, entries: list[pikepdf.OutlineItem], titles: list[str]) -> None:
    """Name the entries as the headings: Chromium says the parts of one twice that it had to move to
    a new sheet, and loses blanks beside Chinese signs. What lies beyond a sheet's edge has none."""
    for entry, title in zip_longest(entries, titles):
        said = "" if entry is None else "".join(entry.title.split())
        wanted = "".join((title or "").split())
        if not says(said, wanted):
            told = f"its outline says '{said}' where a heading says '{title or ''}'; mend pdf.css"
            raise HandbookError(Problem(to.name, 0, told))
        entry.title = title


def says(entry: str, title: str) -> bool:
    """Whether an entry is a title, of which parts may stand twice in a row."""
    reached: list[set[int]] = [{0}, *(set() for _ in title)]  # in the entry, by place in the title
    for start, places in enumerate(reached):
        for end in range(start + 1, len(title) + 1):
            part = title[start:end]
            for place in places:
                if entry.startswith(part, place):
                    reached[end].add(place + len(part))
                if entry.startswith(part * 2, place):
                    reached[end].add(place + 2 * len(part))
    return len(entry) in reached[-1]


def text(file: Path) -> str:
    """The text of a PDF, page after page, without the numbers at their feet."""
    import pypdfium2  # type: ignore[import-untyped]

    with pypdfium2.PdfDocument(file) as document:
        pages = [page.get_textpage().get_text_range().rstrip() for page in document]
    return "\n".join(text.removesuffix(str(number)) for number, text in enumerate(pages, 1))


def whole(book: Book, assets: Path) -> str:
    """The book as one page: chapters are h1, pages h2, and so on. A first page that has its
    chapter's name, or is alone in it, gives it its heading."""

    def lead(url: str, place: str) -> str:
        return f"#{_slug(url)}{place}" if place else f"#{_slug(url)}"

    body = f'<section class="title"><p class="name">{html.escape(book.title)}</p>'
    body += "".join(f"<p>{html.escape(line)}</p>" for line in book.told) + "</section>"
    body += _contents(book)
    for title, pages in book.chapters:
        alone, heads = len(pages) == 1, headed(title, pages)
        chapter = f'<p class="running">{html.escape(book.title)}</p>'
        chapter += "" if heads else f"<h1>{html.escape(title)}</h1>"
        for page in pages:
            own = ID.sub(_slug(page.url), page.html)  # two pages may name the same
            content = article.linked(
                article.Page(page.url, page.title, own), book.pages, lead, book.address
            )
            if not alone:
                content = _lower(content, 2 if heads and page is pages[0] else 1)
            body += f'<section id="{_slug(page.url)}">{chapter}{content}</section>'
            chapter = ""
    sheets = [*sorted((assets / "stylesheets").glob("main.*.css")), *sorted(assets.glob("*.css"))]
    links = "".join(f'<link rel="stylesheet" href="{sheet.as_uri()}">' for sheet in sheets)
    links += f'<link rel="stylesheet" href="{STYLE.as_uri()}">'
    return (
        f'<!doctype html><html lang="{book.language}" dir="ltr"><head><meta charset="utf-8">'
        f"<title>{html.escape(book.title)}</title>{links}</head>"
        f'<body data-md-color-scheme="default"><article class="md-content__inner md-typeset">'
        f"{body}</article></body></html>"
    )


def _slug(url: str) -> str:
    """What the ids of a page begin with: "cnn/pooling/" → "cnn-pooling--"."""
    return f"{url.strip('/').replace('/', '-') or 'home'}--"


def _lower(content: str, least: int) -> str:
    """A page's headings below those of chapters, from a level on."""

    def lowered(match: re.Match[str]) -> str:
        level = int(match["level"])
        return f"{match['open']}{level + (level >= least)}"

    return HEADING.sub(lowered, content)


def _contents(book: Book) -> str:
    """The contents, with links."""
    chapters = ""
    for title, pages in book.chapters:
        links = [f'<a href="#{_slug(page.url)}">{html.escape(page.title)}</a>' for page in pages]
        head = links.pop(0) if headed(title, pages) else html.escape(title)
        inside = "".join(f"<li>{link}</li>" for link in links)
        chapters += f"<li>{head}{f'<ul>{inside}</ul>' if links else ''}</li>"
    heading = html.escape(WORDS[book.tag]["contents"])
    return f'<nav class="contents"><p class="name">{heading}</p><ul>{chapters}</ul></nav>'
