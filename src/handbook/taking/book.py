"""The pages of an edition as a book: which, in which order, and what stands on its first page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handbook.building.edition import Edition
from handbook.building.search_index import ASIDE
from handbook.taking import article
from handbook.taking.article import Page
from neverstale.project import Project

WORDS = {
    "en": {
        "address": "From {address}, where it is kept up to date.",
        "proved": "Last run of its code: {date}. The date and device below each block say more.",
        "left": "Left out: pages for who writes the handbook, and what only a screen can do (the "
        "chooser, the search, figures that change).",
        "contents": "Contents",
    },
    "zh": {
        "address": "取自 {address}，那里有最新的内容。",
        "proved": "代码最近一次运行：{date}。每段代码下面写着日期和设备。",
        "left": "没有收录：写给参与者的几页，以及只有屏幕上才能用的部分"
        "（选卡、搜索、可以改动的图）。",
        "contents": "目录",
    },
}


@dataclass(frozen=True)
class Book:
    """An edition to be bound.

    Attributes:
        tag: the edition.
        language: as in hreflang.
        title: the site's name.
        description: the site's description.
        licence: its copyright line.
        address: where the edition is published.
        date: of the last run on record.
        chapters: title and pages of each.
    """

    tag: str
    language: str
    title: str
    description: str
    licence: str
    address: str
    date: str
    chapters: tuple[tuple[str, tuple[Page, ...]], ...]

    @property
    def pages(self) -> Mapping[str, Page]:
        """Its pages, by address below the edition."""
        return {page.url: page for _, pages in self.chapters for page in pages}

    @property
    def told(self) -> tuple[str, ...]:
        """What its first page tells, line by line."""
        say = WORDS[self.tag]
        return (
            self.description,
            say["address"].format(address=self.address),
            say["proved"].format(date=self.date),
            say["left"],
            self.licence,
        )


def headed(title: str, pages: Sequence[Page]) -> bool:
    """Whether a chapter's first page gives it its heading: it has its name, or is alone in it."""
    return len(pages) == 1 or pages[0].title == title


def bind(project: Project, edition: Edition) -> Book:
    """Read the pages of a built edition, in the order of its navigation."""
    settings = edition.written()
    address = str(settings["site_url"])
    folder = project.site / edition.tag
    chapters = []
    for entry in settings["nav"]:
        [(title, inside)] = entry.items()
        entries = inside if isinstance(inside, list) else [{title: inside}]
        named = [source for each in entries for source in each.values()]
        urls = [project.address(edition.tag, source).partition("/")[2] for source in named]
        pages = [article.read(folder, url, address) for url in urls if not url.startswith(ASIDE)]
        if pages:
            chapters.append((title, tuple(pages)))
    runs = json.loads((project.site / "verification.json").read_text(encoding="utf-8"))
    return Book(
        edition.tag,
        settings["extra"]["edition"]["hreflang"],
        settings["site_name"],
        settings["site_description"],
        settings["copyright"],
        address,
        max(run["date"] for run in runs if run["date"])[:10],
        tuple(chapters),
    )
