"""An edition's words in a program: in its strings, and nowhere else."""

from __future__ import annotations

import io
import tokenize
from typing import TYPE_CHECKING

import pytest

from neverstale.source import worded

if TYPE_CHECKING:
    from conftest import Site

WORDS = {"loss": "损失", "test loss": "测试损失", "right": "正确"}


def program(text: str) -> str:
    return worded.program(text, list(tokenize.generate_tokens(io.StringIO(text).readline)), WORDS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('print("loss", loss)', 'print("损失", loss)'),
        ('print("loss", "test loss")  # loss', 'print("损失", "测试损失")  # loss'),
        ("print(f'loss {loss:.3f} right')", "print(f'损失 {loss:.3f} 正确')"),
        ("print(f'{d[\"loss\"]:>{loss}} loss')", "print(f'{d[\"loss\"]:>{loss}} 损失')"),
        ("print(f'{{loss}} {loss}')", "print(f'{{损失}} {loss}')"),
        ("print('\\nloss\\tright')", "print('\\n损失\\t正确')"),
        ("print(r'\\loss', 'glosses', 'loss_2', '3loss')",
         "print(r'\\loss', 'glosses', 'loss_2', '3损失')"),
        ("print(b'loss', '{}loss'.format(1))", "print(b'loss', '{}损失'.format(1))"),
        ('loss = "loss"; print(loss, "loss")', 'loss = "loss"; print(loss, "损失")'),
        ('"é"; print("loss"); f("loss")', '"é"; print("损失"); f("loss")'),
        ('print(\n    f("loss"),\n    sep="loss")', 'print(\n    f("损失"),\n    sep="损失")'),
        ('print("""loss\nright""")', 'print("""loss\nright""")'),
        ('print("a" "loss"\n      "right")', 'print("a" "损失"\n      "正确")'),
        ('print([("loss")], (), key=(\n  "right"))', 'print([("损失")], (), key=(\n  "正确"))'),
        ('x.print("loss"), print_("loss"), print', 'x.print("loss"), print_("loss"), print'),
        ('def print(a="loss"):\n    print("loss")', 'def print(a="loss"):\n    print("损失")'),
    ],
)  # fmt: skip
def test_words_are_exchanged_in_strings_only(text: str, expected: str) -> None:
    assert program(text) == expected


def test_a_long_word_goes_before_a_short_one_and_a_whole_one_only() -> None:
    said = "test loss 0.5, loss 3, glosses, lossy, right"
    assert worded.exchanged(said, WORDS) == "测试损失 0.5, 损失 3, glosses, lossy, 正确"
    assert worded.exchanged(said, {}) == said
    assert worded.unused([said], {**WORDS, "wrong": "错"}) == ["wrong"]


@pytest.mark.parametrize("value", ["损失", "损 失"])
def test_words_that_change_what_is_computed_are_told(site: Site, value: str) -> None:
    """A bracket in a string of an expression looks as if it ended that."""
    text = "loss = ''\nprint(f\"{'}' + loss}\")"
    site.snippet("a.py", text, options=f'[tool.neverstale.words.zh]\n"loss" = "{value}"')
    (told,) = site.sources().unreadable["a.py"]
    assert str(told).endswith("'words' of zh change more than strings; choose others")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('zh = { "wrong" = "错" }', "'wrong' is in no string of a print(…), on one line"),
        ('fr = { "loss" = "perte" }', "'words' of fr: editions are zh and en"),
        ('zh = { "loss" = "损{失" }', "have no quotation marks, braces or backslashes in them"),
        ('zh = { "loss" = "" }', "have no quotation marks, braces or backslashes in them"),
        ('zh = { "loss" = "损失 0.1" }', "'损失 0.1' has other digits than 'loss'"),
        ('zh = { "loss" = "right", "right" = "错" }', "'right' stands for another text, too"),
        ('zh = "loss"', 'write [tool.neverstale.words.en] with "text" = "its translation"'),
    ],
)
def test_words_that_fit_nowhere_are_told_at_their_line(
    site: Site, table: str, message: str
) -> None:
    site.snippet("a.py", 'print("loss", "right")', options=f"[tool.neverstale.words]\n{table}")
    told = [str(each) for each in site.sources().unreadable["a.py"]]
    assert any(message in each for each in told), told
    assert all(each.startswith("snippets/a.py:") for each in told)
