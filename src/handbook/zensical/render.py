"""One edition, rendered by Zensical in this process, which builds nothing else."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import zensical

from handbook.building import search_index
from handbook.building.edition import Edition
from handbook.building.locate import locate_message
from handbook.building.render import BuiltPage, Progress, Rendered
from handbook.building.workers import answered
from handbook.errors import HandbookError
from handbook.zensical import prepare
from handbook.zensical.page import BUILD, Rendering
from neverstale.problem import Problem
from neverstale.proof.status import Statuses

SITE = "build/zensical"  # below the project's root
COLOUR = re.compile(r"\x1b\[[\d;]*m")
WARNING = re.compile(r"^Warning: (?P<text>.+)\n.*?\[ (?P<file>\S+):(?P<line>\d+):\d+ \]", re.M)


def render_edition(progress: Progress, edition: Edition, statuses: Statuses, out: Path) -> Rendered:
    """Render a whole edition, as work for a `Worker`.

    Args:
        progress: not told anything: Zensical does not say how far it is.
        edition: the edition.
        statuses: how the snippets stand.
        out: the folder to write.

    Returns:
        What was rendered; an error of any kind is a problem in it.
    """
    return answered(edition, lambda: _render(edition, statuses, out))


def _render(edition: Edition, statuses: Statuses, out: Path) -> Rendered:
    folder = edition.root / ".cache" / "zensical-source" / edition.tag
    config = prepare.prepare(edition, statuses, folder)
    BUILD.statuses = statuses
    complaints = _Complaints()
    logging.getLogger("mkdocs").addHandler(complaints)
    with tempfile.TemporaryFile() as said:
        with _printed_to(said):
            # Strict or not, a build goes on to its end, so that every problem is told.
            zensical.build(str(config), {"clean": True, "strict": False})
        said.seek(0)
        text = COLOUR.sub("", said.read().decode("utf-8", "replace"))
    if not (folder / "site" / "index.html").is_file():
        raise HandbookError(Problem(str(config.relative_to(edition.root)), 0, text))
    shutil.rmtree(out, ignore_errors=True)
    shutil.move(folder / "site", out)
    (out / "search.json").unlink(missing_ok=True)  # for the theme's search, which is not ours
    settings = edition.written()
    pages = [BUILD.pages[name] for name in prepare.names(settings["nav"])]
    entries = [
        search_index.page(each.url, each.title, _about(each), each.content) for each in pages
    ]
    search_index.write(out, edition.root, edition.docs, entries)
    problems = [locate_message(told, edition, page) for told, page in complaints.heard]
    problems += [_located(found, edition, folder / "docs") for found in WARNING.finditer(text)]
    return Rendered(
        tag=edition.tag,
        name=settings["site_name"],
        description=settings.get("site_description") or "",
        url=settings.get("site_url") or "",
        pages=tuple(_built(each) for each in pages),
        problems=tuple(dict.fromkeys(problems)),
        usable=True,
    )


def _located(found: re.Match[str], edition: Edition, prepared: Path) -> Problem:
    """What Zensical said of a page, at the line of the page as it was written."""
    name, line = found["file"], int(found["line"])
    written = edition.docs / name
    if not written.is_file():  # a lab
        written = prepared / name
    lines = [len(file.read_text("utf-8").splitlines()) for file in (prepared / name, written)]
    where = written.relative_to(edition.root).as_posix()
    return Problem(where, line - (lines[0] - lines[1]), found["text"])


def _built(page: Rendering) -> BuiltPage:
    source = page.source
    if "lab" in page.meta:  # the others know it by its notebook
        source = source.removesuffix(".md") + ".ipynb"
    return BuiltPage(source, page.url, page.title, _about(page)[0])


def _about(page: Rendering) -> tuple[str, str]:
    """A page's description, and other words for what it tells."""
    return str(page.meta.get("description", "")), str(page.meta.get("also", ""))


class _Complaints(logging.Handler):
    """Collects what extensions log as a warning or worse, which Zensical does not listen to."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[tuple[str, str | None]] = []

    def emit(self, record: logging.LogRecord) -> None:
        page = BUILD.page
        self.heard.append((record.getMessage(), page.path if page else None))


@contextlib.contextmanager
def _printed_to(file: IO[Any]) -> Iterator[None]:
    """What anything in this process prints goes into `file`: Zensical has no other way to tell."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(number) for number in (1, 2)]
    try:
        for number in (1, 2):
            os.dup2(file.fileno(), number)
        yield
    finally:
        for number, copy in zip((1, 2), kept, strict=True):
            os.dup2(copy, number)
            os.close(copy)
