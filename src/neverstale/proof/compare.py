"""Is this output the same as that one? Words to the letter, numbers to the printed digits.

How far a number may wander is a rule: `printed`, unless the snippet's head asks for another:
`within` a tolerance, or `measured`. `anything` holds a measurement on one device against another's.
"""

from __future__ import annotations

import decimal
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, zip_longest

# A rounding may tip the last digit; where that is a larger share of the number, it is a change.
SHARE = Decimal("0.001")
# Times as large: no longer the same measurement. A machine that is busy with other things makes one
# of several threads ten times as long; a slip of the unit is a factor of a thousand.
MAGNITUDE = 100
LEFT_OUT = "…"
# Possessive: no text makes it look twice at a digit.
REAL = (
    r"(?:[0-9]{1,3}(?:,[0-9]{3})++(?![0-9])(?:\.[0-9]*+)?|[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)"
    r"(?:[eE][-+]?[0-9]++)?+"
)
# A unit may follow at once (3.1ms, 5%); digits after that make it a name (0x7f, 28x28, 2.13.0).
NUMBER = re.compile(
    rf"(?<![A-Za-z0-9_.])[-+]?{REAL}(?:[-+]{REAL}(?=j))?(?=[A-Za-zµμΩ%°]*+(?!\.*+[A-Za-z0-9_]))"
)
# The decimal numbers of any size and of the digits that a float can have.
EXACT = decimal.Context(prec=60, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX)


@dataclass(frozen=True)
class Number:
    """A number of an output.

    Attributes:
        text: as it was printed.
        parts: its value; a complex number has two.
        whole: whether it was printed as an int.
        last: what its last digit counts; None if no digit stands behind the point.
    """

    text: str
    parts: tuple[Decimal, ...]
    whole: bool
    last: Decimal | None

    @property
    def size(self) -> Decimal:
        """How large it is, whatever its sign."""
        return max(part.copy_abs() for part in self.parts)


Rule = Callable[[Number, Number], bool]


def printed(old: Number, new: Number) -> bool:
    """Equal; or one apart in the last digit that was printed, and a thousandth at most."""
    lasts = [number.last for number in (old, new) if number.last is not None]
    if old.whole or new.whole or not lasts:
        return old.text == new.text or (old.whole == new.whole and old.parts == new.parts)
    return _apart(old, new) <= min(*lasts, SHARE * max(old.size, new.size))


def within(tolerance: float, floor: float = 0.0) -> Rule:
    """Floats differ by that share of the larger, or by `floor`; ints are equal."""
    share, least = Decimal(tolerance), Decimal(floor)

    def rule(old: Number, new: Number) -> bool:
        if old.whole or new.whole:
            return printed(old, new)
        return _apart(old, new) <= max(least, share * max(old.size, new.size))

    return rule


def measured(old: Number, new: Number) -> bool:
    """Of one sign and not a hundred times as large; zero agrees with zero alone."""
    if len(old.parts) != len(new.parts):
        return False
    one, two = old.size, new.size
    if not one or not two:
        return one == two
    if len(old.parts) == 1 and (old.parts[0] < 0) != (new.parts[0] < 0):
        return False
    return max(one, two) < MAGNITUDE * min(one, two)


def anything(old: Number, new: Number) -> bool:
    """A number is there."""
    return True


def difference(old: str, new: str, rule: Rule, varies: Sequence[str] = ()) -> str | None:
    """Compare two outputs, line by line.

    Words and units must be equal, and so must the blanks at the start of a line. Elsewhere columns
    may grow: runs of blanks count as one.

    Args:
        old: the recorded output.
        new: this run's output.
        rule: whether two numbers in the same place agree.
        varies: see `kept`.

    Returns:
        None if they agree, else what differs, in one line.
    """
    texts = (kept(text, varies) for text in (old, new))
    with decimal.localcontext(EXACT):
        for number, (before, after) in enumerate(zip_longest(*texts), 1):
            if before is None or after is None:
                what = f"has line {number} '{after}'" if before is None else f"lacks '{before}'"
                return f"output {what}"
            if before != after and not _same(before.rstrip(), after.rstrip(), rule):
                return f"output line {number} was '{before.rstrip()}', is '{after.rstrip()}'"
    return None


def kept(text: str, varies: Sequence[str]) -> Iterator[str]:
    """The lines of an output that are compared.

    Args:
        text: the output.
        varies: regular expressions. A line that one finds something in is left out; of one that has
            a group named `varies`, only what that group stands for.
    """
    patterns = [re.compile(each) for each in varies]
    for line in _lines(text):
        found = [each for each in patterns if each.search(line)]
        if all("varies" in each.groupindex for each in found):
            for each in found:
                line = each.sub(_without, line)
            yield line


def _without(found: re.Match[str]) -> str:
    """What was found, without what varies."""
    start, end = (place - found.start() for place in found.span("varies"))
    return found[0] if start < 0 else found[0][:start] + LEFT_OUT + found[0][end:]


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


def _same(before: str, after: str, rule: Rule) -> bool:
    if before == after:
        return True
    found = [list(NUMBER.finditer(line)) for line in (before, after)]
    if len(found[0]) != len(found[1]):
        return False
    try:
        numbers = [[_number(each[0]) for each in line] for line in found]
    except decimal.DecimalException:  # of an exponent that no computer has
        return False
    words = [list(_between(line, each)) for line, each in zip((before, after), found, strict=True)]
    return all(map(rule, *numbers)) and all(
        _aligned(place, one, two) for place, (one, two) in enumerate(zip(*words, strict=True))
    )


@dataclass(frozen=True)
class _Words:
    """What stands between two numbers of a line.

    Attributes:
        text: without the blanks around it; a run of blanks inside is one.
        before: width of the blanks before it; and of the number before those.
        after: width of the blanks after it; and of the number after those.
    """

    text: str
    before: tuple[int, int]
    after: tuple[int, int]


def _between(line: str, found: Sequence[re.Match[str]]) -> Iterator[_Words]:
    edges = [(0, 0), *(each.span() for each in found), (len(line), len(line))]
    for (start, end), (begin, stop) in pairwise(edges):
        text = line[end:begin]
        before = len(text) - len(text.lstrip(" "))
        after = len(text) - len(text.rstrip(" "))
        words = re.sub(" +", " ", text.strip(" "))
        yield _Words(words, (before, end - start), (after, stop - begin))


def _aligned(place: int, one: _Words, two: _Words) -> bool:
    """Whether they say the same, in columns that may have grown."""
    if one.text != two.text:
        return False
    if place == 0:  # the start of the line
        if one.text:
            return one.before == two.before and _spaced(one.after, two.after)
        return one.after[0] == two.after[0] or sum(one.after) == sum(two.after)
    return _spaced(one.before, two.before) and _spaced(one.after, two.after)


def _spaced(one: tuple[int, int], two: tuple[int, int]) -> bool:
    """Whether blanks beside a number are alike: some in both, or they fill a column with it."""
    return bool(one[0]) == bool(two[0]) or sum(one) == sum(two)


def _number(text: str) -> Number:
    parts = [part.replace(",", "") for part in re.findall(rf"[-+]?{REAL}", text)]
    lasts = [_last(part) for part in parts if re.search(r"\.[0-9]", part)]
    return Number(
        text,
        tuple(map(Decimal, parts)),
        re.fullmatch(r"[-+]?[0-9,]+", text) is not None,
        min(lasts, default=None),
    )


def _last(part: str) -> Decimal:
    """`1.50e3` → 10."""
    exponent = Decimal(part).as_tuple().exponent
    assert isinstance(exponent, int)  # neither infinite nor no number
    return Decimal(1).scaleb(exponent)


def _apart(old: Number, new: Number) -> Decimal:
    """How far two numbers are apart, in the part that differs most; infinitely if of two kinds."""
    if len(old.parts) != len(new.parts):
        return Decimal("inf")
    return max(abs(a - b) for a, b in zip(old.parts, new.parts, strict=True))
