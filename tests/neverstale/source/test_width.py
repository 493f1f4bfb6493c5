"""How wide the lines of shown code are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from neverstale.source import check, width

if TYPE_CHECKING:
    from conftest import Site

PAGE = '# A {#a}\n\n--8<-- "ch/a.py:all"\n'
TOO_WIDE = "x = 1  # 34567890123456789012345678901"  # 38 columns
WIDE = "columns wide as it is shown, more than line-length = 37; break it"


@pytest.fixture
def narrow(site: Site) -> Site:
    """A site that shows at most 37 columns."""
    settings = site.read("pyproject.toml")
    site.write(
        "pyproject.toml",
        settings.replace("[tool.neverstale]", "[tool.neverstale]\nline-length = 37"),
    )
    site.page("index.md", PAGE)
    return site


def told(site: Site) -> list[str]:
    """What is said of lines that are too wide."""
    return [str(one) for one in check.check(site.sources()) if "columns wide" in one.message]


def shown(code: str) -> str:
    return f"# --8<-- [start:all]\n{code}\n# --8<-- [end:all]"


@pytest.mark.parametrize(
    ("code", "line", "columns"),
    [
        (TOO_WIDE, 1, 38),
        (TOO_WIDE[:-1], 0, 0),
        (
            "x = '中文中文中文中文中文中文中文中文'\n",
            1,
            38,
        ),  # a Chinese character takes two columns
        ("x = '中文中文中文中文中文中文中文中。'", 1, 38),  # and so does its punctuation
        ("x = 'ééééééééééééééééééééééééééééééé'", 0, 0),
        ("# zh: 中文中文中文中文中文中文中文中文中文\n# en: short", 1, 38),
        ("# zh: 短\n# en: " + "long " * 8, 2, 41),
        ("# en: 4567890123456789012345678901234567", 0, 0),  # 37 without the mark of its language
    ],
)
def test_a_line_counts_as_it_is_shown(narrow: Site, code: str, line: int, columns: int) -> None:
    first = narrow.snippet("ch/a.py", shown(code))
    where = f"snippets/ch/a.py:{first + line}: {columns} {WIDE}"
    assert told(narrow) == ([where] if line else [])


def test_what_a_section_is_indented_by_does_not_count(narrow: Site) -> None:
    code = f"if True:\n    # --8<-- [start:all]\n    {TOO_WIDE[:-1]}\n    # --8<-- [end:all]"
    narrow.snippet("ch/a.py", code)
    assert told(narrow) == []
    narrow.page("index.md", '# A {#a}\n\n--8<-- "ch/a.py"\n')
    assert len(told(narrow)) == 1


def test_what_is_not_shown_may_be_wide(narrow: Site) -> None:
    narrow.snippet("ch/a.py", f"{shown('x = 1')}\n{TOO_WIDE}")
    assert told(narrow) == []


def test_code_typed_into_a_page_counts_without_its_indentation(narrow: Site) -> None:
    code = f"    {TOO_WIDE}\n    {TOO_WIDE[1:]}\n"
    fence = f'    ```{{ .text .illustration reason="a form" }}\n{code}    ```\n'
    narrow.write("docs/en/index.md", f"# A {{#a}}\n\n!!! note\n\n{fence}")
    assert told(narrow) == [f"docs/en/index.md:6: 38 {WIDE}"]


def test_the_cells_of_a_lab_count_and_what_they_pull_in(narrow: Site) -> None:
    narrow.snippet("ch/a.py", shown(TOO_WIDE))
    narrow.page("index.md", "# A {#a}\n")
    lab = (
        "# %% [markdown] zh\n# # 实验 {#lab}\n# %% [markdown] en\n# # Lab {#lab}\n"
        f"# %%\nfrom a import x  # --8<-- all\n{TOO_WIDE}\n"
    )
    first = narrow.snippet("ch/my_lab.py", lab, options="lab = true")
    assert [line.partition(": ")[0] for line in told(narrow)] == [
        "snippets/ch/a.py:7",
        f"snippets/ch/my_lab.py:{first + 6}",
    ]


def test_without_the_setting_no_line_is_too_wide(site: Site) -> None:
    site.page("index.md", PAGE)
    site.snippet("ch/a.py", shown(TOO_WIDE * 9))
    assert told(site) == []


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("a b", 3), ("中a。", 5), ("e\u0301", 1), ("\ta", 9), ("×", 1)]
)
def test_columns(text: str, columns: int) -> None:
    assert width.columns(text) == columns
