"""What makes a record stale: the snippet, what it imports of ours, the figure style; no more."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from neverstale.source import sources
from neverstale.source.fingerprint import Ours

if TYPE_CHECKING:
    from conftest import Site


@pytest.fixture
def importing(site: Site) -> Site:
    """A snippet, and modules that it imports in many ways."""
    site.snippet(
        "ch/a.py",
        """
        import direct
        import package.inner
        from sibling import value
        from package import member


        def later():
            import lazy
        """,
    )
    site.snippet("ch/sibling.py", "value = 1")
    site.snippet("ch/other.py", "value = 1")
    site.write("src/direct.py", "import transitive\n")
    site.write("src/transitive.py", "x = 1\n")
    site.write("src/package/__init__.py", "from . import started\n")
    site.write("src/package/started.py", "x = 1\n")
    site.write("src/package/inner.py", "from .deep.leaf import x\nfrom ..package import up\n")
    site.write("src/package/deep/leaf.py", "x = 1\n")
    site.write("src/package/member.py", "x = 1\n")
    site.write("src/package/data/numbers.toml", "x = 1\n")
    site.write("src/package/up.py", "x = 1\n")
    site.write("src/package/unused.py", "x = 1\n")
    site.write("src/lazy.py", "x = 1\n")
    site.write("src/unused.py", "x = 1\n")
    site.page("index.md", "# Title {#title}\n")
    return site


def current(site: Site) -> str:
    settings = site.load()
    return sources.read(settings).snippet("ch/a.py").fingerprint


@pytest.mark.parametrize(
    "name",
    [
        "snippets/ch/a.py",
        "snippets/ch/sibling.py",
        "src/direct.py",
        "src/transitive.py",
        "src/package/__init__.py",
        "src/package/started.py",
        "src/package/inner.py",
        "src/package/deep/leaf.py",
        "src/package/member.py",
        "src/package/up.py",
        "src/package/data/numbers.toml",
        "src/lazy.py",
    ],
)
def test_a_change_in_what_it_imports_changes_the_fingerprint(importing: Site, name: str) -> None:
    before = current(importing)
    importing.write(name, importing.read(name) + "y = 2\n")
    assert current(importing) != before


def test_what_many_snippets_import_is_followed_once(
    importing: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a site reads the package that it documents once for each example."""
    code = importing.read("snippets/ch/a.py")
    for number in range(9):
        importing.write(f"snippets/ch/a{number}.py", code)
    asked: Counter[str] = Counter()
    files = Ours._files

    def counted(ours: Ours, dotted: str, roots: tuple[Path, ...]) -> Iterator[Path]:
        asked[dotted] += 1
        return files(ours, dotted, roots)

    monkeypatch.setattr(Ours, "_files", counted)
    current(importing)
    assert asked["package.inner"] == 10, "each snippet's own import"
    assert asked["transitive"] == asked["deep.leaf"] == 1


@pytest.mark.parametrize(
    "name",
    [
        "snippets/ch/other.py",
        "src/unused.py",
        "src/package/unused.py",
        "docs/en/index.md",
        "pyproject.toml",
        "constraints.txt",
        "README.md",
    ],
)
def test_unrelated_files_do_not(importing: Site, name: str) -> None:
    before = current(importing)
    path = importing.root / name
    importing.write(name, (importing.read(name) if path.exists() else "") + "\n")
    assert current(importing) == before


def test_line_ends_of_a_clone_change_nothing_but_data(importing: Site) -> None:
    before = current(importing)
    for name in ("snippets/ch/a.py", "snippets/ch/sibling.py", "src/package/inner.py"):
        importing.write(name, importing.read(name).replace("\n", "\r\n"))
    assert current(importing) == before
    importing.write("src/package/data/numbers.toml", "x = 1\r\n")
    assert current(importing) != before


def test_git_gives_every_clone_line_feeds(tmp_path: Path) -> None:
    """As on a machine whose git writes the line ends of Windows; binary data stays as it is."""
    attributes = Path(__file__).parents[3] / ".gitattributes"
    git: list[str | Path] = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C"]
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    content = {"a.py": b"x = 1\n", "a.txt": b"1\n", "a.bin": b"\0\r\n\n"}
    subprocess.run(["git", "init", "-q", origin], check=True)
    (origin / ".gitattributes").write_bytes(attributes.read_bytes())
    for name, data in content.items():
        (origin / name).write_bytes(data)
    subprocess.run([*git, origin, "add", "."], check=True)
    subprocess.run([*git, origin, "commit", "-qm", "all"], check=True)
    windows = ["-c", "core.autocrlf=true", "-c", "core.eol=crlf"]
    subprocess.run(["git", *windows, "clone", "-q", origin, clone], check=True)
    assert {name: (clone / name).read_bytes() for name in content} == content
    (origin / ".gitattributes").unlink()
    subprocess.run([*git, origin, "commit", "-qam", "none"], check=True)
    subprocess.run(["git", *windows, "clone", "-q", origin, tmp_path / "without"], check=True)
    assert (tmp_path / "without" / "a.py").read_bytes() == b"x = 1\r\n"  # it is needed


def test_modules_that_import_each_other_end(site: Site) -> None:
    site.snippet("ch/a.py", "import one")
    site.write("src/one.py", "import two\n")
    site.write("src/two.py", "import one\n")
    before = current(site)
    site.write("src/two.py", "import one, three\n")
    assert current(site) != before


def test_a_broken_module_of_ours_still_counts(site: Site) -> None:
    """It is being edited: what imports it goes stale, and nothing else stops."""
    site.snippet("ch/a.py", "import broken")
    site.write("src/broken.py", "x = = 1\n")
    before = current(site)
    site.write("src/broken.py", "x = 1\n")
    assert current(site) != before


def test_the_figure_style_counts_for_what_draws(site: Site) -> None:
    settings = site.read("pyproject.toml").replace("diagrams =", 'style = "s.mplstyle"\ndiagrams =')
    site.write("pyproject.toml", settings)
    site.write("s.mplstyle", "lines.linewidth: 1\n")
    for name, counts in (("draws", True), ("prints", False)):
        site.snippet("ch/a.py", "import matplotlib" if name == "draws" else "x = 1")
        before = current(site)
        style = site.read("s.mplstyle")
        site.write("s.mplstyle", style + "\n")
        assert (current(site) != before) == counts


def test_modules_that_a_package_takes_by_name_belong_to_it(site: Site) -> None:
    """A snippet may read them, and a change in one makes it stale."""
    site.write(
        "src/slow/__init__.py",
        "import importlib\n\n\ndef __getattr__(name):\n"
        "    return importlib.import_module(f'{__name__}.{name}')\n",
    )
    site.write("src/slow/inside.py", "from .deep import leaf\n\nx = leaf.x\n")
    site.write("src/slow/deep/__init__.py", "")
    site.write("src/slow/deep/leaf.py", "x = 1\n")
    site.snippet("a.py", "import slow\n\nprint(slow.inside.x)")
    assert site.verdict("a.py") == ("verified", "")
    before = site.sources().snippet("a.py").fingerprint
    site.write("src/slow/deep/leaf.py", "x = 2\n")
    assert site.sources().snippet("a.py").fingerprint != before
