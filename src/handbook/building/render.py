"""One edition, rendered by MkDocs in this process."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from handbook.building import read_once, search_index
from handbook.building.edition import Edition
from handbook.building.locate import locate_error, locate_message
from neverstale.page import page_notebook
from neverstale.page.block import Place
from neverstale.problem import Problem
from neverstale.proof.status import Statuses

# A child of MkDocs' logger, whose warnings fail the build.
log = logging.getLogger("mkdocs.handbook")

# MkDocs knows no day but that of the build, and tells it in sitemaps and in what it compresses:
# what was built yesterday could not be made once more and compared.
NO_DAY = "1970-01-01"

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class BuiltPage:
    """A page as it was built.

    Attributes:
        source: its file below the edition's docs folder ("cnn/index.md").
        url: its address below the edition's root ("cnn/"; "" for the home page).
        title: its title.
        description: one sentence from its front matter, or "".
    """

    source: str
    url: str
    title: str
    description: str


def notebook_name(url: str) -> str:
    """The name of the notebook beside the page at an address: "cnn/pooling/" → "pooling.ipynb"."""
    return f"{url.rstrip('/').rpartition('/')[2] or 'index'}.ipynb"


@dataclass(frozen=True)
class Rendered:
    """What came of rendering an edition.

    Attributes:
        tag: the edition.
        name: its site name.
        description: its site description.
        url: where it will be published ("https://…/zh/"), or "".
        pages: its pages, in the order of the navigation.
        problems: what MkDocs and its plugins complained about.
        usable: False if rendering broke off, so that the folder must not be shown.
        cpu: seconds of all cores that it took.
    """

    tag: str
    name: str = ""
    description: str = ""
    url: str = ""
    pages: tuple[BuiltPage, ...] = ()
    problems: tuple[Problem, ...] = ()
    usable: bool = False
    cpu: float = 0.0


@dataclass(frozen=True)
class Again:
    """Which pages to render anew in a folder that holds an earlier build.

    Attributes:
        pages: their sources; all other pages and the search index stay as they are.
        titles: source → title of all pages, as the earlier build found them.
    """

    pages: frozenset[str]
    titles: Mapping[str, str]


def render(
    edition: Edition,
    statuses: Statuses,
    out: Path,
    *,
    again: Again | None = None,
    progress: Progress = lambda done, total: None,
) -> Rendered:
    """Build `edition` into the folder `out`.

    Args:
        edition: what to build.
        statuses: how every snippet stands.
        out: folder to write to; emptied first, unless `again` is given.
        again: render only some pages of it anew. The pages of the answer are then these alone,
            and checks across pages are left out.
        progress: called with the numbers of pages done and of all pages.

    Returns:
        The pages and every problem; a mistake in a page or a setting is not raised.
    """
    complaints = _Complaints()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(complaints)
    logger.propagate = False
    config: MkDocsConfig | None = None
    watcher = _Watcher(again, progress, Place(statuses, edition.tag))
    usable = True
    error: Problem | None = None
    try:
        file = str(edition.config)
        config = load_config(file, site_dir=str(out), strict=False, **edition.settings)
        config.plugins["handbook"] = watcher
        read_once.hand_over(statuses, config)
        complaints.config = config
        config.plugins.on_startup(command="build", dirty=again is not None)
        try:
            build(config, dirty=again is not None)
        finally:
            config.plugins.on_shutdown()
        if again is None:
            search_index.write(out, edition.root, edition.docs, watcher.indexed)
    except Exception as raised:  # whatever a plugin raises, the reader gets one line
        usable = False
        if not isinstance(raised, Abort):  # of which MkDocs has told the reason already
            error = locate_error(raised, edition, complaints.forget(str(raised)))
    finally:
        logger.removeHandler(complaints)
    problems = [] if again is not None and usable else list(complaints.problems(edition))
    if error:
        problems.append(error)
    return Rendered(
        tag=edition.tag,
        name=config.site_name if config else "",
        description=(config.site_description or "") if config else "",
        url=(config.site_url or "") if config else "",
        pages=watcher.in_order(),
        problems=tuple(dict.fromkeys(problems)),
        usable=usable,
    )


class _Complaints(logging.Handler):
    """Collects what MkDocs and its plugins log as a warning or worse."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.config: MkDocsConfig | None = None
        self._heard: list[tuple[str, str | None]] = []

    def emit(self, record: logging.LogRecord) -> None:
        page = self.config._current_page if self.config else None
        self._heard.append((record.getMessage(), page.file.src_uri if page else None))

    def forget(self, text: str) -> str | None:
        """Drop the messages that hold `text`; the page that the last of them was about."""
        dropped = [page for message, page in self._heard if text in message]
        self._heard = [item for item in self._heard if text not in item[0]]
        return dropped[-1] if dropped else None

    def problems(self, edition: Edition) -> list[Problem]:
        return [locate_message(message, edition, page) for message, page in self._heard]


class _Watcher(BasePlugin):  # type: ignore[type-arg, no-untyped-call]
    """Notes each page as it is written, and skips those that are not to be built.

    The last of the plugins, it sees that the templates frame a page's text and do not change it.
    """

    def __init__(self, again: Again | None, progress: Progress, place: Place) -> None:
        self.indexed: list[list[Any]] = []
        self._pages: list[BuiltPage] = []
        self._order: dict[str, int] = {}
        self._again = again
        self._progress = progress
        self._place = place
        self._total = 0
        self._text = ""

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        documents = list(files.documentation_pages())
        if self._again is not None:
            for file in documents:
                _choose(file, file.src_uri in self._again.pages)
        self._total = len(documents)
        return files

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        self._order = {page.file.src_uri: place for place, page in enumerate(nav.pages)}
        for file in files.documentation_pages():
            if file.page is not None:
                file.page.update_date = NO_DAY
        if self._again:  # a page that is not read does not know its title
            for page in nav.pages:
                if page.file.src_uri not in self._again.pages and page.title is None:
                    page.title = self._again.titles.get(page.file.src_uri)
        return nav

    def on_page_context(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        self._text = page.content or ""
        source = page.file.src_uri
        if source.endswith(".ipynb") or page_notebook.snippets(self._place, source):
            page.meta["notebook"] = notebook_name(page.url)
        return context

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        if output.count(self._text) != 1:
            log.warning("a template changed the text of %s; templates frame it", page.file.src_uri)
        built = BuiltPage(
            source=page.file.src_uri,
            url=page.url if page.url != "./" else "",
            title=str(page.title),
            description=str(page.meta.get("description", "")),
        )
        self._pages.append(built)
        if self._again is None:
            about = (built.description, str(page.meta.get("also", "")))
            self.indexed.append(search_index.page(built.url, built.title, about, self._text))
        self._progress(len(self._pages), self._total)
        return output

    def on_post_template(
        self, output_content: str, *, template_name: str, config: MkDocsConfig
    ) -> str:
        return output_content.replace(f"<lastmod>{NO_DAY}</lastmod>", "")

    def in_order(self) -> tuple[BuiltPage, ...]:
        """The pages in the order of the navigation, those outside of it last."""
        last = len(self._order)
        return tuple(sorted(self._pages, key=lambda page: self._order.get(page.source, last)))


def _choose(file: File, build_it: bool) -> None:
    """Make MkDocs' "dirty" build take or leave `file`, whatever its times say."""
    file.is_modified = lambda: build_it  # type: ignore[method-assign]
