"""What a run printed: text that a page can show to the letter, or why it cannot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from neverstale.source import invisible
from neverstale.source.options import Exemption

Steps = Sequence[Sequence[int]]  # line, bytes of output and of error output before it
SHOWN = 200  # characters of a line of error output in a message


class Unfit(Exception):
    """It cannot be shown: the line of the statement that printed it, and why."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def output(raw: bytes, steps: Steps) -> tuple[tuple[int, str], ...]:
    """(line, text) of each statement that printed anything.

    Line ends become a line feed each, as `csv` and Windows write them otherwise.

    Raises:
        Unfit: it is not UTF-8, or holds characters that a page does not show as they are.
    """
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        byte = f"0x{raw[error.start]:02x}"
        message = f"printed bytes that are not UTF-8 ({byte})"
        raise Unfit(_line(steps, 1, error.start), message) from None
    found = []
    for step, after in zip_longest(steps, steps[1:]):
        line, start = step[:2]
        text = raw[start : after[1] if after else len(raw)].decode().replace("\r\n", "\n")
        at = invisible.in_output(text)
        if at is not None:
            raise Unfit(line, _unseen(text[at]))
        if text:
            found.append((line, text))
    return tuple(found)


def unexplained(raw: bytes, steps: Steps, allowed: Sequence[Exemption]) -> None:
    """Demand that nothing went to standard error but what the head allows, line by line.

    Raises:
        Unfit: something did: no page shows it.
    """
    at = 0
    for said in raw.splitlines(keepends=True):
        text = said.decode(errors="replace").strip()
        if text and not any(re.search(each.match, text) for each in allowed):
            plain = "".join(c if c.isprintable() else "?" for c in text[:SHOWN])
            message = (
                f"says on standard error, where no reader sees it: '{plain}' "
                "(mend the cause, print it, or allow it with a reason: allow-stderr)"
            )
            raise Unfit(_line(steps, 2, at), message)
        at += len(said)


def _line(steps: Steps, stream: int, at: int) -> int:
    """The line of the statement that wrote that byte of a stream; 0 before the first."""
    return next((step[0] for step in reversed(steps) if step[stream] <= at), 0)


def _unseen(character: str) -> str:
    if character == "\r":
        return "prints a carriage return alone, as progress lines do; print whole lines"
    what = invisible.name(character)
    return f"prints {what}, which a page does not show as it is; print it escaped, as repr() does"
