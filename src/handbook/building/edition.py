"""The editions of the site: a language, the pages and the settings file of each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from neverstale.project import Project


@dataclass(frozen=True)
class Edition:
    """One language's site.

    Attributes:
        tag: the language, which is also the folder below the site's root ("zh", "en").
        root: the project's root.
        config: the MkDocs settings file.
        docs: folder of the pages.
    """

    tag: str
    root: Path
    config: Path
    docs: Path


def editions(project: Project) -> tuple[Edition, ...]:
    """The editions of `project`: `mkdocs.<tag>.yml` where there is one, otherwise `mkdocs.yml`."""
    found = []
    for tag, docs in project.editions.items():
        own = project.root / f"mkdocs.{tag}.yml"
        config = own if own.is_file() else project.root / "mkdocs.yml"
        found.append(Edition(tag, project.root, config, docs))
    return tuple(found)
