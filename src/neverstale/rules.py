"""What a site may lower to a warning, or turn off: rule by rule, for all pages or for some.

What has no name here always holds: that records are fresh, whole and of what is shown, that built
blocks are those on record, that a snippet reads as it runs, that nothing looks like a proof and is
none. A page that shows a proof would otherwise say what nobody knows.
"""

from __future__ import annotations

import datetime
import fnmatch
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from neverstale import excuse
from neverstale.problem import Problem

LEVELS = ("off", "warning", "error")
RULES = {
    "directive": "A line that looks like one of the engine's is one.",
    "duplicate-id": "No two headings of a page have one id.",
    "editions": "Editions have the same pages, headings, blocks and illustrations, in one order.",
    "gap": "No code that runs is left out between two sections, before or after them, or folded.",
    "head": "Every snippet has a head, which says what packages it needs.",
    "heading-id": "With several editions, every heading has an id of its own.",
    "hidden": "Nothing on a page is hidden.",
    "html-code": "No code is typed as HTML.",
    "html-heading": "No heading is typed as HTML.",
    "invisible": "A page holds no characters that nobody sees.",
    "long-line": "No line of a page is too long to be read here.",
    "nested-heading": "No heading stands inside a block.",
    "not-built": "Every page is in the built site.",
    "open-fence": "Every code fence has an end.",
    "order": "Sections of a file are shown in its order, each once.",
    "picture": "No picture, script or style stands on a page that nothing stands behind.",
    "shadow": "No file of ours bears a library's name.",
    "stray-block": "A built page shows no proof besides those that its source asks for.",
    "stray-file": "Among pages and snippets lies no other file.",
    "stray-page": "The built site holds no page that no source becomes.",
    "translation": "What changed in one edition changed in the others, or somebody read both.",
    "typed-code": "No code is typed into a page.",
    "typed-output": "Nothing on a page looks as if code had printed it.",
    "unpinned": "Every package that a snippet declares is pinned, where the site pins packages.",
    "unreached": "Every statement that is shown has run, or the snippet's head says why not.",
    "unrun": "Every snippet has a fresh record, those as well that no page shows.",
    "unshown": "Every snippet is shown by a page.",
    "wide-code": "No line of shown code is wider than the setting `line-length` says.",
}


@dataclass(frozen=True)
class Lowered:
    """A rule that does not hold as an error everywhere.

    Attributes:
        rule: its name.
        level: `off`, `warning`, or `error` for what a later entry would lower.
        paths: patterns of the files that are meant, in which `*` stands for anything, `/` as well.
        reason: why, in words.
        until: the last day on which this holds; None for good.
    """

    rule: str
    level: str
    paths: tuple[str, ...]
    reason: str
    until: datetime.date | None = None


class Invalid(ValueError):
    """An entry that cannot be understood; `str()` says why."""


def read(entry: Any) -> Lowered:
    """An entry of the setting `rules`.

    Raises:
        Invalid: it is none.
    """
    known = {"rule", "level", "paths", "reason", "until"}
    if not isinstance(entry, dict) or not {"rule", "level"} <= set(entry) <= known:
        raise Invalid("each needs rule and level, and may have paths, reason and until")
    rule, level, paths = entry["rule"], entry["level"], entry.get("paths", ["*"])
    if rule not in RULES:
        held = "what guards records has no name, and always holds"
        raise Invalid(f"'{rule}' is no rule; known are {', '.join(RULES)}; {held}")
    if level not in LEVELS:
        raise Invalid(f"{rule}: level must be {', '.join(LEVELS[:-1])} or {LEVELS[-1]}")
    if not isinstance(paths, list) or not paths or not all(isinstance(one, str) for one in paths):
        raise Invalid(f"{rule}: paths must be a list of patterns, such as 'docs/old/*'")
    if level != "error" and excuse.unworded(entry.get("reason")):
        raise Invalid(f"{rule}: 'reason' must be the reason, in words")
    until = entry.get("until")
    if until is not None and type(until) is not datetime.date:
        raise Invalid(f"{rule}: 'until' must be a date such as 2027-03-01")
    if until is not None and (far := excuse.too_far(until)):
        raise Invalid(f"{rule}: {far}")
    return Lowered(rule, level, tuple(paths), entry.get("reason", ""), until)


def level(lowered: Iterable[Lowered], rule: str, path: str) -> str:
    """How a rule holds for a file: as the first entry says that is of both."""
    today = datetime.date.today()
    for one in lowered:
        holds = one.rule == rule and (one.until is None or today <= one.until)
        if holds and any(fnmatch.fnmatchcase(path, pattern) for pattern in one.paths):
            return one.level
    return "error"


def ended(lowered: Iterable[Lowered]) -> Iterator[Problem]:
    """Entries whose day is over."""
    for one in lowered:
        if one.until is not None and one.until < datetime.date.today():
            message = f"ended on {one.until}; mend what it accepted, or give a day anew"
            yield Problem("pyproject.toml", 0, f"[tool.neverstale] rules: {one.rule}: {message}")


def part(
    lowered: Iterable[Lowered], problems: Iterable[Problem]
) -> tuple[list[Problem], list[Problem]]:
    """Those that are errors, and those that are warnings."""
    lowered = tuple(lowered)
    found: dict[str, list[Problem]] = {each: [] for each in LEVELS}
    for problem in problems:
        held = level(lowered, problem.rule, problem.path) if problem.rule else "error"
        found[held].append(problem)
    return found["error"], found["warning"]
