"""Which page shows what, and what it must not show."""

from __future__ import annotations

import datetime
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from neverstale.source import check as checks
from neverstale.source import pages

if TYPE_CHECKING:
    from conftest import Site

TYPED = sorted((Path(__file__).parents[1] / "cases/typed_code").glob("*.md"))
SECTIONS = """
import math
# --8<-- [start:one]
# zh: 一
# en: one
x = 1
# --8<-- [end:one]

y = 2
# --8<-- [start:two]
z = 3
# --8<-- [end:two]
# --8<-- [start:three]
w = 4
# --8<-- [end:three]
"""


def check(site: Site) -> list[str]:
    return [str(problem) for problem in checks.check(site.sources())]


@pytest.mark.parametrize("case", TYPED, ids=lambda path: path.stem)
def test_code_typed_into_a_page_is_an_error_at_its_line(site: Site, case: Path) -> None:
    text = case.read_text(encoding="utf-8")
    site.write("docs/en/index.md", text)
    lines = text.splitlines()
    line = next(i for i, line in enumerate(lines) if "print(1)" in line)
    line += "<" in lines[line]  # typed as HTML: the line itself, else the one that opens the fence
    [problem] = checks.check(site.sources())
    assert (problem.path, problem.line) == ("docs/en/index.md", line)
    assert any(
        problem.message.startswith(start)
        for start in ("code typed into the page", "code typed as HTML", "code fence without an end")
    )


@pytest.mark.parametrize(
    "text",
    [
        'Write `--8<-- "a.py"` or ```` ``` ```` or `<pre>` or `<code>`.',
        '``` { .text .illustration reason="a file tree" }\n<pre>\n--8<-- "no.py"\n```',
        "    ~~~ { .text .illustration reason='x' }\n    a\n    ~~~".replace("'", '"'),
        "## Title with `<code>` {#id}",
        r"Two backslashes \\`![x](y.png)` are no escape, \![x](y.png) is one.",
        "A table:\n\n| a |\n|---|\n| ~~gone~~ |",
    ],
)
def test_what_is_no_code_is_let_through(site: Site, text: str) -> None:
    site.write("docs/en/index.md", text)
    assert check(site) == []


@pytest.mark.parametrize(
    ("lines", "line", "told"),
    [
        (['--8<-- "no.py"'], 1, "no snippet no.py"),
        (['--8<-- "a.py:four"'], 1, "a.py has no section 'four'; it has one, two, three"),
        (["![x](figure:no.py/a.svg)"], 1, "no snippet no.py"),
        (["![x](diagram:no.svg)"], 1, "no diagram no.svg"),
        (["![x](diagram:../pyproject.svg)"], 1, "../pyproject.svg is no diagram"),
        (["![x](diagram:.)"], 1, ". is no diagram"),
        (["![x](figure:../a.py/a.svg)"], 1, "../a.py is no snippet; name a Python file"),
        (['--8<-- "ch"'], 1, "ch is no snippet; name a Python file below their folder"),
        (['--8<-- "ch.py"'], 1, "no snippet ch.py"),  # a folder
        (['--8<-- "ch/data.csv"'], 1, "ch/data.csv is no snippet"),
        (['--8<-- "ch/../a.py"'], 1, "ch/../a.py is no snippet"),
        (['--8<-- "../pyproject.toml:x"'], 1, "../pyproject.toml is no snippet"),
        (['--8<-- "/etc/passwd"'], 1, "/etc/passwd is no snippet"),
        ([f'--8<-- "{"a" * 300}.py"'], 1, "aaaaaa"),
        (['--8<-- "a.py:one"'], 1, "does not show lines 6 of a.py"),
        (['--8<-- "b.py:one"', '--8<-- "b.py:two"'], 2, "does not show lines 12 of b.py"),
        (['--8<-- "b.py:one"', '--8<-- "b.py:three"'], 2, "does not show lines 12–14 of b.py"),
        (['--8<-- "a.py"', '--8<-- "a.py:one"'], 2, "shows a.py again or out of the file's"),
        (['--8<-- "a.py"', '--8<-- "a.py"'], 2, "shows a.py again or out of the file's order"),
        (['--8<-- "a.py" { .loud }'], 1, "unknown option .loud"),
        (["--8<-- a.py"], 1, "not understood"),
    ],
)
def test_a_mistake_in_what_a_page_shows_is_told_at_its_line(
    site: Site, lines: list[str], line: int, told: str
) -> None:
    site.snippet("a.py", SECTIONS)
    site.snippet("b.py", SECTIONS.replace("import math\n", ""))
    (site.root / "snippets/ch.py").mkdir()
    site.write("docs/en/index.md", "\n".join(lines))
    site.write("docs/zh/index.md", '--8<-- "a.py"\n--8<-- "b.py"')
    [problem] = check(site)
    assert problem.startswith(f"docs/en/index.md:{line}: {told}")


def test_sections_out_of_order_are_told_of(site: Site) -> None:
    site.snippet("a.py", SECTIONS.replace("import math\n", ""))
    site.page("index.md", '--8<-- "a.py"\n')
    site.write("docs/en/index.md", '--8<-- "a.py:three"\n--8<-- "a.py:one"\n')
    hidden, order = check(site)
    assert hidden.startswith("docs/en/index.md:1: does not show lines 7–14 of a.py")
    assert order == "docs/en/index.md:2: shows a.py again or out of the file's order"


def test_what_runs_after_the_last_section_is_not_hidden(site: Site) -> None:
    """It could still rewrite what was printed before: `os.pwrite(1, b"accuracy 0.99", 0)`."""
    site.snippet("a.py", SECTIONS.replace("import math\n", ""))
    site.page("index.md", '--8<-- "a.py"\n')
    site.write("docs/en/index.md", '# A {#a}\n\n--8<-- "a.py:one"\n')
    [told] = check(site)
    message = "does not show lines 12–17 of a.py, which run after this section"
    assert told == f"docs/en/index.md:3: {message}"


def test_sections_in_order_hide_nothing(site: Site) -> None:
    site.snippet("c.py", SECTIONS.replace("import math\n", "").replace("y = 2", ""))
    rest = '--8<-- "c.py:two"\n\n--8<-- "c.py:three"'
    site.page("index.md", f'--8<-- "c.py:one"\n\n    {rest}\n')
    assert check(site) == []


def test_a_snippet_that_no_page_shows_is_told_of(site: Site) -> None:
    site.snippet("shown.py", "x = 1")
    site.snippet("drawn.py", "x = 1")
    site.snippet("lost.py", "x = 1")
    site.page("index.md", '--8<-- "shown.py"\n\n![x](figure:drawn.py/a.svg)\n')
    assert check(site) == ["snippets/lost.py:1: no page shows it; show it or delete it"]


def test_a_file_that_would_be_published_unread_is_told_of(site: Site) -> None:
    """MkDocs takes `.markdown` for a page, and copies all else as it is; downloads are copied."""
    site.snippet("ch/a.py", "x = 1", options="files = ['a.txt']")
    site.page("index.md", '--8<-- "ch/a.py"\n')
    strays = ("docs/en/ch/b.markdown", "docs/en/c.html", "docs/zh/d.ipynb", "snippets/ch/e.html")
    for name in ("snippets/ch/a.txt", "docs/en/.hidden", *strays):
        site.write(name, "accuracy 0.99")
    told = check(site)
    assert [text.partition(": is n")[0] for text in told] == sorted(strays)
    assert all("would be published unread" in text for text in told)


def test_a_broken_snippet_is_told_once_however_often_it_is_shown(site: Site) -> None:
    first = site.snippet("a.py", "x = = 1")
    site.page("index.md", '--8<-- "a.py"\n')
    site.page("other.md", '--8<-- "a.py"\n')
    assert check(site) == [f"snippets/a.py:{first}: not Python: invalid syntax"]


def test_a_page_that_is_not_utf_8_stops_no_other(site: Site) -> None:
    site.write("docs/en/a.md", b"one\ntwo \xff\n")
    site.write("docs/en/b.md", "```\nx\n```\n")
    told = check(site)
    assert told[0] == "docs/en/a.md:2: not UTF-8; save the file as UTF-8"
    assert [text.partition(": ")[0] for text in told] == ["docs/en/a.md:2", "docs/en/b.md:1"]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.replace("\n", "\r").encode(),
    ],
    ids=["windows line ends", "byte order mark", "old mac line ends"],
)
def test_other_ways_to_save_a_page(site: Site, change: object) -> None:
    text = '# Title {#title}\n\n--8<-- "a.py"\n\n```\nx\n```\n'
    file = site.write("docs/en/index.md", change(text))  # type: ignore[operator]
    page = pages.read(site.load(), "en", file)
    assert [(heading.id, heading.line) for heading in page.headings] == [("title", 1)]
    assert [item.line for item in page.directives] == [3]
    assert [fence.line for fence in page.fences] == [5]


def test_a_line_separator_does_not_shift_what_follows(site: Site) -> None:
    text = 'words\u2028words\x0c\n--8<-- "a.py"\n\n```\nx\n```\n'
    page = pages.parse("en", "index.md", "docs/en/index.md", text)
    assert [item.line for item in page.directives] == [2]
    assert [fence.line for fence in page.fences] == [4]


def test_a_lab_is_a_page_of_its_own(site: Site) -> None:
    first = site.snippet(
        "ch/my_lab.py",
        """
        # %% [markdown] zh
        # # 实验 {#lab}
        # ```
        # 代码
        # ```
        # %% [markdown] en
        # # Lab {#lab}
        # %%
        from model import net  # --8<-- net
        """,
        options="lab = true",
    )
    site.snippet("ch/model.py", "# --8<-- [start:net]\nnet = 1\n# --8<-- [end:net]")
    assert site.sources().shown() == {
        "ch/my_lab.py": ["zh/ch/my-lab.ipynb", "en/ch/my-lab.ipynb"],
        "ch/model.py": ["zh/ch/my-lab.ipynb", "en/ch/my-lab.ipynb"],
    }
    [problem] = checks.check(site.sources())
    assert (problem.path, problem.line) == ("snippets/ch/my_lab.py", first + 2)
    by_edition = {page.edition: page.headings for page in site.sources().pages}
    assert [(h.id, h.title, h.line) for h in by_edition["zh"]] == [("lab", "实验", first + 1)]
    assert [(h.id, h.title, h.line) for h in by_edition["en"]] == [("lab", "Lab", first + 6)]


@pytest.mark.parametrize(
    "line",
    [
        "![the output](output.png)",
        "As you see: ![the output](../output.png).",
        "![the output][shot]",
        '<img src="output.png" alt="the output">',
        '<div><IMG src="output.png"></div>',
        "<svg><text>accuracy 0.99</text></svg>",
        "<script>document.title = 1</script>",
        "<style>.ns-proof { display: none }</style>",
        '<span style="font-family: monospace">accuracy 0.99</span>',
        '<span class="a" onclick="x()">y</span>',
        'accuracy 0.99 { style="font-family: monospace" }',
        "## A heading <svg> {#a}",
        "| <iframe src='x'></iframe> | a cell |",
        "![the output]",  # a reference without brackets of its own
        r"\\![the output](output.png)",  # the backslash is escaped, the picture is not
        r"\` ![the output](output.png) \`",  # no code: both ticks are escaped
        '<span/style="font-family: monospace">accuracy 0.99</span>',
        '<span title="x"style="font-family: monospace">accuracy 0.99</span>',
        '<bdo dir="rtl">[[gpu:rtx-4090.memory]]</bdo>',
    ],
)
def test_a_picture_script_or_style_typed_into_a_page_is_told(site: Site, line: str) -> None:
    site.page("index.md", f"# A {{#top}}\n\n{line}\n")
    told = [str(problem) for problem in checks.check(site.sources())]
    assert any(
        problem.startswith("docs/en/index.md:3: a picture, script or style that nothing stands")
        for problem in told
    ), told


@pytest.mark.parametrize(
    "line",
    [
        "Write `![alt](output.png)` or `<img>`.",
        "h<sub>t</sub>, 10<sup>3</sup>, <span class='x'>y</span>, a < b, c > d",
        '<a href="../../guide/?run=simple-cnn#choose">an estimate</a>',
        "Hello!\\[1], [a style = b](x.md), the set {style}",
    ],
)
def test_other_html_is_not_told(site: Site, line: str) -> None:
    site.page("index.md", f"# A {{#top}}\n\n{line}\n")
    assert checks.check(site.sources()) == []


def test_a_diagram_holds_no_more_than_a_picture(site: Site) -> None:
    site.write("diagrams/still.svg", "<svg><rect width='3'/></svg>")
    site.write("diagrams/sub/moving.svg", "<svg><animate/></svg>")
    (problem,) = check(site)
    assert problem.startswith("diagrams/sub/moving.svg: holds <animate>, which no figure needs")


@pytest.mark.parametrize("key", ["imports", "constraints", "translations", "possible"])
def test_a_setting_that_protects_is_not_lost_in_silence(site: Site, key: str) -> None:
    assert check(site) == []
    lines = site.read("pyproject.toml").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(f"{key} = ")]
    assert len(kept) == len(lines) - 1
    site.write("pyproject.toml", "".join(kept))
    told = f"pyproject.toml: [tool.neverstale] {key}: not said; set it, or write {key} = false"
    assert check(site) == [told]
    first = kept.index("[tool.neverstale]\n") + 1
    site.write("pyproject.toml", "".join([*kept[:first], f"{key} = false\n", *kept[first:]]))
    assert check(site) == []


def test_a_pin_is_not_lost_in_silence(site: Site) -> None:
    """Without its line, a new version of a package would make no snippet stale."""
    site.snippet("a.py", "print(1)", dependencies='["numpy>=2", "Own.Package"]')
    site.page("a.md", '# A {#a}\n\n--8<-- "a.py"\n')
    site.write("constraints.txt", "Numpy==2.4.0\nown-package==1.0\n")
    assert check(site) == []
    site.write("constraints.txt", "own-package==1.0\n")
    (told,) = check(site)
    assert (
        told == "constraints.txt: pins no version of numpy, which a.py declares; add numpy==VERSION"
    )


def test_the_project_itself_needs_no_pin(site: Site) -> None:
    site.snippet("a.py", "print(1)", dependencies='["my-book"]')
    site.page("a.md", '# A {#a}\n\n--8<-- "a.py"\n')
    assert len(check(site)) == 1
    site.write("pyproject.toml", site.read("pyproject.toml") + '[project]\nname = "My_Book"\n')
    assert check(site) == []


def test_what_a_setting_names_is_there(site: Site) -> None:
    (site.root / "constraints.txt").unlink()
    (site.root / "src").rmdir()
    assert [told.partition("] ")[2] for told in check(site)] == [
        "constraints: constraints.txt is not there",
        "imports: src is not there",
    ]


def test_an_excuse_that_excuses_nothing_is_told(site: Site) -> None:
    day = datetime.date.today()
    entry = """
[[tool.neverstale.elsewhere]]
snippet = "{}"
device = "cpu"
error = "no such processor"
reason = "the library does not know it"
until = {}
"""
    site.snippet("a.py", "print(1)")
    site.page("a.md", '--8<-- "a.py"')
    entries = entry.format("a.py", day - datetime.timedelta(days=1)) + entry.format("b.py", day)
    site.write("pyproject.toml", site.read("pyproject.toml") + entries)
    told = [each.partition("elsewhere: ")[2] for each in check(site)]
    ended = f"a.py: ended on {day - datetime.timedelta(days=1)}; delete it, or give a reason and a"
    assert told[0].startswith(ended)
    assert told[1:] == ["b.py: is of no snippet; delete it"]


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("<<<<<<< HEAD\na\n", 1, "a conflict marker of git"),
        ("a\n>>>>>>> 0a1b2c3 (more)\n", 2, "a conflict marker of git"),
        ("a\n||||||| merged common ancestors\nb\n", 2, "a conflict marker of git"),
        ("a\nb\n=======\nc\n", 3, "a conflict marker of git"),
        ('``` { .text .illustration reason="a tree" }\n=======\n```\n', 2, "a conflict marker"),
        ("✓ Verified · CPU · 2026-11-24", 1, "looks like a proof"),
        ("**✓ 已验证** · CPU", 1, "looks like a proof"),
        ("Verified · GPU NVIDIA H200", 1, "looks like a proof"),
        ('<p class="ns-proof">CPU</p>', 1, "looks like a proof"),
        ("0.99 { .ns-output }", 1, "looks like a proof"),
        ("text { .illustration data-reason='x' }", 1, "looks like an illustration"),
        ('<div data-fingerprint="12">x</div>', 1, "looks like a proof"),
        (">>> print(1)", 1, "looks like what code printed"),
        ("> tensor([0.99])", 1, "looks like what code printed"),
        ("Out[1]: 0.99", 1, "looks like what code printed"),
        ("**Output:** `accuracy 0.99`", 1, "looks like what code printed"),
        ("输出：`0.99`", 1, "looks like what code printed"),
        ("<div hidden markdown>\n\ntext\n\n</div>", 1, "hides what it is put on"),
        ("text\n{: hidden }", 2, "hides what it is put on"),
        ("<span aria-hidden='true'>x</span>", 1, "hides what it is put on"),
        ("<details markdown><summary>x</summary>", 1, "hides what it is put on"),
    ],
)
def test_what_would_pass_for_something_else_is_told(
    site: Site, text: str, line: int, told: str
) -> None:
    site.write("docs/en/index.md", text)
    [problem] = check(site)
    assert problem.startswith(f"docs/en/index.md:{line}: ") and told in problem


@pytest.mark.parametrize(
    "text",
    [
        "| ✓ | Verified | The code shown is the code that ran |",
        "The hidden state, and `hidden_size`; it was verified on a GPU.",
        "A Title of some length\n======================== \n",
        "The output: a vector of 10 numbers.",
        "`>>> print(1)` and `tensor(1)` and `<div hidden>`",
        '??? note "The code"\n\n    text',
    ],
)
def test_what_only_speaks_of_it_is_let_through(site: Site, text: str) -> None:
    site.write("docs/en/index.md", text)
    assert check(site) == []


def test_what_runs_before_shown_code_is_not_folded_away(site: Site) -> None:
    site.snippet("a.py", SECTIONS.replace("import math\n", "").replace("y = 2", ""))
    one, two, three = (f'--8<-- "a.py:{name}"' for name in ("one", "two", "three"))
    folded = f'# A {{#a}}\n\n??? note "x"\n\n    {one}\n\n{two}\n\n{three}\n'
    site.page("index.md", folded)
    assert check(site) == [
        f"docs/{edition}/index.md:{line}: runs after lines of a.py that line 5 folds away"
        for edition in ("en", "zh")
        for line in (7, 9)
    ]
    site.page("index.md", folded.replace("???", "???+"))
    assert check(site) == []
    at_end = f'# A {{#a}}\n\n{one}\n\n??? note "x"\n\n    {two}\n\n    {three}\n\ntext\n'
    site.page("index.md", at_end)
    assert check(site) == []


def test_a_line_that_nobody_reads_is_told_at_once(site: Site) -> None:
    site.write("docs/en/index.md", "# A {#a}\n\n" + "<a " * 1_700_000 + "\n\n```py\n1\n```\n")
    begun = time.perf_counter()
    long, typed = check(site)
    assert time.perf_counter() - begun < 5
    assert long.startswith("docs/en/index.md:3: has more than 4,000 characters, and was not read")
    assert typed.startswith("docs/en/index.md:5: code typed into the page")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("می\u200cخواهم", 0),  # Persian is spelt with it
        ("क्\u200dष", 0),
        ("\N{WOMAN}\u200d\N{PERSONAL COMPUTER}", 0),
        ("\N{RAINBOW}\ufe0f\u200d\N{RAINBOW}", 0),
        ("to\u200cday", 1),
        ("今\u200c天", 1),
        ("می\u200c", 1),
        ("می\u200bخواهم", 1),
        ("a\u200d\N{WOMAN}", 1),
    ],
)
def test_joiners_stand_where_they_do_something(text: str, told: int) -> None:
    found = pages.parse("fa", "a.md", "docs/a.md", f"words {text} words\n").problems
    assert [each.rule for each in found] == ["invisible"] * told
