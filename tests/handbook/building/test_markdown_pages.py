"""Links in the Markdown twins."""

from __future__ import annotations

import pytest

from handbook.building.markdown_pages import link_twins
from handbook.building.render import BuiltPage

HOME = BuiltPage("index.md", "", "Home", "")
POOLING = BuiltPage("cnn/pooling.md", "cnn/pooling/", "Pooling", "")
LAB = BuiltPage("cnn/some-lab.ipynb", "cnn/some-lab/", "Lab", "")
PAGES = (HOME, POOLING, LAB)


@pytest.mark.parametrize(
    ("page", "link", "expected"),
    [
        (POOLING, "[a](some-lab.ipynb)", "[a](../some-lab/index.md)"),
        (POOLING, "[a](../index.md#choose)", "[a](../../index.md)"),
        (HOME, "[a](cnn/pooling.md#which 'title')", "[a](cnn/pooling/index.md 'title')"),
        (POOLING, "[a](pooling.md)", "[a](index.md)"),
        (POOLING, "[a](#which)", "[a](#which)"),
        (POOLING, "[a](nowhere.md)", "[a](nowhere.md)"),
        (POOLING, "[a](https://example.org/x.md)", "[a](https://example.org/x.md)"),
        (HOME, "```python\n[a](cnn/pooling.md)\n```\n", "```python\n[a](cnn/pooling.md)\n```\n"),
    ],
)
def test_link_twins(page: BuiltPage, link: str, expected: str) -> None:
    assert link_twins(link, page, PAGES) == expected
