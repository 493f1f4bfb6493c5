"""From a file to a snippet: sections, languages, cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from neverstale.problem import NeverstaleError
from neverstale.source import snippet

if TYPE_CHECKING:
    from conftest import Site

CODE = """
# zh: 整个文件
# en: the whole file
import math

# --8<-- [start:area]


def area(r):
    # zh: 圆的面积，
    # zh: 单位见上
    # en: area of a circle
    return math.pi * r**2  # (r,)
# --8<-- [end:area]
# --8<-- [start:use]
print(area(1))  # π
# --8<-- [end:use]
"""


def problems(site: Site, name: str = "a.py") -> list[tuple[int, str]]:
    with pytest.raises(NeverstaleError) as caught:
        site.sources().snippet(name)
    assert {problem.path for problem in caught.value.problems} == {f"snippets/{name}"}
    return [(problem.line, problem.message) for problem in caught.value.problems]


def test_a_page_shows_its_own_language_and_neither_markers_nor_metadata(site: Site) -> None:
    site.snippet("a.py", CODE)
    item = site.sources().snippet("a.py")
    assert item.shown("zh", "area") == (
        "def area(r):\n    # 圆的面积，\n    # 单位见上\n    return math.pi * r**2  # (r,)\n"
    )
    assert item.shown("en") == (
        "# the whole file\nimport math\n\n\ndef area(r):\n    # area of a circle\n"
        "    return math.pi * r**2  # (r,)\nprint(area(1))  # π\n"
    )
    assert list(item.sections) == ["area", "use"]
    with pytest.raises(KeyError):
        item.span("volume")


def test_a_section_inside_a_class_is_shown_from_the_margin(site: Site) -> None:
    site.snippet(
        "a.py",
        """
        class A:
            # --8<-- [start:method]
            def f(self):
                return 1
            # --8<-- [end:method]
        """,
    )
    assert site.sources().snippet("a.py").shown("en", "method") == "def f(self):\n    return 1\n"


@pytest.mark.parametrize(
    ("code", "line", "message"),
    [
        ("x = = 1", 1, "not Python: invalid syntax"),
        ("x = 1\nreturn x", 2, "not Python: 'return' outside function"),
        ("x = 1\nfor i in x:\nprint(i)", 3, "not Python: expected an indented block"),
        ("# --8<-- [start:a]\nx = 1", 1, "section 'a' is not ended"),
        ("x = 1\n# --8<-- [end:a]", 2, "section 'a' ends but was not started"),
        (
            "# --8<-- [start:a]\n# --8<-- [start:b]\n# --8<-- [end:b]\n# --8<-- [end:a]",
            2,
            "section 'b' starts inside 'a'",
        ),
        ("# --8<-- [start:a]\n# --8<-- [end:b]", 2, "section 'b' ends where 'a'"),
        (
            "# --8<-- [start:a]\n# --8<-- [end:a]\n# --8<-- [start:a]\n# --8<-- [end:a]",
            3,
            "second section named 'a'",
        ),
        ("# --8<-- [begin:a]", 1, "marker not understood"),
        ("# --8<-- [start:]", 1, "marker not understood"),
        ("#--8<-- [start:a]", 1, "marker not understood"),
        ("x = 1  # --8<-- [start:a]", 1, "marker not understood"),
        ("from math import pi  # --8<-- pi", 1, "marker not understood"),
        ("# zh: 甲\nx = 1", 1, "comment in zh only or out of order"),
        ("# en: one\nx = 1", 1, "comment in en only or out of order"),
        ("# en: one\n# zh: 甲", 1, "comment in en and zh only or out of order"),
        ("# zh: 甲\n\n# en: one", 1, "comment in zh only or out of order"),
        ("# zh: 甲\n# en: one\n# zh: 乙", 3, "comment in zh only or out of order"),
        ("# zh:甲\n# en:one", 1, "comment not understood; write '# zh: …'"),
        ("#zh: 甲", 1, "comment not understood; write '# zh: …'"),
        ("# zh：甲", 1, "comment not understood; write '# zh: …'"),
        ("x = 1  # zh: 甲", 1, "'# zh:' after code"),
        ("x = [  # en: one\n]", 1, "'# en:' after code"),
    ],
)
def test_a_mistake_is_told_at_its_line(site: Site, code: str, line: int, message: str) -> None:
    first = site.snippet("a.py", code)
    found = problems(site)
    assert found[0][0] == first - 1 + line
    assert message in found[0][1]
    # Where both halves of a pair are wrong, both are told.
    assert len(found) == (2 if "en:one" in code or "\n\n# en" in code else 1)


def test_two_mistakes_are_told_at_once(site: Site) -> None:
    first = site.snippet("a.py", "# zh: 甲\n# --8<-- [start:a]", options="retries = 3")
    assert [line for line, _ in problems(site)] == [first - 2, first, first + 1]


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"# /// script\n# dependencies = []\n# ///\nx = '\xff'\n", 4, "not UTF-8"),
        (b"\xef\xbb\xbf# /// script\n# dependencies = []\n# ///\n", 1, "not Python"),
        (b"# /// script\n# dependencies = []\n# ///\nx = '\x00'\n", 1, "not Python"),
        (b"# /// script\n# dependencies = []\n# ///\nx = " + b"-" * 100_000, 1, "not Python"),
    ],
)
def test_a_file_of_another_kind_is_told_of(
    site: Site, data: bytes, line: int, message: str
) -> None:
    site.write("snippets/a.py", data)
    assert [(at, message in text) for at, text in problems(site)] == [(line, True)]


def test_a_missing_file_is_told_of(site: Site) -> None:
    assert problems(site, "no.py") == [(0, "no such snippet; mind the spelling")]


def test_windows_line_ends_change_nothing(site: Site) -> None:
    site.snippet("a.py", CODE)
    unix = site.sources().snippet("a.py")
    site.snippet("b.py", CODE)
    site.write("snippets/b.py", site.read("snippets/b.py").replace("\n", "\r\n"))
    windows = site.sources().snippet("b.py")
    assert windows.shown("zh") == unix.shown("zh")
    assert windows.sections == unix.sections


def test_runs_of_empty_lines_are_kept_in_strings_and_shortened_elsewhere(site: Site) -> None:
    site.snippet("a.py", 'x = f"""\na\n\n\n\n\n{1}"""\n\n\n\n\n\ny = "\\\n\\\n\\\n\\\nb"')
    assert site.sources().snippet("a.py").shown("en") == (
        'x = f"""\na\n\n\n\n\n{1}"""\n\n\ny = "\\\n\\\n\\\n\\\nb"\n'
    )


@pytest.mark.parametrize("character", ["\x0c", "\u2028", "\x85", "\x0b", "\x1c"])
def test_only_a_line_feed_ends_a_line(site: Site, character: str) -> None:
    """Else every line after it would be attributed to the one before."""
    code = f"x = 'a{character}b'\n# --8<-- [start:b]\nprint(1)\n# --8<-- [end:b]"
    first = site.snippet("a.py", code)
    item = site.sources().snippet("a.py")
    assert item.span("b") == (first + 2, first + 2)
    assert item.shown("en", "b") == "print(1)\n"
    assert item.shown("en").count("\n") == 2


def test_folders_and_caches_are_no_snippets(site: Site) -> None:
    site.snippet("章/é.py", "x = 1")
    (site.root / "snippets" / "folder.py").mkdir()
    site.write("snippets/__pycache__/a.py", "")
    assert site.sources().names() == ["章/é.py"]
    assert site.sources().snippet("章/é.py").shown("en") == "x = 1\n"


LAB = """
# %% [markdown] zh
# # 实验 {#lab}
# %% [markdown] en
# # Lab {#lab}
# %%
from model import Net  # --8<-- net
print(Net())
"""
MODEL = "import math\n\n# --8<-- [start:net]\nclass Net:\n    size = 1\n# --8<-- [end:net]\n"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("**要点。**接着说", "**要点**。接着说"),
        ("- **要点，**与 AR 相比", "- **要点**，与 AR 相比"),
        ("**要点。** 接着，**两点。**", "**要点。** 接着，**两点。**"),
        ("前面。**要点**接着。**两点**", "前面。**要点**接着。**两点**"),
        ("`x**2`，**要点。**接着", "`x**2`，**要点**。接着"),
        ("**`x` 要点。**接着", "**`x` 要点。**接着"),
    ],
)
def test_bold_ends_in_a_notebook_as_it_does_on_a_page(site: Site, written: str, shown: str) -> None:
    text = f"# %% [markdown] zh\n# {written}\n# %% [markdown] en\n# Text.\n# %%\nprint(1)\n"
    site.snippet("my_lab.py", text, options="lab = true")
    lab = site.sources().snippet("my_lab.py")
    assert snippet.prose(lab, lab.cells[0]) == shown


def test_a_lab_shows_the_section_that_it_pulls_in(site: Site) -> None:
    site.snippet("model.py", MODEL)
    site.snippet("my_lab.py", LAB, options="lab = true")
    lab = site.sources().snippet("my_lab.py")
    assert [cell.edition for cell in lab.cells] == ["zh", "en", None]
    assert lab.lab_page == "my-lab.ipynb"
    shown = lab.shown_lines("en", lab.cells[2].first, lab.cells[2].last)
    assert shown.split() == ["class", "Net:", "size", "=", "1", "print(Net())"]

    site.snippet("model.py", MODEL.replace("size = 1", "size = 22"))
    lab = site.sources().snippet("my_lab.py")
    assert "size = 22" in lab.shown_lines("en", lab.cells[2].first, lab.cells[2].last)


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("# --8<-- net", "# --8<-- head", 6, "model.py has no section 'head'"),
        ("from model", "from nowhere", 6, "no sibling snippet nowhere.py"),
        ("# %% [markdown] en", "# %%[markdown] en", 3, "cell not understood"),
        ("# %% [markdown] en", "# %% [markdown] zh", 1, "must come in the order zh, en"),
        ("# %% [markdown] zh", "# %%", 3, "must come in the order zh, en"),
    ],
)
def test_a_mistake_in_a_lab_is_told(
    site: Site, old: str, new: str, line: int, message: str
) -> None:
    site.snippet("model.py", MODEL)
    first = site.snippet("my_lab.py", LAB.replace(old, new), options="lab = true")
    found = problems(site, "my_lab.py")
    assert (found[0][0], message in found[0][1]) == (first - 1 + line, True), found


def test_a_lab_needs_cells(site: Site) -> None:
    site.snippet("a.py", "print(1)", options="lab = true")
    assert problems(site) == [(1, "a lab without cells; begin each with '# %%'")]


INDENTED = "if True:\n    # --8<-- [start:a]\n    {text}\n    # --8<-- [end:a]"


def test_the_margin_of_a_docstring_is_no_matter(site: Site) -> None:
    method = 'def f():\n        """Doc.\n\n        More.\n        """\n        return 1'
    site.snippet("a.py", INDENTED.format(text=method))
    assert '    """Doc.\n\n    More.\n' in site.sources().snippet("a.py").shown("en", "a")


@pytest.mark.parametrize(
    ("code", "line", "told"),
    [
        ('x = "\u202e21.0\u202c"', 0, "U+202E (RIGHT-TO-LEFT OVERRIDE), which no reader sees"),
        ("x = 1  # a\u200bb", 0, "U+200B (ZERO WIDTH SPACE)"),
        ("x = 1\nm\u0435an = 2", 1, "the name 'm\u0435an' may be taken for another"),
        ('x = """\n# zh: 0.12\n# en: 0.99\n"""', 1, "'# zh: 0.12' stands in a string"),
        ('x = """\n# --8<-- [start:a]\n# --8<-- [end:a]\n"""', 1, "stands in a string"),
        ('y = 1\nx = """a  \nb"""', 1, "a string that a page does not show to the letter"),
        ('y = 1\nx = f"""a\n{y}\t\nb"""', 1, "a string that a page does not show to the letter"),
        ('"""Doc.  \nEnd."""', 0, "a string that a page does not show to the letter"),
        (INDENTED.format(text='x = """a\n        b"""'), 2, "does not show to the letter"),
    ],
)
def test_what_python_reads_otherwise_than_a_page_shows(
    site: Site, code: str, line: int, told: str
) -> None:
    first = site.snippet("a.py", code)
    with pytest.raises(NeverstaleError) as caught:
        site.sources().snippet("a.py")
    problem = caught.value.problems[0]
    assert (problem.line, told in problem.message) == (first + line, True), problem


def test_another_encoding_would_run_other_code(site: Site) -> None:
    """The comment would be two lines when it runs: the page would show another program."""
    head = "# /// script\n# dependencies = [] # coding: unicode_escape\n# ///\n"
    site.write("snippets/a.py", head + '# note \\u000aprint("accuracy 0.99")\n')
    with pytest.raises(NeverstaleError) as caught:
        site.sources().snippet("a.py")
    assert "snippets/a.py:2: declares the encoding unicode" in str(caught.value.problems[0])
