"""`published` on a site that others could have: two languages with Material for MkDocs, addresses
that end in .html, README.md as index, numbers of lines, a blog, tags, a page that a hook makes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SITE = Path(__file__).with_name("another_site")
# What a plugin makes of it, and a source that it takes: each has a rule of its own.
FOUND = {
    ("docs/en/blog/posts/first.md", "not-built"),
    ("site/blog/2026/11/01/a-post.html", "stray-page"),
    ("site/blog/archive/2026.html", "stray-page"),
    ("site/blog/category/news.html", "stray-page"),
    ("site/blog/index.html", "stray-block"),
    ("site/made.html", "stray-page"),
    ("site/made.html", "typed-code"),
    ("site/zh/made.html", "stray-page"),
    ("site/zh/made.html", "typed-code"),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, run, confirmed, and built in both languages."""
    site = tmp_path_factory.mktemp("another") / "site"
    shutil.copytree(SITE, site)
    (site / "docs/en/img").mkdir()
    (site / "docs/en/img/dog.png").write_bytes(b"\x89PNG")
    for command in ("neverstale run", "neverstale confirm"):
        done = tool(site, command)
        assert done.returncode == 0, done.stderr
    for settings in ("mkdocs.yml", "mkdocs.zh.yml"):
        done = tool(site, f"mkdocs build --strict -f {settings}")
        assert done.returncode == 0, done.stderr
    return site


def tool(site: Path, command: str) -> subprocess.CompletedProcess[str]:
    start = [sys.executable, "-m", *command.split()]
    return subprocess.run(start, cwd=site, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def accepting(built: Path) -> Path:
    """The same with settings that accept what is found."""
    site = built.parent / "accepting"
    shutil.copytree(built, site)
    assert tool(site, "neverstale adopt").returncode == 0
    return site


@pytest.fixture
def adopted(accepting: Path, tmp_path: Path) -> Path:
    """A copy of that, to be changed."""
    return shutil.copytree(accepting, tmp_path / "site")


def test_what_plugins_make_is_found_by_rules_that_can_be_lowered(built: Path) -> None:
    done = tool(built, "neverstale published")
    lines = done.stderr.splitlines()
    found = {(line.partition(":")[0], line.rpartition("[")[2].rstrip("]")) for line in lines}
    assert found == FOUND and len(lines) == len(FOUND), done.stderr
    assert "proof: '1'" not in done.stderr, "numbers are no code"


def test_on_the_first_day_it_is_good(adopted: Path) -> None:
    for command in ("check", "published"):
        done = tool(adopted, f"neverstale {command}")
        assert (done.returncode, done.stdout) == (0, f"{command}: good\n"), done.stderr


POST, INDEX = "site/blog/2026/11/01/a-post.html", "site/blog/index.html"


@pytest.mark.parametrize(
    ("file", "change", "says"),
    [
        (POST, ("Verified", "Verified twice"), "is not one whole proof"),
        (POST, ("2.0\n</pre>", "3.0\n</pre>"), "output differs from the record of mean.py"),
        (INDEX, ("Verified", "Verified twice"), "where nothing belongs"),
        (INDEX, ('data-section="mean"', 'data-section="loop"'), "text differs from mean.py"),
        ("site/guide/index.html", ("Verified", "Seen"), "says '✓ Seen"),
        ("site/zh/index.html", ("已验证", "已看过"), "says '✓ 已看过"),
    ],
)
def test_a_copied_proof_that_was_changed_is_none(
    adopted: Path, file: str, change: tuple[str, str], says: str
) -> None:
    path = adopted / file
    text = path.read_text("utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change, 1), "utf-8")
    done = tool(adopted, "neverstale published")
    assert done.returncode == 1 and says in done.stderr, done.stdout + done.stderr
    assert all(line.startswith(file) for line in done.stderr.splitlines())


def cut(text: str) -> str:
    """Without the proof line."""
    return text[: text.index("<details")] + text[text.index("</details>") + 10 :]


def first_output_last(text: str) -> str:
    """The output of the first block stands at the end."""
    begin = text.index('<div class="ns-output')
    end = text.index("<details", begin)
    return text[:begin] + text[end:].replace("</article>", f"{text[begin:end]}</article>")


@pytest.mark.parametrize("change", [cut, first_output_last])
def test_a_copied_proof_is_whole(adopted: Path, change: Callable[[str], str]) -> None:
    path = adopted / POST
    text = path.read_text("utf-8")
    begin = text.index("ns-output")
    head, rest = text[: begin - 20], text[begin - 20 :]
    path.write_text(head + change(rest), "utf-8")
    done = tool(adopted, "neverstale published")
    assert done.returncode == 1 and "is not one whole proof" in done.stderr, done.stderr
