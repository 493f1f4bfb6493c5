"""Two editions that must say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from neverstale.translation import editions

if TYPE_CHECKING:
    from conftest import Site

PAGE = """# Title {#title}

--8<-- "a.py:one"

--8<-- "a.py:two" { .no-output }

![x](figure:a.py/a.svg "words")

## More {#more}

``` { .text .illustration reason="a tree" }
tree
```
"""


def check(site: Site) -> list[str]:
    return [str(problem) for problem in editions.check(site.sources())]


def test_the_same_structure_in_other_words_is_good(site: Site) -> None:
    site.write("docs/zh/index.md", PAGE)
    site.write("docs/en/index.md", PAGE.replace("Title", "Another").replace("words", "others"))
    assert check(site) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{#more}", "{#less}", "9: heading 2 is ## {#less}, but ## {#more} at docs/zh/index.md:9"),
        ("## More", "### More", "9: heading 2 is ### {#more}, but ## {#more}"),
        (":one", ":two", "3: block 1 is snippet a.py two, but snippet a.py one"),
        (" { .no-output }", "", "5: block 2 is snippet a.py two, but snippet a.py two no output"),
        ("a.svg", "b.svg", "7: block 3 is figure a.py b.svg, but figure a.py a.svg"),
        ("## More {#more}", "", " heading 2 is nothing, but ## {#more}"),
        ("``` {", "text {", " illustration 1 is nothing, but typed code"),
        ("## More {#more}", "## More", "9: heading 'More' needs an id: {#its-id}"),
    ],
)
def test_a_difference_is_told_at_its_line(site: Site, old: str, new: str, told: str) -> None:
    site.write("docs/zh/index.md", PAGE)
    site.write("docs/en/index.md", PAGE.replace(old, new).replace("\ntree\n```", "\ntree\n"
               if old == "``` {" else "\ntree\n```"))  # fmt: skip
    found = check(site)
    assert any(f"docs/en/index.md:{told}" in problem for problem in found), found
    assert all(problem.startswith("docs/en/index.md") for problem in found)


@pytest.mark.parametrize(("present", "absent"), [("zh", "en"), ("en", "zh")])
def test_a_page_in_one_edition_only(site: Site, present: str, absent: str) -> None:
    site.write(f"docs/{present}/ch/a.md", "# Title {#title}\n")
    assert check(site) == [
        f"docs/{present}/ch/a.md: there is no docs/{absent}/ch/a.md; write that page too"
    ]
