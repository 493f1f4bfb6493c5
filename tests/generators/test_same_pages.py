"""Both builds of the whole handbook say the same: blocks, proofs, headings, links, every word."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from handbook.zensical import compare, render
from neverstale import project

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def by_zensical() -> Path:
    """The site as Zensical builds it now, beside the one in `site/`."""
    if not (ROOT / "site/zh/index.html").is_file():
        pytest.fail("site/ is not built; run: python -m handbook build")
    command = [sys.executable, "-m", "handbook", "build", "--with", "zensical"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return ROOT / render.SITE


def test_every_page_says_the_same(by_zensical: Path) -> None:
    site = project.load(ROOT)
    pages = list(by_zensical.glob("*/**/index.html"))
    assert len(pages) > 90, "as many as both editions have"
    problems = compare.check(site, by_zensical)
    assert not problems, "\n".join(map(str, problems))
