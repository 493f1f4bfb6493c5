"""What of a file can run, statement by statement."""

from __future__ import annotations

import pytest

from neverstale.source import statements

CODE = '''\
"""Words."""
from __future__ import annotations
import os

x: int
y: int = (
    1
)


@print
@property
def f(
    a=1,
):
    # a comment
    """Words."""
    global z
    if a:
        return lambda: (
            a
        )
    elif y:
        pass
    else:
        z = 1


class A:
    field: int

    def m(self): ...


try:
    a = 1; b = 2
except (
    ValueError,
):
    pass
finally:
    match y:
        case [
            1
        ]:
            pass
        case _:
            pass
'''
FOUND = {
    3: (3, 3), 6: (8, 8), 11: (16, 26), 19: (19, 22), 20: (22, 22), 23: (23, 24), 24: (24, 24),
    26: (26, 26), 29: (29, 32), 32: (32, 32), 35: (35, 36), 36: (36, 36), 37: (39, 40),
    40: (40, 40), 42: (42, 48), 43: (45, 46), 46: (46, 46), 47: (47, 48), 48: (48, 48),
}  # fmt: skip


def test_each_statement_has_its_lines() -> None:
    found = {each.first: (each.last, each.end) for each in statements.of(CODE)}
    assert found == FOUND


@pytest.mark.parametrize("code", ["", "# only a comment\n", '"""Only words."""\n'])
def test_what_cannot_run_is_no_statement(code: str) -> None:
    assert statements.of(code) == ()


def test_what_python_drops_is_a_statement_all_the_same() -> None:
    assert [each.first for each in statements.of("if 0:\n    print(1)\n'lone'\n")] == [1, 2, 3]
