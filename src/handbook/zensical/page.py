"""The Python-Markdown extension that does under Zensical what hooks do under MkDocs.

Zensical calls extensions by name and tells them of a page through one of its own, so what belongs
to one build, in a process of its own, is kept in `BUILD`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from markdown import Markdown
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters.html import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers.python import PythonLexer  # type: ignore[import-untyped]

from handbook.boards.inline_code import keep_whole
from handbook.building import heading_links, lab_cell
from neverstale.markdown import VerifiedCode
from neverstale.page import notebook
from neverstale.page.block import Place
from neverstale.proof.status import Statuses

CELL = re.compile(r"\[\[lab-cell:(?P<lab>[\w./-]+):(?P<number>\d+)\]\]")
# The title of a lab, which MkDocs' page takes from it, and gives no link.
LAB_TITLE = re.compile(
    r'(?P<open><h1\b[^>]*>)(?P<title>.*?)(?:<a class="headerlink".*?</a>)?(?=</h1>)'
)
# A word in a signature: Zensical would link `list` to any heading of that id.
NO_NAME = re.compile(r'<autoref (?=[^>]*\boptional\b)[^>]*identifier="\w+"[^>]*>(.*?)</autoref>')


@dataclass
class Rendering:
    """A page as it was rendered.

    Attributes:
        source: its file below the docs folder ("cnn/pooling.md").
        url: its address below the edition ("cnn/pooling/"; "" for the home page).
        title: what the navigation calls it.
        meta: its front matter.
        content: its HTML.
    """

    source: str
    url: str
    title: str
    meta: Mapping[str, Any]
    content: str


@dataclass
class Build:
    """What this process builds.

    Attributes:
        statuses: how every snippet stands.
        page: the page that is being rendered, as Zensical hands it to extensions.
        pages: those that were rendered, by source.
    """

    statuses: Statuses | None = None
    page: Any = None
    pages: dict[str, Rendering] = field(default_factory=dict)


BUILD = Build()


class Dressed(VerifiedCode):
    """`neverstale.markdown` with its settings, the labs' cells, and what the hooks do.

    Settings: those of `neverstale.markdown`, but what `BUILD` knows; and `other`, the other
    edition, as the settings name it in `extra`.
    """

    def __init__(self, **settings: Any) -> None:
        self.other = settings.pop("other")
        super().__init__(**settings, statuses=BUILD.statuses)

    def extendMarkdown(self, md: Markdown) -> None:
        """Register cells with the blocks (28), and the rest after everything else."""
        super().extendMarkdown(md)
        page = md.preprocessors["rendering_context"].page  # type: ignore[attr-defined]
        if BUILD.page is page:
            return  # a renderer of docstrings: what it makes becomes part of the page
        BUILD.page = page
        md.preprocessors.register(_Cells(md, self), "handbook.cells", 28)
        md.postprocessors.register(_Hooks(md, page, self.other), "handbook.hooks", -1)


class _Cells(Preprocessor):
    """Puts a lab's code cells in the place of the lines that name them."""

    def __init__(self, md: Markdown, blocks: Dressed) -> None:
        super().__init__(md)
        self.blocks = blocks

    def run(self, lines: list[str]) -> list[str]:
        return [CELL.sub(self._cell, line) if CELL.fullmatch(line) else line for line in lines]

    def _cell(self, match: re.Match[str]) -> str:
        place: Place = self.blocks.place()
        lab, number = place.sources.snippet(match["lab"]), int(match["number"])
        cell = notebook.code_cells(lab)[number - 1]
        text = lab.shown_lines(place.edition, cell.first, cell.last)
        code = highlight(text, PythonLexer(), HtmlFormatter(nowrap=True))
        shown = lab_cell.show(place, lab, number, cell, code, lab.fingerprint)
        stashed: str = self.md.htmlStash.store("\n".join(shown))
        return stashed


class _Hooks(Postprocessor):
    def __init__(self, md: Markdown, page: Any, other: Mapping[str, str]) -> None:
        super().__init__(md)
        self.page = page
        self.other = other

    def run(self, text: str) -> str:
        """What the hooks make of the page's HTML."""
        page = self.page
        # Zensical takes a link to be written beside the source, and makes it so.
        root = "../" * (page.path.count("/") + 1)
        text = NO_NAME.sub(r"\1", text)
        if "lab" in page.meta and (title := LAB_TITLE.search(text)):
            page.title = html.unescape(re.sub(r"<[^>]*>", "", title["title"]))
            text = LAB_TITLE.sub(r"\g<open>\g<title>", text, count=1)
        made = keep_whole(heading_links.add(text, root, page.url, self.other))
        BUILD.pages[page.path] = Rendering(page.path, page.url, str(page.title), page.meta, made)
        return made


def makeExtension(**settings: Any) -> Dressed:
    """Called by Python-Markdown."""
    return Dressed(**settings)
