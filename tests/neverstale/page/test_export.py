"""A page as plain Markdown that an outside tool can run."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from neverstale.page import export

if TYPE_CHECKING:
    from conftest import Site

PAGE = """# Title {#title}

--8<-- "a.py:one"

!!! note

    --8<-- "a.py:two" { .no-output }

![A curve](figure:a.py/a.svg "It falls")

``` { .text .illustration reason="how to write one" }
--8<-- "a.py"
# Not a title {#no}
```

[[neverstale:table]]
"""


@pytest.fixture(scope="module")
def ran(new_site: Callable[[], Site]) -> Site:
    site = new_site()
    site.snippet(
        "a.py",
        """
        # --8<-- [start:one]
        # zh: 一
        # en: one
        print("<1>")
        # --8<-- [end:one]
        # --8<-- [start:two]
        print(2)
        # --8<-- [end:two]
        """,
    )
    site.snippet(
        "my_lab.py",
        "# %% [markdown] zh\n# # 实验 {#lab}\n# %% [markdown] en\n# # Lab {#lab}\n#\n"
        "# As $x_1$:\n#\n# $$\n# a = \\frac{1}{2}\n# $$\n# %%\nprint(1)\n# %%\nprint(2)",
        options="lab = true",
    )
    site.page("index.md", PAGE)
    site.results()
    return site


def test_everything_is_expanded(ran: Site) -> None:
    assert export.page_markdown(ran.statuses(), "en", "index.md") == (
        '# Title\n\n```python\n# one\nprint("<1>")\n```\n\n<pre>&lt;1&gt;</pre>\n\n!!! note\n\n'
        "<!--pytest-codeblocks:cont-->\n```python\nprint(2)\n```\n\n*[A curve]*\n\nIt falls\n\n"
        '``` { .text .illustration reason="how to write one" }\n--8<-- "a.py"\n'
        "# Not a title {#no}\n```\n"
    )
    assert "# 一\n" in export.page_markdown(ran.statuses(), "zh", "index.md")


def test_a_lab_too(ran: Site) -> None:
    assert export.page_markdown(ran.statuses(), "en", "my-lab.ipynb") == (
        "# Lab\n\nAs $x_1$:\n\n$$\na = \\frac{1}{2}\n$$\n\n"
        "```python\nprint(1)\n```\n\n<pre>1</pre>\n\n"
        "<!--pytest-codeblocks:cont-->\n```python\nprint(2)\n```\n\n<pre>2</pre>\n"
    )


def test_a_page_that_is_not_there(ran: Site) -> None:
    for name in ("no.md", "no.ipynb"):
        with pytest.raises(FileNotFoundError):
            export.page_markdown(ran.statuses(), "en", name)


def test_a_heading_that_its_page_links_to_keeps_an_anchor(site: Site) -> None:
    site.page(
        "index.md", "# Title {#title}\n\nSee [below](#two).\n\n## One {#one}\n\n## Two {#two}\n"
    )
    text = export.page_markdown(site.statuses(), "en", "index.md")
    assert '## Two <a id="two"></a>\n' in text
    assert "## One\n" in text


def test_a_snippet_that_goes_on_after_another_is_joined_through_it(site: Site) -> None:
    two = "# --8<-- [start:one]\na = 1\n# --8<-- [end:one]\n# --8<-- [start:two]\nb = a\n"
    site.snippet("two.py", two + "# --8<-- [end:two]")
    site.snippet("other.py", "c = 3")
    lines = ("two.py:one", "other.py", "two.py:two", "other.py")
    site.page("p.md", "# P {#p}\n\n" + "\n\n".join(f'--8<-- "{line}"' for line in lines))
    text = export.page_markdown(site.statuses(), "en", "p.md")
    blocks = re.findall(r"(<!--pytest-codeblocks:cont-->\n)?```python\n(.*?)\n```", text, re.S)
    assert [(bool(mark), code) for mark, code in blocks] == [
        (False, "a = 1"),
        (True, "c = 3"),
        (True, "b = a"),
        (True, "c = 3"),
    ]
