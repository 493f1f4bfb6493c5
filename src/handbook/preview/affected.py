"""What has to be built again when a file changed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from handbook.boards.glossary import GLOSSARY
from handbook.building.edition import Edition
from neverstale.project import Project

WATCHED = ("docs", "snippets", "records", "overrides", "src")
_SETTINGS = re.compile(r"mkdocs(\.\w+)?\.yml|pyproject\.toml|constraints\.txt")
_IGNORED = re.compile(r"(^|/)(__pycache__|\.[^/]*|[^/]*~|[^/]*\.(pyc|ipynb|egg-info)(/.*)?)(/|$)")
_RECORD = re.compile(r"\.(cpu|cuda)(\.json|/.*)$")


@dataclass
class Affected:
    """What to do about some changed files.

    Attributes:
        quick: edition → sources of the pages to build at once ("cnn/index.md"); an empty set
            builds no page but copies changed assets. An edition that is not named has nothing
            that can be shown early.
        full: editions to build as a whole, after that.
        notebooks: whether the labs' notebooks may have changed.
        viewed: whether the pages that are being looked at may have changed, whichever they are.
        root: whether the root's files have.
        prove: whether snippets may have to run again.
    """

    quick: dict[str, set[str]] = field(default_factory=dict)
    full: set[str] = field(default_factory=set)
    notebooks: bool = False
    viewed: bool = False
    root: bool = False
    prove: bool = False

    def add(self, other: Affected) -> None:
        """Take over what `other` asks for as well."""
        for tag, pages in other.quick.items():
            self.quick.setdefault(tag, set()).update(pages)
        self.full |= other.full
        self.notebooks |= other.notebooks
        self.viewed |= other.viewed
        self.root |= other.root
        self.prove |= other.prove


def is_watched(project: Project, path: Path) -> bool:
    """Whether a change of `path` matters: sources do, what builds and editors write does not."""
    try:
        name = path.relative_to(project.root).as_posix()
    except ValueError:
        return False
    if _IGNORED.search(name):
        return False
    return name.split("/")[0] in WATCHED or _SETTINGS.fullmatch(name) is not None


def affected_by(project: Project, editions: Iterable[Edition], paths: Iterable[Path]) -> Affected:
    """What to do about the changed `paths`, which may be gone by now."""
    result = Affected()
    found = tuple(editions)
    for path in paths:
        result.add(_one(project, found, path))
    return result


def _one(project: Project, editions: tuple[Edition, ...], path: Path) -> Affected:
    every = {edition.tag for edition in editions}
    for edition in editions:
        if path.is_relative_to(edition.docs):
            source = path.relative_to(edition.docs).as_posix()
            quick = {edition.tag: {source}} if path.suffix == ".md" and path.is_file() else {}
            every_page = source == GLOSSARY  # its definitions stand on every page
            return Affected(quick, {edition.tag}, viewed=every_page, root=True)
    if path.is_relative_to(project.snippets):
        name = path.relative_to(project.snippets).as_posix()
        quick = pages_showing(editions, name)
        return Affected(quick, every, notebooks=True, root=True, prove=True)
    if path.is_relative_to(project.records):
        name = _RECORD.sub(".py", path.relative_to(project.records).as_posix())
        return Affected(pages_showing(editions, name), every, notebooks=True, root=True)
    overrides = project.root / "overrides"
    if path.is_relative_to(overrides / "root"):
        return Affected(root=True)
    if path.is_relative_to(overrides / "assets"):
        return Affected({tag: set() for tag in every}, every)
    if path.is_relative_to(project.root / "src"):
        return Affected({}, every, notebooks=True, viewed=True, root=True, prove=True)
    return Affected({}, every, viewed=True, root=True)


def pages_showing(editions: Iterable[Edition], snippet: str) -> dict[str, set[str]]:
    """Edition → sources of the pages whose text names `snippet`, and the lab that it is."""
    lab = snippet.removesuffix(".py").replace("_", "-") + ".ipynb"
    showing = {}
    for edition in editions:
        pages = {
            page.relative_to(edition.docs).as_posix()
            for page in edition.docs.rglob("*.md")
            if snippet in page.read_text(encoding="utf-8", errors="replace")
        }
        if (edition.docs / lab).exists():
            pages.add(lab)
        showing[edition.tag] = pages
    return showing
