"""What must be the same in every edition of a section: numbers, formulas, names with digits,
references.

Words are translated, numbers are not, nor are formulas, but for the words in them. Those that a
language likes to write in words (below 13) and how often a whole number is said again are left to
the translator; decimals are counted one by one, and a table is compared cell by cell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from neverstale.source import formula
from neverstale.source.formula import Formula

# What is no number that a reader reads: addresses, attributes, tags, notes, marks of a list.
APART = re.compile(
    r"\]\([^()]*\)|\{[^{}]*\}|</?[a-z][^<>]*>|<!--[^<>]*-->|https?://\S+|\[\^[\w-]+\]:?|&\w+;"
    r"|^[ \t]*(?:--8<-- .*|!\[.*|\d+[.)] )",
    re.MULTILINE,
)
REFERENCE = re.compile(r"\[\[[^\[\]\s]+\]\]")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip
DATED = re.compile(rf"(?:(\d\d?) )?\b({'|'.join(MONTHS)}) (?:(\d\d?),? )?(?=20\d\d|\d)")
MONTH = re.compile("|".join(MONTHS))  # with a day before it, it takes long to look for
DAY = re.compile(r"\b(20\d\d)-0?(\d\d?)-0?(\d\d?)\b")
TIMES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "万亿": 1e12,
         "万": 1e4, "亿": 1e8}  # fmt: skip
NUMBER = re.compile(
    rf"(?<![\w.])(?P<digits>\d[\d,]*(?:\.\d+)?)(?: ?(?P<times>{'|'.join(TIMES)}))?"
    r"(?: ?(?P<unit>[TGMk]i?B(?:/s)?|[TGP]?FLOPS|TFLOP/s|TOPS|[GM]Hz|[mµn]?s|k?W|%)(?![\w/]))?"
)
# What is made, or counted by its number: H100, MI300X, FP16.
NAME = re.compile(r"(?<![\w./-])[A-Z][A-Za-z]*\d\w*(?![\w(])")
CODE = re.compile(r"`[^`]*`")
UNIT = re.compile(r"(?:[TGMk]i?B(?:/s)?|[TGP]?FLOPS|TFLOP/s|TOPS|[GM]Hz|[mµn]?s|k?W)\Z")
WORDS = re.compile(r"\\text\{(?P<words>[^{}]*)\}")  # in a formula
ANY = re.compile(r"[\d$]|\[\[")  # one of these is in every fact
WORDY = 12  # up to here, some languages write numbers as words


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


def difference(one: str, two: str) -> Difference | None:
    """Where two editions' texts of a section differ; None if they do not."""
    found = [(line, *_between(*cells)) for line, cells in _cells(one, two)]
    found.append((-1, *_between(one, two)))
    here = tuple(dict.fromkeys(fact for _, facts, _ in found for fact in facts))
    there = tuple(dict.fromkeys(fact for _, _, facts in found for fact in facts))
    if not here and not there:
        return None
    line = next((line for line, a, b in found if a or b), 0)
    if line < 0:
        said = {fact.partition(" ")[0] for fact in here}
        lines = enumerate(one.split("\n"))
        line = next((i for i, text in lines if said & {*_facts(text)[0]}), 0)
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


def _between(one: str, two: str) -> tuple[list[str], list[str]]:
    """What each text says and the other does not."""
    if one == two:
        return [], []
    (mine, units), (other, others) = _facts(one), _facts(two)
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


def _facts(text: str) -> tuple[Counter[str], dict[str, set[str]]]:
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
    if MONTH.search(text):
        text = DATED.sub(lambda m: f"{m[1] or ''} {MONTHS.index(m[2]) + 1} {m[3] or ''} ", text)
    found.update(NAME.findall(CODE.sub(" ", text)))
    for match in NUMBER.finditer(text):
        digits = match["digits"].rstrip(",").replace(",", "")
        value = float(digits) * TIMES.get(match["times"] or "", 1)
        shown = digits if not match["times"] else f"{value:.15g}"
        if value > WORDY or "." in shown:
            found[shown] += 1
        if match["unit"]:
            units.setdefault(shown, set()).add(match["unit"])
    return found, units
