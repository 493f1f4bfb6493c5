"""What must be the same in every edition of a section: numbers, formulas, names with digits,
references.

Words are translated, numbers are not, nor are formulas, but for the words in them. Those that a
language likes to write in words (below 13) and how often a whole number is said again are left to
the translator; decimals are counted one by one, and a table is compared cell by cell.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from neverstale.project import Numerals
from neverstale.source import formula
from neverstale.source.formula import Formula

# What is no number that a reader reads: addresses, attributes, tags, notes, marks of a list.
APART = re.compile(
    r"\]\([^()]*\)|\{[^{}]*\}|</?[a-z][^<>]*>|<!--[^<>]*-->|https?://\S+|\[\^[\w-]+\]:?|&\w+;"
    r"|^[ \t]*(?:--8<-- .*|!\[.*|\d+[.)] )",
    re.MULTILINE,
)
REFERENCE = re.compile(r"\[\[[^\[\]\s]+\]\]")
DAY = re.compile(r"\b(20\d\d)-0?(\d\d?)-0?(\d\d?)\b")
# What is made, or counted by its number: H100, MI300X, FP16.
NAME = re.compile(r"(?<![\w./-])[A-Z][A-Za-z]*\d\w*(?![\w(])")
CODE = re.compile(r"`[^`]*`")
UNIT = re.compile(r"(?:[TGMk]i?B(?:/s)?|[TGP]?FLOPS|TFLOP/s|TOPS|[GM]Hz|[mµn]?s|k?W)\Z")
WORDS = re.compile(r"\\text\{(?P<words>[^{}]*)\}")  # in a formula
ANY = re.compile(r"[\d$]|\[\[")  # one of these is in every fact
WORDY = 12  # up to here, some languages write numbers as words
NONE = Numerals()
NOTHING = "(?!)"  # a pattern that finds nothing


class _Words:
    """What finds numbers and dates in which languages have words of their own."""

    def __init__(self, numerals: Numerals) -> None:
        def either(words: Iterable[str]) -> str:  # a word before one that it begins with
            return "|".join(map(re.escape, sorted(words, key=len, reverse=True))) or NOTHING

        self.times = dict(numerals.times)
        self.months = {name: i for each in numerals.months for i, name in enumerate(each, 1)}
        names = either(self.months)
        self.month = re.compile(names)  # with a day before it, it takes long to look for
        self.dated = re.compile(rf"(?:(\d\d?) )?\b({names}) (?:(\d\d?),? )?(?=20\d\d|\d)")
        self.number = re.compile(
            rf"(?<![\w.])(?P<digits>\d[\d,]*(?:\.\d+)?)(?: ?(?P<times>{either(self.times)}))?"
            r"(?: ?(?P<unit>[TGMk]i?B(?:/s)?|[TGP]?FLOPS|TFLOP/s|TOPS|[GM]Hz|[mµn]?s|k?W|%)"
            r"(?![\w/]))?"
        )


_words = functools.cache(_Words)


@dataclass(frozen=True)
class Difference:
    """Where two editions of a section say different things.

    Attributes:
        here: what only the one says.
        there: what only the other says.
        line: where, counted from the first line of the section: of `here` if there is any.
    """

    here: tuple[str, ...]
    there: tuple[str, ...]
    line: int


def difference(one: str, two: str, numerals: Numerals = NONE) -> Difference | None:
    """Where two editions' texts of a section differ; None if they do not.

    Args:
        one: the text of the one.
        two: that of the other.
        numerals: how their languages write numbers in words.
    """
    words = _words(numerals)
    found = [(line, *_between(*cells, words)) for line, cells in _cells(one, two)]
    found.append((-1, *_between(one, two, words)))
    here = tuple(dict.fromkeys(fact for _, facts, _ in found for fact in facts))
    there = tuple(dict.fromkeys(fact for _, _, facts in found for fact in facts))
    if not here and not there:
        return None
    line = next((line for line, a, b in found if a or b), 0)
    if line < 0:
        said = {fact.partition(" ")[0] for fact in here}
        lines = enumerate(one.split("\n"))
        line = next((i for i, text in lines if said & {*_facts(text, words)[0]}), 0)
    return Difference(here, there, line)


def _cells(one: str, two: str) -> Iterator[tuple[int, tuple[str, str]]]:
    """(line, both texts) of each cell of their tables, if these have the same form."""
    mine, other = list(_rows(one)), list(_rows(two))
    if [len(cells) for _, cells in mine] == [len(cells) for _, cells in other]:
        for (line, cells), (_, others) in zip(mine, other, strict=True):
            yield from ((line, pair) for pair in zip(cells, others, strict=True))


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of the rows of its tables."""
    for line, row in enumerate(text.split("\n")):
        if row.lstrip().startswith("|"):
            yield line, row.strip().strip("|").split("|")


def _between(one: str, two: str, words: _Words) -> tuple[list[str], list[str]]:
    """What each text says and the other does not."""
    if one == two:
        return [], []
    (mine, units), (other, others) = _facts(one, words), _facts(two, words)
    here, there = (
        sorted(fact for fact in a if _counts(fact, a) > _counts(fact, b))
        for a, b in ((mine, other), (other, mine))
    )
    for number in sorted(units.keys() & others.keys()):
        if units[number].isdisjoint(others[number]):
            here.append(f"{number} {min(units[number])}")
            there.append(f"{number} {min(others[number])}")
    return here, there


def _counts(fact: str, found: Counter[str]) -> int:
    """How often it is said; of formulas and whole numbers, whether."""
    often = "[[" in fact or ("." in fact and fact[0] != "$")
    return found[fact] if often else min(found[fact], 1)


def _without_words(found: Formula) -> str:
    """A formula without blanks, and without its words, units excepted."""
    tex = WORDS.sub(lambda m: m[0] if UNIT.match(m["words"].strip()) else r"\text{}", found.tex)
    return f"${''.join(tex.split())}$"


def _facts(text: str, words: _Words) -> tuple[Counter[str], dict[str, set[str]]]:
    """Numbers, formulas and references; and number → its units, if these are in Latin letters."""
    if not ANY.search(text):
        return Counter(), {}
    found = Counter(REFERENCE.findall(text))
    if "$" in text:
        written: list[str] = []

        def left_out(each: Formula) -> str:
            written.append(_without_words(each))
            return " "

        text = formula.replaced(text, left_out)
        found.update(written)
    units: dict[str, set[str]] = {}
    text = APART.sub(" ", REFERENCE.sub(" ", text))
    text = DAY.sub(r"\1 \2 \3", text)
    if words.month.search(text):
        text = words.dated.sub(lambda m: f"{m[1] or ''} {words.months[m[2]]} {m[3] or ''} ", text)
    found.update(NAME.findall(CODE.sub(" ", text)))
    for match in words.number.finditer(text):
        digits = match["digits"].rstrip(",").replace(",", "")
        value = float(digits) * words.times.get(match["times"] or "", 1)
        shown = digits if not match["times"] else f"{value:.15g}"
        if value > WORDY or "." in shown:
            found[shown] += 1
        if match["unit"]:
            units.setdefault(shown, set()).add(match["unit"])
    return found, units
