"""Words with hyphens in a sentence's code, which no line break splits."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from handbook.boards.inline_code import on_page_content


@pytest.mark.parametrize(
    ("code", "whole"),
    [
        ("estimate net.py:f --input 1,2 --dry-run", ["--input", "--dry-run"]),
        ("--json", ["--json"]),
        ("python -m this", ["-m"]),
        ("a - b -- c", []),
        ("choose llama-8b-lora", ["llama-8b-lora"]),
    ],
)
def test_words_are_kept_whole(code: str, whole: list[str]) -> None:
    """And what is copied is what was written."""
    page = BeautifulSoup(on_page_content(f"<p>x <code>{code}</code></p>"), "html.parser")
    assert [one.get_text() for one in page.select("code .hb-whole")] == whole
    assert page.get_text() == f"x {code}"


def test_blocks_are_left_alone() -> None:
    for text in ("<pre><code>a --b</code></pre>", "<pre><span></span><code>a --b</code></pre>"):
        assert on_page_content(text) == text
