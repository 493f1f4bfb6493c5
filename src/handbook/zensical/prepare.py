"""The folder that Zensical builds an edition from: its Markdown, the theme, and its settings."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

from handbook.building.edition import Edition
from handbook.building.render import notebook_name
from neverstale.page import notebook, page_notebook
from neverstale.page.block import Place
from neverstale.proof.status import Statuses
from neverstale.source import directive, headings, snippet
from neverstale.source.snippet import Snippet

BLOCKS = "neverstale.markdown"
OURS = "handbook.zensical.page"
PLUGINS = ("mkdocstrings",)  # of those that Zensical knows
# Its templates know no methods of strings; what they have instead.
SPELT = {"super().splitlines()": "super() | lines"}
# A link in HTML leads from the page's address; Zensical takes it to lead from its file.
RAW = re.compile(r'(?<= href=")\.\./')
LAB = re.compile(r"(\]\([^)\s:#]+)\.ipynb(?=[)#])")


def prepare(edition: Edition, statuses: Statuses, folder: Path) -> Path:
    """Write an edition for Zensical.

    Args:
        edition: the edition.
        statuses: how every snippet stands.
        folder: where to; emptied first.

    Returns:
        The settings file.
    """
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(edition.docs, folder / "docs", ignore=shutil.ignore_patterns("*.ipynb"))
    settings = edition.written()
    theme = edition.root / settings["theme"]["custom_dir"]
    left_out = shutil.ignore_patterns(*_excluded(settings))
    shutil.copytree(theme, folder / "overrides", ignore=left_out)
    for template in (folder / "overrides").rglob("*.html"):
        text = template.read_text("utf-8")
        for theirs, ours in SPELT.items():
            text = text.replace(theirs, ours)
        template.write_text(text, "utf-8")
    place = Place(statuses, edition.tag)
    labs = {lab.lab_page: lab for lab in statuses.sources.labs()}
    for page in statuses.sources.pages:
        if page.edition == edition.tag and page.name not in labs:
            file = folder / "docs" / page.name
            file.write_text(_page(place, page.name, file.read_text("utf-8-sig")), "utf-8")
    for name, lab in labs.items():
        about = {"notebook": Path(name).name, "lab": lab.name}
        text = _with(about, _lab(lab, edition.tag))
        (folder / "docs" / markdown_name(name)).write_text(text, "utf-8")
    config = folder / "mkdocs.yml"
    text = json.dumps(_settings(edition, settings), ensure_ascii=False)  # which YAML reads
    config.write_text(text, encoding="utf-8")
    return config


def markdown_name(name: str) -> str:
    """The Markdown file of a page: "cnn/mnist-lab.ipynb" → "cnn/mnist-lab.md"."""
    return re.sub(r"\.ipynb$", ".md", name)


def names(nav: Any) -> list[str]:
    """The Markdown files that a navigation names, in order."""
    if isinstance(nav, str):
        return [markdown_name(nav)]
    parts = nav.values() if isinstance(nav, dict) else nav
    return [name for part in parts for name in names(part)]


def _page(place: Place, name: str, text: str) -> str:
    text = directive.outside_code(text, lambda part: LAB.sub(r"\1.md", part))
    if not name.endswith("index.md"):
        text = directive.outside_code(text, lambda part: RAW.sub("./", part))
    if not page_notebook.snippets(place, name):
        return text
    url = place.project.address(place.edition, name).partition("/")[2]
    return _with({"notebook": notebook_name(url)}, text)


def _with(about: dict[str, str], text: str) -> str:
    """A page that tells the templates more, in its front matter."""
    lines = "".join(f"{name}: {value}\n" for name, value in about.items())
    if headings.FRONT.match(text):
        return text.replace("---\n", f"---\n{lines}", 1)
    return f"---\n{lines}---\n\n{text}"


def _lab(lab: Snippet, edition: str) -> str:
    """A lab as Markdown, with a line for each code cell."""
    numbers = {cell: number for number, cell in enumerate(notebook.code_cells(lab), 1)}
    parts = []
    for cell in lab.cells:
        if cell in numbers:
            parts.append(f"[[lab-cell:{lab.name}:{numbers[cell]}]]")
        elif cell.edition == edition:
            text = snippet.prose(lab, cell)
            parts.append(directive.outside_code(text, lambda part: LAB.sub(r"\1.md", part)))
    return "\n\n".join(parts) + "\n"


def _excluded(settings: dict[str, Any]) -> list[str]:
    """What of the theme's folder no edition publishes."""
    return [line.strip("/") for line in (settings.pop("exclude_docs", "") or "").split()]


def _settings(edition: Edition, settings: dict[str, Any]) -> dict[str, Any]:
    """The settings with what Zensical passes over in silence taken out, and ours in its place."""
    settings = {**settings, "docs_dir": "docs", "site_dir": "site"}
    settings.pop("hooks", None)
    settings["theme"] = {**settings["theme"], "custom_dir": "overrides", "variant": "classic"}
    settings["nav"] = _nav(settings["nav"])
    plugins = settings.get("plugins") or {}
    settings["plugins"] = {name: plugins[name] for name in PLUGINS if name in plugins}
    for handler in settings["plugins"].get("mkdocstrings", {}).get("handlers", {}).values():
        handler["paths"] = [str(edition.root / path) for path in handler.get("paths", [])]
    other = settings["extra"]["other"]
    settings["markdown_extensions"] = [
        {OURS: {**each[BLOCKS], "other": other}} if BLOCKS in each else each
        for each in settings["markdown_extensions"]
    ]
    return settings


def _nav(entry: Any) -> Any:
    if isinstance(entry, list):
        return [_nav(each) for each in entry]
    if isinstance(entry, dict):
        return {name: _nav(each) for name, each in entry.items()}
    return markdown_name(entry)
