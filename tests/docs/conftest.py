"""The project itself, as its tests see it."""

from __future__ import annotations

from pathlib import Path

import pytest

from neverstale import project
from neverstale.project import Project


@pytest.fixture(scope="session")
def site() -> Project:
    return project.load(Path(__file__).parent)
