"""A small site by Zensical: what hooks and notebooks are elsewhere, and what a mistake leads to."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urljoin

import pytest

from neverstale.page import built

SETTINGS = """\
theme: {name: material, custom_dir: overrides, font: false}
extra: {other: {folder: en, hreflang: en, lang: en, name: English}}
extra_css: [assets/own.css]
hooks: [gone.py]
exclude_docs: |
  /drawings/
"""
LAB = """\
# /// script
# requires-python = ">=3.11"
# dependencies = []
# [tool.neverstale]
# lab = true
# ///

# %% [markdown] zh
# # 实验 {#lab}
#
# 先[相加](../two.md) $x_1$：
#
# $$
# a = b
# $$

# %% [markdown] en
# # A lab {#lab}
#
# Begin by [adding](../two.md) $x_1$:
#
# $$
# a = b
# $$

# %%
print(20 + 1)

# %% [markdown] zh
# ## 结果 {#result}

# %% [markdown] en
# ## What came out {#result}
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, small_project) -> Path:  # type: ignore[no-untyped-def]
    """The small project with Material, a lab, and a build by Zensical."""
    folder: Path = small_project(tmp_path_factory.mktemp("zensical"))
    settings = folder / "mkdocs.yml"
    lines = settings.read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(("theme:", "nav:"))]
    nav = "nav: [{首页: index.md}, {第二页: two.md}, {实验: chapter/first-lab.ipynb}]\n"
    settings.write_text("\n".join(kept) + "\n" + nav + SETTINGS, "utf-8")
    english = folder / "mkdocs.en.yml"
    for file in (settings, english):  # both name extensions
        told = file.read_text("utf-8")
        file.write_text(told.replace("- attr_list", "- handbook.formulas.markdown\n  - attr_list"))
    text = english.read_text("utf-8").replace(
        "nav: [index.md, {Second: two.md}]",
        "nav: [{Home: index.md}, {Second: two.md}, {Lab: chapter/first-lab.ipynb}]\n"
        "extra: {other: {folder: zh, hreflang: zh-Hans, lang: zh, name: 中文}}",
    )
    english.write_text(text, "utf-8")
    (folder / "snippets/chapter/first_lab.py").write_text(LAB, "utf-8")
    for name in ("assets/own.css", "drawings/a.svg"):
        file = folder / "overrides" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("/* */", "utf-8")
    page = folder / "docs/en/index.md"
    raw = "\n[The lab](chapter/first-lab.ipynb), and `[x](lab.ipynb)`.\n"
    page.write_text(page.read_text("utf-8") + raw, "utf-8")
    page = folder / "docs/en/two.md"
    page.write_text(page.read_text("utf-8") + '\n<a href="../?run=1">Home</a>\n', "utf-8")
    subprocess.run([sys.executable, "-m", "neverstale", "run"], cwd=folder, check=True)
    done = build(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "handbook", "build", "--with", "zensical"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )


def read(root: Path, page: str) -> str:
    return (root / "build/zensical" / page / "index.html").read_text("utf-8")


def test_a_lab_is_a_page_with_its_code_output_and_proof(root: Path) -> None:
    text = read(root, "en/chapter/first-lab")
    found = [block for block in built.parse(text) if block.kind in ("code", "output", "proof")]
    assert [block.kind for block in found[:3]] == ["code", "output", "proof"]
    code, output, proof = found[:3]
    assert (code.data("snippet"), code.data("cell")) == ("chapter/first_lab.py", "1")
    assert (code.text, output.text) == ("print(20 + 1)\n", "21\n")
    assert proof.data("status") == "verified"
    assert '<h2 id="result">' in text and "<title>A lab - Book</title>" in text
    assert 'href="../../two/">adding</a> <math><msub><mi>x</mi><mn>1</mn></msub></math>' in text
    assert '<div class="hb-formula"><math display="block">' in text
    assert "headerlink" not in text[text.index("<h1") : text.index("</h1>")]


def test_a_snippet_is_a_block_with_its_proof(root: Path) -> None:
    found = built.parse(read(root, "en/two"))
    assert [block.kind for block in found] == ["code", "output", "proof"]


def test_links_lead_where_mkdocs_lets_them_lead(root: Path) -> None:
    home = read(root, "en")
    assert '<a href="chapter/first-lab/">The lab</a>' in home
    assert "<code>[x](lab.ipynb)</code>" in home
    raw = re.search(r'href="([^"]*run=1)"', read(root, "en/two"))
    assert raw and urljoin("/en/two/", raw[1]) == "/en/?run=1"
    heading = 'href="../../../zh/chapter/first-lab/#result">中文</a></h2>'
    assert heading in read(root, "en/chapter/first-lab")


def test_the_rest_of_the_site_is_there(root: Path) -> None:
    site = root / "build/zensical"
    assert (site / "en/assets/own.css").is_file() and not (site / "en/drawings").exists()
    assert (site / "index.html").is_file() and not (site / "en/search.json").exists()
    assert (site / "en/chapter/first-lab/first-lab.ipynb").is_file()
    llms = (site / "llms.txt").read_text("utf-8")
    assert "- [A lab](https://example.org/book/en/chapter/first-lab/index.md)" in llms
    index = json.loads((site / "zh/search/index.json").read_text("utf-8"))
    assert [page[0] for page in index["pages"]] == ["", "two/", "chapter/first-lab/"]
    assert not (root / "site").exists()


@pytest.mark.parametrize(
    ("page", "mistake", "told"),
    [
        ("two.md", "[there](gone.md)\n", "error: docs/en/two.md:7: page does not exist"),
        ("index.md", '--8<-- "chapter/gone.py"\n', "chapter/gone.py: no such snippet"),
    ],
)
def test_a_mistake_fails_the_build_and_leaves_the_site(
    root: Path, page: str, mistake: str, told: str
) -> None:
    file = root / "docs/en" / page
    text = file.read_text("utf-8")
    before = read(root, "en")
    file.write_text(f"{text}\n{mistake}", "utf-8")
    done = build(root)
    file.write_text(text, "utf-8")
    assert done.returncode == 1 and told in done.stderr, done.stderr
    assert read(root, "en") == before
