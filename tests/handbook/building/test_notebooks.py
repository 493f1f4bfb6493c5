"""The notebooks beside the pages: where their links lead, which colours their pictures have."""

from __future__ import annotations

from pathlib import Path

import pytest

from handbook.building import colours
from handbook.building.notebooks import absolute
from handbook.building.render import BuiltPage, Rendered, notebook_name

POOLING = BuiltPage("cnn/pooling.md", "cnn/pooling/", "Pooling", "")
LAB = BuiltPage("cnn/some-lab.ipynb", "cnn/some-lab/", "Lab", "")
EDITION = Rendered("en", url="https://x.org/b/en/", pages=(POOLING, LAB))


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("[a](some-lab.ipynb#x)", "[a](https://x.org/b/en/cnn/some-lab/#x)"),
        ("[a](pooling.md 'title')", "[a](https://x.org/b/en/cnn/pooling/ 'title')"),
        ("[a](../../../gpus.json)", "[a](https://x.org/b/gpus.json)"),
        ("[a](#which)", "[a](#which)"),
        ("[a](https://y.org/x.md)", "[a](https://y.org/x.md)"),
        ("[a](mailto:a@b)", "[a](mailto:a@b)"),
        ("`[a](pooling.md)`", "`[a](pooling.md)`"),
        ("```\n[a](pooling.md)\n```", "```\n[a](pooling.md)\n```"),
    ],
)
def test_links_lead_to_the_published_site(link: str, expected: str) -> None:
    assert absolute(link, POOLING, EDITION) == expected


def test_a_notebook_is_named_after_its_page() -> None:
    assert notebook_name("cnn/pooling/") == "pooling.ipynb"
    assert notebook_name("cnn/") == "cnn.ipynb"
    assert notebook_name("") == "index.ipynb"


def test_colours_stand_for_their_names() -> None:
    found = colours.light(Path(__file__).parents[3])
    assert found["--hb-paper"] == "#fafaf7" and found["--hb-memory"] == "#1f5fa8"
    svg = '<p fill="var(--hb-paper, #fff)" stroke="var(--hb-memory)" style="a:var(--own)"/>'
    expected = '<p fill="#fafaf7" stroke="#1f5fa8" style="a:var(--own)"/>'
    assert colours.literal(svg, found) == expected
