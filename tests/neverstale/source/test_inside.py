"""What is looked for between two signs."""

from __future__ import annotations

import re
import time

import pytest

from neverstale.source import directive
from neverstale.source.inside import Inside

TAG = re.compile(r"<[a-z][^>]*\bhidden\b")
INSIDE = Inside("<", re.compile("<[a-z]"), ">", re.compile(r"\bhidden\b"))


@pytest.mark.parametrize(
    "text",
    [
        "<p hidden>",
        "<p>hidden",
        "hidden <p",
        "<p <p hidden",
        "<p title='<' hidden>",
        "<p> <b> < hidden> <i hidden",
        "< hidden",
        "",
    ],
)
def test_it_finds_what_one_pattern_for_all_would(text: str) -> None:
    assert bool(INSIDE.search(text)) == bool(TAG.search(text))


@pytest.mark.parametrize("part", ["<a ", "<a b='", "{ a", "{ style", "<on a=", "x { .a"])
def test_a_long_text_takes_a_time_in_proportion(part: str) -> None:
    text = part * 50_000
    begun = time.perf_counter()
    for pattern in (directive.RAW_PICTURE, directive.RAW_PROOF, directive.HIDING):
        pattern.search(text)
    assert time.perf_counter() - begun < 10  # the square of it would be minutes
