"""What is read as a formula on a page, and what is not."""

from __future__ import annotations

import pytest

from neverstale.source.formula import formulas, replaced, strays


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("an $x^2$ and $y$.", ["x^2", "y"]),
        ("（$x$）、$y$。", ["x", "y"]),
        (r"$a \$ b$", [r"a \$ b"]),
        ("**$x$** and [$y$](a.md)", ["x", "y"]),
        ("| $x$ | $y$ |", ["x", "y"]),
        ("It costs $5, or $10.", []),
        ("It costs US$5–US$10, HK$3/$4, or ($5/$10).", []),
        ("It costs $5 and `$x$` is code.", []),
        ("$ x$, $x $, $$", []),
        (r"\$x\$ and \$5", []),
        ("$x\ny$", []),
        ("```\n$x$\n```", []),
        ("$a `b` c$", []),
    ],
)
def test_in_running_text(text: str, found: list[str]) -> None:
    assert [each.tex for each in formulas(text)] == found
    assert not any(each.block for each in formulas(text))


def test_a_block_has_its_line() -> None:
    text = "# A {#a}\n\n$$\nx\n= 1\n$$\n\n- a\n\n    $$ y $$\n\n$z$"
    assert [(each.line, each.tex, each.block) for each in formulas(text)] == [
        (3, "x\n= 1", True),
        (10, "y", True),
        (12, "z", False),
    ]


def test_lines_keep_their_numbers() -> None:
    text = "a $x$ b\n\n$$\ny\n$$\n\n`$z$`"
    assert replaced(text, lambda each: each.tex.upper()) == "a X b\n\nY\n\n\n\n`$z$`"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("one\n\n$x $ two", '"$x $ two" is no formula'),
        ("one\n\n$$\nx\n\n$$", '"$$" is no formula'),
        ("one\n\ntext $$ x $$", '"$$ x $$" is no formula'),
        ("one\n\n\\frac{1}{2}", r'"\frac{1}{2}" is no formula'),
        ("one\n\n\\(x\\)", r'"\(x\)" is no formula'),
        ("one\n\n## Of $x$ {#of}", '"$x$": no formulas in headings'),
        ("| a |\n|-|\n| $|x|$ |", '"$|x|$": a | ends the cell'),
    ],
)
def test_what_only_looks_like_a_formula_is_told(text: str, told: str) -> None:
    (line, said), *_ = strays(text)
    assert (line, said[: len(told)]) == (3, told)


@pytest.mark.parametrize(
    "text",
    ["$x$ for $5", r"US$5 and \$", r"`\frac` and `$`", "$$\n\\frac{1}{2}\n$$", "```\n$ x\n```"],
)
def test_what_is_meant_is_left_alone(text: str) -> None:
    assert list(strays(text)) == []
