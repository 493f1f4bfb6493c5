"""Whose warnings count: those of what is ours, and not those of an environment that lies in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Site

WARNS = "import warnings\n\nwarnings.warn('old', DeprecationWarning)\n"


@pytest.mark.parametrize(
    ("folder", "verdict"),
    [("", "failed"), ("env/lib/site-packages/", "verified"), ("site-packages/", "verified")],
)
def test_an_environment_inside_the_project_is_not_ours(
    site: Site, folder: str, verdict: str
) -> None:
    """As where `imports` is the project's own folder, with `.venv` in it."""
    settings = site.read("pyproject.toml").replace('imports = ["src"]', 'imports = ["."]')
    site.write("pyproject.toml", settings)
    # Compiled as that file: a snippet could not read one that is neither ours nor installed.
    site.snippet("a.py", f"exec(compile({WARNS!r}, '{site.root}/{folder}noisy.py', 'exec'))")
    assert site.verdict("a.py")[0] == verdict
