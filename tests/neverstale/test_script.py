"""Which letters stand close, and which lines are joined for it."""

from __future__ import annotations

import pytest

from neverstale import script


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("第一行\n第二行", "第一行第二行"),
        ("先说，\n再说。\n（完）", "先说，再说。（完）"),
        ("用 GPU\n来算", "用 GPU\n来算"),
        ("の\n話", "の話"),
        ("ภาษา\nไทย", "ภาษาไทย"),
        ("한국어\n문장", "한국어\n문장"),  # wide, but with blanks between words
        ("a line\nand another", "a line\nand another"),
        ("一\n\n二", "一\n\n二"),
        ("一\n- 二", "一\n- 二"),
    ],
)
def test_lines_are_joined_where_a_blank_would_be_seen(text: str, shown: str) -> None:
    assert script.joined(text) == shown


def test_a_wide_mark_is_no_letter_and_no_narrow_mark() -> None:
    assert [sign for sign in "。，」.,)字a＋" if script.wide_mark(sign)] == ["。", "，", "」"]


def test_columns_with_wide_letters_are_seen() -> None:
    assert script.aligned("depth  训练  测试\n1      0.30  0.40")
    assert not script.aligned("depth  train  test\n1      0.30   0.40")
    assert not script.aligned("用来训练： 200\n  缩进的一行")
    assert not script.aligned("训练 0.3\n1  2")
