"""Which section was last confirmed to say the same in every edition, and which has drifted since.

The lock holds a digest per section and edition. A section that changed in one edition
alone is a problem until the other changes too, or until somebody who read both confirms them.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from neverstale import writing
from neverstale.problem import NeverstaleError, Problem
from neverstale.project import Numerals, Project
from neverstale.source import snippet
from neverstale.source.directive import BOARD
from neverstale.source.pages import Page
from neverstale.source.sources import Sources
from neverstale.translation import facts

HEAD = """\
# Digests of what was last confirmed to say the same in every edition: sections of pages, and the
# comments of snippets. Written by `neverstale confirm`; CONTRIBUTING.md says when to run it.
"""


@dataclass(frozen=True)
class Unit:
    """What is translated as one piece.

    Attributes:
        key: `cnn/pooling.md#shift` for a section, `cnn/pooling.md` for what stands before a page's
            first heading, `cnn/kernel.py` for all that a snippet says in two languages:
            paired comments, texts of its figures.
        texts: edition → its text.
        places: edition → the file and line where it begins.
        numerals: how the editions write numbers in words.
    """

    key: str
    texts: Mapping[str, str]
    places: Mapping[str, tuple[str, int]]
    numerals: Numerals = facts.NONE

    def digests(self) -> dict[str, str]:
        """Edition → digest of its text; line breaks and blanks do not count."""
        return {edition: digest(text) for edition, text in self.texts.items()}


@dataclass(frozen=True)
class Wanted:
    """A translation that is missing, and that readers are told of.

    Attributes:
        editions: those that lag.
        leader: the edition that was changed.
        since: the day it was declared.
        before: the leader's text when both said the same; "" if there never was a translation.
    """

    editions: tuple[str, ...]
    leader: str
    since: date
    before: str


@dataclass
class Lock:
    """The content of the lock.

    Attributes:
        confirmed: key → edition → digest.
        wanted: key → what is wanted.
        differ: key → why its editions may say different numbers, and which.
    """

    confirmed: dict[str, dict[str, str]] = field(default_factory=dict)
    wanted: dict[str, Wanted] = field(default_factory=dict)
    differ: dict[str, Excuse] = field(default_factory=dict)


@dataclass(frozen=True)
class Excuse:
    """Why a section's editions may say different numbers.

    Attributes:
        which: the numbers that only one edition says, as `difference` writes them.
        reason: why that is right, in words.
    """

    which: str
    reason: str


def digest(text: str) -> str:
    """Twelve hexadecimal digits of the SHA-256 of a text, its blanks made equal."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:12]


def sections(page: Page) -> dict[str, tuple[int, str]]:
    """Key of each section of a page → its first line's number and its text.

    A line that only says that a translation is wanted does not belong to the text.
    """
    lines = page.text.split("\n")
    starts = [(1, page.name)]
    starts += [(heading.line, f"{page.name}#{heading.id}") for heading in page.headings]
    ends = [line for line, _ in starts[1:]] + [len(lines) + 1]
    found = {}
    for (first, key), end in zip(starts, ends, strict=True):
        body = [line for line in lines[first - 1 : end - 1] if not _is_notice(line)]
        if any(line.strip() for line in body):
            found[key] = (first, "\n".join(body))
    return found


def units(sources: Sources) -> list[Unit]:
    """Every unit that all editions have, by key. What only some have, `editions` complains of."""
    project = sources.project
    found: dict[str, dict[str, tuple[str, int, str]]] = {}
    for page in sources.pages:
        for key, (line, text) in sections(page).items():
            found.setdefault(key, {})[page.edition] = (page.path, line, text)
    for name, edition, line, text in _comments(sources):
        path = project.relative(project.snippets / name)
        found.setdefault(name, {})[edition] = (path, line, text)
    return [
        Unit(
            key,
            {edition: text for edition, (_, _, text) in by_edition.items()},
            {edition: (path, line) for edition, (path, line, _) in by_edition.items()},
            project.numerals,
        )
        for key, by_edition in sorted(found.items())
        if len(by_edition) == len(project.editions)
    ]


def check(sources: Sources) -> list[Problem]:
    """Sections that drifted, are new, or are gone since they were confirmed."""
    project = sources.project
    if project.translations is None:
        return []
    where = project.relative(project.translations)
    lock = read(project)
    problems = []
    every = units(sources)
    moved = renamed(every, lock)
    known = {unit.key for unit in every}
    for unit in every:
        if unit.key.partition("#")[0] in lock.wanted:  # the whole page awaits translation
            continue
        editions = changed(unit, lock)
        wanted = lock.wanted.get(unit.key)
        if wanted and editions == [wanted.leader]:
            continue
        told = difference(unit, lock)
        if told and len(editions) in (0, len(unit.texts)):
            problems.append(told)
        elif editions:
            problems.append(_drift(unit, editions, lock, moved.get(unit.key)))
    for key in sorted(lock.confirmed.keys() - known - {old.key for old in moved.values()}):
        message = f"names {key}, which is gone; run: neverstale confirm"
        problems.append(Problem(where, 0, message, "translation"))
    for key in sorted(needless(every, lock)):
        message = f"excuses numbers of {key} that do not differ so; run: neverstale confirm"
        problems.append(Problem(where, 0, message, "translation"))
    for key in sorted(lock.wanted.keys() - noticed(sources)):
        command = f"neverstale confirm {key}" if "#" in key else "neverstale confirm"
        message = (
            f"says that {key} is wanted, but the page does not show it with "
            f"[[neverstale:wanted {key}]]; once it is translated, run: {command}"
        )
        problems.append(Problem(where, 0, message, "translation"))
    return problems


def noticed(sources: Sources) -> set[str]:
    """The pages and sections of which some page says that their translation is wanted."""
    return {
        item.about for page in sources.pages for item in page.directives if item.name == "wanted"
    }


def difference(unit: Unit, lock: Lock, reason: str | None = None) -> Problem | None:
    """Numbers that only one edition of a unit says, and that nobody excused.

    Args:
        unit: the unit.
        lock: holds the excuses; takes the new one.
        reason: why they may differ, from now on; None to give none.
    """
    (first, text), *others = unit.texts.items()
    for edition, other in others:
        found = facts.difference(other, text, unit.numerals)
        if found is None:
            continue
        which = f"{first}: {', '.join(found.there)}; {edition}: {', '.join(found.here)}"
        if reason is not None:
            lock.differ[unit.key] = Excuse(which, reason)
        excuse = lock.differ.get(unit.key)
        if excuse is None or excuse.which != which:
            path, line = unit.places[edition]
            here, there = (", ".join(each) or "nothing" for each in (found.here, found.there))
            message = (
                f"says {here} where {'{}:{}'.format(*unit.places[first])} says {there}; mend one, "
                f"or say why: neverstale confirm {unit.key} --differ 'WHY'"
            )
            line += 0 if path.endswith(".py") else found.line
            return Problem(path, line, message, "translation")
    return None


def needless(every: Iterable[Unit], lock: Lock) -> set[str]:
    """The keys of excuses that excuse nothing."""
    excused = (unit for unit in every if unit.key in lock.differ)
    return lock.differ.keys() - {unit.key for unit in excused if difference(unit, Lock())}


def _drift(unit: Unit, editions: list[str], lock: Lock, old: Former | None) -> Problem:
    editions = old.changed if old and old.changed else editions
    path, line = unit.places[editions[0]]
    was = f"was {old.key} and " if old else ""
    if old and not old.changed:
        message = f"{unit.key} was {old.key}; nothing else changed: run: neverstale confirm"
    elif unit.key not in lock.confirmed and not old:
        message = f"{unit.key} is new; once all editions say the same, run: neverstale confirm"
    elif len(editions) == len(unit.texts):
        message = f"{unit.key} changed in every edition; if they agree, run: neverstale confirm"
    else:
        others = ", ".join(
            "{}:{}".format(*unit.places[edition])
            for edition in unit.texts
            if edition not in editions
        )
        message = (
            f"{was}changed in {' and '.join(editions)} only; change {others} too, or, if they "
            f"still agree, run: neverstale confirm {unit.key} (--minor for a slip of the pen)"
        )
    return Problem(path, line, message, "translation")


@dataclass(frozen=True)
class Former:
    """What a unit was called when it was confirmed.

    Attributes:
        key: its key then.
        changed: the editions in which it says something else now; not all of them.
    """

    key: str
    changed: list[str]


def renamed(every: Iterable[Unit], lock: Lock) -> dict[str, Former]:
    """Units that stand, in some edition at least, where another key was confirmed.

    A new name makes the text of every edition another one, and would hide that one of them says
    something else besides.

    Returns:
        Key now → what it was.
    """
    every = list(every)
    other = {unit.key for unit in every if len(changed(unit, lock)) == len(unit.texts)}
    free = lock.confirmed.keys() - {unit.key for unit in every if unit.key not in other}
    found: dict[str, Former] = {}
    for unit in every:
        if unit.key not in other:
            continue
        for key in sorted(free - {unit.key}):
            confirmed = lock.confirmed[key]
            differ = [
                edition
                for edition, text in unit.texts.items()
                if digest(_renamed(text, unit.key, key)) != confirmed.get(edition)
            ]
            best = found.get(unit.key)
            if len(differ) < (len(best.changed) if best else len(unit.texts)):
                found[unit.key] = Former(key, differ)
    return found


def _renamed(text: str, now: str, then: str) -> str:
    """A unit's text as it would stand under another key: its id and links, its page's name."""
    (page, _, name), (old_page, _, old_name) = now.partition("#"), then.partition("#")
    if name and old_name:
        text = re.sub(rf"#{re.escape(name)}(?![\w-])", f"#{old_name}", text)
    if page != old_page:
        file, old_file = (each.rpartition("/")[2] for each in (page, old_page))
        text = re.sub(rf"(?<![\w-]){re.escape(file)}", old_file, text)
    return text


def changed(unit: Unit, lock: Lock) -> list[str]:
    """The editions in which a unit differs from what was confirmed."""
    confirmed = lock.confirmed.get(unit.key, {})
    return [edition for edition, now in unit.digests().items() if now != confirmed.get(edition)]


def read(project: Project) -> Lock:
    """The lock; empty if there is no file.

    Raises:
        NeverstaleError: the file is not what `write` writes.
    """
    file = lock_file(project)
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        return Lock(
            data.get("confirmed", {}),
            {
                key: Wanted(**{**entry, "editions": tuple(entry["editions"])})
                for key, entry in data.get("wanted", {}).items()
            },
            {key: Excuse(**entry) for key, entry in data.get("differ", {}).items()},
        )
    except FileNotFoundError:
        return Lock()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError, KeyError) as error:
        message = f"not readable ({error}); restore it from git, then run: neverstale confirm"
        raise NeverstaleError(Problem(project.relative(file), 0, message)) from None


def write(project: Project, lock: Lock) -> None:
    """Write the lock, sorted, so that two branches rarely touch the same lines."""
    lines = [HEAD, "[confirmed]"]
    for key, digests in sorted(lock.confirmed.items()):
        each = ", ".join(f'{edition} = "{value}"' for edition, value in digests.items())
        lines.append(f'"{key}" = {{ {each} }}')
    for key, excuse in sorted(lock.differ.items()):
        which, reason = (
            json.dumps(each, ensure_ascii=False) for each in (excuse.which, excuse.reason)
        )
        lines += ["", f'[differ."{key}"]', f"which = {which}", f"reason = {reason}"]
    for key, wanted in sorted(lock.wanted.items()):
        lines += [
            "",
            f'[wanted."{key}"]',
            f"editions = {json.dumps(wanted.editions)}",
            f'leader = "{wanted.leader}"',
            f"since = {wanted.since.isoformat()}",
            f"before = {json.dumps(wanted.before, ensure_ascii=False)}",
        ]
    writing.replace(project, {lock_file(project): "\n".join(lines) + "\n"})


def lock_file(project: Project) -> Path:
    """Where the lock lies.

    Raises:
        NeverstaleError: the project does not say.
    """
    if project.translations is None:
        message = '[tool.neverstale] translations: missing; add translations = "translations.lock"'
        raise NeverstaleError(Problem("pyproject.toml", 0, message))
    return project.translations


def _comments(sources: Sources) -> Iterator[tuple[str, str, int, str]]:
    """(snippet, edition, first line, text) of the paired comments of every readable snippet."""
    for name, item in sources.snippets.items():
        for edition in item.editions:
            found = [
                (number, tag[1])
                for number, line in enumerate(item.lines, 1)
                if (tag := snippet.tagged(line, item.editions)) and tag[0] == edition
            ]
            first = item.metadata_lines[0]
            found += [(first, texts[edition]) for texts in item.options.figures.values()]
            found += [(first, text) for text in item.options.labels.get(edition, {}).values()]
            found += [(first, each.reasons[edition]) for each in item.options.unreached]
            if found:
                yield name, edition, found[0][0], "\n".join(text for _, text in found)


def _is_notice(line: str) -> bool:
    match = BOARD.match(line)
    return match is not None and match["name"] == "wanted"
