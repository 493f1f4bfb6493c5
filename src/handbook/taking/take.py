"""Make what readers take along, and hold it against the pages."""

from __future__ import annotations

import html
import multiprocessing
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from handbook.building.edition import Edition, editions
from handbook.building.root import base_path
from handbook.errors import HandbookError
from handbook.taking import archive, book, epub, links, pdf
from handbook.taking.book import Book
from neverstale.problem import Problem
from neverstale.project import Project

PRE = re.compile(r"<pre\b[^>]*>(?P<text>.*?)</pre>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
BLANK = re.compile(r"\s+")
# What a PDF writes as another sign of the same shape, or not at all.
SAME = str.maketrans({"\u00ad": None, "\ufffe": "-", "\u2010": "-", "\u2011": "-", "\u00b5": "μ"})


def make(project: Project, say: Callable[[str], None]) -> None:
    """Write the zip, and a PDF and an EPUB per edition, into the site, and link them.

    Raises:
        HandbookError: one cannot be made, or lacks what its pages show.
    """
    site = project.site
    if not (site / "verification.json").is_file():
        raise HandbookError(Problem(project.relative(site), 0, "not built; run make site first"))
    found = editions(project)
    tags = tuple(edition.tag for edition in found)
    for name in links.names(tags):
        (site / name).unlink(missing_ok=True)
    start = time.monotonic()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(len(found), mp_context=context) as binders:
        bound = [binders.submit(_bind, project, edition) for edition in found]
        archive.write(site, base_path(), site / links.name("zip", ""))
        say(f"✓ zip, {time.monotonic() - start:.1f} s")
        problems = [problem for each in bound for problem in each.result()]
    if problems:
        raise HandbookError(*problems)
    for tag in tags:
        links.fill(site, tag)
    for name in links.names(tags):
        say(f"✓ {name}: {(site / name).stat().st_size / 1e6:.1f} MB")
    say(f"✓ made, and held against the pages, {time.monotonic() - start:.1f} s")


def _bind(project: Project, edition: Edition) -> list[Problem]:
    """Make the books of an edition; what they lack."""
    site = project.site
    one = book.bind(project, edition)
    epub.write(one, project.root, site / links.name("epub", one.tag))
    printed = site / links.name("pdf", one.tag)
    with pdf.chromium(printed) as browser:
        pdf.write(one, site / one.tag / "assets", printed, browser)
    return [Problem(project.relative(printed), 0, told) for told in lacking(one, pdf.text(printed))]


def check(project: Project) -> Iterator[Problem]:
    """What is there to take along and is not what the pages make, or lacks what they show."""
    site = project.site
    made = site / links.name("zip", "")
    if made.is_file():
        yield from _unlike(project, made, partial(archive.write, site, base_path()))
    for edition in editions(project):
        books = [site / links.name(kind, edition.tag) for kind in ("epub", "pdf")]
        if not any(each.is_file() for each in books):
            continue
        one = book.bind(project, edition)
        if books[0].is_file():
            yield from _unlike(project, books[0], partial(epub.write, one, project.root))
        if books[1].is_file():
            where = project.relative(books[1])
            yield from (Problem(where, 0, told) for told in lacking(one, pdf.text(books[1])))


def _unlike(project: Project, made: Path, make: Callable[[Path], None]) -> Iterator[Problem]:
    """That a file is not what is made anew."""
    with tempfile.TemporaryDirectory() as folder:
        again = Path(folder, made.name)
        make(again)
        if again.read_bytes() != made.read_bytes():
            told = "is not what its pages make; run make take again"
            yield Problem(project.relative(made), 0, told)


def lacking(one: Book, text: str) -> Iterator[str]:
    """Lines of code and output of a book that stand nowhere in a text, blanks aside."""
    held = squeezed(text)
    for page in one.pages.values():
        for block in PRE.finditer(page.html):
            for line in html.unescape(TAG.sub("", block["text"])).split("\n"):
                if squeezed(line) not in held:
                    yield f"lacks '{line.strip()[:60]}' of {page.url}; make it again"


def squeezed(text: str) -> str:
    """A text without blanks: how a line is broken is no part of it."""
    return BLANK.sub("", text.translate(SAME))
