"""The whole site, built: what is written, and what a mistake leads to."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from handbook.building.build import exchange


def handbook(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in `root`."""
    return subprocess.run(
        [sys.executable, "-m", "handbook", *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=60,
    )


def edit(file: Path, old: str, new: str) -> None:
    """Replace `old`, which must be there."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


HOOK = """\
import pathlib, time

def on_page_markdown(markdown, page, **_):
    pathlib.Path({root!r}, "begun").touch()
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_leaves_the_site_as_it_was(proved_root: Path, number: signal.Signals) -> None:
    assert handbook(proved_root, "build").returncode == 0
    before = files(proved_root)
    (proved_root / "slow.py").write_text(HOOK.format(root=str(proved_root)), encoding="utf-8")
    edit(proved_root / "mkdocs.yml", "theme:", "hooks: [slow.py]\ntheme:")
    earlier = signal.signal(signal.SIGINT, signal.default_int_handler)  # else deaf, as may be ours
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "handbook", "build"]
    building = subprocess.Popen(command, cwd=proved_root, stdout=pipe, stderr=pipe, text=True)
    signal.signal(signal.SIGINT, earlier)
    end = time.monotonic() + 60
    while not (proved_root / "begun").exists():
        assert building.poll() is None and time.monotonic() < end, "never begun"
        time.sleep(0.05)
    building.send_signal(number)
    _, told = building.communicate(timeout=60)
    assert (building.returncode, told) == (130, "stopped; site/ is as it was\n")
    assert files(proved_root) == before
    assert not list((proved_root / ".cache").glob("site*"))


@pytest.mark.parametrize("at", [1, 2])
def test_a_stop_in_the_exchange_leaves_a_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    new, old = tmp_path / "cache/site", tmp_path / "site"
    for folder in (new, old):
        folder.mkdir(parents=True)
        (folder / "index.html").touch()
    calls, rename = [], Path.rename

    def stopped(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) == at:
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", stopped)
    with pytest.raises(KeyboardInterrupt):
        exchange(new, old)
    assert (old / "index.html").is_file()
    assert not list(new.parent.glob("*-before"))


def files(root: Path) -> dict[str, bytes]:
    """What a built site holds."""
    found = (path for path in (root / "site").rglob("*") if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in found}


def test_everything_is_written(proved_root: Path) -> None:
    result = handbook(proved_root, "build")
    assert result.returncode == 0, result.stdout + result.stderr
    site = proved_root / "site"
    assert "你好" in (site / "zh/index.html").read_text(encoding="utf-8")
    assert "Hello" in (site / "en/index.html").read_text(encoding="utf-8")
    assert "href='/zh/'" in (site / "index.html").read_text(encoding="utf-8")
    snippet = "snippets/chapter/add.py"
    assert (site / snippet).read_bytes() == (proved_root / snippet).read_bytes()
    (entry,) = json.loads((site / "verification.json").read_text(encoding="utf-8"))
    assert (entry["snippet"], entry["status"]) == ("chapter/add.py", "verified")
    sealed = json.loads((proved_root / "records/chapter/add.cpu.json").read_text(encoding="utf-8"))
    assert entry["record"] == sealed["digest"]
    assert "```python\nprint(1 + 1)" in (site / "en/two/index.md").read_text(encoding="utf-8")
    llms = (site / "llms.txt").read_text(encoding="utf-8")
    assert "- [Second](https://example.org/book/en/two/index.md)" in llms
    assert not list((proved_root / ".cache").glob("site*"))


def test_sitemap_names_the_other_language(proved_root: Path) -> None:
    handbook(proved_root, "build")
    tree = ElementTree.parse(proved_root / "site/sitemap.xml")
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    links = {
        url.findtext("s:loc", namespaces=space): {
            link.get("hreflang"): link.get("href")
            for link in url.iter("{http://www.w3.org/1999/xhtml}link")
        }
        for url in tree.iterfind("s:url", space)
    }
    base = "https://example.org/book"
    assert links[f"{base}/zh/two/"] == {
        "zh-Hans": f"{base}/zh/two/",
        "en": f"{base}/en/two/",
        "x-default": f"{base}/en/two/",
    }
    assert len(links) == 4


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("docs/zh/index.md", "你好。", "[去](missing.md)", "docs/zh/index.md:3: "),
        ("docs/en/index.md", "Hello.", "[to](two.md#nowhere)", "docs/en/index.md:3: "),
        ("docs/en/two.md", "add.py:add", "add.py:sub", "docs/en/two.md:3: "),
        ("mkdocs.yml", "two.md", "three.md", "mkdocs.yml:6: "),
        ("mkdocs.yml", "plugins: []", "plugins: [", "mkdocs.yml:"),
        (
            "overrides/main.html",
            '" %}',
            "\" %}{% block content %}{{ page.content | replace('lo', 'p') }}{% endblock %}",
            "docs/en/index.md: a template changed the text of index.md; templates frame it",
        ),
        ("overrides/main.html", "{% extends", "{% extend", "overrides/main.html:1: "),
    ],
)
def test_a_mistake_is_placed_and_leaves_the_old_site(
    proved_root: Path, file: str, old: str, new: str, told: str
) -> None:
    (proved_root / "site").mkdir()
    (proved_root / "site/before").touch()
    edit(proved_root / file, old, new)
    result = handbook(proved_root, "build")
    assert result.returncode == 1
    assert any(line.startswith(f"error: {told}") for line in result.stderr.splitlines()), (
        result.stderr
    )
    assert "Traceback" not in result.stderr
    assert [item.name for item in (proved_root / "site").iterdir()] == ["before"]


def test_a_snippet_that_was_not_run_fails_only_the_strict_build(project_root: Path) -> None:
    result = handbook(project_root, "build")
    assert result.returncode == 1
    assert "docs/zh/two.md:3: chapter/add.py is missing" in result.stderr
    assert handbook(project_root, "build", "--lenient").returncode == 0


def test_a_missing_root_template_is_named(proved_root: Path) -> None:
    (proved_root / "overrides/root/404.html").unlink()
    result = handbook(proved_root, "build")
    assert result.returncode == 1
    assert "error: overrides/root/404.html: " in result.stderr


def test_outside_of_a_project(tmp_path: Path) -> None:
    result = handbook(tmp_path, "build")
    assert result.returncode == 1
    assert len(result.stderr.strip().splitlines()) == 1
