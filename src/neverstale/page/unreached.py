"""The mark at lines that no run has reached, and the words that say why."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from neverstale.page.block import Place
from neverstale.page.built import MARKED
from neverstale.proof import reach
from neverstale.proof.reach import Reach
from neverstale.source.snippet import Snippet


@dataclass(frozen=True)
class Unreached:
    """Lines of a block, one below the other, that no run has reached for one reason.

    Attributes:
        lines: their numbers in the text as it is shown, from 1.
        text: the first of them.
        reason: why, in the page's language.
    """

    lines: Sequence[int]
    text: str
    reason: str


def find(place: Place, item: Snippet, first: int, last: int) -> list[Unreached]:
    """What no run has reached of what a block shows.

    Args:
        place: where it is shown.
        item: the snippet.
        first: the first of its lines that the block shows.
        last: the last of them.
    """
    reasons: dict[str, dict[int, str]] = {}
    found: list[tuple[list[int], str, str]] = []
    for number, (text, (file, line)) in enumerate(item.traced(place.edition, first, last), 1):
        if file.name not in reasons:
            reasons[file.name] = _by_line(place, file)
        reason, text = reasons[file.name].get(line), text.strip()
        if reason is None or not text or text.startswith("#"):
            continue
        if found and found[-1][0][-1] == number - 1 and found[-1][2] == reason:
            found[-1][0].append(number)
        else:
            found.append(([number], text, reason))
    return [Unreached(*each) for each in found]


def _by_line(place: Place, item: Snippet) -> dict[int, str]:
    return {
        line: _reason(place, each)
        for each in reach.of(place.statuses, item.name)
        if not each.reached
        for line in range(each.statement.first, each.statement.last + 1)
    }


def _reason(place: Place, each: Reach) -> str:
    say = place.say
    if each.reason:
        return each.reason.reasons[place.edition]
    if each.awaited:
        return say["unreached-awaited"].format(device=say[each.awaited])
    return say["unreached-never"]


def key(item: Snippet, section: str | None = None, cell: int | None = None, again: int = 0) -> str:
    """The HTML id of what says why lines of a block are marked; `again`: the n-th time after the
    first that a page shows it."""
    which = f"cell-{cell}" if cell else (section or "all").replace(":", "-")
    return f"unreached-{item.slug}-{which}{f'-again-{again}' if again else ''}"


def marked(place: Place, item: Snippet, first: int, last: int, key: str, code: str) -> str:
    """The HTML of a block's code, each of its lines on one line, with marks at the margin.

    A mark holds no text, so that none is copied; the first of each group leads to the words.
    """
    lines = code.split("\n")
    for each in find(place, item, first, last):
        reason = html.escape(each.reason)
        name = place.say["unreached-mark"] + reason
        link = f'<a class="{MARKED}" href="#{key}" title="{reason}" aria-label="{name}"></a>'
        for number in each.lines:
            mark = link if number == each.lines[0] else f'<span class="{MARKED}"></span>'
            # A line that stands out may end behind its line break.
            rest = lines[number - 1].removeprefix("</span>")
            ended = lines[number - 1].removesuffix(rest)
            lines[number - 1] = ended + mark + rest
    return "\n".join(lines)


def note(place: Place, item: Snippet, first: int, last: int, key: str) -> str:
    """The words below a block; "" if nothing is marked there."""
    found = find(place, item, first, last)
    if not found:
        return ""
    say = place.say
    count = say["unreached"].format(count=sum(len(each.lines) for each in found))
    items = "".join(
        f"<li><code>{html.escape(each.text)}</code>{say['colon']}{html.escape(each.reason)}</li>"
        for each in found
    )
    return (
        '<details class="ns-unreached ns-proof" data-search-exclude><summary>'
        f'<span class="ns-mark" aria-hidden="true">┆</span> {count}</summary>'
        f'<ul id="{key}">{items}</ul></details>'
    )
