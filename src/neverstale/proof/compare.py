"""Is this output the same as that one, within tolerance?"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import zip_longest

NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]*\w)")


def difference(
    old: str, new: str, tolerance: float, measured: bool = False, varies: Sequence[str] = ()
) -> str | None:
    """Compare two outputs, line by line.

    Words must be equal. Numbers may differ by `tolerance`, relative to the larger; whole numbers
    must be equal. Runs of blanks count as one, since a column may grow.

    Args:
        old: the recorded output.
        new: this run's output.
        tolerance: relative, such as 1e-4.
        measured: numbers are measurements: not compared at all.
        varies: lines that one of these regular expressions finds something in are left out.

    Returns:
        None if they agree, else what differs, in one line.
    """
    kept = (
        [line for line in text.splitlines() if not any(re.search(p, line) for p in varies)]
        for text in (old, new)
    )
    for number, (before, after) in enumerate(zip_longest(*kept), 1):
        if before is None or after is None:
            what = f"has line {number} '{after}'" if before is None else f"lacks '{before}'"
            return f"output {what}"
        if not _same(before, after, tolerance, measured):
            return f"output line {number} was '{before.strip()}', is '{after.strip()}'"
    return None


def _same(before: str, after: str, tolerance: float, measured: bool) -> bool:
    if before == after:
        return True
    frames = [" ".join(NUMBER.sub("#", line).split()) for line in (before, after)]
    if frames[0] != frames[1]:
        return False
    if measured:
        return True
    for old, new in zip(NUMBER.findall(before), NUMBER.findall(after), strict=True):
        whole = re.fullmatch(r"[-+]?\d+", old) and re.fullmatch(r"[-+]?\d+", new)
        if whole and old.lstrip("+") != new.lstrip("+"):
            return False
        if not math.isclose(float(old), float(new), rel_tol=tolerance, abs_tol=tolerance * 1e-3):
            return False
    return True
