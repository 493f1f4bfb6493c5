"""The project itself, as its tests see it."""

from __future__ import annotations

from pathlib import Path

import pytest

from neverstale import project
from neverstale.project import Project
from neverstale.proof import status
from neverstale.proof.status import Statuses
from neverstale.source import sources
from neverstale.source.sources import Sources


@pytest.fixture(scope="session")
def site() -> Project:
    return project.load(Path(__file__).parent)


@pytest.fixture(scope="session")
def written(site: Project) -> Sources:
    """Its pages and snippets."""
    return sources.read(site)


@pytest.fixture(scope="session")
def statuses(written: Sources) -> Statuses:
    """How its snippets stand."""
    return status.read(written)
