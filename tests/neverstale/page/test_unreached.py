"""Lines that no run has reached: marked where they are shown, with the reason below."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from neverstale.page import built, export, published, unreached
from neverstale.page.block import Place
from neverstale.page.proof_line import proof_lines

if TYPE_CHECKING:
    from conftest import Site

REASONS = """\
devices = ["cpu", "cuda"]
[[tool.neverstale.unreached]]
match = "def never"
zh = "只在“别的”机器上 <运行>"
en = "only on \\"another\\" machine <there>"
"""
CODE = '''
# --8<-- [start:one]
def never(a):
    # zh: 一
    # en: one
    text = """
    words
    """

    return text


# --8<-- [end:one]
# --8<-- [start:two]
import sys

if sys.argv[1:]:
    print(sys.argv)
print("ran")
# --8<-- [end:two]
# --8<-- [start:three]
x = 1
# --8<-- [end:three]
'''
PAGE = """# A {#a}

--8<-- "a.py:one"

- An item.

    --8<-- "a.py:two"

--8<-- "a.py:three"
"""


@pytest.fixture(scope="module")
def shown(new_site: Callable[[], Site], build: Callable[[Site], None]) -> Site:
    site = new_site()
    site.snippet("a.py", CODE, options=REASONS)
    site.page("index.md", PAGE)
    assert site.verdict("a.py") == ("verified", "")
    build(site)
    return site


def codes(site: Site, edition: str = "en") -> list[built.Block]:
    found = built.read(site.root / f"site/{edition}/index.html")
    return [item for item in found if item.kind == "code"]


def test_the_lines_are_marked_and_their_text_is_as_it_was(shown: Site) -> None:
    one, two, three = codes(shown)
    assert [one.marks, two.marks, three.marks] == [[3, 4, 5, 7], [4], []]
    item = shown.sources().snippet("a.py")
    for block, section in ((one, "one"), (two, "two"), (three, "three")):
        assert block.text.strip("\n") == item.shown("en", section).strip("\n")
    assert published.check(shown.statuses()) == []


def test_each_group_leads_to_its_reason_in_the_language_of_the_page(shown: Site) -> None:
    text = shown.read("site/en/index.html")
    links = re.findall(r'<a class="ns-unreached-line" href="#([^"]*)" title="([^"]*)"', text)
    reason = "only on &quot;another&quot; machine &lt;there&gt;"
    awaited = "may be reached on a GPU; not run on one yet"
    assert links == [
        ("unreached-a-py-one", reason),
        ("unreached-a-py-one", reason),
        ("unreached-a-py-two", awaited),
    ]
    for key, told in dict(links).items():
        note = text[text.index(f'<ul id="{key}">') :].partition("</ul>")[0]
        assert told in note
    assert "4 marked line(s)" in text and "1 marked line(s)" in text
    chinese = shown.read("site/zh/index.html")
    assert 'title="只在“别的”机器上 &lt;运行&gt;"' in chinese and reason not in chinese


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            '<span class="ns-unreached-line"></span>',
            "",
            "marks not those lines of a.py that no run",
        ),
        ('<a class="ns-unreached-line"', "<a ", "marks not those lines of a.py that no run"),
        ("may be reached on", "nothing on", "the note on lines that no run has reached"),
        ('class="ns-unreached ns-proof"', "", "where the note on lines that no run has reached"),
    ],
)
def test_a_mark_or_a_reason_taken_away_is_found(shown: Site, old: str, new: str, told: str) -> None:
    name = "site/en/index.html"
    text = shown.read(name)
    at = text.rfind(old)  # what is said in a title is no word of the page: the note's comes last
    shown.write(name, text[:at] + text[at:].replace(old, new, 1) if at >= 0 else text)
    problems = [str(problem) for problem in published.check(shown.statuses())]
    shown.write(name, text)
    assert told in problems[0]


def test_the_plain_page_tells_it_too(shown: Site) -> None:
    text = export.page_markdown(shown.statuses(), "en", "index.md")
    reason = 'Not reached by any run: only on "another" machine &lt;there&gt;'
    assert f"*{reason}* <code>return text</code>" in text


def test_a_lab_marks_what_it_pulls_in(site: Site) -> None:
    part = "# --8<-- [start:part]\ndef f():\n    return 1\n\n\n# --8<-- [end:part]"
    site.snippet("part.py", part)
    text = "# %% [markdown] zh\n# 一\n# %% [markdown] en\n# 1"
    lab = f"# %%\nfrom part import f  # --8<-- part\n\n{text}"
    site.snippet("lab.py", lab, options="lab = true")
    site.page("index.md", '# A {#a}\n\n--8<-- "part.py:part"\n')
    assert {entry["verdict"] for entry in site.results().values()} == {"verified"}
    item = site.sources().snippet("lab.py")
    cell = item.cells[0]
    [found] = unreached.find(Place(site.statuses(), "zh"), item, cell.first, cell.last)
    assert (found.lines, found.text, found.reason) == ([2], "return 1", "没有写明原因")


def test_a_proof_line_names_whose_runs_reached_the_rest(site: Site) -> None:
    site.snippet("ch/lib.py", "def f():\n    return 1\n\n\ndef g():\n    return 2")
    for name in ("one", "two"):
        site.snippet(f"ch/{name}.py", "from lib import f\nf()")
    assert {entry["verdict"] for entry in site.results().values()} == {"verified"}
    found = site.statuses()
    item = found.sources.snippets["ch/lib.py"]
    told = {
        edition: proof_lines(Place(found, edition), item, found.by_name[item.name])
        for edition in ("en", "zh")
    }
    assert " · 2 of 4 statements run; 1 more through one.py, two.py · " in told["en"]
    assert " · 执行到 4 条语句中的 2 条；另有 1 条由 one.py、two.py 执行到 · " in told["zh"]
