"""What makes an exemption one: a reason in words, and a last day that is not far."""

from __future__ import annotations

import datetime

from neverstale.script import unspaced

FURTHEST = datetime.timedelta(days=366)


def unworded(reason: object) -> bool:
    """Whether this is no reason in words: a single one, or a key held down.

    Two words at least, of five different letters; four in a script that has no blanks.
    """
    if not isinstance(reason, str):
        return True
    letters = {letter for letter in reason.casefold() if letter.isalpha()}
    words = set(reason.casefold().split())
    return sum(map(unspaced, letters)) < 4 and (len(letters) < 5 or len(words) < 2)


def too_far(until: datetime.date) -> str | None:
    """Why that day is no last day of an excuse, in words; None if it is."""
    last = datetime.date.today() + FURTHEST
    if until <= last:
        return None
    return f"{until} is more than a year away; excuses are looked at anew by {last}"
