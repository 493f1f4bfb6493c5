"""`neverstale init`: what it writes into a site's settings, and what it leaves alone.

That a proved page comes of it, in every kind of site, tests/packages tries.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from mkdocs.utils.yaml import yaml_load
from zensical.config import DEFAULT_MARKDOWN_EXTENSIONS

from neverstale import project
from neverstale.adopting import init
from neverstale.problem import NeverstaleError

OURS = {"attr_list", "neverstale.markdown"}


def written(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize(
    "text",
    [
        "site_name: A\n",
        "site_name: A\nmarkdown_extensions:\n  - toc:\n      title: T\n\nnav:\n  - index.md\n",
        "markdown_extensions:\n- attr_list # wanted\n- toc\nsite_name: A",
        "markdown_extensions:\n  # ours\n  attr_list:\n  toc:\n    title: T\n\nsite_name: A\n",
        "site_name: A\nextra_css: # ours\n    - a.css\n\n# a comment\nplugins: []\n",
    ],
)
def test_lists_are_continued_and_the_rest_stays(tmp_path: Path, text: str) -> None:
    (tmp_path / "mkdocs.yml").write_text(text, encoding="utf-8")
    names, _ = init.init(tmp_path)
    before, after = (yaml_load(each) for each in (text, (tmp_path / "mkdocs.yml").read_text()))
    extensions, old = (
        [{name: told} if told else name for name, told in each.items()]
        if isinstance(each, dict)
        else each
        for each in (after.pop("markdown_extensions"), before.pop("markdown_extensions", []))
    )
    assert extensions[: len(old)] == old
    assert len(extensions) == len([*old, *(each for each in OURS if each not in old)])
    assert all(extensions.count(each) == 1 for each in OURS)
    assert after.pop("extra_css") == [*before.pop("extra_css", []), init.SHEET]
    if "nav" in before:
        assert after.pop("nav") == [*before.pop("nav"), {"A proved block": init.PAGE}]
    assert after == before
    lines = (tmp_path / "mkdocs.yml").read_text().split("\n")
    assert [line for line in text.rstrip().split("\n") if line not in lines] == []
    assert set(names) == set(written(tmp_path))


def test_the_settings_are_the_site_s(tmp_path: Path) -> None:
    text = "docs_dir: pages\nsite_dir: 'out'\nuse_directory_urls: false\ntheme:\n  language: fa\n"
    (tmp_path / "mkdocs.yml").write_text(text, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "a"\n', encoding="utf-8")
    (tmp_path / "snippets").mkdir()
    init.init(tmp_path)
    found = project.load(tmp_path)
    assert found.editions == {"fa": tmp_path / "pages"}
    assert (found.site, found.directory_urls) == (tmp_path / "out", False)
    assert found.snippets == tmp_path / "proved" and found.unsaid == ()
    assert (tmp_path / "pyproject.toml").read_text().startswith('[project]\nname = "a"\n')


def test_the_other_name_of_its_settings_is_known(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yaml").write_text("site_name: A\n", encoding="utf-8")
    names, _ = init.init(tmp_path)
    assert "mkdocs.yaml" in names
    assert yaml_load((tmp_path / "mkdocs.yaml").read_text())["extra_css"] == [init.SHEET]


@pytest.mark.parametrize("there", ["", "[project.markdown_extensions]\ntoc.permalink = true\n"])
def test_zensical_keeps_the_extensions_that_it_has(tmp_path: Path, there: str) -> None:
    text = f'[project]\nsite_name = "A"\n{there}'
    (tmp_path / "zensical.toml").write_text(text, encoding="utf-8")
    init.init(tmp_path)
    found = tomllib.loads((tmp_path / "zensical.toml").read_text())["project"]
    names = {
        f"pymdownx.{inner}" if name == "pymdownx" else name
        for name, table in found["markdown_extensions"].items()
        for inner in (table if name == "pymdownx" else [""])
    }
    had = {"toc"} if there else {*DEFAULT_MARKDOWN_EXTENSIONS}
    assert names == had | OURS
    assert found["extra_css"] == [init.SHEET]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "holds no mkdocs.yml or zensical.toml"),
        ({"mkdocs.yml": "a: b\n", "docs/proved.md": "mine"}, "docs/proved.md: is there already"),
        ({"mkdocs.yml": "a: b\n", init.WORKFLOW: "mine"}, "is there already; nothing was written"),
        ({"mkdocs.yml": "a: b\n", "pyproject.toml": "[tool.neverstale]\n"}, "has settings"),
        ({"mkdocs.yml": "a: b\nmarkdown_extensions: [toc]\n"}, "mkdocs.yml:2: write markdown_ext"),
        ({"zensical.toml": "nothing = 1\n"}, "zensical.toml: cannot be read"),
    ],
)
def test_what_is_there_is_not_touched(tmp_path: Path, files: dict[str, str], says: str) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    before = written(tmp_path)
    with pytest.raises(NeverstaleError, match=says):
        init.init(tmp_path)
    assert written(tmp_path) == before


def test_the_workflow_is_one(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("site_name: A\n", encoding="utf-8")
    init.init(tmp_path)
    tools = Path(sys.executable).parent
    for command in (
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"],
        ["zizmor", "--offline", "--persona=auditor", "--quiet"],
    ):
        done = subprocess.run(
            [tools / command[0], *command[1:], tmp_path / init.WORKFLOW],
            capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"},
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
