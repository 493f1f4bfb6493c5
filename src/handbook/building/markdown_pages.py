"""Every page as plain Markdown beside its HTML, and llms.txt, which lists those files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from pathlib import Path

from handbook.boards import markdown as boards
from handbook.boards import numbers
from handbook.building.render import BuiltPage, Rendered
from neverstale.page.export import page_markdown
from neverstale.proof.status import Statuses

_FENCES = re.compile(r"(^ *`{3,}.*?^ *`{3,} *$)", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\((?P<path>[^)\s:#]+\.(?:md|ipynb))(?:#[\w.-]*)?(?P<rest>(?: [^)]*)?)\)")
LANGUAGE = {"zh": "中文", "en": "English"}


def write_markdown(statuses: Statuses, editions: tuple[Rendered, ...], out: Path) -> None:
    """Write each page as Markdown with its snippets and the catalogue's numbers expanded.

    Raises:
        NeverstaleError: a page names what is not there.
        HandbookError: the validation cannot be read.
    """
    project = statuses.sources.project
    for edition in editions:
        for page in edition.pages:
            file = out / edition.tag / markdown_path(page)
            file.parent.mkdir(parents=True, exist_ok=True)
            text = page_markdown(statuses, edition.tag, page.source)
            text = numbers.expand(text, edition.tag, page.source)
            up = "../" * (page.url.count("/") + 1)
            text = boards.expand(text, boards.Place(project, edition.tag, up))
            file.write_text(link_twins(text, page, edition.pages), encoding="utf-8")


def link_twins(text: str, page: BuiltPage, pages: Sequence[BuiltPage]) -> str:
    """Point the links between source files at the Markdown that stands for them.

    Args:
        text: Markdown of `page`, whose links are those of its source: `pooling.md#which`.
        page: the page.
        pages: all pages of the edition.

    Returns:
        The same with `../pooling/index.md`; code is left as it is. Headings have no ids in plain
        Markdown, so a link to a section becomes one to its page.
    """
    folder = posixpath.dirname(page.source)
    twins = {other.source: markdown_path(other) for other in pages}

    def twin(match: re.Match[str]) -> str:
        target = twins.get(posixpath.normpath(posixpath.join(folder, match["path"])))
        if target is None:
            return match[0]
        return f"]({posixpath.relpath(target, page.url or '.')}{match['rest']})"

    pieces = _FENCES.split(text)
    pieces[::2] = [_LINK.sub(twin, piece) for piece in pieces[::2]]
    return "".join(pieces)


def markdown_path(page: BuiltPage) -> str:
    """Where the Markdown of `page` stands below its edition: "cnn/index.md" for "cnn/"."""
    return page.url + "index.md"


def write_llms(editions: tuple[Rendered, ...], out: Path) -> None:
    """Write `out`/llms.txt: what the site is, and a link to every page's Markdown."""
    names = " / ".join(edition.name for edition in editions)
    lines = [f"# {names}\n\n"]
    lines += [f"> {edition.description}\n" for edition in editions if edition.description]
    for edition in editions:
        lines.append(f"\n## {LANGUAGE.get(edition.tag, edition.tag)}\n\n")
        for page in edition.pages:
            about = f": {page.description}" if page.description else ""
            lines.append(f"- [{page.title}]({edition.url}{markdown_path(page)}){about}\n")
    (out / "llms.txt").write_text("".join(lines), encoding="utf-8")
