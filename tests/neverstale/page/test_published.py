"""The built site read back: what a reader gets must be what was proved."""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from neverstale import machine
from neverstale.page import built as built_page
from neverstale.page import notebook, published, runs
from neverstale.page.block import Place
from neverstale.page.proof_line import proof_lines
from neverstale.proof import record

if TYPE_CHECKING:
    from conftest import Site

CASES = Path(__file__).parents[1] / "cases"
TYPED = sorted([*(CASES / "typed_code").glob("*.md"), *(CASES / "only_built").glob("*.md")])
# Forms that `check` finds and that give no block of code when they are built.
NO_BLOCK = {"raw_code", "without_end", "definition_itself", "list_item_itself"}

PAGE = """# Title {#title}

--8<-- "ch/a.py:one"

!!! note "Note"

    --8<-- "ch/a.py:two"

--8<-- "ch/a.py:three" { .no-output }

![x](figure:ch/a.py/a.svg "words")

![x](diagram:d.svg)

``` { .text .illustration reason="a tree" }
tree
```

[[neverstale:table]]
"""
CODE = """
# --8<-- [start:one]
# zh: 一
# en: one
print(1)
# --8<-- [end:one]
# --8<-- [start:two]
print("<two>")
# --8<-- [end:two]
# --8<-- [start:three]
print(3)
with open("a.svg", "w") as file:
    _ = file.write('<svg><path id="p"/></svg>')
# --8<-- [end:three]
"""


@pytest.fixture(scope="module")
def good(new_site: Callable[[], Site], build: Callable[[Site], None]) -> Site:
    """A site, run and built."""
    site = new_site()
    site.snippet("ch/a.py", CODE, options='devices = ["cpu", "cuda"]')
    site.snippet("b.py", "x = 1")
    site.write("diagrams/d.svg", "<svg><text>one</text></svg>")
    site.page("index.md", PAGE)
    site.page("ch/b.md", '# B {#b}\n\n--8<-- "b.py"\n')
    assert {entry["verdict"] for entry in site.results().values()} == {"verified"}
    build(site)
    return site


@pytest.fixture
def built(good: Site, tmp_path: Path) -> Site:
    """A copy of it, to be broken."""
    for path in good.root.rglob("*"):
        if path.is_file():
            target = tmp_path / path.relative_to(good.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return type(good)(tmp_path)


def check(site: Site) -> list[str]:
    return [str(problem) for problem in published.check(site.statuses())]


def edit(site: Site, old: str, new: str, name: str = "site/en/index.html") -> None:
    text = site.read(name)
    assert old in text
    site.write(name, text.replace(old, new, 1))


def cut(site: Site, start: str, end: str) -> None:
    """Remove the part of the English page from `start` to `end`, both included."""
    text = site.read("site/en/index.html")
    first = text.index(start)
    last = text.index(end, first) + len(end)
    site.write("site/en/index.html", text[:first] + text[last:])


def test_what_was_built_as_proved_is_good(built: Site) -> None:
    assert check(built) == []


def test_blocks_are_read_with_their_lines(built: Site) -> None:
    found = built_page.read(built.root / "site/en/index.html")
    assert [item.kind for item in found] == [
        "code", "output", "proof", "proof", "code", "output", "proof", "proof", "code", "proof",
        "proof", "figure", "figure", "illustration", "board",
    ]  # fmt: skip
    lines = built.read("site/en/index.html").splitlines()
    assert all("class=" in lines[item.line - 1] for item in found)
    assert [item.text.strip() for item in found if item.kind == "output"] == ["1", "<two>"]


EDITS: dict[str, tuple[Callable[[Site], None], str]] = {
    "code changed": (
        lambda site: edit(site, '<span class="mi">1</span>', '<span class="mi">2</span>'),
        "text differs from ch/a.py",
    ),
    "comment of the other language": (
        lambda site: edit(site, "# one", "# 一"),
        "text differs from ch/a.py",
    ),
    "fingerprint changed": (
        lambda site: edit(site, 'data-fingerprint="', 'data-fingerprint="0'),
        "was built from an earlier ch/a.py; build the site again",
    ),
    "another section's name": (
        lambda site: edit(site, 'data-section="two"', 'data-section="three"'),
        "text differs from ch/a.py",
    ),
    "a name that is not there": (
        lambda site: edit(site, 'data-snippet="ch/a.py"', 'data-snippet="no.py"'),
        "shows 'no.py', of which there is no such snippet or section",
    ),
    "output changed": (
        lambda site: edit(site, "&lt;two&gt;\n</pre>", "&lt;too&gt;\n</pre>"),
        "output differs from the record of ch/a.py",
    ),
    "output removed": (
        lambda site: cut(site, '<div class="ns-output"', "</div>"),
        "shows a proof line (cpu verified) where the output of ch/a.py:one belongs",
    ),
    "block removed": (
        lambda site: (
            cut(site, '<div class="highlight proved"', "</pre></div>")
            if '<div class="highlight proved"' in site.read("site/en/index.html")
            else cut(site, '<div class="proved highlight"', "</pre></div>")
        ),
        "shows the output of ch/a.py:one where the code of ch/a.py:one belongs",
    ),
    "proof removed": (
        lambda site: cut(site, '<details class="ns-proof"', "</details>"),
        "shows a proof line (cuda missing) where a proof line (cpu verified) belongs",
    ),
    "proof of something else": (
        lambda site: edit(
            site,
            'data-status="missing" data-device="cuda"',
            'data-status="verified" data-device="cuda"',
        ),
        "shows a proof line (cuda verified) where a proof line (cuda missing) belongs",
    ),
    "proof of another device": (
        lambda site: edit(site, machine.cpu_name(), "NVIDIA B200"),
        "NVIDIA B200",
    ),
    "board changed": (
        lambda site: edit(site, "</span> GPU run awaited</td>", "</span> Verified</td>"),
        "GPU◌ Verified', not '",
    ),
    "board typed": (
        lambda site: edit(site, "</body>", '<p data-board="summary">9 of 9 verified</p></body>'),
        "shows the board summary where nothing belongs",
    ),
    "figure changed": (
        lambda site: edit(site, 'id="f1-p"', 'id="f1-q"'),
        "figure ch/a.py/a.svg is not there as it was drawn (docs/en/index.md:11)",
    ),
    "figure removed": (
        lambda site: cut(site, "<figure", "</figure>"),
        "figure ch/a.py/a.svg is not there as it was drawn (docs/en/index.md:11)",
    ),
    "diagram changed": (
        lambda site: edit(site, "<text>one", "<text>two"),
        "figure d.svg is not there as it was drawn (docs/en/index.md:13)",
    ),
    "figure added": (
        lambda site: edit(site, "</body>", '<figure class="ns-figure"><b>7</b></figure></body>'),
        "shows '' where nothing belongs among its figures",
    ),
    "figure that holds text": (
        lambda site: edit(site, "<svg", "<pre>loss 0.01</pre><svg"),
        "code without a proof: ''",
    ),
    "proof that holds text": (
        lambda site: edit(
            site,
            '<details class="ns-proof"',
            '<details class="ns-proof"><pre>loss</pre></details><details',
        ),
        "code without a proof: ''",
    ),
    "figures exchanged": (
        lambda site: edit(site, 'data-diagram="d.svg"', 'data-diagram="e.svg"'),
        "shows 'e.svg' where 'd.svg' belongs among its figures",
    ),
    "illustration added": (
        lambda site: edit(
            site, "</body>", '<div class="illustration" data-reason="x"><pre>1</pre></div></body>'
        ),
        "shows '1' where nothing belongs among its illustrations",
    ),
    "illustration changed": (
        lambda site: edit(site, "tree\n", "bush\n"),
        "shows 'bush' where 'tree' belongs among its illustrations",
    ),
    "bare code added": (
        lambda site: edit(site, "</body>", "<pre>print(4)</pre></body>"),
        "code without a proof: 'print(4)'",
    ),
    "reason removed": (
        lambda site: edit(site, 'data-reason="a tree"', ""),
        "illustration without a reason: 'tree'",
    ),
    "page emptied": (
        lambda site: site.write("site/en/index.html", "") and None,
        "shows nothing where the code of ch/a.py:one belongs; build the site again, "
        "or mend the theme (docs/en/index.md:3)",
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_of_the_built_page_is_found(built: Site, name: str) -> None:
    change, message = EDITS[name]
    change(built)
    found = check(built)
    assert any(message in problem for problem in found), found
    assert all(problem.startswith("site/en/index.html") for problem in found)


def test_a_page_that_was_not_built(built: Site) -> None:
    (built.root / "site/zh/ch/b/index.html").unlink()
    assert check(built) == ["docs/zh/ch/b.md: no site/zh/ch/b/index.html was built"]


def test_an_edition_that_was_not_built(built: Site) -> None:
    (built.root / "site/zh").rename(built.root / "old")
    assert check(built) == ["site/zh: not built; build the site first"]


def test_no_site_at_all(site: Site) -> None:
    assert len(check(site)) == 3


def test_a_page_without_a_source_is_read_too(built: Site) -> None:
    built.write("site/en/extra/index.html", "<p>words</p>\n<pre>print(4)</pre>")
    assert check(built) == [
        "site/en/extra/index.html: no page of the sources becomes this; remove what put it there",
        "site/en/extra/index.html:2: code without a proof: 'print(4)'",
    ]


def test_a_block_outside_of_the_editions(built: Site) -> None:
    built.write("site/404.html", "<p>words</p>")
    built.write("site/snippets/a.html", "\n<pre>accuracy 0.99</pre>")
    assert check(built) == [
        "site/snippets/a.html:2: a block of code or proof outside of the editions"
    ]


def test_a_record_that_is_gone(built: Site) -> None:
    (built.root / "records/b.cpu.json").unlink()
    for edition in ("zh", "en"):
        found = [p for p in check(built) if f"/{edition}/" in p and "the board table says" not in p]
        assert "b.py is missing on cpu: never run on cpu" in found[0] + found[1]
        assert all(f"site/{edition}/ch/b/index.html" in problem for problem in found)


def test_a_record_that_was_edited(built: Site) -> None:
    path = built.root / "records/ch/a.cpu.json"
    path.write_text(path.read_text().replace("<two>", "<too>"))
    assert any("changed after it was written" in problem for problem in check(built))


def test_a_snippet_that_changed_since(built: Site) -> None:
    path = built.root / "snippets/b.py"
    path.write_text(path.read_text().replace("x = 1", "x = 2"))
    found = check(built)
    assert any("was built from an earlier b.py" in problem for problem in found)
    assert any("b.py is stale on cpu: it changed after the run" in problem for problem in found)


def test_editions_that_were_exchanged(built: Site) -> None:
    site = built.root / "site"
    (site / "zh").rename(site / "old")
    (site / "en").rename(site / "zh")
    (site / "old").rename(site / "en")
    found = check(built)
    assert "text differs from ch/a.py; build the site again, or mend the theme" in {
        problem.partition(": ")[2] for problem in found
    }


@pytest.mark.parametrize("case", TYPED, ids=lambda path: path.stem)
def test_code_typed_into_a_page_is_found_in_what_was_built(
    site: Site, build: Callable[[Site], None], case: Path
) -> None:
    """Whatever `check` makes of it, with the Markdown extensions of the real site."""
    site.page("index.md", case.read_text(encoding="utf-8"))
    build(site)
    found = check(site)
    assert bool(found) == (case.stem not in NO_BLOCK)
    assert all("code without a proof" in text or "without a reason" in text for text in found)
    assert not found or any("print(1)" in problem for problem in found)


@pytest.fixture
def lab(site: Site) -> Site:
    """A lab, run and built as the real site builds it: cells instead of sections."""
    site.snippet(
        "my_lab.py",
        """
        # %% [markdown] zh
        # # 实验 {#lab}
        # %% [markdown] en
        # # Lab {#lab}
        # %%
        print(1)
        # %%
        x = 2
        """,
        options="lab = true",
    )
    assert site.verdict("my_lab.py")[0] == "verified"
    statuses = site.statuses()
    item = statuses.sources.snippet("my_lab.py")
    for edition in ("zh", "en"):
        place = Place(statuses, edition)
        found = statuses.by_name[item.name]
        fingerprint = found[0].fingerprint
        body = ""
        for number, cell in enumerate(notebook.code_cells(item), 1):
            code = html.escape(item.shown_lines(edition, cell.first, cell.last))
            body += (
                f'<div class="highlight proved" data-snippet="my_lab.py" data-cell="{number}" '
                f'data-fingerprint="{fingerprint}"><pre><code>{code}</code></pre></div>\n'
            )
            body += runs.cell_output(place, item, cell, number) + "\n"
            body += proof_lines(place, item, found) if number == 1 else ""
        site.write(f"site/{edition}/my-lab/index.html", body)
    return site


def test_a_lab_is_checked_cell_by_cell(lab: Site) -> None:
    assert check(lab) == []
    edit(lab, "x = 2", "x = 3", "site/en/my-lab/index.html")
    edit(lab, ">1\n", ">2\n", "site/en/my-lab/index.html")
    assert [problem.partition(": ")[2] for problem in check(lab)] == [
        "output differs from the record of my_lab.py; build the site again",
        "text differs from my_lab.py; build the site again, or mend the theme",
    ]


def test_a_lab_needs_every_cell(lab: Site) -> None:
    text = lab.read("site/en/my-lab/index.html")
    cell = text.index('<div class="highlight proved" data-snippet="my_lab.py" data-cell="2"')
    lab.write("site/en/my-lab/index.html", text[:cell])
    [problem] = check(lab)
    assert "shows nothing where the code of my_lab.py, cell 2 belongs" in problem


def test_a_figure_that_would_act_on_the_page_is_not_shown(built: Site) -> None:
    """Even where its record is sealed: it may have been made by hand."""
    project, svg = built.load(), "<svg><animate/></svg>"
    found = record.read(project, "ch/a.py", "cpu")
    assert found is not None
    forged = dataclasses.replace(found, figures={"a.svg": record.hash_text(svg)})
    record.write(project, forged, {"a.svg": svg})
    assert "docs/en/index.md:11: figure ch/a.py/a.svg cannot be shown" in check(built)


def test_a_string_is_published_to_the_letter(site: Site, build: Callable[[Site], None]) -> None:
    """What a reader copies prints what stands below it: empty lines and tabs in strings too."""
    code = 'text = """a\n\n\n\n\n\tb\tc\n    d"""\nprint(len(text), repr(text))'
    site.snippet("a.py", code)
    site.page("index.md", '# A {#a}\n\n--8<-- "a.py"\n')
    site.page("other.md", '# A {#a}\n\n!!! note\n\n    --8<-- "a.py"\n')
    assert site.results()["a.py"]["verdict"] == "verified"
    build(site)
    for name in ("en/index.html", "en/other/index.html"):
        shown = built_page.parse(site.read(f"site/{name}"))[0].text
        assert shown.strip() == code, name


@pytest.mark.parametrize(
    ("numbers", "kinds"),
    [
        ("<td class='linenos'><pre>1\n2</pre></td>", ["bare"]),
        ("<td class='linenos'><pre>1\n2 + x</pre></td>", ["bare", "bare"]),
        ("<td class='linenos'></td><td><pre>1</pre></td>", ["bare", "bare"]),
    ],
)
def test_numbers_beside_code_are_no_code_of_their_own(numbers: str, kinds: list[str]) -> None:
    """But for what only bears their name, or only stands beside them."""
    table = f"<table><tr>{numbers}<td class='code'><pre>a\nb</pre></td></tr></table>"
    assert [each.kind for each in built_page.parse(table)] == kinds
