"""Characters that no reader sees, or that show a line in another order than it is read in."""

from __future__ import annotations

import re
import unicodedata

from neverstale.problem import Problem

# Those that a browser draws as nothing although Unicode counts them as letters or marks.
DRAWN_AS_NOTHING = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef"
)
ZWNJ, ZWJ, VS16 = "\u200c", "\u200d", "\ufe0f"
JOINERS = (ZWNJ, ZWJ)
# Scripts whose letters join, in which these keep apart or put together what is spelt so.
JOINED = frozenset(
    ("ARABIC", "SYRIAC", "MONGOLIAN", "NKO", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI",
     "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "KHMER", "MYANMAR", "TIBETAN")
)  # fmt: skip
NOTHING = re.compile(f"[{DRAWN_AS_NOTHING}]")


def check(where: str, text: str, first: int = 1) -> list[Problem]:
    """A problem per line that holds one: bidirectional controls, blanks without width, marks.

    Args:
        where: the file, for messages.
        text: its text, or a part of it.
        first: number that the first line of the text has in the file.
    """
    hidden = {c for c in set(text) if unicodedata.category(c) == "Cf"}
    if not hidden:
        return []
    problems = []
    for number, line in enumerate(text.split("\n"), first):
        seen = (c for i, c in enumerate(line) if c in hidden and not _joins(line, i))
        found = next(seen, None)
        if found:
            message = f"holds {name(found)}, which no reader sees; remove it"
            problems.append(Problem(where, number, message, "invisible"))
    return problems


def _joins(line: str, at: int) -> bool:
    """Whether a joiner stands where spelling or a picture needs it: readers see what it does."""
    if line[at] not in JOINERS or not 0 < at < len(line) - 1:
        return False
    before, after = line[at - 1], line[at + 1]
    if line[at] == ZWJ and unicodedata.category(after) == "So":  # a picture made of several
        return before == VS16 or unicodedata.category(before) in ("So", "Sk")
    return all(unicodedata.name(c, "").partition(" ")[0] in JOINED for c in (before, after))


def in_output(text: str) -> int | None:
    """Where in a text a character stands that is not shown as it is: one of those, a control
    character or escape code, or a separator that only some programs take for the end of a line.

    Line feeds and tabs are shown. None if all are.
    """
    unfit = {c for c in set(text) if c not in "\n\t" and _unfit(c)}
    return min(map(text.index, unfit), default=None)


def _unfit(character: str) -> bool:
    unseen = unicodedata.category(character) in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")
    return unseen or bool(NOTHING.match(character))


def name(character: str) -> str:
    """Such as `U+202E (RIGHT-TO-LEFT OVERRIDE)`."""
    return f"U+{ord(character):04X} ({unicodedata.name(character, 'a control character')})"
