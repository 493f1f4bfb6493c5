"""What the pages of a build share: the site is read once, and again when any file of it changed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from neverstale.page import shared
from neverstale.source import sources

if TYPE_CHECKING:
    from conftest import Site

Render = Callable[..., str]
PAGE = '--8<-- "a.py"\n'


@pytest.fixture
def reads(site: Site, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """A site with a snippet that imports a module; a list that grows with each time it is read."""
    site.write("src/mine.py", "x = 1\n")
    site.snippet("a.py", "import mine\n\nprint(mine.x)")
    site.page("index.md", PAGE)
    assert site.verdict("a.py") == ("verified", "")
    rest(site)
    found: list[Path] = []
    read = sources.read

    def counted(project: object, *arguments: object) -> object:
        found.append(site.root)
        return read(project, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(sources, "read", counted)
    return found


def rest(site: Site) -> None:
    """Until its files are older than the clock can tell."""
    time.sleep(shared.TICK * 2e-9)


def test_pages_share_what_was_read(site: Site, render: Render, reads: list[Path]) -> None:
    pages = [render(site, PAGE, edition) for edition in ("en", "zh", "en", "zh")]
    assert len(reads) == 1
    assert all('data-status="verified"' in page for page in pages)
    assert pages[0] == pages[2] != pages[1]


@pytest.mark.parametrize(
    ("file", "shows"),
    [
        ("snippets/a.py", "stale"),
        ("src/mine.py", "stale"),
        ("records/a.cpu.json", "missing"),
        ("docs/en/index.md", "verified"),
        ("snippets/new.py", "verified"),
        ("pyproject.toml", "verified"),
    ],
)
def test_a_file_that_changed_is_read(
    site: Site, render: Render, reads: list[Path], file: str, shows: str
) -> None:
    render(site, PAGE)
    path = site.root / file
    if shows == "missing":
        path.unlink()
    elif file == "pyproject.toml":
        path.write_text(site.read(file).replace('"cuda"]\n', '"cuda"]\nline-length = 90\n'))
    else:
        path.write_text((site.read(file) if path.exists() else "") + "# zh: x\n# en: x\n")
    rest(site)
    assert f"ns-{shows}" in render(site, PAGE) or f'data-status="{shows}"' in render(site, PAGE)
    assert len(reads) == 2


def test_what_changes_while_it_is_read_is_read_again(
    site: Site, render: Render, reads: list[Path]
) -> None:
    """A file whose time is that of the read, or later, may have been read before it changed."""
    later = time.time() + 60
    os.utime(site.root / "src/mine.py", (later, later))
    for _ in range(2):
        render(site, PAGE)
    assert len(reads) == 2
