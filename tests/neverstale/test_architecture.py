"""What the engine may lean on: the standard library, and Python-Markdown in one module."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import neverstale
from neverstale import project

if TYPE_CHECKING:
    from conftest import Site

PACKAGE = Path(neverstale.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
REPOSITORY = Path(__file__).parents[2]


def imported(path: Path) -> Iterator[str]:
    """Top-level packages that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            yield (node.module or "").partition(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_only_the_standard_library_is_imported(path: Path) -> None:
    foreign = set(imported(path)) - sys.stdlib_module_names - {"neverstale"}
    # The probe asks torch, in a process of its own; the engine does without.
    assert foreign == {"markdown.py": {"markdown"}, "probe.py": {"torch"}}.get(path.name, set())


def said_in_code(path: Path) -> Iterator[str]:
    """Names and texts of a file's code; what is said about it in words is left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    about = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in about:
            yield node.value
        elif isinstance(node, ast.Name | ast.Attribute):
            yield node.id if isinstance(node, ast.Name) else node.attr


# Where a reader looks for it: the device `cuda`, what is on it; the languages that are built in.
@pytest.mark.parametrize(
    ("what", "where"),
    [
        ("(?i)torch|nvidia|libcuda", {"gpu.py", "probe.py", "setting.py"}),
        ("[\u4e00-\u9fff]", {"wording.py"}),
        ("January|million|It prints", {"wording.py", "setting.py"}),
    ],
)
def test_libraries_and_languages_are_known_in_one_place(what: str, where: set[str]) -> None:
    found = {path.name for path in MODULES if any(re.search(what, s) for s in said_in_code(path))}
    assert found == where


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_every_module_says_what_it_is_and_reads_in_one_sitting(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text))
    assert text.count("\n") < 450


@pytest.mark.parametrize("name", ["gpuguide"])
def test_the_guide_knows_nothing_of_documentation(name: str) -> None:
    for path in (REPOSITORY / "src" / name).rglob("*.py"):
        assert not {"neverstale", "handbook", "mkdocs", "markdown"} & set(imported(path)), path


def test_it_runs_from_a_bare_source_tree(site: Site) -> None:
    """Python without any installed package: the machine with the GPU is often a closed box."""
    site.snippet("a.py", "import sys\nprint('site' in sys.modules)")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PACKAGE.parent)}

    def engine(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-S", "-m", "neverstale", *arguments]
        return subprocess.run(
            command, cwd=site.root, env=environment, capture_output=True, text=True, timeout=60
        )

    bare = [sys.executable, "-S", "-c", "import markdown"]
    assert subprocess.run(bare, env=environment, capture_output=True).returncode == 1
    assert engine("status").stderr == ""
    assert engine("status").stdout == "missing   cpu   a.py  never run on cpu\n"
    done = engine("run")
    assert done.returncode == 0, done.stderr
    assert engine("status").stdout == "verified  cpu   a.py\n"
    assert engine("published").returncode == 1


def test_no_setting_of_this_site_is_weaker_than_it_was() -> None:
    """Each of these left out would let something change unseen."""
    site = project.load(REPOSITORY)
    assert list(site.editions) == ["zh", "en"]
    assert [site.relative(path) for path in site.editions.values()] == ["docs/zh", "docs/en"]
    assert [site.relative(path) for path in site.imports] == ["src"]
    assert site.constraints and "torch" in site.pins()
    assert site.translations and site.style and site.diagrams
    assert site.rules == (), "every rule holds as an error, everywhere"
