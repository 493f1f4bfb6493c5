"""The tree shows the way that data goes: no import leads back up, and none in a circle."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src"

# Rooms and modules from the lowest to the highest, as the architecture page lists them: each may
# import what stands before it.
ROOMS = tomllib.loads((SRC / "handbook/boards/rooms.zh.toml").read_text("utf-8"))
LAYERS = {
    package: (*(name.strip("/") for name in rooms), "__main__") for package, rooms in ROOMS.items()
}
BELOW = {"neverstale": (), "gpuguide": (), "handbook": ("neverstale", "gpuguide")}


def modules(package: str) -> dict[str, Path]:
    """Dotted name → file, packages by their own name."""
    found = {}
    for file in (SRC / package).rglob("*.py"):
        parts = file.relative_to(SRC).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


def imports(file: Path, known: dict[str, Path]) -> Iterator[str]:
    """The modules among `known` that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                if whole in known or base in known:
                    yield whole if whole in known else base


@pytest.mark.parametrize("package", LAYERS)
def test_every_room_has_its_layer(package: str) -> None:
    names = {path.stem for path in (SRC / package).iterdir() if path.suffix == ".py"}
    names |= {path.name for path in (SRC / package).iterdir() if (path / "__init__.py").exists()}
    assert names - {"__init__"} == set(LAYERS[package])


@pytest.mark.parametrize("package", LAYERS)
def test_no_import_leads_back_up(package: str) -> None:
    known = modules(package)
    layers = {name: at for at, name in enumerate(LAYERS[package])}
    for name, file in known.items():
        for target in imports(file, known):
            if "." not in name or "." not in target:  # the package itself: its problems
                continue
            above, below = (each.split(".")[1] for each in (name, target))
            assert above == below or layers[below] < layers[above], f"{name} imports {target}"


@pytest.mark.parametrize("package", LAYERS)
def test_no_two_files_import_each_other(package: str) -> None:
    known = modules(package)
    graph = {name: {*imports(file, known)} - {name} for name, file in known.items()}
    assert list(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("package", LAYERS)
def test_packages_know_only_those_below(package: str) -> None:
    others = {each for each in LAYERS if each != package} - set(BELOW[package])
    for file in (SRC / package).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").partition(".")[0] not in others, file


@pytest.mark.parametrize("package", LAYERS)
def test_each_room_says_in_a_sentence_what_comes_in_and_goes_out(package: str) -> None:
    for room in (SRC / package).iterdir():
        if (room / "__init__.py").exists():
            said = ast.get_docstring(ast.parse((room / "__init__.py").read_text("utf-8")))
            assert said and len(said.split(".")[0]) > 20, room
