"""What is imported once for all snippets: packages that most of them import, for `preload`."""

from __future__ import annotations

import re
import sys
import tomllib
from collections import Counter
from importlib import metadata

from neverstale.source.sources import Sources

FEWEST = 3  # snippets for which a warm process is worth the asking
TABLE = re.compile(r"^\[tool\.neverstale\][ \t]*(?:#.*)?$", re.MULTILINE)


def proposed(written: Sources) -> tuple[str, ...]:
    """Installed packages, not of ours, that more than half of the snippets import; the one that
    most do first."""
    ours = {
        file.name.partition(".")[0]
        for folder in written.project.imports
        if folder.is_dir()
        for file in folder.iterdir()
    }
    installed = metadata.packages_distributions().keys() - sys.stdlib_module_names - ours
    counts = Counter(
        name for item in written.snippets.values() for name in sorted(item.packages & installed)
    )
    enough = max(FEWEST, len(written.snippets) // 2 + 1)
    return tuple(name for name, count in counts.most_common() if count >= enough)


def entered(text: str, names: tuple[str, ...]) -> str | None:
    """The settings with these as `preload`; None if they speak of it already, or hold no plain
    `[tool.neverstale]` to enter it in.

    Args:
        text: of pyproject.toml.
        names: packages.
    """
    said = tomllib.loads(text).get("tool", {}).get("neverstale", {})
    table = TABLE.search(text)
    if not names or "preload" in said or table is None:
        return None
    listed = ", ".join(f'"{name}"' for name in names)
    line = f"preload = [{listed}] # imported once, since most snippets import it"
    return f"{text[: table.end()]}\n{line}{text[table.end() :]}"
