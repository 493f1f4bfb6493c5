"""The package needs the standard library only, and no other package of this repository."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import gpuguide

FILES = sorted(Path(gpuguide.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_imports_are_the_standard_library_or_our_own(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "absolute imports, please"
            names = [node.module or ""]
        for name in names:
            top = name.partition(".")[0]
            assert top == "gpuguide" or top in sys.stdlib_module_names, name
