"""What the architecture page, the READMEs and the ring say of the tree is true of the tree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from handbook.boards import rooms
from handbook.errors import HandbookError

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src"
PAGES = [f"docs/{language}/contributing/architecture.md" for language in ("zh", "en")]
RINGS = ["overrides/diagrams/ring.svg", ".github/ring.zh.svg", ".github/ring.en.svg"]
# A cell that names files or folders and nothing else.
PLACES = re.compile(r"^\| (`[^|]+`) \|", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES)
def test_every_package_has_its_table_there(page: str) -> None:
    found = re.findall(r"^\[\[rooms:(\w+)\]\]$", (ROOT / page).read_text("utf-8"), re.MULTILINE)
    assert (
        found
        == list(rooms.PACKAGES)
        == sorted(
            (path.parent.name for path in SRC.glob("*/__init__.py")), key=rooms.PACKAGES.index
        )
    )


@pytest.mark.parametrize("language", rooms.WORDS)
@pytest.mark.parametrize("package", rooms.PACKAGES)
def test_the_table_names_every_room_and_module(package: str, language: str) -> None:
    found = rooms.rows(package, language)
    modules = {f"{room}{name}" for room, _, names in found for name in names or [""]}
    files = (path.relative_to(SRC / package) for path in (SRC / package).glob("**/*.py"))
    tree = {
        "/".join(file.with_suffix("").parts[:2]) + ("/" if len(file.parts) > 2 else "")
        for file in files
        if not (file.name == "__main__.py" or (file.name == "__init__.py" and len(file.parts) < 3))
    }
    assert modules == tree
    assert all(len(said) > 10 for _, said, _ in found)
    chinese = [bool(re.search("[\u4e00-\u9fff].*。$", said)) for _, said, _ in found]
    assert set(chinese) == {language == "zh"}


def test_a_room_without_its_sentence_stops_the_build(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "neverstale/new").mkdir(parents=True)
    (tmp_path / "neverstale/new/__init__.py").write_text('"""New."""\n', encoding="utf-8")
    monkeypatch.setattr(rooms, "SRC", tmp_path)
    with pytest.raises(HandbookError) as caught:
        rooms.show("neverstale", "en")
    told = str(caught.value)
    assert "rooms.zh.toml: neverstale/new/ has no sentence; write one" in told
    assert "rooms.zh.toml: neverstale/source/ is gone; remove its sentence" in told


@pytest.mark.parametrize("picture", RINGS)
def test_the_ring_names_modules_that_are_there(picture: str) -> None:
    named = re.findall(r">([\w/]+\.py)<", (ROOT / picture).read_text(encoding="utf-8"))
    assert len(named) == 7
    assert [name for name in named if not (SRC / "neverstale" / name).is_file()] == []


@pytest.mark.parametrize("page", [*PAGES, "README.md", "README.zh.md"])
def test_the_places_that_it_names_are_there(page: str) -> None:
    cells = PLACES.findall((ROOT / page).read_text(encoding="utf-8"))
    named = [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]
    # Workflows are named by their file alone.
    folders = (ROOT, ROOT / ".github/workflows")
    gone = [name for name in named if not any((folder / name).exists() for folder in folders)]
    assert len(named) > 7 and gone == []


@pytest.mark.parametrize("picture", RINGS[1:])
def test_the_ring_of_the_readme_has_no_ground_of_its_own(picture: str) -> None:
    """Its ink turns light where the page is dark."""
    text = (ROOT / picture).read_text("utf-8")
    assert "prefers-color-scheme:dark" in text
    assert "background" not in text
