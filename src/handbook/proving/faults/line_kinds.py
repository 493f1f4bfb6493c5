"""Faults about lines that never ran: claimed by a record, or shown without being marked."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator
from random import Random

from handbook.proving.faults.fault import Fault
from handbook.proving.faults.kinds import CHECK, PUBLISHED, Maker, Scratch, run
from neverstale.page.built import MARKED
from neverstale.proof import reach, record, status
from neverstale.source import statements
from neverstale.source.fingerprint import Ours
from neverstale.source.snippet import Snippet


def lines_claimed(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A line more in a sealed record: one where no statement begins, or one that never ran."""
    statuses = status.read(scratch.sources, shared=True)
    for item in random.sample(scratch.snippets(), 40):
        beyond = len(item.lines) + random.randrange(1, 9)
        edits = {scratch.record(item): _claiming(scratch, item, beyond)}
        yield Fault("lines claimed", f"{item.name}:{beyond}", edits, CHECK)
        left = [r.statement.first for r in reach.of(statuses, item.name) if not r.devices]
        if left and item.options.measured is None and scratch.quick(item):
            line = random.choice(left)
            edits = {scratch.record(item): _claiming(scratch, item, line)}
            yield Fault("lines claimed", f"{item.name}:{line}", edits, run(item.name))


def _claiming(scratch: Scratch, item: Snippet, line: int) -> str:
    found = record.read(scratch.project, item.name, "cpu")
    assert found is not None  # the copy is clean
    lines = {**found.lines, item.name: record.ranges({*found.reached(item.name), line})}
    return record.text_of(dataclasses.replace(found, lines=lines))


def branch_added(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A branch that no run takes, with the record of a run that did not take it."""
    for item in random.sample(alone(scratch), 40):
        at = statements.first(ast.parse(item.text).body[-1])
        branch = ["if __name__ == 'never':", "    print('accuracy 0.99')"]
        yield Fault("branch never run", item.name, with_lines(scratch, item, at, branch), CHECK)


def alone(scratch: Scratch) -> list[Snippet]:
    """Snippets that can change with their own record alone: none is stale with them, and no run on
    a GPU stands beside."""
    imported = {name for item in scratch.snippets() for name in item.siblings}
    return [
        item
        for item in scratch.snippets()
        if item.name not in imported and item.options.devices == ("cpu",) and not item.options.lab
    ]


def with_lines(scratch: Scratch, item: Snippet, at: int, more: list[str]) -> dict[str, str]:
    """A snippet with lines put in before one of its own, and a record as a run would leave it that
    reached the first of them."""
    changed = _changed(
        scratch, item, "\n".join([*item.lines[: at - 1], *more, *item.lines[at - 1 :]])
    )
    found = record.read(scratch.project, item.name, "cpu")
    assert found is not None  # the copy is clean
    reached = {line + len(more) * (line >= at) for line in found.reached(item.name)}
    if not more[0].startswith("#"):
        reached.add(at)
    found = dataclasses.replace(
        found,
        fingerprint=changed.fingerprint,
        text=record.hash_text(changed.text),
        lines={**found.lines, item.name: record.ranges(reached)},
        output=tuple((line + len(more) * (line >= at), text) for line, text in found.output),
    )
    return {scratch.path(item): changed.text, scratch.record(item): record.text_of(found)}


def _changed(scratch: Scratch, item: Snippet, text: str) -> Snippet:
    """A snippet with another text, and the fingerprint that it has with that."""
    changed = dataclasses.replace(item, text=text)
    return Ours(scratch.project, scratch.sources.imports).complete(changed)


def mark_removed(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A mark, or the note on it, that a theme override took from a built page."""
    root = scratch.project.root
    for path in sorted(scratch.project.site.rglob("index.html")):
        html = path.read_text(encoding="utf-8")
        if MARKED not in html:
            continue
        old, new = random.choice(REMOVALS)
        where = path.relative_to(root).as_posix()
        new = html.replace(old, new, 1)
        yield Fault("mark removed", where, {where: new}, PUBLISHED)


REMOVALS = (
    (f'class="{MARKED}"', 'class="x"'),
    ('class="ns-unreached ns-proof"', 'class="x"'),
)


LINE_KINDS: dict[str, Maker] = {
    "lines claimed": lines_claimed,
    "branch never run": branch_added,
    "mark removed": mark_removed,
}
