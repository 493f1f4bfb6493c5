"""What is built again when a file changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from handbook.building.edition import editions
from handbook.preview.affected import Affected, affected_by, is_watched
from neverstale.project import load

BOTH = {"zh", "en"}
PAGE = {"zh": {"two.md"}, "en": {"two.md"}}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("docs/zh/two.md", Affected({"zh": {"two.md"}}, {"zh"}, root=True)),
        ("docs/en/gone.md", Affected({}, {"en"}, root=True)),
        ("docs/en/guide/glossary.md", Affected({}, {"en"}, viewed=True, root=True)),
        ("snippets/chapter/add.py", Affected(PAGE, BOTH, notebooks=True, root=True, prove=True)),
        ("records/chapter/add.cpu.json", Affected(PAGE, BOTH, notebooks=True, root=True)),
        ("records/chapter/add.cpu/a.svg", Affected(PAGE, BOTH, notebooks=True, root=True)),
        ("overrides/assets/a.css", Affected({"zh": set(), "en": set()}, BOTH)),
        ("overrides/root/index.html", Affected(root=True)),
        (
            "src/gpuguide/catalogue/data/amd.toml",
            Affected({}, BOTH, notebooks=True, viewed=True, root=True, prove=True),
        ),
        ("overrides/main.html", Affected({}, BOTH, viewed=True, root=True)),
        ("mkdocs.yml", Affected({}, BOTH, viewed=True, root=True)),
    ],
)
def test_affected_by(project_root: Path, name: str, expected: Affected) -> None:
    project = load(project_root)
    assert affected_by(project, editions(project), [project.root / name]) == expected


def test_a_lab_is_affected_by_its_snippet(project_root: Path) -> None:
    project = load(project_root)
    (project_root / "docs/en/chapter").mkdir()
    (project_root / "docs/en/chapter/some-lab.ipynb").touch()
    change = project_root / "snippets/chapter/some_lab.py"
    assert affected_by(project, editions(project), [change]).quick == {
        "zh": set(),
        "en": {"chapter/some-lab.ipynb"},
    }


@pytest.mark.parametrize(
    ("name", "watched"),
    [
        ("docs/zh/a.md", True),
        ("mkdocs.en.yml", True),
        ("pyproject.toml", True),
        ("src/gpuguide/catalogue/data/amd.toml", True),
        ("docs/zh/a.ipynb", False),
        ("docs/zh/.a.md.swp", False),
        ("docs/zh/a.md~", False),
        ("src/handbook/__pycache__/a.pyc", False),
        ("src/ai_gpu_handbook.egg-info/PKG-INFO", False),
        ("records/cnn/.a.cpu.json.123", False),
        ("site/zh/index.html", False),
        ("README.md", False),
    ],
)
def test_is_watched(project_root: Path, name: str, watched: bool) -> None:
    project = load(project_root)
    assert is_watched(project, project.root / name) is watched
