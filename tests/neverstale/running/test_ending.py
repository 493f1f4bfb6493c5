"""Snippets that are to end by an exception or with an exit code, and that get arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from neverstale.proof import record

if TYPE_CHECKING:
    from conftest import Site

RAISES = 'raises = "ValueError"'


def output(site: Site) -> list[tuple[int, str]]:
    """(line, text) of what the record of `a.py` holds."""
    found = record.read(site.load(), "a.py", "cpu")
    assert found is not None
    return list(found.output)


@pytest.mark.parametrize(
    ("code", "options", "printed"),
    [
        ("print(1)\nraise ValueError('no')\nprint(2)", RAISES, ["1\n", "ValueError: no\n"]),
        ("print(1)\nint('x')", RAISES,
         ["1\n", "ValueError: invalid literal for int() with base 10: 'x'\n"]),
        ("raise ValueError('one\\ntwo')", RAISES, ["ValueError: one\ntwo\n"]),
        ("import json\njson.loads('{')", 'raises = "json.decoder.JSONDecodeError"',
         ["json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: "
          "line 1 column 2 (char 1)\n"]),
        ("import json\njson.loads('{')", 'raises = "JSONDecodeError"', [...]),
        ("import sys\nprint(sys.argv[1:])", 'argv = ["--epochs", "2 3"]',
         ["['--epochs', '2 3']\n"]),
        ("import os\nprint(os.environ['MODE'])", 'environment = { MODE = "a b" }', ["a b\n"]),
        ("import sys\nprint(1)\nsys.exit(3)", "exit = 3", ["1\n"]),
        ("import sys\nsys.exit('no GPU')", "exit = 1", ["no GPU\n"]),
        ("import sys\nprint(1)\nsys.exit()", "exit = 0", ["1\n"]),
        ("print(1)", "exit = 0", ["1\n"]),
        ("import sys\nprint(1)\nif __name__ == '__main__':\n    sys.exit(0)", "", ["1\n"]),
        ("import argparse\nargparse.ArgumentParser(prog='a.py').parse_args(['-h'])", "", [...]),
        ("import argparse\nargparse.ArgumentParser(prog='a.py').parse_args(['-h'])", "exit = 0",
         [...]),
    ],
)  # fmt: skip
def test_a_snippet_ends_as_its_head_says(
    site: Site, code: str, options: str, printed: list[str]
) -> None:
    site.snippet("a.py", code, options)
    assert site.verdict("a.py") == ("verified", "")
    found = [text for _, text in output(site)]
    assert len(found) == len(printed)
    assert all(want is ... or text == want for text, want in zip(found, printed, strict=True))


def test_what_was_raised_stands_at_its_line(site: Site) -> None:
    line = site.snippet("a.py", "x = 1\nraise ValueError('no')\nprint(2)", RAISES)
    assert site.verdict("a.py") == ("verified", "")
    assert output(site) == [(line + 1, "ValueError: no\n")]


@pytest.mark.parametrize(
    ("code", "options", "told"),
    [
        ("print(1)", RAISES, 'came to its end, although its head says raises = "ValueError"'),
        ("raise KeyError(1)", RAISES, "KeyError: 1"),
        ("class ValueErrors(ValueError): ...\nraise ValueErrors(1)", RAISES, "ValueErrors: 1"),
        ("import sys\nsys.exit(1)", RAISES, "sys.exit(1) ends the snippet early"),
        ("print(1)", "exit = 2", "came to its end, although its head says exit = 2"),
        ("import sys\nsys.exit(1)", "exit = 2", "sys.exit(1) ends the snippet early"),
        ("import sys\nsys.exit(2)", "", "sys.exit(2) ends the snippet early"),
        ("import sys\nsys.exit(0)", RAISES, "sys.exit(0) ends the snippet early"),
        ("raise ValueError(2)", "exit = 1", "ValueError: 2"),
        ("print(1)", "exit = 256", "'exit' must be an exit code from 0 to 255"),
        ("print(1)", "exit = true", "'exit' must be an exit code from 0 to 255"),
        ("print(1)", 'raises = "Exception"', "'raises' must name one exception; Exception says"),
        ("print(1)", 'raises = "a b"', "'raises' must be an exception's name"),
        ("print(1)", RAISES + "\nexit = 1", "a snippet ends once: state 'raises' or 'exit'"),
        ("print(1)", "argv = [1]", "'argv' must be a list of strings, each on one line"),
        ("print(1)", 'environment = ["MODE"]', "'environment' must be a table"),
        ("print(1)", "environment = { MODE = 1 }", "'environment' must be a table"),
        ("print(1)", 'environment = { PYTHONPATH = "." }', "'environment' PYTHONPATH: is the"),
        ("print(1)", 'argv = "--fast"', "'argv' must be a list of strings"),
    ],
)
def test_another_end_fails(site: Site, code: str, options: str, told: str) -> None:
    site.snippet("a.py", code, options)
    verdict, said = site.verdict("a.py")
    assert verdict == "failed" and said.startswith(told), said


def test_another_message_is_another_output(site: Site) -> None:
    site.snippet("a.py", "raise ValueError('one')", RAISES)
    assert site.verdict("a.py") == ("verified", "")
    site.write("src/m.py", "def f():\n    raise ValueError('one')\n")
    site.snippet("b.py", "import m\nm.f()", RAISES)
    assert site.verdict("b.py") == ("verified", "")
    site.write("src/m.py", "def f():\n    raise ValueError('two')\n")
    verdict, said = site.verdict("b.py")
    assert verdict == "failed" and "one" in said and "two" in said, said
