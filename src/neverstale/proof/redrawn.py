"""Does a run draw the figure that its record holds?

Not letter by letter: another processor rounds otherwise, and matplotlib names parts after what they
hold.
"""

from __future__ import annotations

import re

from neverstale.proof.figure import PROLOGUE, TAG, TEXT

SHARE = 1e-4  # of a figure's size, unless the snippet's head asks for more
NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]*\w)")
SEEN = 0.1  # points; what moves less looks the same
LOOSE = 0.01  # numbers that wander further give other axes, too: the words alone are compared
DIGITS = re.compile(r"[−-]?\d[\d.]*")
# Names of parts, and pictures in pixels: how those are packed is the library's affair.
NAMES = re.compile(r'\bid="[^"]*"|#[\w-]{8,}|data:image/[^"]*')
OUTLINE = re.compile(r'(?<=\bd=")[^"]+')


def difference(old: str, new: str, tolerance: float) -> str | None:
    """What a figure shows otherwise than the recorded one, or None.

    Args:
        old: the recorded SVG.
        new: this run's.
        tolerance: how far its numbers may wander, as a share of the figure's size.
    """
    before, after = (PROLOGUE.sub("", svg).strip() for svg in (old, new))
    if before == after:
        return None
    words = [[found["text"].strip() for found in TEXT.finditer(svg)] for svg in (before, after)]
    if tolerance > LOOSE:
        one, two = ({DIGITS.sub("#", word) for word in each} - {"#"} for each in words)
        return f"says {sorted(two - one)}, not {sorted(one - two)}" if one != two else None
    for one, two in zip(*words, strict=False):
        if one != two:
            return f"says '{two}', not '{one}'"
    parts = [TAG.findall(NAMES.sub("", svg)) for svg in (before, after)]
    if len(words[0]) != len(words[1]) or len(parts[0]) != len(parts[1]):
        return f"has {len(parts[1])} parts, not {len(parts[0])}"
    size = max((float(number) for number in NUMBER.findall(parts[0][0])), default=0.0)
    for one, two in zip(*parts, strict=True):
        if not _same(one, two, max(SEEN, tolerance * size)):
            return f"draws '{_short(two)}', not '{_short(one)}'"
    return None


def _same(one: str, two: str, allowed: float) -> bool:
    if one == two:
        return True
    paths = [OUTLINE.search(each) for each in (one, two)]
    if paths[0] and paths[1]:
        lines = [_points(path[0]) for path in paths if path]
        if len(lines[0]) != len(lines[1]):  # points on a straight line may be left out
            lines = [_ends(points) for points in lines]
        near = all(abs(a - b) <= allowed for a, b in zip(*lines, strict=True))
        return near and _same(OUTLINE.sub("", one), OUTLINE.sub("", two), allowed)
    if NUMBER.sub("#", one) != NUMBER.sub("#", two):
        return False
    numbers = (map(float, NUMBER.findall(each)) for each in (one, two))
    return all(abs(a - b) <= allowed for a, b in zip(*numbers, strict=True))


def _points(outline: str) -> list[float]:
    return [float(number) for number in NUMBER.findall(outline)]


def _ends(points: list[float]) -> list[float]:
    """Where a line begins and ends, and the box round it."""
    across, down = points[::2], points[1::2]
    if not down:
        return points
    return [*points[:2], *points[-2:], min(across), max(across), min(down), max(down)]


def _short(part: str) -> str:
    return " ".join(part.split())[:60]
