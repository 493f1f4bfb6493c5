"""The table of a package's rooms and modules, `[[rooms:neverstale]]`: read from the tree itself.

In English each says what its docstring says first; `rooms.zh.toml` says it in Chinese. The order
there is the table's, and the layers': each may import what stands before it, which a test enforces.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from handbook.boards.tables import Table, region, to_markdown
from handbook.errors import HandbookError
from neverstale.problem import Problem

SRC = Path(__file__).parents[2]
PACKAGES = ("neverstale", "gpuguide", "handbook")
CHINESE = "rooms.zh.toml"
WORDS = {
    "en": ("Room", "What comes in, what goes out", "Modules"),
    "zh": ("房间", "读入什么，交出什么", "模块"),
}


def show(package: str, language: str) -> str:
    """The table as HTML.

    Raises:
        HandbookError: a room lacks its sentence in a language, or a sentence its room.
    """
    return region(package, _table(package, language))


def markdown(package: str, language: str) -> str:
    """The same as Markdown, for the page's twin.

    Raises:
        HandbookError: as above.
    """
    return "\n".join(to_markdown([_table(package, language)])[1:])


def _table(package: str, language: str) -> Table:
    return Table(WORDS[language], [*_cells(package, language)])


def rows(package: str, language: str) -> list[tuple[str, str, list[str]]]:
    """Room or module, its sentence, and the names of a room's modules, from the lowest up.

    Raises:
        HandbookError: as above.
    """
    tree = _tree(SRC / package)
    chinese = _chinese(package, tree)
    return [
        (name, chinese[name] if language == "zh" else _said(tree[name]), _modules(tree[name]))
        for name in chinese
    ]


def _cells(package: str, language: str) -> Iterator[tuple[str, str, str]]:
    for name, said, modules in rows(package, language):
        yield f"`{name}`", said, ", ".join(f"`{each}`" for each in modules)


def _tree(package: Path) -> dict[str, Path]:
    """`room/` or `module` → the file whose docstring speaks for it."""
    found = {}
    for path in sorted(package.iterdir()):
        if (path / "__init__.py").is_file():
            found[f"{path.name}/"] = path / "__init__.py"
        elif path.suffix == ".py" and not path.name.startswith("__"):
            found[path.stem] = path
    return found


def _modules(speaker: Path) -> list[str]:
    return [*_tree(speaker.parent)] if speaker.name == "__init__.py" else []


def _said(file: Path) -> str:
    """The first line of a docstring."""
    told = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return told.partition("\n")[0]


def _chinese(package: str, tree: Mapping[str, Path]) -> Mapping[str, str]:
    """Room or module → its sentence, in order."""
    file = Path(__file__).with_name(CHINESE)
    found: Mapping[str, str] = tomllib.loads(file.read_text(encoding="utf-8"))[package]
    wrong = [f"{package}/{name} has no sentence; write one" for name in tree.keys() - found]
    wrong += [f"{package}/{name} is gone; remove its sentence" for name in found.keys() - tree]
    if wrong:
        where = f"src/handbook/boards/{CHINESE}"
        raise HandbookError(*(Problem(where, 0, message) for message in sorted(wrong)))
    return found
