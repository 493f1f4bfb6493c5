r"""Formulas on a page, in the notation of TeX between dollar signs. One syntax, read here only.

- `$x^2$` in running text: on one line, no blank inside the signs, no letter or digit outside;
- `$$ … $$`: a paragraph of its own, over as many lines as it takes.

A dollar sign before a digit or after a letter is money (`$5`, `US$5`), `\$` is a dollar sign, and
nothing is read in code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from neverstale.source import directive

# A stash of Markdown's (\x02) is code, a link or a tag, none of which belongs into a formula.
INLINE = r"(?<![\\$A-Za-z0-9])\$(?![\s$])(?P<tex>(?:\\.|[^\\$`\n\x02])+?)(?<!\s)\$(?![A-Za-z0-9$])"
BLOCK = re.compile(r"\s*\$\$(?P<tex>(?:\\.|[^\\$`\x02])+)\$\$\s*", re.DOTALL)
_FORMULA = re.compile(
    r"(?<![^\n]\n)^[ \t]*\$\$(?P<block>(?:\\.|[^\\$`](?!\n[ \t]*\n))+)\$\$[ \t]*"
    r"(?=\n[ \t]*\n|\s*\Z)"
    rf"|{INLINE}",
    re.MULTILINE | re.DOTALL,
)
_MONEY = re.compile(r"\\\$|(?<=[A-Za-z])\$|\$(?=\d)")
_TYPED = re.compile(r"\$+|\\(?:[A-Za-z]{2,}|[()\[\]](?=.*\\[()\[\]]))")
ADVICE = (
    "is no formula; write $x$ in running text, $$ before and after a paragraph of its own, "
    "\\$ for a dollar sign, ` ` round code"
)


@dataclass(frozen=True)
class Formula:
    """A formula on a page.

    Attributes:
        line: where it begins, from 1.
        tex: what stands between the signs, without blanks at its ends.
        block: whether it stands by itself.
    """

    line: int
    tex: str
    block: bool

    @property
    def source(self) -> str:
        """Its beginning as it was written, on one line, for messages and to be looked for."""
        first = self.tex.strip().partition("\n")[0]
        return first if self.block else f"${first}$"


def formulas(text: str) -> Iterator[Formula]:
    """The formulas of a page's Markdown."""
    for match in _FORMULA.finditer(_masked(text)):
        yield _formula(match)


def replaced(text: str, by: Callable[[Formula], str]) -> str:
    """The text with each formula replaced; lines keep their numbers.

    Args:
        text: Markdown of a page.
        by: what takes a formula's place, on one line.
    """
    masked, parts, end = _masked(text), [], 0
    for match in _FORMULA.finditer(masked):
        parts += [text[end : match.start()], by(_formula(match)), "\n" * match[0].count("\n")]
        end = match.end()
    return "".join([*parts, text[end:]])


def money_escaped(text: str) -> str:
    r"""The text with `\$` for every dollar sign of money: other programs look for formulas, too."""
    masked, parts, end = _masked(text), [], 0
    for match in _FORMULA.finditer(masked):
        parts += [_escaped(text, masked, end, match.start()), match[0]]
        end = match.end()
    return "".join([*parts, _escaped(text, masked, end, len(text))])


def _escaped(text: str, masked: str, start: int, end: int) -> str:
    parts, at = [], start
    for money in _MONEY.finditer(masked, start, end):
        parts += [text[at : money.start()], "\\$"]
        at = money.end()
    return "".join([*parts, text[at:end]])


def strays(text: str) -> Iterator[tuple[int, str]]:
    """(line, what is wrong) of what looks like a formula and is read as none."""
    rest = _masked(text)
    for match in _FORMULA.finditer(rest):
        found = _formula(match)
        row = rest[rest.rfind("\n", 0, match.start()) + 1 : match.end()]
        if row.startswith("#"):
            yield found.line, f'"{found.source}": no formulas in headings; say it in words'
        elif row.lstrip().startswith("|") and "|" in found.tex:
            yield found.line, f'"{found.source}": a | ends the cell; write \\vert'
    rest = _FORMULA.sub(lambda match: "\n" * match[0].count("\n"), rest)
    for number, line in enumerate(rest.split("\n"), 1):
        if typed := _TYPED.search(_MONEY.sub(lambda money: " " * len(money[0]), line)):
            said = line[typed.start() :].partition("`")[0][:24].strip()
            yield number, f'"{said}" {ADVICE}'


def _formula(match: re.Match[str]) -> Formula:
    line = match.string.count("\n", 0, match.start()) + 1
    block = match["block"]
    return Formula(line, (block or match["tex"]).strip(), block is not None)


def _masked(text: str) -> str:
    """The text with ticks in the place of its code, so that all else stays where it is."""
    free = dict(directive.outside_fences(text))
    lines = []
    for number, line in enumerate(text.split("\n"), 1):
        if number not in free:
            lines.append("`" * len(line))
        else:
            lines.append(directive.INLINE_CODE.sub(lambda code: "`" * len(code[0]), line))
    return "\n".join(lines)
