"""What of a page may not change with the generator, changed: each is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from handbook.zensical import compare
from neverstale import project

PAGE = """\
<title>Pooling - Book</title>
<meta name="description" content="Smaller images.">
<article>
<h2 id="shift">Shift<a class="headerlink" href="#shift">#</a></h2>
<p>A window <a href="../convolution/#kernel">moves</a>.</p>
<div class="proved highlight" data-snippet="a.py" data-fingerprint="f"><pre><code>x = 1
</code></pre></div>
<details class="ns-proof" data-status="verified"><summary>Verified, CPU</summary></details>
<figure class="ns-figure" data-hash="0f" data-search-exclude><svg><path d="M0 0"/></svg></figure>
</article>
"""
CHANGES = {
    "title": ("Pooling -", "Home -"),
    "head": ("Smaller", "Larger"),
    "code": ("x = 1", "x = 2"),
    "fingerprint": ('fingerprint="f"', 'fingerprint="e"'),
    "proof": ("Verified, CPU", "Verified, GPU"),
    "status": ('"verified"', '"stale"'),
    "heading": (">Shift<", ">Moves<"),
    "id": ('id="shift"', 'id="_1"'),
    "link": ("#kernel", "#stride"),
    "picture": ("M0 0", "M1 0"),
    "figure": ('hash="0f"', 'hash="1f"'),
    "word": ("A window", "One window"),
}


def test_an_equal_page_is_good_however_its_links_are_written() -> None:
    other = PAGE.replace("../convolution/", "/en/cnn/convolution/").replace(
        " data-search-exclude", ""
    )
    assert other != PAGE
    assert list(compare.differences(PAGE, other, "/en/cnn/pooling/")) == []


@pytest.mark.parametrize("change", CHANGES)
def test_a_page_that_says_something_else_is_told(change: str) -> None:
    old, new = CHANGES[change]
    assert PAGE.count(old) == 1
    told = list(compare.differences(PAGE, PAGE.replace(old, new), "/en/cnn/pooling/"))
    assert told and " where there is " in told[0]


def test_a_block_that_is_gone_is_told() -> None:
    start, end = PAGE.index("<div"), PAGE.index("</div>") + 6
    told = list(compare.differences(PAGE, PAGE[:start] + PAGE[end:], "/en/"))
    assert any(each.startswith("blocks: 2 where there are 3") for each in told)


def test_a_page_that_is_missing_on_either_side_is_told(project_root: Path) -> None:
    site = project.load(project_root)
    for folder, name in (("site", "en/one"), ("site", "en/two"), ("other", "en/two")):
        page = project_root / folder / name / "index.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(PAGE, encoding="utf-8")
    [problem] = compare.check(site, project_root / "other")
    assert problem.message == "other/en/one/index.html is not built"
    (project_root / "site/en/one/index.html").unlink()
    (project_root / "site/en/two/index.html").unlink()
    [problem] = compare.check(site, project_root / "other")
    assert problem.message == "site/en/two/index.html is not built"
