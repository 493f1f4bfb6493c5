"""Whether a second warm process is begun early: a guess, which decides about time only."""

from __future__ import annotations

import pytest

from neverstale.running import shows


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x = 1", False),
        ("print(1)", True),
        ("fig.savefig('a.svg')", True),
        ("if x:\n    for y in z:\n        print(y)", True),
        ("@app.get('/')\ndef read():\n    print(1)", False),
        ("def read():\n    print(1)\n\n\nread()", True),
        ("class A:\n    def __init__(self):\n        print(1)\n\n\na = A()", True),
        ("async def read():\n    print(1)\n\n\napp.add(read)", True),
        ("def read(:\n    print(1)", False),
    ],
)
def test_what_a_program_does_by_itself(text: str, shown: bool) -> None:
    assert shows.probably(text) is shown
