"""MkDocs hook: a lab's page as mkdocs-jupyter renders it, dressed like every other page.

mkdocs-jupyter brings 600 KB of styles and scripts of its own into each page and knows nothing of
records. This keeps its content, drops the rest, and marks every code cell with the snippet and
fingerprint that stand behind it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc

from handbook.building import lab_cell, read_once
from handbook.formulas import shown
from neverstale.page import notebook
from neverstale.page.block import Place
from neverstale.source.snippet import Snippet


def on_page_content(content: str, page: Page, config: MkDocsConfig, **_: Any) -> str:
    """Rewrite the HTML of a notebook page; leave every other page alone."""
    source = page.file.abs_src_path
    if source is None or not source.endswith(".ipynb"):
        return content
    notebook = json.loads(Path(source).read_text(encoding="utf-8"))
    about = notebook["metadata"]["neverstale"]
    settings = config.mdx_configs["neverstale.markdown"]
    place = Place(
        read_once.of(config),
        about["edition"],
        settings.get("root", "/"),
        settings.get("source", ""),
    )
    lab = place.sources.snippet(about["snippet"])
    page.meta["lab"] = lab.name
    soup = BeautifulSoup(content, "html.parser")
    for heading in soup.select("h2[id], h3[id]"):
        link = soup.new_tag("a", attrs={"class": "headerlink", "href": f"#{heading['id']}"})
        link["title"] = config.mdx_configs["toc"].get("permalink_title", "")
        link.string = "#"
        heading.append(link)
    page.toc = get_toc(_tokens(soup))  # type: ignore[arg-type]
    if title := soup.find("h1"):
        page.title = title.get_text()
    return "\n".join(_cells(soup, place, lab, about["fingerprint"]))


def _cells(soup: BeautifulSoup, place: Place, lab: Snippet, fingerprint: str) -> Iterator[str]:
    """The HTML of each cell."""
    numbers = iter(enumerate(notebook.code_cells(lab), 1))
    for cell in soup.select(".jp-Notebook > .jp-Cell"):
        prose = cell.select_one(".jp-RenderedMarkdown")
        code = cell.select_one(".highlight-ipynb pre")
        if prose is not None:
            yield _with_links(prose)
        if code is None:
            continue
        number, source = next(numbers)
        text = code.decode_contents().lstrip()
        yield from lab_cell.show(place, lab, number, source, text, fingerprint)


def _with_links(text: Tag) -> str:
    """Links between pages as MkDocs makes them elsewhere: `a.md#b` → `../a/#b`."""
    for link in text.select("a[href]"):
        address = str(link["href"])
        if "://" not in address:
            link["href"] = re.sub(r"^(.*?)(?:index)?\.(?:md|ipynb)(#.*)?$", _address, address)
    return shown.in_html(text.decode_contents())


def _address(match: re.Match[str]) -> str:
    path = match[1].rstrip("/")
    return f"../{path}/{match[2] or ''}" if path else f"../{match[2] or ''}"


def _tokens(soup: BeautifulSoup) -> list[dict[str, Any]]:
    """The table of contents: second level, third level inside it."""
    tokens: list[dict[str, Any]] = []
    for heading in soup.select("h2[id], h3[id]"):
        level = int(heading.name[1])
        name = heading.get_text().removesuffix("#")
        token: dict[str, Any] = {"level": level, "id": heading["id"], "name": name, "children": []}
        (tokens[-1]["children"] if level == 3 and tokens else tokens).append(token)
    return tokens
