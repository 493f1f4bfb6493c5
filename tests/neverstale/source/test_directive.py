"""The lines with which a page asks for something verified, and code typed into it."""

from __future__ import annotations

import pytest

from neverstale.source import directive
from neverstale.source.directive import Directive, Fence, Mistake


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('--8<-- "a.py"', Directive("snippet", 7, "", "a.py")),
        ('    --8<-- "ch/a.py:b-1"', Directive("snippet", 7, "    ", "ch/a.py", "b-1")),
        (
            '\t--8<-- "章/é.py:b" { .no-output }',
            Directive("snippet", 7, "\t", "章/é.py", "b", output=False),
        ),
        (
            '![A curve](figure:ch/a.py/b.svg "It \\"falls\\"")',
            Directive(
                "figure", 7, "", "ch/a.py", figure="b.svg", alt="A curve", caption='It \\"falls\\"'
            ),
        ),
        (
            "  ![A curve](figure:ch/a.py/b.svg)",
            Directive("figure", 7, "  ", "ch/a.py", figure="b.svg", alt="A curve"),
        ),
        ("![Ring](diagram:ring.svg)", Directive("diagram", 7, "", "ring.svg", alt="Ring")),
        ("[[neverstale:table]]", Directive("board", 7, "", "table")),
        ("![A photo](photo.jpg)", None),
        ('Write `--8<-- "a.py"` on a line of its own.', None),
        ("plain text", None),
        ("", None),
    ],
)
def test_a_line_is_read(line: str, expected: Directive | None) -> None:
    assert directive.read_line(line, 7) == expected


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--8<-- a.py", "not understood"),
        ("--8<-- 'a.py'", "not understood"),
        ('text --8<-- "a.py"', "not understood"),
        ('- --8<-- "a.py"', "not understood"),
        ('--8<-- "a.py:b:c"', "not understood"),
        ('--8<-- "a.py" { .quiet }', "unknown option .quiet"),
        ("![](figure:ch/a.py/b.svg)", "needs an alternative text"),
        ("![x](figure:ch/a.py)", "write figure:chapter/snippet.py/name.svg"),
        ("![x](figure:ch/a.py/b.png)", "write figure:chapter/snippet.py/name.svg"),
        ("see ![x](figure:ch/a.py/b.svg)", "not understood"),
        ("[[neverstale:tables]]", "unknown board 'tables'"),
        ("see [[neverstale:table]]", "not understood"),
    ],
)
def test_a_slip_is_not_published_as_text(line: str, message: str) -> None:
    with pytest.raises(Mistake, match=message):
        directive.read_line(line, 1)


REASON = '{ .text .illustration reason="a file tree" }'


@pytest.mark.parametrize(
    ("text", "fences"),
    [
        ("a\n```\nb\n```\nc", [Fence(2, None, "b\n")]),
        ("~~~~ py\na\n~~~\nb\n~~~~", [Fence(1, None, "a\n~~~\nb\n")]),
        ("````\n```\na\n```\n````", [Fence(1, None, "```\na\n```\n")]),
        (f"``` {REASON}\na\n```", [Fence(1, "a file tree", "a\n")]),
        ("``` { .text .illustration }\na\n```", [Fence(1, None, "a\n")]),
        ('``` { .text reason="none" }\na\n```', [Fence(1, None, "a\n")]),
        ("```\na\n``` py\nb\n```", [Fence(1, None, "a\n``` py\nb\n")]),
        ("```\na\nb", [Fence(1, None, "a\nb\n", closed=False)]),
        ("``one`` and ```two``` words\n```three``` words", []),
        ("```\u2028\na\n```\n```\nb\n```", [Fence(1, None, "a\n"), Fence(4, None, "b\n")]),
        ("-" * 50_000 + "1." * 50_000, []),
    ],
)
def test_fences_are_found(text: str, fences: list[Fence]) -> None:
    assert list(directive.fences(text)) == fences


def test_lines_inside_a_fence_are_left_alone() -> None:
    text = f'one\n``` {REASON}\n--8<-- "a.py"\n```\n--8<-- "b.py"'
    assert list(directive.outside_fences(text)) == [(1, "one"), (5, '--8<-- "b.py"')]
