"""Is what would run what was installed? Played packages, laid out as an installer does."""

from __future__ import annotations

import base64
import hashlib
import importlib
import os
import sys
from pathlib import Path

import pytest

from neverstale.running import installed

CODE = b"value = 1\n"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an installed package `played`, version 1.0."""
    place = tmp_path / "site-packages"
    files = {"played/__init__.py": CODE, "played/part.py": CODE, "played/data.txt": b"1\n"}
    lines = []
    for name, data in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(data)
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(data)}")
    about = place / "played-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: played\nVersion: 1.0\n")
    (about / "RECORD").write_text("\n".join([*lines, "played-1.0.dist-info/RECORD,,"]) + "\n")
    monkeypatch.syspath_prepend(str(place))
    return place / "played"


def test_what_was_installed_is_taken(package: Path) -> None:
    assert installed.versions(["played", "no-such"]) == {"played": "1.0"}
    assert installed.altered(["played", "no-such"]) == {}
    later = package.parent.joinpath("played-1.0.dist-info/RECORD").stat().st_mtime + 60
    os.utime(package / "part.py", (later, later))  # copied anew, and the same
    (package / "data.txt").write_text("2\n")  # no code
    assert installed.altered(["played"]) == {}


@pytest.mark.parametrize("same_size", [True, False])
def test_a_patched_file_is_found(package: Path, same_size: bool) -> None:
    (package / "part.py").write_bytes(b"value = 2\n" if same_size else CODE + b"x = 1\n")
    if same_size:
        later = package.parent.joinpath("played-1.0.dist-info/RECORD").stat().st_mtime + 60
        os.utime(package / "part.py", (later, later))
    assert installed.altered(["played"]) == {"played": "played/part.py was changed"}


def test_a_file_that_is_gone_is_found(package: Path) -> None:
    (package / "part.py").unlink()
    assert installed.altered(["played"]) == {"played": "played/part.py is gone"}


@pytest.mark.parametrize("loaded", [True, False])
def test_another_of_its_name_is_found(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loaded: bool
) -> None:
    other = tmp_path / "elsewhere" / "played.py"
    other.parent.mkdir()
    other.write_bytes(CODE)
    monkeypatch.delitem(sys.modules, "played", raising=False)
    monkeypatch.syspath_prepend(str(other.parent))
    if loaded:
        importlib.import_module("played")
        monkeypatch.setattr(sys, "path", sys.path[1:])
    assert installed.altered(["played"]) == {"played": f"{other} is imported in its place"}
    sys.modules.pop("played", None)


def test_a_package_without_a_list_is_taken_as_it_is(package: Path) -> None:
    (package.parent / "played-1.0.dist-info" / "RECORD").unlink()
    (package / "part.py").unlink()
    assert installed.altered(["played"]) == {}
