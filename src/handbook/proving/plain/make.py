"""Make every page's content and every download anew, without templates and without strangers.

Only what is named here takes part: whatever else the settings name (another extension, plugin or
hook) or the templates do makes the built site differ from this.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from handbook.building.build import render_all
from handbook.building.edition import Edition, editions
from handbook.building.root import assemble
from handbook.building.workers import read_statuses
from handbook.errors import HandbookError
from handbook.proving.plain import content
from neverstale.project import Project
from neverstale.source import sources

EXTENSIONS = (
    *("neverstale.markdown", "handbook.formulas.markdown", "handbook.boards.glossary"),
    *("handbook.boards.markdown", "handbook.boards.numbers", "abbr", "admonition", "attr_list"),
    *(
        "def_list",
        "footnotes",
        "md_in_html",
        "tables",
        "toc",
        "pymdownx.details",
        "pymdownx.highlight",
    ),
    *("pymdownx.superfences", "pymdownx.tabbed"),
)
PLUGINS = ("mkdocs-jupyter", "mkdocstrings")
HOOKS = (
    *("src/handbook/building/read_once.py", "src/handbook/building/lab_page.py"),
    *("src/handbook/building/heading_links.py", "src/handbook/boards/inline_code.py"),
)
# A page's title in browsers and in lists, its description, its headings, and its content.
FRAME = """\
{{ config.site_name if page.is_homepage else page.title | striptags ~ " - " ~ config.site_name }}
{{ page.title }}
{{ page.meta.description or config.site_description }}
{% for item in page.toc recursive %}{{ item.title }}\t{{ loop(item.children) }}{% endfor %}
{{ page.content }}"""
# What of the root has no part in any page: built, installed, or for tools alone.
LEFT_OUT = {"site", "build", "node_modules", "tests", "__pycache__"}


def make(project: Project, say: Callable[[str], None]) -> Path:
    """The folder of the plain site, made anew if anything has changed that it could be made of.

    Of each page there is an `index.html` as FRAME says. All other files are as they must be
    published, but that what lies in `overrides/` is left out.

    Raises:
        HandbookError: a page cannot be made, or is not as its source and the catalogue say.
        NeverstaleError: a snippet or record is wrong.
    """
    cache = project.root / ".cache"
    folder, seal = cache / "plain", cache / "plain.sha256"
    digest = _digest(project.root)
    if seal.is_file() and seal.read_text(encoding="ascii") == digest:
        return folder
    seal.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    theme = cache / "plain-theme"
    shutil.rmtree(theme, ignore_errors=True)
    theme.mkdir(parents=True, exist_ok=True)
    (theme / "main.html").write_text(FRAME, encoding="utf-8")
    (theme / "404.html").touch()  # which would ask for a page
    statuses = read_statuses(project)
    found = tuple(_plain(edition, theme) for edition in editions(project))
    rendered = render_all(found, statuses, folder, say)
    if not all(edition.usable for edition in rendered):
        raise HandbookError(*(problem for edition in rendered for problem in edition.problems))
    assemble(statuses, rendered, folder)
    if problems := content.check(sources.read(project), folder):
        raise HandbookError(*problems)
    seal.write_text(digest, encoding="ascii")
    return folder


def _plain(edition: Edition, theme: Path) -> Edition:
    """The edition with nothing but what makes its content."""
    settings = edition.written()
    extensions = [
        each
        for each in settings.get("markdown_extensions", [])
        if (each if isinstance(each, str) else next(iter(each))) in EXTENSIONS
    ]
    plugins = settings.get("plugins") or {}
    plain: dict[str, Any] = {
        "markdown_extensions": extensions,
        "plugins": {name: plugins[name] for name in PLUGINS if name in plugins},
        "hooks": [hook for hook in settings.get("hooks", []) if hook in HOOKS],
        "theme": {
            "name": settings["theme"]["name"],
            "custom_dir": str(theme),
            "font": False,
        },
    }
    return dataclasses.replace(edition, settings=plain)


def _digest(root: Path) -> str:
    """SHA-256 over all that a page could be made of, settings in the environment included."""
    found = hashlib.sha256()
    for name, value in sorted(os.environ.items()):
        if name.startswith(("SITE_", "REPO_", "SOURCE_")):
            found.update(f"{name}={value}\0".encode())
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(
            each for each in folders if not each.startswith(".") and each not in LEFT_OUT
        )
        for name in sorted(names):
            path = Path(folder, name)
            if path.suffix != ".pyc" and path.is_file():
                found.update(f"{path.relative_to(root)}\0".encode())
                found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()
