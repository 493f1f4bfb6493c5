"""What a snippet prints, in an edition's words: they stand in its strings, and in its output.

A file prints in one language. Its head pairs words of that with those of an edition. From the file
follows the edition's program, with the words exchanged in the strings of `print(…)` and nowhere
else; both run, and what they print must differ in these words only.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from tokenize import OP, TokenInfo

from neverstale.problem import Problem
from neverstale.source import strings

PREFIX = re.compile(r"(?P<kind>[A-Za-z]*)(?:'''|\"\"\"|'|\")")
SIGNS = re.compile(r"(\\N\{[^}]*\}|\\.|\{\{|\}\}|[{}])")  # escapes, and where expressions begin
UNFIT = re.compile(r"[\\{}'\"]")  # would end the string, or begin an expression
Words = Mapping[str, str]


def exchanged(text: str, words: Words) -> str:
    """A text with the words of an edition in the place of the file's, no part of a word alone."""
    return _pattern(words).sub(lambda found: words[found[0]], text) if words else text


def sought(pattern: str, words: Words) -> str:
    """A regular expression for what a file prints, as one for what an edition's program prints."""
    if not words:
        return pattern
    return _pattern(words).sub(lambda found: re.escape(words[found[0]]), pattern)


def unused(texts: Iterable[str], words: Words) -> list[str]:
    """The words that occur in none of the texts."""
    if not words:
        return []
    found = {each for text in texts for each in _pattern(words).findall(text)}
    return [word for word in words if word not in found]


def program(text: str, tokens: Sequence[TokenInfo], words: Words) -> str:
    """The program that an edition shows: the file, with words exchanged in what it prints.

    That is the strings inside calls of `print`, but for those on several lines, and for what an
    f-string computes.

    Args:
        text: the file.
        tokens: its tokens.
        words: the file's word → the edition's.
    """
    lines = text.split("\n")
    for each in reversed(list(_strings(text, tokens))):
        line = lines[each.first - 1]
        lines[each.first - 1] = line[: each.start] + _worded(each, words) + line[each.end :]
    return "\n".join(lines)


def check(
    where: str,
    text: str,
    tokens: Sequence[TokenInfo],
    words: Mapping[str, Words],
    editions: Sequence[str],
) -> Iterator[Problem]:
    """What is wrong with the words that a head pairs, as far as the file alone tells."""

    def problem(word: str, message: str) -> Problem:
        sought = re.compile(rf"^#.*(?<![\w-]){re.escape(word)}(?![\w-])")
        numbered = enumerate(text.split("\n"), 1)
        return Problem(where, next((n for n, line in numbered if sought.match(line)), 1), message)

    if not words:
        return
    strung = list(_strings(text, tokens))
    parts = [part for each in strung for part, said in _parts(each) if said]
    for edition, table in words.items():
        if edition not in editions:
            message = f"'words' of {edition}: editions are {' and '.join(editions)}"
            yield problem(edition, message)
            continue
        bad = [key for key, value in table.items() if _unfit(key) or _unfit(value)]
        for word in bad:
            message = f"'{word}': words have no quotation marks, braces or backslashes in them"
            yield problem(word, message)
        if bad:
            continue
        for word in unused(parts, table):
            message = f"'{word}' is in no string of a print(…), on one line; mend or remove it"
            yield problem(word, message)
        if any(_alters(each.source, _worded(each, table)) for each in strung):
            yield problem(edition, f"'words' of {edition} change more than strings; choose others")


def _unfit(word: str) -> bool:
    return not word.strip() or not word.isprintable() or UNFIT.search(word) is not None


def _pattern(words: Words) -> re.Pattern[str]:
    longest = sorted(words, key=len, reverse=True)
    return re.compile("|".join(_whole(word) for word in longest))


def _whole(word: str) -> str:
    before = r"(?<![^\W\d])" if word[0].isalpha() else ""
    return before + re.escape(word) + (r"(?!\w)" if word[-1].isalpha() else "")


def _strings(text: str, tokens: Sequence[TokenInfo]) -> Iterator[strings.Text]:
    """The strings on one line that stand inside a call of `print`."""
    calls = list(_prints(tokens))
    for each in strings.every(text, tokens):
        begins, ends = (each.first, each.start), (each.last, each.end)
        if each.first == each.last and any(a <= begins and ends <= b for a, b in calls):
            yield each


def _prints(tokens: Sequence[TokenInfo]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Line and column at which each call of `print` begins and ends."""
    code = [each for each in tokens if each.type not in strings.BLANK]
    opened: list[tuple[int, int] | None] = []  # where the call begins, of each bracket
    for i, token in enumerate(code):
        if token.type == OP and token.string == "(":
            called = i > 0 and code[i - 1].string == "print"
            other = i > 1 and code[i - 2].string in (".", "def")
            opened.append(code[i - 1].start if called and not other else None)
        elif token.type == OP and token.string == ")":
            begins = opened.pop()
            if begins:
                yield begins, token.end


def _worded(string: strings.Text, words: Words) -> str:
    """A string as it is written, with words exchanged."""
    return "".join(exchanged(part, words) if said else part for part, said in _parts(string))


def _parts(string: strings.Text) -> Iterator[tuple[str, bool]]:
    """A string as it is written, in pieces, and whether each is text that it holds as it stands."""
    opening = PREFIX.match(string.source)
    kind = opening["kind"].lower() if opening else "b"
    if opening is None or "b" in kind:
        yield string.source, False
        return
    yield opening[0], False
    depth = 0  # of braces
    for i, part in enumerate(SIGNS.split(string.source[opening.end() :])):
        if i % 2 == 0:
            yield part, depth == 0
            continue
        yield part, False
        if "f" in kind and (depth or len(part) == 1):
            depth = max(0, depth + part.count("{") - part.count("}"))


def _alters(old: str, new: str) -> bool:
    """Whether two strings, as they are written, differ in more than the text that they hold."""
    try:
        return old != new and _bones(old) != _bones(new)
    except SyntaxError:
        return True


def _bones(string: str) -> str:
    """What is computed in a string, without its text."""
    with warnings.catch_warnings(action="ignore"):
        tree = ast.parse(string, mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)
