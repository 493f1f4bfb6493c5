"""What a page says where its edition lags behind the other: since when, and what changed there."""

from __future__ import annotations

import difflib
import html
import re

from neverstale.page.block import Place
from neverstale.problem import NeverstaleError, Problem
from neverstale.translation import drift

# A piece that is kept or changed as one: a run of Latin letters and digits, else one character.
PIECE = re.compile(r"[A-Za-z0-9_.]+|\s+|.")


def wanted(place: Place, key: str) -> str:
    """The notice for a section (`cnn/pooling.md#shift`) or a page (`cnn/new.md`), as HTML.

    Raises:
        NeverstaleError: the lock does not say that this translation is wanted.
    """
    say = place.say
    entry = drift.read(place.project).wanted.get(key)
    if entry is None or place.edition not in entry.editions:
        message = "nobody declared this translation wanted; delete this line"
        raise NeverstaleError(Problem(f"[[neverstale:wanted {key}]]", 0, message))
    page, _, section = key.partition("#")
    address = place.root + place.project.address(entry.leader, page)
    address += f"#{section}" if section else ""
    leader = say.get(entry.leader, entry.leader)
    text = say["wanted-section" if section else "wanted-page"]
    told = (
        f"<p><strong>{say['wanted']}{say['colon']}</strong>"
        f"{text.format(leader=leader, date=entry.since.isoformat())} "
        f'<a href="{address}" hreflang="{entry.leader}">{say["wanted-read"]}</a></p>'
    )
    if section:
        now = {unit.key: unit for unit in drift.units(place.sources)}[key]
        changes = _changes(entry.before, now.texts[entry.leader])
        told += (
            f"<details><summary>{say['wanted-changes']}</summary>"
            f'<div lang="{entry.leader}">{changes}</div></details>'
        )
    return f'<aside class="ns-wanted" aria-label="{say["wanted"]}">{told}</aside>'


def _changes(before: str, after: str) -> str:
    """The paragraphs that changed, with `<del>` and `<ins>`."""
    old, new = (re.split(r"\n\s*\n", text.strip()) for text in (before, after))
    shown = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            changed = _marked("\n\n".join(old[i:j]), "\n\n".join(new[k:m]))
            shown.append(f"<p>{changed}</p>")
    return "".join(shown)


def _marked(before: str, after: str) -> str:
    old, new = PIECE.findall(before), PIECE.findall(after)
    parts = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = html.escape("".join(old[i:j])), html.escape("".join(new[k:m]))
        if kind == "equal":
            parts.append(come)
            continue
        parts += [f"<del>{gone}</del>"] if gone else []
        parts += [f"<ins>{come}</ins>"] if come else []
    return "".join(parts)
