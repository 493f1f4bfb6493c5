"""Scripts whose words no blanks part, such as Chinese or Thai, and their wide marks."""

from __future__ import annotations

import re
import unicodedata

GAP = re.compile(r"\S {2,}\S")  # between two columns
NAMES = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")


def unspaced(letter: str) -> bool:
    """Whether it is a letter of such a script."""
    return unicodedata.name(letter, "").partition(" ")[0] in NAMES


def wide(sign: str) -> bool:
    """Whether it takes two columns of a monospaced font, as a Chinese character does."""
    return unicodedata.east_asian_width(sign) in ("W", "F")


def wide_mark(sign: str) -> bool:
    """Whether it is a mark of punctuation that is as wide as such a letter."""
    return wide(sign) and unicodedata.category(sign).startswith("P")


def aligned(text: str) -> bool:
    """Whether columns stand in it that wide letters or marks share a line with: where these are not
    as wide as two others, the columns do not stand below one another."""
    return any(GAP.search(line) and any(map(wide, line)) for line in text.split("\n"))


def joined(text: str) -> str:
    """The text without line breaks between such letters or marks: each would show as a blank."""
    lines = text.split("\n")
    found = lines[:1]
    for line in lines[1:]:
        if found[-1] and line and _close(found[-1][-1]) and _close(line[0]):
            found[-1] += line
        else:
            found.append(line)
    return "\n".join(found)


def _close(sign: str) -> bool:
    return unspaced(sign) or wide_mark(sign)
