"""A notebook beside every page that shows code: the page's text, and its code with its outputs."""

from __future__ import annotations

import json
import posixpath
import re
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from handbook.boards import markdown as boards
from handbook.boards import numbers, wheel
from handbook.building import colours
from handbook.building.render import BuiltPage, Rendered, notebook_name
from neverstale.page import notebook, page_notebook
from neverstale.page.block import Place
from neverstale.proof.status import Statuses
from neverstale.source import directive
from neverstale.source.snippet import Snippet

OURS = "ai-gpu-handbook"  # the name under which snippets ask for gpuguide
HEAD = {
    "en": "This notebook is the page [{title}]({address}), with the output of the run on record.",
    "zh": "这个笔记本就是〈[{title}]({address})〉一页，输出取自有记录的那次运行。",
}
PACKAGES = {
    "en": " What its code needs: `%pip install {packages}`",
    "zh": "代码用到的软件包：`%pip install {packages}`",
}
LINK = re.compile(r"\]\((?P<path>(?!\w+:|#)[^)\s]+)(?P<rest>[^)]*)\)")


def write_notebooks(statuses: Statuses, editions: tuple[Rendered, ...], out: Path) -> None:
    """Write the notebook of each page that shows snippets, and what a lab's needs into it.

    Raises:
        NeverstaleError: a page or snippet cannot be read.
        HandbookError: the validation cannot be read.
    """
    ink = partial(colours.literal, colours=colours.light(statuses.sources.project.root))
    labs = {lab.lab_page: lab for lab in statuses.sources.labs()}
    for edition in editions:
        place = Place(statuses, edition.tag)
        for page in edition.pages:
            path = out / edition.tag / page.url / notebook_name(page.url)
            if page.source in labs:
                made = _lab(place, labs[page.source])
            elif items := page_notebook.snippets(place, page.source):
                made = page_notebook.build(place, page.source, ink)
                head = {"cell_type": "markdown", "id": "head", "metadata": {}}
                made["cells"].insert(0, {**head, "source": _head(edition, page, items)})
            else:
                continue
            _expand(place, edition, page, made)
            path.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
            path.write_text(text, encoding="utf-8")


def _lab(place: Place, lab: Snippet) -> dict[str, Any]:
    """A lab's notebook, with the data that it reads."""
    found = notebook.build(place.statuses, lab, place.edition)
    data = page_notebook.files(place, [lab]) if lab.options.files else []
    found["cells"][1:1] = page_notebook.with_ids(data)
    return found


def _head(edition: Rendered, page: BuiltPage, items: list[Snippet]) -> str:
    asked = dict.fromkeys(name for item in items for name in item.options.dependencies)
    packages = [wheel.address("gpuguide") if name == OURS else name for name in asked]
    told = HEAD[edition.tag].format(title=page.title, address=edition.url + page.url)
    needs = PACKAGES[edition.tag].format(packages=" ".join(packages)) if packages else ""
    return told + needs


def _expand(place: Place, edition: Rendered, page: BuiltPage, made: dict[str, Any]) -> None:
    """What the text asks of the catalogue is filled in, and links lead to the published site."""
    up = "../" * (page.url.count("/") + 1)
    board = boards.Place(place.project, edition.tag, up)
    for cell in made["cells"]:
        if cell["cell_type"] == "markdown":
            text = numbers.expand(cell["source"], edition.tag, page.source)
            cell["source"] = absolute(boards.expand(text, board), page, edition)


def absolute(text: str, page: BuiltPage, edition: Rendered) -> str:
    """Links as addresses, since a file on somebody's disk stands beside nothing.

    Args:
        text: Markdown of `page`, whose links are those of its source (`pooling.md#which`), or lead
            from its address to another file of the site (`../../gpus.json`).
        page: the page.
        edition: its edition.
    """
    folder = posixpath.dirname(page.source)
    urls = {other.source: other.url for other in edition.pages}

    def link(match: re.Match[str]) -> str:
        path, mark, place = match["path"].partition("#")
        url = urls.get(posixpath.normpath(posixpath.join(folder, path)))
        target = path if url is None else edition.url + url
        return f"]({urljoin(edition.url + page.url, target)}{mark}{place}{match['rest']})"

    return directive.outside_code(text, lambda part: LINK.sub(link, part))
