"""gpuguide by itself: its wheel, installed where nothing of this project is, and run elsewhere."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
import torch

import gpuguide
from handbook.boards import wheel

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "packages" / "gpuguide"
BACKEND = wheel.backend("gpuguide")
MODEL = "from torch import nn\n\ndef build():\n    return nn.Linear(1000, 1000)\n"
ESTIMATE = ("estimate", "model.py:build", "--input", "64,1000", "--optimizer", "adamw", "--json")


def run(*command: object, folder: Path, fails: bool = False) -> str:
    """What a command prints, in a folder, without this project on Python's path."""
    own = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        [str(one) for one in command], cwd=folder, env=own, capture_output=True, text=True
    )
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return done.stderr if fails else done.stdout


def make(folder: Path, backend: Path = ROOT / BACKEND) -> Path:
    folder.mkdir(exist_ok=True)
    return Path(run(sys.executable, backend, folder, folder=folder).strip())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def python(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with nothing but the wheel, as pip installs it."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    found = folder / "bin" / "python"
    run(found, "-m", "pip", "install", "--no-deps", "--no-index", built, folder=folder)
    return found


def test_the_wheel_is_the_same_each_time(built: Path, tmp_path: Path) -> None:
    """Also from a copy elsewhere, with other dates, rights and ends of lines."""
    copy = tmp_path / "copy"
    for name in ("packages", "src/gpuguide"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "LICENSE", copy / "LICENSE")
    model = copy / "src" / "gpuguide" / "cli.py"
    model.write_bytes(model.read_bytes().replace(b"\n", b"\r\n"))
    model.chmod(0o600)
    os.utime(model, (1e9, 1e9))
    again = make(tmp_path / "again", copy / BACKEND)
    assert again.name == built.name == wheel.name("gpuguide")
    assert again.read_bytes() == built.read_bytes()


def test_the_record_and_the_metadata(built: Path) -> None:
    with zipfile.ZipFile(built) as archive:
        info = f"gpuguide-{gpuguide.__version__}.dist-info"
        rows = list(csv.reader(archive.read(f"{info}/RECORD").decode().splitlines()))
        assert sorted(row[0] for row in rows) == sorted(archive.namelist())
        for name, digest, size in rows[:-1]:
            data = archive.read(name)
            kind, _, wanted = digest.partition("=")
            found = base64.urlsafe_b64encode(hashlib.new(kind, data).digest()).rstrip(b"=")
            assert (found.decode(), len(data)) == (wanted, int(size)), name
        names = archive.namelist()
        metadata = archive.read(f"{info}/METADATA").decode()
    data = ("py.typed", "catalogue/data/amd.toml", "choice/presets.json",
            "cost/measured/efficiency.toml")  # fmt: skip
    assert {f"{info}/licenses/LICENSE", *(f"gpuguide/{one}" for one in data)} <= set(names)
    assert not [one for one in names if "measuring" in one or "__pycache__" in one]
    assert re.findall("^Requires-Dist: (.*)", metadata, re.MULTILINE) == [
        'torch>=2.11; extra == "torch"'
    ]
    assert f"\n## {gpuguide.__version__}\n" in metadata, "this version's changes"


def test_without_torch(python: Path, tmp_path: Path) -> None:
    """Catalogue, choice and version need nothing; an estimate says what it needs, in one line."""
    command = python.parent / "gpuguide"
    assert run(command, "--version", folder=tmp_path) == f"gpuguide {gpuguide.__version__}\n"
    assert "RTX 4090" in run(command, "gpu", "RTX 4090", folder=tmp_path)
    ranked = json.loads(run(command, "choose", "llama-8b-lora", "--json", folder=tmp_path))
    assert ranked["options"]
    (tmp_path / "model.py").write_text(MODEL, encoding="utf-8")
    said = run(command, *ESTIMATE, folder=tmp_path, fails=True)
    assert said.strip().splitlines() == ["an estimate needs torch: pip install torch"]


def test_with_torch(python: Path, tmp_path: Path) -> None:
    """The same answer as the source tree's, the workload, and the README's Python."""
    packages = next(python.parents[1].glob("lib/python*/site-packages"))
    (packages / "torch.pth").write_text(f"{Path(torch.__file__).parents[1]}\n", encoding="utf-8")
    where = run(python, "-c", "import gpuguide; print(gpuguide.__file__)", folder=tmp_path)
    assert Path(where.strip()).is_relative_to(packages)
    (tmp_path / "model.py").write_text(MODEL, encoding="utf-8")
    command = python.parent / "gpuguide"
    found = run(command, *ESTIMATE, "--workload", "mine.json", folder=tmp_path)
    assert json.loads(found)["parameters"] == 1_001_000
    source = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT / 'src')!r}); "
              "from gpuguide.cli import main; sys.exit(main())"]  # fmt: skip
    assert found == run(*source, *ESTIMATE, folder=tmp_path)
    assert run(command, "choose", "mine.json", folder=tmp_path).startswith("model.py:build")
    readme = (PACKAGE / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    printed = run(python, "-c", code, folder=tmp_path).splitlines()
    assert printed[0].split()[0] == str(1024 * 4096 * 2 + 4096 + 1024)
    assert printed[2].startswith("Range(low=")
    for line in re.findall(r"^\$ gpuguide (\w+) ", readme, re.MULTILINE):
        assert f"{line}" in run(command, line, "--help", folder=tmp_path)


def test_pip_builds_it_from_its_folder(built: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-index", "--wheel-dir", tmp_path,
        PACKAGE, folder=tmp_path)  # fmt: skip
    assert (tmp_path / built.name).read_bytes() == built.read_bytes()
