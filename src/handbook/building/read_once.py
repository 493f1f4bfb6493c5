"""MkDocs hook: sources and records are read once for a build, and handed to every page of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig

from neverstale import project
from neverstale.proof import status
from neverstale.proof.status import Statuses
from neverstale.source import sources

EXTENSION = "neverstale.markdown"


def on_config(config: MkDocsConfig, **_: Any) -> MkDocsConfig:
    """Read them for a plain `mkdocs build`, where nobody has."""
    settings = config.mdx_configs.get(EXTENSION, {})
    if EXTENSION in config.markdown_extensions and "statuses" not in settings:
        site = project.load(Path(settings.get("project", ".")))
        hand_over(status.read(sources.read(site)), config)
    return config


def hand_over(statuses: Statuses, config: MkDocsConfig) -> None:
    """Let every page of a build know how the snippets stand."""
    config.mdx_configs.setdefault(EXTENSION, {})["statuses"] = statuses


def of(config: MkDocsConfig) -> Statuses:
    """What was handed over."""
    statuses: Statuses = config.mdx_configs[EXTENSION]["statuses"]
    return statuses
