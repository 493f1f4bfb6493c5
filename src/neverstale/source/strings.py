"""The strings of a file: all, or those that stand on several lines."""

from __future__ import annotations

import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from tokenize import TokenInfo

START = getattr(tokenize, "FSTRING_START", None)  # Python 3.12+; before, an f-string is one token
END = getattr(tokenize, "FSTRING_END", None)
BLANK = (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT)


@dataclass(frozen=True)
class Text:
    """A string.

    Attributes:
        first: number of its first line.
        last: number of its last line.
        start: column where it begins in the first.
        end: column where it ends in the last.
        source: as it is written in the file, quotes included.
        alone: whether it is a statement by itself, such as a docstring.
    """

    first: int
    last: int
    start: int
    end: int
    source: str
    alone: bool


def on_several_lines(text: str, tokens: Sequence[TokenInfo]) -> Iterator[Text]:
    """The strings of a Python file, given with its tokens, that stand on several lines."""
    return (each for each in every(text, tokens) if each.first < each.last)


def every(text: str, tokens: Sequence[TokenInfo]) -> Iterator[Text]:
    """The strings of a Python file, given with its tokens."""
    lines = text.split("\n")
    tokens = [each for each in tokens if each.type not in BLANK]
    depth, begun = 0, 0
    for i, token in enumerate(tokens):
        if token.type == START:
            begun = begun if depth else i
            depth += 1
        elif token.type == END:
            depth -= 1
        elif depth or token.type != tokenize.STRING:
            continue
        else:
            begun = i
        if depth:
            continue
        (first, start), (last, end) = tokens[begun].start, token.end
        whole = [lines[first - 1][start:], *lines[first : last - 1], lines[last - 1][:end]]
        source = lines[first - 1][start:end] if first == last else "\n".join(whole)
        before = tokens[begun - 1].type if begun else tokenize.NEWLINE
        alone = (before, tokens[i + 1].type) == (tokenize.NEWLINE, tokenize.NEWLINE)
        yield Text(first, last, start, end, source, alone)
