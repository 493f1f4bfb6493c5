"""Hold the site that one generator built against the site that another did, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag

from neverstale.page import built
from neverstale.problem import Problem
from neverstale.project import Project

DROPPED = {"data-search-exclude"}  # Zensical reads it and takes it out of the page


def check(project: Project, other: Path) -> list[Problem]:
    """What of the project's built site is otherwise in the folder `other`.

    Of each page, what its `article` holds is compared: blocks and what they are proved by, headings
    with their ids, links with where they lead, pictures, and every word.
    """
    problems = []
    for path in sorted({*_pages(project, project.site), *_pages(project, other)}):
        where = project.relative(other / path)
        files = project.site / path, other / path
        if missing := [project.relative(each) for each in files if not each.is_file()]:
            problems.append(Problem(where, 0, f"{missing[0]} is not built"))
            continue
        ours, theirs = (each.read_text(encoding="utf-8") for each in files)
        address = f"/{path.parent.as_posix()}/"
        problems += [Problem(where, 0, told) for told in differences(ours, theirs, address)]
    return problems


def _pages(project: Project, site: Path) -> set[Path]:
    return {
        page.relative_to(site)
        for edition in project.editions
        for page in site.glob(f"{edition}/**/index.html")
    }


def differences(ours: str, theirs: str, address: str) -> Iterator[str]:
    """What differs between two pages' HTML, a line for each kind of thing.

    Args:
        ours: a page.
        theirs: the same by another generator.
        address: where both stand, from which links lead ("/en/cnn/pooling/").
    """
    found = [dict(_parts(text, address)) for text in (ours, theirs)]
    for kind, wanted in found[0].items():
        given = found[1][kind]
        if given == wanted:
            continue
        at = next(
            (i for i, pair in enumerate(zip(wanted, given, strict=False)) if pair[0] != pair[1]),
            min(len(wanted), len(given)),
        )
        yield (
            f"{kind}: {len(given)} where there are {len(wanted)}; the first that differs, "
            f"number {at + 1}: {_shown(given, at)} where there is {_shown(wanted, at)}"
        )


def _parts(text: str, address: str) -> Iterator[tuple[str, Sequence[object]]]:
    page = BeautifulSoup(text, "html.parser")
    [article] = page.select("article")
    yield "title", [each.get_text() for each in page.select("title")]
    yield "head", [str(each) for each in page.select("meta[name=description], link[rel=canonical]")]
    yield "blocks", [_block(each) for each in built.parse(str(article))]
    yield "headings", [_heading(each) for each in article.select("h1, h2, h3, h4, h5, h6")]
    yield (
        "links",
        [
            (urljoin(address, str(each["href"])), each.get_text())
            for each in article.select("a[href]")
        ],
    )
    yield "pictures", [str(each) for each in article.select("svg, img")]
    yield "words", article.get_text().split()


def _block(block: built.Block) -> tuple[object, ...]:
    data = {
        name: value
        for name, value in block.attributes.items()
        if name.startswith("data-") and name not in DROPPED
    }
    return block.kind, block.text, data, tuple(block.marks), block.highlighted


def _heading(heading: Tag) -> tuple[str, str, str]:
    return heading.name, str(heading.get("id", "")), heading.get_text()


def _shown(parts: Sequence[object], at: int) -> str:
    return repr(parts[at])[:300] if at < len(parts) else "none"
