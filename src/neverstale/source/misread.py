"""What Python reads otherwise than a page shows it."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterable, Sequence
from tokenize import TokenInfo

from neverstale.problem import Problem
from neverstale.source import strings
from neverstale.source.snippet import Snippet, tagged


def check(
    where: str, data: bytes, text: str, tokens: Sequence[TokenInfo], editions: tuple[str, ...]
) -> list[Problem]:
    """A problem for each: another encoding, names that look alike, marks that are text."""
    problems = []
    try:
        encoding, read = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        return [Problem(where, 1, f"not Python: {error.msg}")]
    if not encoding.startswith("utf-8"):
        message = f"declares the encoding {encoding}, a page shows it as UTF-8; remove that"
        problems.append(Problem(where, len(read), message))
    comments = set()
    for token in tokens:
        if token.type == tokenize.COMMENT:
            comments.add(token.start[0])
        elif token.type == tokenize.NAME and not token.string.isascii():
            message = f"the name '{token.string}' may be taken for another; write names in ASCII"
            problems.append(Problem(where, token.start[0], message))
    for number, line in enumerate(text.split("\n"), 1):
        mark = tagged(line, editions) or "--8<--" in line or line.startswith(("# %%", "# ///"))
        if mark and number not in comments:
            message = "stands in a string, where a page does not show it as it is; write it apart"
            problems.append(Problem(where, number, f"'{line.strip()[:40]}' {message}"))
    return problems


def check_strings(where: str, item: Snippet) -> list[Problem]:
    """A problem for each string that a page would not show as it ran.

    Of one that stands alone, such as a docstring, the margin is no matter.
    """
    return cut(where, item, (item.span(None), *item.sections.values()))


def cut(where: str, item: Snippet, spans: Iterable[tuple[int, int]]) -> list[Problem]:
    """The same, for what shows these lines of it."""
    lines = set()
    texts = list(strings.on_several_lines(item.text, item.tokens))
    for first, last in spans if texts else ():
        shown = item.shown_lines(item.editions[0], first, last)
        flush = _flush(shown)
        for text in texts:
            if first <= text.first <= last:
                good = _flush(text.source) in flush if text.alone else text.source in shown
                lines |= set() if good else {text.first}
    message = (
        "a string that a page does not show to the letter: blanks at the end of a line (write "
        "\\x20), or a section that begins inside a block (begin it outside)"
    )
    return [Problem(where, line, message) for line in sorted(lines)]


def _flush(text: str) -> str:
    """Without the margin of each line."""
    return "\n".join(line.lstrip() or line for line in text.split("\n"))
