"""Where built pages stand: one edition or five, at the root or below, with any form of address."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from neverstale import project
from neverstale.page import published
from neverstale.problem import NeverstaleError

if TYPE_CHECKING:
    from conftest import Site

PAGES = ("README.md", "ch/index.md", "ch/a.md")
FIVE = """\
[tool.neverstale]
imports = []
constraints = false
translations = false
site = "public/out"
directory-urls = {urls}

[tool.neverstale.editions]
en = {{ pages = "docs/en", at = "" }}
fa = "docs/fa"
de = {{ pages = "docs/de", at = "deutsch" }}
fr = "docs/fr"
zh = "docs/zh"
"""


@pytest.fixture
def five(site: Site) -> Callable[[str], Site]:
    """Five editions, the first at the root of the site."""

    def make(urls: str) -> Site:
        site.write("pyproject.toml", FIVE.format(urls=urls))
        tags = "".join(f"# {edition}: {edition}\n" for edition in ("en", "fa", "de", "fr", "zh"))
        site.snippet("a.py", f"{tags}print(1)")
        for edition in ("en", "fa", "de", "fr", "zh"):
            for name in PAGES:
                block = '--8<-- "a.py"' if name == "ch/a.md" else "[[neverstale:table]]"
                site.write(f"docs/{edition}/{name}", f"# T {{#t}}\n\n{block}\n")
        assert site.engine("run").returncode == 0
        return site

    return make


@pytest.mark.parametrize(
    ("urls", "files", "board"),
    [
        ("true", ("index.html", "ch/index.html", "ch/a/index.html"), ""),
        ("false", ("index.html", "ch/index.html", "ch/a.html"), "index.html"),
    ],
)
def test_five_editions(
    five: Callable[[str], Site], build: Callable[[Site], None], urls: str, files: tuple[str, ...],
    board: str,
) -> None:  # fmt: skip
    site = five(urls)
    build(site)
    out = site.root / "public" / "out"
    built = {path.relative_to(out).as_posix() for path in out.rglob("*.html")}
    folders = ("", "fa/", "deutsch/", "fr/", "zh/")
    assert built == {f"{folder}{file}" for folder in folders for file in files}
    assert published.check(site.statuses()) == []
    for folder in folders:  # the proof leads to the table of the same edition
        text = (out / folder / files[-1]).read_text(encoding="utf-8")
        assert f'href="/r/{folder}{board}#a-py"' in text
    # each edition shows its own comment; another's, or a page too many, is told where it stands
    wrong = (out / "fa" / files[-1]).read_text(encoding="utf-8")
    (out / "fr" / files[-1]).write_text(wrong, encoding="utf-8")
    (out / "deutsch" / "more.html").write_text("words", encoding="utf-8")
    (out / "404.html").write_text("words", encoding="utf-8")
    (out / "fr" / "404.html").write_text("<pre>print(1)</pre>", encoding="utf-8")
    found = published.check(site.statuses())
    assert {problem.path for problem in found} == {
        f"public/out/fr/{files[-1]}", "public/out/deutsch/more.html", "public/out/fr/404.html"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("editions", "says"),
    [
        ('en = { pages = "a", at = "x" }\nde = { pages = "b", at = "x/" }', "in one folder"),
        ('en = { at = "x" }', "en needs a folder"),
        ('en = { pages = "a", url = "x" }', "en needs a folder"),
        ("en = 3", "en needs a folder"),
    ],
)
def test_a_slip_in_the_editions_is_told(site: Site, editions: str, says: str) -> None:
    site.write("pyproject.toml", f"[tool.neverstale.editions]\n{editions}\n")
    with pytest.raises(NeverstaleError, match=says):
        site.load()


def test_one_edition_fills_the_site_and_need_not_say_the_rest(site: Site) -> None:
    """What two editions, or a GPU, would make necessary is not asked for."""
    site.write("pyproject.toml", '[tool.neverstale.editions]\nen = "docs"\n')
    found = project.load(site.root)
    assert found.built("en", "a/b.md") == site.root / "site/a/b/index.html"
    assert found.unsaid == ("imports", "constraints")
    assert found.devices == ("cpu",)
    site.snippet("a.py", "print(1)", options='devices = ["cpu", "cuda"]')
    assert any("device cuda, which" in str(p) for p in site.sources().unreadable["a.py"])
