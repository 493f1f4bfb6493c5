"""Torch alone beyond the standard library, and only where a model is traced."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import gpuguide

TORCH = {
    "autocast", "calibrate", "configurations", "cudalike", "decoder", "dependent", "estimate",
    "flops",
    "measure", "memo", "models", "networks", "places", "presets", "public", "recorder", "recurrent",
    "refusals", "rmsnorm", "scratch", "sdxl", "target", "trace", "traced", "twin", "validate",
    "values", "yolo",
}  # fmt: skip
"""Modules that need torch; catalogue, choice and command line start without it."""

FITTING = {"numpy", "scipy"}
"""What makes figures of records, and runs only there, needs beside it."""

FITS = {"fitting", "carry"}

TIMM = {"public"}
"""What traces models of timm anew, for `records/public-steps.json.gz`."""

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
            allowed = {"gpuguide"} | ({"torch"} if path.stem in TORCH else set())
            allowed |= FITTING if path.stem in FITS else set()
            allowed |= {"timm"} if path.stem in TIMM else set()
            assert top in allowed or top in sys.stdlib_module_names, name
