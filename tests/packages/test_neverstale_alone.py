"""neverstale by itself: its wheel, installed where nothing of this project is, in other sites.

The site generators are those of this environment; no other package of it is seen.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import mkdocs
import pytest

import neverstale
from handbook.boards import wheel
from neverstale.adopting import init
from neverstale.page import built

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "packages" / "neverstale"
README = (PACKAGE / "README.md").read_text(encoding="utf-8")
START = re.findall(r"^\$ (.*)$", README.partition("## Quick start")[2].partition("\n## ")[0], re.M)
SITES = {
    "mkdocs": ("mkdocs.yml", "site_name: A site\n"),
    "plain urls": ("mkdocs.yml", "site_name: A site\nuse_directory_urls: false\nsite_dir: out\n"),
    "material": (
        "mkdocs.yml",
        "site_name: A site\ntheme:\n  name: material\n  language: de\nnav:\n  - Home: index.md\n"
        "markdown_extensions:\n  - pymdownx.highlight: { linenums: true }\n",
    ),
    "zensical": ("zensical.toml", '[project]\nsite_name = "A site"\n'),
}


def run(*command: object, folder: Path, fails: bool = False) -> str:
    """What a command prints, in a folder, without this project on Python's path."""
    own = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        [str(one) for one in command], cwd=folder, env=own, capture_output=True, text=True
    )
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return done.stderr if fails else done.stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, backend = tmp_path_factory.mktemp("wheel"), ROOT / wheel.backend("neverstale")
    return Path(run(sys.executable, backend, folder, folder=folder).strip())


@pytest.fixture(scope="module")
def python(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the wheel, as pip installs it, and the site generators."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    found = folder / "bin" / "python"
    run(found, "-m", "pip", "install", "--no-index", made, folder=folder)
    packages = next(folder.glob("lib/python*/site-packages"))
    generators = Path(mkdocs.__file__).parents[1]
    (packages / "generators.pth").write_text(f"{generators}\n", encoding="utf-8")
    where = run(found, "-c", "import neverstale; print(neverstale.__file__)", folder=folder)
    assert Path(where.strip()).is_relative_to(packages)
    return found


@pytest.fixture(params=SITES)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A site with one page, and nothing of ours."""
    name, settings = SITES[request.param]
    (tmp_path / name).write_text(settings, encoding="utf-8")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# Welcome\n\nWords.\n", encoding="utf-8")
    return tmp_path


def do(python: Path, line: str, site: Path, fails: bool = False) -> str:
    """A line of the README, in that environment."""
    tool, *arguments = line.split()
    if tool == "neverstale":
        return run(python.parent / "neverstale", *arguments, folder=site, fails=fails)
    tool = "zensical" if (site / "zensical.toml").is_file() else tool
    return run(python, "-m", tool, *arguments, folder=site, fails=fails)


def test_the_quick_start_ends_with_a_proved_page(python: Path, site: Path) -> None:
    """In every kind of site, by the README alone; then its fault is found."""
    assert [line.split()[:2] for line in START] == [
        ["neverstale", "init"],
        ["neverstale", "run"],
        ["mkdocs", "build"],
        ["neverstale", "published"],
    ]
    said = [do(python, line, site) for line in START]
    assert said[-1] == "published: good\n"
    assert do(python, "neverstale check", site) == "check: good\n"
    [page] = [*site.glob("*/proved/index.html"), *site.glob("*/proved.html")]
    found = {each.kind: each for each in built.read(page)}
    assert found["code"].data("snippet") == "first.py"
    assert found["code"].text == "squares = [number**2 for number in range(5)]\nprint(squares)\n"
    assert found["output"].text == "[0, 1, 4, 9, 16]\n"
    assert found["proof"].data("status") == "verified"
    text = page.read_text(encoding="utf-8")
    proof = re.search(r'<details class="ns-proof".*?</details>', text, re.DOTALL)
    assert proof and "<a " not in proof[0], "no link that leads nowhere"
    page.write_text(text.replace("[0, 1, 4, 9, 16]", "[0, 1, 4, 9, 17]"), encoding="utf-8")
    assert "output differs from the record" in do(python, "neverstale published", site, fails=True)
    assert "already" in do(python, "neverstale init", site, fails=True)


def test_the_wheel_holds_all_and_needs_nothing(made: Path, python: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(made) as archive:
        names = set(archive.namelist())
        info = f"neverstale-{neverstale.__version__}.dist-info"
        metadata = archive.read(f"{info}/METADATA").decode()
    source = ROOT / "src" / "neverstale"
    wanted = {
        f"neverstale/{file.relative_to(source).as_posix()}"
        for file in source.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert wanted <= names and "neverstale/py.typed" in names
    assert f"{info}/licenses/LICENSE" in names
    needed = re.findall("^Requires-Dist: (.*)", metadata, re.MULTILINE)
    assert needed == ['markdown>=3.4; extra == "markdown"']
    assert f"\n## {neverstale.__version__}\n" in metadata, "this version's changes"
    version = run(python.parent / "neverstale", "--version", folder=tmp_path)
    assert version == f"neverstale {neverstale.__version__}\n"


def test_the_wheel_is_the_same_each_time(made: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    for name in ("packages", "src/neverstale"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "LICENSE", copy / "LICENSE")
    again = run(sys.executable, copy / wheel.backend("neverstale"), tmp_path, folder=tmp_path)
    assert Path(again.strip()).read_bytes() == made.read_bytes()
    assert made.name == wheel.name("neverstale")


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "examples").glob("*/")))
def test_an_example_is_proved(python: Path, tmp_path: Path, name: str) -> None:
    """As it lies in the repository: it runs as it is recorded, builds, and reads back."""
    site = tmp_path / name
    left_out = shutil.ignore_patterns("site", ".neverstale", ".cache")
    shutil.copytree(ROOT / "examples" / name, site, ignore=left_out)
    sheet = (site / "docs" / init.SHEET).read_bytes()
    assert sheet == (ROOT / "src/neverstale/adopting/neverstale.css").read_bytes()
    said = do(python, "neverstale run --all", site)
    assert " unchanged in " in said and "verified" not in said
    do(python, "mkdocs build --strict", site)
    for command in ("check", "published"):
        assert do(python, f"neverstale {command}", site) == f"{command}: good\n"
    [code, *_] = (
        each for each in built.read(site / "site/proved/index.html") if each.kind == "code"
    )
    assert (site / "snippets" / code.data("snippet")).is_file()


def test_python_s_own_modules_come_before_installed_ones(python: Path, site: Path) -> None:
    """As for whoever runs the file: a package may bear the name of a module."""
    do(python, START[0], site)
    packages = next(python.parents[1].glob("lib/python*/site-packages"))
    (packages / "colorsys.py").write_text("print('another')\n", encoding="utf-8")
    head = "# /// script\n# dependencies = []\n# ///\n"
    code = f"{head}import colorsys\n\nprint(colorsys.__name__)\n"
    (site / "snippets" / "first.py").write_text(code, encoding="utf-8")
    plain = run(python, site / "snippets" / "first.py", folder=site)
    do(python, "neverstale run", site)
    (packages / "colorsys.py").unlink()
    [record] = (site / "records").glob("*.json")
    assert plain == "colorsys\n" and '"another' not in record.read_text(encoding="utf-8")
