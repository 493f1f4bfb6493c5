"""The editions of the site: a language, the pages and the settings file of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mkdocs.utils.yaml import yaml_load

from neverstale.project import Project


@dataclass(frozen=True)
class Edition:
    """One language's site.

    Attributes:
        tag: the language, which is also the folder below the site's root ("zh", "en").
        root: the project's root.
        config: the MkDocs settings file.
        docs: folder of the pages.
        settings: MkDocs settings that take the place of the file's.
    """

    tag: str
    root: Path
    config: Path
    docs: Path
    settings: Mapping[str, Any] = field(default_factory=dict)

    def written(self) -> dict[str, Any]:
        """What the settings file says, with what it inherits."""
        with open(self.config, "rb") as file:
            return yaml_load(file)


def editions(project: Project) -> tuple[Edition, ...]:
    """The editions of `project`: `mkdocs.<tag>.yml` where there is one, otherwise `mkdocs.yml`."""
    found = []
    for tag, docs in project.editions.items():
        own = project.root / f"mkdocs.{tag}.yml"
        config = own if own.is_file() else project.root / "mkdocs.yml"
        found.append(Edition(tag, project.root, config, docs))
    return tuple(found)
