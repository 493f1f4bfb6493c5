"""What the kernel names is what a look at every file would find, and nobody looks at them all."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from neverstale.running import inotify
from neverstale.running.watch import Watch

if TYPE_CHECKING:
    from conftest import Site


@pytest.fixture
def watched(site: Site) -> Iterator[tuple[Site, Watch]]:
    """A site with a page, a record and another name for a file, watched as under Landlock."""
    site.write("docs/en/index.md", "# A")
    site.write("records/ch/a.cpu.json", "{}")
    os.link(site.write("src/ours.py", ""), site.root.parent / f"{site.root.name}.other")
    watch = Watch(site.load(), contents=False)
    assert watch.kernel is not None
    yield site, watch
    watch.close()


def open_to_all(path: Path) -> None:
    path.chmod(stat.S_IMODE(path.stat().st_mode) ^ 0o002)


CHANGES: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "nothing": (lambda root: None, []),
    "permissions": (lambda root: open_to_all(root / "docs/en/index.md"), ["docs/en/index.md"]),
    "two": (
        lambda root: [open_to_all(root / name) for name in ("pyproject.toml", "docs/en/index.md")],
        ["docs/en/index.md", "pyproject.toml"],
    ),
    "by another name": (
        lambda root: open_to_all(root.parent / f"{root.name}.other"),
        ["src/ours.py"],
    ),
    "and back": (
        lambda root: [open_to_all(root / "pyproject.toml") for _ in range(2)],
        [],
    ),
    "a folder's": (lambda root: open_to_all(root / "docs"), []),
    "put in its place": (
        lambda root: [
            (root / "new").write_text("x"),
            (root / "new").chmod(0o600),
            (root / "new").rename(root / "pyproject.toml"),
        ],
        ["pyproject.toml"],
    ),
    "new": (lambda root: (root / "docs/en/new.md").write_text("x"), []),
    "gone": (lambda root: (root / "docs/en/index.md").unlink(), []),
    "a notebook": (lambda root: (root / "docs/en/a.ipynb").write_text("{}"), []),
}


@pytest.mark.parametrize("way", ["named", "looked at", "lost"])
@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_told_however_it_is_found(
    watched: tuple[Site, Watch], monkeypatch: pytest.MonkeyPatch, name: str, way: str
) -> None:
    site, watch = watched
    if way == "looked at":  # as where the kernel gives no more of them
        watch.close()
        watch.all = True
    change, told = CHANGES[name]
    change(site.root)
    if way == "lost":
        monkeypatch.setattr(watch.kernel, "read", lambda: iter([(None, False)]))
    assert watch.changed() == told
    monkeypatch.undo()
    assert watch.changed() == []


def test_what_came_later_is_watched_too(watched: tuple[Site, Watch]) -> None:
    site, watch = watched
    file = site.write("docs/en/chapter/part/new.md", "x")
    assert watch.changed() == []
    open_to_all(file)
    assert watch.changed() == ["docs/en/chapter/part/new.md"]


def test_only_what_the_engine_wrote_is_accepted(watched: tuple[Site, Watch]) -> None:
    site, watch = watched
    open_to_all(site.root / "records/ch/a.cpu.json")
    open_to_all(site.root / "docs/en/index.md")
    watch.accept(site.root / "records")
    assert watch.changed() == ["docs/en/index.md"]


def test_nothing_is_looked_at_that_nobody_touched(
    watched: tuple[Site, Watch], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many files there are: they were looked at after every snippet once."""
    site, watch = watched
    looked: list[str] = []
    real = os.lstat
    monkeypatch.setattr(os, "lstat", lambda path: looked.append(str(path)) or real(path))
    monkeypatch.setattr(os, "scandir", lambda path: pytest.fail(f"{path} was listed"))
    assert watch.changed() == []
    watch.accept(site.root / "records")
    assert looked == []
    open_to_all(site.root / "pyproject.toml")
    assert watch.changed() == ["pyproject.toml"]
    assert {path for path in looked if path.startswith(f"{site.root}/")} == {
        str(site.root / "pyproject.toml")
    }


def test_without_more_watches_everything_is_looked_at(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = site.write("docs/en/index.md", "# A")

    def none_left(self: inotify.Inotify, path: str) -> None:
        raise OSError(28, "no watch left")

    monkeypatch.setattr(inotify.Inotify, "add", none_left)
    watch = Watch(site.load(), contents=False)
    assert watch.kernel is None
    open_to_all(page)
    assert watch.changed() == ["docs/en/index.md"]
