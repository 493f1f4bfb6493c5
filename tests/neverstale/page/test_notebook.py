"""A lab as a notebook per edition, from its record."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from neverstale.page import export, notebook

if TYPE_CHECKING:
    from conftest import Site

LAB = """
# %% [markdown] zh
# # 实验 `x` {#lab}
#
# 文字
# %% [markdown] en
# # Lab `x` {#lab}
#
# words, $x_1$ for $5, or
#
# $$
# \\begin{aligned} a &= b \\\\ &= c \\end{aligned}
# $$
# %%
from model import size  # --8<-- size
# zh: 画图
# en: draw
print(size)
_ = open("a.svg", "w").write("<svg><text>epoch</text></svg>")
# %%
# %%
print("end")
"""
OPTIONS = """lab = true
[tool.neverstale.labels.zh]
"epoch" = "轮次"
"""

SHOWN = '<svg xmlns="http://www.w3.org/2000/svg" style="background:#fff"><text>{}</text>\n</svg>'


@pytest.fixture(scope="module")
def lab(new_site: Callable[[], Site]) -> Site:
    site = new_site()
    site.snippet("ch/model.py", "import math\n# --8<-- [start:size]\nsize = 3\n# --8<-- [end:size]")
    site.snippet("ch/my_lab.py", LAB, OPTIONS)
    assert site.verdict("ch/my_lab.py") == ("verified", "")
    return site


def test_it_stands_alone_with_the_outputs_of_its_run(lab: Site) -> None:
    statuses = lab.statuses()
    [item] = statuses.sources.labs()
    english, chinese = (notebook.build(statuses, item, edition) for edition in ("en", "zh"))
    assert [cell["cell_type"] for cell in english["cells"]] == ["markdown", "code", "code"]
    begins, _, formula = english["cells"][0]["source"].partition("\n\n")
    assert begins == '<h1 id="lab">Lab <code>x</code></h1>'
    assert formula == (
        "words, $x_1$ for \\$5, or\n\n$$\n\\begin{aligned} a &= b \\\\ &= c \\end{aligned}\n$$"
    )
    assert chinese["cells"][0]["source"] == '<h1 id="lab">实验 <code>x</code></h1>\n\n文字'
    code = english["cells"][1]
    assert code["source"].startswith("size = 3\n")
    assert "# draw\nprint(size)" in code["source"] and "model" not in code["source"]
    assert code["outputs"][0] == {"output_type": "stream", "name": "stdout", "text": "3\n"}
    assert code["outputs"][1]["data"]["image/svg+xml"] == SHOWN.format("epoch")
    drawn = chinese["cells"][1]["outputs"][1]["data"]["image/svg+xml"]
    assert drawn == SHOWN.format("轮次")
    assert english["cells"][2]["outputs"][0]["text"] == "end\n"
    assert [cell["execution_count"] for cell in english["cells"][1:]] == [1, 2]
    ids = [cell["id"] for cell in english["cells"]]
    assert len(set(ids)) == len(ids)


def test_each_edition_has_its_program_and_what_that_printed(site: Site) -> None:
    site.snippet("ch/model.py", "import math\n# --8<-- [start:size]\nend = 3\n# --8<-- [end:size]")
    words = '[tool.neverstale.words.zh]\n"end" = "完"\n"at" = "在"\n'
    code = LAB.replace("import size", "import end").replace("print(size)", "print(f'at {end}')")
    site.snippet("ch/my_lab.py", code, f"{OPTIONS}{words}")
    assert site.verdict("ch/my_lab.py") == ("verified", "")
    statuses = site.statuses()
    [item] = statuses.sources.labs()
    for edition, at, end in (("zh", "在", "完"), ("en", "at", "end")):
        first, last = notebook.build(statuses, item, edition)["cells"][1:]
        # What it pulls in is its sibling's, and says what the file says.
        assert first["source"].startswith("end = 3\n")
        assert f"print(f'{at} {{end}}')" in first["source"]
        assert first["outputs"][0]["text"] == f"{at} 3\n"
        assert (last["source"], last["outputs"][0]["text"]) == (f'print("{end}")', f"{end}\n")
        page = export.page_markdown(statuses, edition, "ch/my-lab.ipynb")
        assert f'print("{end}")' in page and f"<pre>{at} 3</pre>" in page


def test_its_code_runs_as_one_file(lab: Site) -> None:
    statuses = lab.statuses()
    [item] = statuses.sources.labs()
    cells = notebook.build(statuses, item, "zh")["cells"]
    code = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "code")
    names: dict[str, object] = {}
    exec(code.partition("_ = open")[0], names)
    assert names["size"] == 3


def test_files_are_written_only_when_they_change(lab: Site) -> None:
    done = lab.engine("notebooks")
    assert (done.returncode, done.stdout.split()) == (
        0,
        ["docs/zh/ch/my-lab.ipynb", "docs/en/ch/my-lab.ipynb"],
    )
    path = lab.root / "docs/en/ch/my-lab.ipynb"
    assert json.loads(path.read_text())["metadata"]["neverstale"]["edition"] == "en"
    before = path.stat().st_mtime_ns
    notebook.write_all(lab.statuses())
    assert path.stat().st_mtime_ns == before
