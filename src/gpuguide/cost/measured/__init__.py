"""Measured and published figures, each with where it was read: data, and the one loader."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def table(name: str) -> dict[str, Any]:
    """The whole of `name`.toml in this folder: `overheads` (memory) or `efficiency` (time)."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def source(name: str, key: str) -> str:
    """Title and address of a source that `name`.toml lists.

    Raises:
        KeyError: there is no such source; the tests see to it that this cannot happen.
    """
    found = table(name)["sources"][key]
    return f"{found['title']}, {found['url']}"
