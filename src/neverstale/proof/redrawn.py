"""Does a run draw the figure that its record holds?

Not letter by letter: another processor rounds otherwise, and matplotlib names parts after what they
hold.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from xml.etree.ElementTree import Element

from neverstale.problem import NeverstaleError
from neverstale.proof import compare, picture
from neverstale.source import drawing

SHARE = 1e-4  # of a figure's size, unless the snippet's head asks for more
SEEN = 0.1  # points; what moves less looks the same
LOOSE = 0.01  # numbers that wander further give other axes, too: curves are compared as wholes
SAMPLES = 64  # places along a curve
DIGITS = re.compile(r"[−-]?\d[\d.]*")
NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]*\w)")
MENTION = re.compile(r"#[\w-]{8,}")
OUTLINE = re.compile(r'(?<=\bd=")[^"]+')

Points = list[tuple[float, float]]


def difference(old: str, new: str, tolerance: float | None) -> str | None:
    """What a figure shows otherwise than the recorded one, or None.

    Args:
        old: the recorded SVG.
        new: this run's.
        tolerance: how far its numbers may wander, as a share of the figure's size; None if they are
            measurements, so that its words alone are compared.
    """
    after = drawing.read("figure", new)
    try:
        before = drawing.read("the recorded figure", old)
    except NeverstaleError as error:
        return f"is the first of its kind: {error}"
    if tolerance is None:
        return _labels(before, after)
    look = _loosely if tolerance > LOOSE else _closely
    return look(before, after, tolerance) or _pictures(before, after, tolerance)


def _pictures(before: Element, after: Element, tolerance: float) -> str | None:
    one, two = ([*_carried(root)] for root in (before, after))
    if len(one) != len(two):
        return f"has {len(two)} pictures, not {len(one)}"
    for number, pair in enumerate(zip(one, two, strict=True), 1):
        if found := picture.difference(*pair, tolerance):
            return f"picture {number} {found}"
    return None


def _carried(root: Element) -> Iterator[str]:
    for item in root.iter():
        if drawing.name(item) == "image":
            address = next((item.attrib[key] for key in drawing.HREFS if key in item.attrib), "")
            yield address.partition(",")[2]


def _words(root: Element) -> list[str]:
    """Its texts in order; parts of one that are set apart are texts of their own."""
    return [words for item in root.iter() for words in drawing.words(item)]


def _closely(before: Element, after: Element, tolerance: float) -> str | None:
    """Part by part, none of which may move by more than that share of the size."""
    words, parts = ([make(root) for root in (before, after)] for make in (_words, _parts))
    for one, two in zip(*words, strict=False):
        if one != two:
            return f"says '{two}', not '{one}'"
    if len(words[0]) != len(words[1]) or len(parts[0]) != len(parts[1]):
        return f"has {len(parts[1])} parts, not {len(parts[0])}"
    allowed = max(SEEN, tolerance * _size(before))
    for one, two in zip(*parts, strict=True):
        if not _same(one, two, allowed):
            return f"draws '{_short(two)}', not '{_short(one)}'"
    return None


def _parts(root: Element) -> list[str]:
    """Its elements, without their names and what they carry."""
    return [
        f"<{drawing.name(item)}"
        + "".join(
            f' {key}="{MENTION.sub("", value)}"'
            for key, value in item.attrib.items()
            if key != "id" and not value.startswith("data:")
        )
        for item in root.iter()
    ]


def _size(root: Element) -> float:
    numbers = NUMBER.findall(root.get("viewBox", "") + " " + root.get("width", "").rstrip("pt"))
    return max(map(float, numbers), default=0.0)


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


def _loosely(before: Element, after: Element, tolerance: float) -> str | None:
    """Words, and the course of each curve; axes and their ticks may be others."""
    one, two = _named(before), _named(after)
    if one != two:
        return f"says {sorted(two - one)}, not {sorted(one - two)}"
    old_words, new_words = ("\n".join(filter(_lettered, _words(r))) for r in (before, after))
    if found := compare.difference(old_words, new_words, _about(tolerance)):
        return f"says otherwise: {found.removeprefix('output ')}"
    drawn = [list(_curves(root)) for root in (before, after)]
    if [look for look, _ in drawn[0]] != [look for look, _ in drawn[1]]:
        return (
            f"draws other curves: {len(drawn[1])}, where {len(drawn[0])} were, or in other colours"
        )
    allowed = tolerance * _size(before)
    for number, ((_, old), (_, new)) in enumerate(zip(*drawn, strict=True), 1):
        apart = _between(old, new)
        if apart > allowed:
            return f"draws curve {number} {apart:.0f} points away, not within {allowed:.0f}"
    return None


def _labels(before: Element, after: Element) -> str | None:
    """Whether the words are the same, whatever the numbers and their order."""
    one, two = _named(before), _named(after)
    return f"says {sorted(two - one)}, not {sorted(one - two)}" if one != two else None


def _lettered(word: str) -> bool:
    """Whether it is more than a number at a tick."""
    return any(letter.isalpha() for letter in word)


def _about(tolerance: float) -> compare.Rule:
    near = compare.within(tolerance)
    return lambda old, new: (old.whole and new.whole) or near(old, new)


def _curves(root: Element, inside: bool = False) -> Iterator[tuple[str, Points]]:
    """How each line, area and set of marks in the axes looks, and where its points are.

    In the axes is what is clipped; lines from edge to edge there are those of the grid.
    """
    marks: Points = []
    look = ""
    for item in root:
        clipped = inside or "clip-path" in item.attrib
        name = drawing.name(item)
        if name == "path" and clipped:
            numbers = _points(item.get("d", ""))
            points = list(zip(numbers[::2], numbers[1::2], strict=False))
            if len(points) > 2 or (len(points) == 2 and _slanted(points)):
                yield item.get("style", ""), points
        elif name == "use" and clipped:
            marks.append((float(item.get("x", 0)), float(item.get("y", 0))))
            look = item.get("style", "")
        elif name != "defs":
            yield from _curves(item, clipped)
    if marks:
        yield f"marks {look}", marks


def _slanted(points: Points) -> bool:
    (x, y), (u, v) = points
    return x != u and y != v


def _between(old: Points, new: Points) -> float:
    """How far two curves are apart on average; of what is no curve, how far its box has moved."""
    if all(_onward(points) for points in (old, new)):
        left, right = (max(old[0][0], new[0][0]), min(old[-1][0], new[-1][0]))
        if left < right:
            steps = [left + (right - left) * i / (SAMPLES - 1) for i in range(SAMPLES)]
            pairs = zip(_heights(old, steps), _heights(new, steps), strict=True)
            return math.fsum(abs(a - b) for a, b in pairs) / SAMPLES
    boxes = [_ends([each for point in points for each in point])[4:] for points in (old, new)]
    return max(math.fabs(a - b) for a, b in zip(*boxes, strict=True))


def _onward(points: Points) -> bool:
    """Whether it runs from left to right."""
    return len(points) > 1 and all(a[0] <= b[0] for a, b in pairwise(points))


def _heights(points: Points, steps: Sequence[float]) -> Iterator[float]:
    """How high a curve is at each of these places, which rise."""
    at = 0
    for step in steps:
        while at < len(points) - 2 and points[at + 1][0] < step:
            at += 1
        (x, y), (u, v) = points[at], points[at + 1]
        yield v if u == x else y + (v - y) * (step - x) / (u - x)


def _named(root: Element) -> set[str]:
    """What a figure says, numbers left out; of 2 × 10⁻³ at a tick, signs stand apart."""
    return {DIGITS.sub("#", word) for word in _words(root)} - {"#", "−", "-", "×"}
