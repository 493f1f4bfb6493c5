"""A small project with both editions, one snippet and a plain theme."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

FILES = {
    "pyproject.toml": """\
[tool.neverstale]
snippets = "snippets"
records = "records"
site = "site"
imports = []
constraints = false
translations = false
possible = false
[tool.neverstale.editions]
zh = "docs/zh"
en = "docs/en"
""",
    "mkdocs.yml": """\
site_name: 手册
site_url: !ENV [SITE_URL_ZH, "https://example.org/book/zh/"]
docs_dir: docs/zh
theme: {name: mkdocs, custom_dir: overrides, highlightjs: false}
plugins: []
nav: [index.md, {第二页: two.md}]
validation: {links: {anchors: warn, unrecognized_links: warn}}
markdown_extensions:
  - attr_list
  - pymdownx.superfences
  - neverstale.markdown: {edition: zh}
""",
    "mkdocs.en.yml": """\
INHERIT: mkdocs.yml
site_name: Book
site_url: !ENV [SITE_URL_EN, "https://example.org/book/en/"]
docs_dir: docs/en
nav: [index.md, {Second: two.md}]
markdown_extensions:
  - attr_list
  - pymdownx.superfences
  - neverstale.markdown: {edition: en}
""",
    "overrides/root/index.html": "<html lang=en><body><a href='{{ROOT}}zh/'>中文</a></body></html>",
    "overrides/root/404.html": "<html lang=en><body><a href='{{ROOT}}en/'>home</a></body></html>",
    "overrides/main.html": '{% extends "base.html" %}\n',
    "docs/zh/index.md": "# 首页 {#top}\n\n你好。\n",
    "docs/zh/two.md": '# 第二页 {#top}\n\n--8<-- "chapter/add.py:add"\n',
    "docs/en/index.md": "# Home {#top}\n\nHello.\n",
    "docs/en/two.md": '# Second {#top}\n\n--8<-- "chapter/add.py:add"\n',
    "snippets/chapter/add.py": """\
# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
# --8<-- [start:add]
print(1 + 1)
# --8<-- [end:add]
""",
}


@pytest.fixture
def project_root(tmp_path: Path) -> Path:
    """The root of the small project; the snippet has not been run yet."""
    return write(tmp_path)


@pytest.fixture(scope="session")
def small_project() -> Callable[[Path], Path]:
    """Writes the small project into a folder."""
    return write


@pytest.fixture(scope="session")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The records of the small project's snippet, run once for all tests."""
    root = write(tmp_path_factory.mktemp("records"))
    subprocess.run([sys.executable, "-m", "neverstale", "run"], cwd=root, check=True)
    return root / "records"


@pytest.fixture
def proved_root(project_root: Path, records: Path) -> Path:
    """The root of the small project; the snippet has been run."""
    shutil.copytree(records, project_root / "records")
    return project_root


def write(root: Path) -> Path:
    """Write the small project into `root`."""
    for name, text in FILES.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root
