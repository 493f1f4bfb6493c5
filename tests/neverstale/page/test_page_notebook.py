"""A page as a notebook that stands alone, in the page's language."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from neverstale.page import page_notebook
from neverstale.page.block import Place
from neverstale.page.footnotes import numbered
from neverstale.source.formula import money_escaped

if TYPE_CHECKING:
    from conftest import Site

PAGE = """---
also: other words
---

# Title {#title}

Costs $5,[^b] or $x^2$. See [below](#more).[^a]

![A box](diagram:box.svg "A box it is")

--8<-- "ch/use.py:one"

<div class="wide" markdown>

## More {#more}

</div>

??? success "Answer"

    It is three.

    --8<-- "ch/use.py:two"

    ``` { .text .illustration reason="how" }
    # Not a title {#no}
    ```

After.

--8<-- "ch/words.py"

--8<-- "ch/use.py:draw" { .no-output }

![The curve](figure:ch/use.py/a.svg "It falls")

[^a]: First.
[^b]: [Second](https://example.org).
"""
USE = """
# --8<-- [start:one]
from other import three
# zh: 一
# en: one
print(three)
# --8<-- [end:one]
# --8<-- [start:two]
print(open("data.txt").read())
# --8<-- [end:two]
# --8<-- [start:draw]
_ = open("a.svg", "w").write("<svg><text>epoch</text></svg>")
# --8<-- [end:draw]
"""


@pytest.fixture(scope="module")
def cells(new_site: Callable[[], Site]) -> list[dict[str, Any]]:
    site = new_site()
    site.write("diagrams/box.svg", '<svg><rect fill="var(--box)"/></svg>')
    site.write("snippets/ch/data.txt", "words\n")
    site.write("snippets/ch/more/deep/b.txt", "letters\n")
    site.snippet("ch/other.py", "three = 3")
    site.snippet("ch/use.py", USE, 'files = ["data.txt", "more/"]')
    site.page("page.md", PAGE)
    site.page("plain.md", "# No code {#no-code}\n")
    site.snippet("ch/words.py", "import sys\n\nprint(sys.argv[1])", 'argv = ["two"]')
    site.results()
    place = Place(site.statuses(), "en")
    assert not page_notebook.snippets(place, "plain.md")
    assert [item.name for item in page_notebook.snippets(place, "page.md")] == ["ch/use.py"]
    built = page_notebook.build(place, "page.md", lambda svg: svg.replace("var(--box)", "#123456"))
    assert built["nbformat"] == 4
    made: list[dict[str, Any]] = built["cells"]
    return made


def text(cells: list[dict[str, Any]]) -> list[str]:
    return [cell["source"] for cell in cells if cell["cell_type"] == "markdown"]


def code(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [cell for cell in cells if cell["cell_type"] == "code"]


def test_its_text_is_what_jupyter_understands(cells: list[dict[str, Any]]) -> None:
    said = text(cells)
    assert said[0] == (
        "# Title\n\nCosts \\$5,<sup>1</sup> or $x^2$. See [below](#more).<sup>2</sup>"
    )
    assert '## More <a id="more"></a>' in said
    [answer, fenced] = [each for each in said if "<details>" in each]
    assert answer == "<details><summary>Answer</summary>\n\nIt is three.\n\n</details>"
    assert "```text\n# Not a title {#no}\n```" in fenced
    assert said[-1].splitlines()[-2:] == ["1. [Second](https://example.org).", "2. First."]
    whole = "\n".join(said)
    assert "{#more}" not in whole and "markdown>" not in whole and "[^" not in whole


def test_what_its_code_needs_comes_along(cells: list[dict[str, Any]]) -> None:
    written = [each["source"] for each in code(cells) if each["source"].startswith("%%writefile")]
    assert [each.partition("\n")[0] for each in written] == [
        "%%writefile other.py",
        "%%writefile data.txt",
        "%%writefile more/deep/b.txt",
    ]
    made = [each["source"] for each in code(cells)].index(
        "import os\n\nos.makedirs('more/deep', exist_ok=True)"
    )
    assert code(cells)[made + 1]["source"] == written[0]
    assert written[0].endswith("three = 3") and written[1].endswith("words")


def test_its_code_is_the_page_s_with_the_outputs_on_record(cells: list[dict[str, Any]]) -> None:
    one, two, draw = [each for each in code(cells) if "neverstale" in each["metadata"]]
    assert one["source"] == "from other import three\n\n# one\nprint(three)" or (
        "# one\nprint(three)" in one["source"] and "# zh" not in one["source"]
    )
    assert one["outputs"][0]["text"] == "3\n"
    assert "jupyter" not in one["metadata"]
    assert two["metadata"]["jupyter"] == {"source_hidden": True, "outputs_hidden": True}
    [drawn] = draw["outputs"]
    assert "epoch" in drawn["data"]["image/svg+xml"]
    assert [each["execution_count"] for each in (one, two, draw)] == [1, 2, 3]


def test_a_picture_that_no_cell_draws_is_in_the_text_once(cells: list[dict[str, Any]]) -> None:
    pictures = re.findall(r'alt="([^"]*)" src="data:image/svg\+xml;base64,([^"]*)"', str(cells))
    assert [alt for alt, _ in pictures] == ["A box"]
    assert "#123456" in base64.b64decode(pictures[0][1]).decode()
    assert "*It falls*" in text(cells)  # the curve stands below its code


def test_what_no_cell_can_do_is_text(cells: list[dict[str, Any]]) -> None:
    """A cell gets no arguments: run there, the code would do something else."""
    shown = "```python\nimport sys\n\nprint(sys.argv[1])\n```\n\n<pre>two</pre>"
    assert shown in text(cells)
    assert not any("argv" in each["source"] for each in code(cells))


def test_each_cell_has_an_id_of_its_own(cells: list[dict[str, Any]]) -> None:
    ids = [cell["id"] for cell in cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[\w-]{1,64}", each) for each in ids)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a[^x] b[^y] c[^x]\n\n[^y]: Y\n[^x]: X", "a<sup>1</sup> b<sup>2</sup> c<sup>1</sup>"),
        ("`[^x]`\n\n[^x]: X", "`[^x]`"),
        ("a[^none]", "a[^none]"),
        ("```\n[^x]: no note\n```", "```\n[^x]: no note\n```"),
    ],
)
def test_footnotes(given: str, expected: str) -> None:
    assert numbered(given).startswith(expected)
    if "<sup>2" in expected:
        assert numbered(given).endswith("\n1. X\n2. Y\n")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("$5 and US$6", "\\$5 and US\\$6"),
        ("\\$5", "\\$5"),
        ("$10^9$ and $5", "$10^9$ and \\$5"),
        ("`$5`", "`$5`"),
        ("$$\nx\n$$\n\n$7", "$$\nx\n$$\n\n\\$7"),
        ("```\n$5\n```", "```\n$5\n```"),
    ],
)
def test_money_is_told_from_formulas(given: str, expected: str) -> None:
    assert money_escaped(given) == expected
