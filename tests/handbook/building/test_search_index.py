"""What the search looks through: the words of each section, and nothing of what dresses them."""

from __future__ import annotations

import json
from pathlib import Path

from handbook.building import search_index

CONTENT = """
<p>Before.</p>
<h1 id="top">Pooling<a class="headerlink" href="#top">#</a></h1>
<p>Keeps the <em>larg</em>est<br>value.</p>
<h2 id="max">Max <code>MaxPool2d</code></h2>
<table><tr><td>24 GB</td><td>450 W</td></tr></table>
<div data-search-exclude><h2 id="never">Never</h2><p>data</p></div>
<details class="ns-proof"><summary>CPU ✓</summary></details>
<script>let unread</script>
<p>After.</p>
"""


def test_a_page_is_cut_at_its_headings() -> None:
    assert search_index.sections(CONTENT) == [
        ["", "", "Before."],
        ["", "Pooling", "Keeps the largest value."],
        ["max", "Max MaxPool2d", "24 GB 450 W After."],
    ]


def test_pages_for_who_builds_weigh_less() -> None:
    told = ("what it says", "", "other words")
    assert search_index.page("cnn/pooling/", "Pooling", told, "")[:4] == [
        "cnn/pooling/", "Pooling", "what it says other words", 1,
    ]  # fmt: skip
    assert search_index.page("reference/gpuguide/", "API", (), "")[3] < 1


def test_an_edition_has_its_words_and_the_gpus(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    (docs / "guide").mkdir(parents=True)
    (docs / "guide/glossary.md").write_text(
        "# Glossary {#glossary}\n\n**SM** <span lang=en>streaming multiprocessor</span> {#sm}\n"
        ":   A part of a GPU. See [how](works.md#sm).\n",
        encoding="utf-8",
    )
    (tmp_path / "terminology.toml").write_text(
        '[[term]]\nen = "stride"\nzh = "步幅"\navoid = ["步长"]\n', encoding="utf-8"
    )
    out = tmp_path / "site"
    out.mkdir()
    search_index.write(out, tmp_path, docs, [["a/", "A", "", 1, []]])
    found = json.loads((out / search_index.FILE).read_text(encoding="utf-8"))
    assert found["pages"] == [["a/", "A", "", 1, []]]
    assert found["terms"] == [[["SM"], "guide/works/"]]
    assert found["alike"] == [["步幅", "步长"]]
    assert ["rtx-4090", "GeForce RTX 4090"] in found["gpus"]
