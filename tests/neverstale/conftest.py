"""A small throw-away site, and the engine run on it as users run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import markdown
import pytest
from mkdocs.utils.yaml import yaml_load

from neverstale import project
from neverstale.project import Project
from neverstale.proof import status
from neverstale.proof.judge import Result
from neverstale.proof.status import Statuses
from neverstale.running import run
from neverstale.running.pair import Pair
from neverstale.source import sources
from neverstale.source.sources import Sources

SETTINGS = """\
[tool.neverstale]
imports = ["src"]
constraints = "constraints.txt"
translations = false
possible = false
devices = ["cpu", "cuda"]
named = ["torch"]
deprecations = ["torch"]
downloads = "snippets"
preload = {preload}

[tool.neverstale.editions]
zh = "docs/zh"
en = "docs/en"

[tool.neverstale.numerals.zh]
times = {{ "万" = 1e4, "亿" = 1e8 }}

[tool.neverstale.numerals.en]
times = {{ million = 1e6 }}
months = "January February March April May June July August September October November December"

[tool.neverstale.figures]
diagrams = "diagrams"

[tool.neverstale.figures.colours]
"#1f5fa8" = "--memory"
"""
HEAD = "# /// script\n# dependencies = {dependencies}\n#\n# [tool.neverstale]\n{options}# ///\n"


@dataclass(frozen=True)
class Site:
    """A project in a temporary folder."""

    root: Path

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file, and its folders."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def snippet(self, name: str, code: str, options: str = "", dependencies: str = "[]") -> int:
        """Write a snippet; the number of its first line of code."""
        lines = "".join(f"# {line}\n" for line in options.strip().splitlines())
        head = HEAD.format(options=lines, dependencies=dependencies)
        self.write(f"snippets/{name}", head + textwrap.dedent(code).strip("\n") + "\n")
        return head.count("\n") + 1

    def page(self, name: str, text: str) -> None:
        """Write the same page into both editions."""
        for edition in ("zh", "en"):
            self.write(f"docs/{edition}/{name}", text)

    def read(self, name: str) -> str:
        """The text of a file."""
        return (self.root / name).read_text(encoding="utf-8")

    def load(self) -> Project:
        """Its settings."""
        return project.load(self.root)

    def sources(self) -> Sources:
        """What lies in it now, read."""
        return sources.read(self.load())

    def statuses(self) -> Statuses:
        """How its snippets stand now."""
        return status.read(self.sources())

    def command(self, *arguments: str) -> list[str]:
        """The command line of the engine for this site."""
        return [sys.executable, "-m", "neverstale", "--project", str(self.root), *arguments]

    def engine(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run the engine as a user does."""
        return subprocess.run(
            self.command(*arguments), capture_output=True, text=True, timeout=600, **options
        )

    def here(self, *names: str, jobs: int = 1, **options: bool) -> list[Result]:
        """Run snippets in this very process, which a test can make believe things."""
        with Pair(self.load(), "cpu", jobs) as pair:
            return run.run(self.sources(), names, pair, **options)

    def results(self, *arguments: str) -> dict[str, dict[str, Any]]:
        """What `run --json` says of each snippet."""
        done = self.engine("run", "--json", *arguments)
        assert done.returncode in (0, 1), done.stderr
        entries = json.loads(done.stdout)
        assert len({entry["snippet"] for entry in entries}) == len(entries), entries
        return {entry["snippet"]: entry for entry in entries}

    def verdict(self, name: str, *arguments: str) -> tuple[str, str]:
        """Run one snippet: its verdict, and the message without the place, or ""."""
        entry = self.results(*arguments, str(self.root / "snippets" / name))[name]
        return entry["verdict"], (entry["problem"] or "").partition(": ")[2]


def make(root: Path, preload: str = "[]") -> Site:
    """An empty project."""
    site = Site(root)
    site.write("pyproject.toml", SETTINGS.format(preload=preload))
    site.write("constraints.txt", "")
    for folder in ("docs/zh", "docs/en", "snippets", "src", "diagrams"):
        (root / folder).mkdir(parents=True)
    return site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An empty project, where nothing is preloaded, so that a run starts at once."""
    return make(tmp_path)


@pytest.fixture(scope="session")
def new_site(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Site]:
    """Makes projects that outlive one test."""
    return lambda preload="[]": make(tmp_path_factory.mktemp("site"), preload)


@pytest.fixture(scope="module")
def noticeboard() -> Iterator[Path]:
    """A folder that snippets can write to although it is not theirs: in shared memory."""
    with tempfile.TemporaryDirectory(prefix="ns", dir="/dev/shm") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def processes() -> Callable[[str], list[int]]:
    """Finds processes by their command line or working folder."""
    return _processes


def _processes(mark: str) -> list[int]:
    """Processes, this one left out, whose command line or working folder holds `mark`."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal() or int(entry.name) == os.getpid():
            continue
        try:
            told = (entry / "cmdline").read_bytes().decode(errors="replace")
            told += os.readlink(entry / "cwd")
        except OSError:
            continue
        if mark in told:
            found.append(int(entry.name))
    return found


@pytest.fixture(scope="session")
def extensions() -> dict[str, dict[str, Any]]:
    """The Markdown extensions of the real site, and their settings."""
    text = (Path(__file__).parents[2] / "mkdocs.yml").read_text(encoding="utf-8")
    entries = yaml_load(text)["markdown_extensions"]
    pairs = (entry if isinstance(entry, dict) else {entry: {}} for entry in entries)
    return {name: dict(settings or {}) for pair in pairs for name, settings in pair.items()}


@pytest.fixture(scope="session")
def render(extensions: dict[str, dict[str, Any]]) -> Callable[..., str]:
    """Renders a page of a site as the real site does: `render(site, text, edition)`."""

    def render(site: Site, text: str, edition: str = "en") -> str:
        ours = {"edition": edition, "project": str(site.root), "root": "/r/", "source": "/s/"}
        settings = {**extensions, "neverstale.markdown": ours}
        converted: str = markdown.markdown(
            text, extensions=list(settings), extension_configs=settings
        )
        return converted

    return render


@pytest.fixture(scope="session")
def build(render: Callable[..., str]) -> Callable[[Site], None]:
    """Builds all pages of a site, as MkDocs lays them out."""

    def build(site: Site) -> None:
        for page in site.sources().pages:
            if page.name.endswith(".md"):
                path = site.load().built(page.edition, page.name)
                body = render(site, site.read(page.path), page.edition)
                site.write(str(path), f"<!doctype html>\n<html><body>\n{body}\n</body></html>\n")

    return build
