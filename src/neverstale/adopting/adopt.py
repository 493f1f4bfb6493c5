"""`neverstale adopt`: what is found now is accepted, rule by rule and file by file, until a day.

What comes later is not, by another rule or in another file; where every page of a folder is meant,
the folder is named.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain

from neverstale import excuse, rules, writing
from neverstale.adopting import once
from neverstale.page import published
from neverstale.problem import NeverstaleError, Problem
from neverstale.project import Project
from neverstale.proof import reach, status
from neverstale.rules import Lowered
from neverstale.source import check, shadow, sources
from neverstale.source.sources import Sources
from neverstale.translation import drift, editions

HALF_A_YEAR = datetime.timedelta(days=182)
REASON = "was there before neverstale; to be mended"


@dataclass(frozen=True)
class Adopted:
    """What was accepted.

    Attributes:
        counts: rule → how many problems.
        until: the last day.
        left: what always holds, and must be mended.
        preload: packages that were entered to be imported once for all snippets.
    """

    counts: dict[str, int]
    until: datetime.date
    left: list[Problem]
    preload: tuple[str, ...] = ()


def checked(written: Sources) -> list[Problem]:
    """Everything that can be seen without a run, and without building the site."""
    shared = status.read(written, shared=True)
    found = chain(
        check.check(written),
        editions.check(written),
        drift.check(written),
        shadow.check(written.project),
        status.unproved(shared),
        reach.problems(shared),
    )
    return sorted(set(found))


def adopt(project: Project, until: datetime.date | None = None, write: bool = True) -> Adopted:
    """Accept all problems that a rule of a name found, in the sources and in the built site.

    Args:
        project: the settings.
        until: the last day; in half a year if nothing is said.
        write: enter it in pyproject.toml.

    Raises:
        NeverstaleError: the day is too far away.
    """
    until = until or datetime.date.today() + HALF_A_YEAR
    if far := excuse.too_far(until):
        raise NeverstaleError(Problem("--until", 0, far))
    written = sources.read(project)
    pages = {page.path for page in written.pages}
    known = {(page.edition, page.path): page for page in written.pages}
    problems: list[Problem] = []
    accepted: list[Lowered] = []
    looks = [checked]
    if written.unreadable:  # which hides what else there is
        looks.append(checked)
    if project.site.is_dir():
        looks.append(_built)
    for look in looks:
        lowered = dataclasses.replace(project, rules=(*project.rules, *accepted))
        seen = dataclasses.replace(written, project=lowered, known=known)
        found, _ = rules.part(lowered.rules, look(seen))
        accepted += _accepting(found, pages, until)
        problems += [each for each in found if each not in problems]
    file = project.root / "pyproject.toml"
    text = file.read_text(encoding="utf-8").rstrip("\n")
    preload = once.proposed(written)
    warmer = once.entered(text, preload)
    if (accepted or warmer) and write:
        writing.replace(project, {file: "".join([warmer or text, "\n", *map(_entry, accepted)])})
    counts = Counter(sorted(each.rule for each in problems if each.rule))
    left = [each for each in problems if not each.rule]
    return Adopted(dict(counts), until, left, preload if warmer else ())


def _built(written: Sources) -> list[Problem]:
    """What the built site shows; what is accepted in a page is accepted where it is built."""
    return published.check(status.read(written))


def _accepting(
    problems: Sequence[Problem], pages: Collection[str], until: datetime.date
) -> list[Lowered]:
    """An entry per rule, for the files in which it found something."""
    return [
        Lowered(rule, "off", _folded({p.path for p in problems if p.rule == rule}, pages), REASON,
                until)
        for rule in sorted({each.rule for each in problems if each.rule})
    ]  # fmt: skip


def _entry(one: Lowered) -> str:
    """As it is written in the settings."""
    paths = "".join(f"    {json.dumps(path, ensure_ascii=False)},\n" for path in one.paths)
    return (
        f'\n[[tool.neverstale.rules]]\nrule = "{one.rule}"\nlevel = "{one.level}"\n'
        f'paths = [\n{paths}]\nreason = "{one.reason}"\nuntil = {one.until}\n'
    )


def _folded(files: Collection[str], pages: Collection[str]) -> tuple[str, ...]:
    """The files as patterns: `folder/*.md` for all pages of a folder, if all of them are meant."""
    left, found = set(files), []
    folders = {f"{page.rpartition('/')[0]}/" for page in pages if "/" in page}
    folders |= {
        "/".join(folder.split("/")[:depth]) + "/"
        for folder in folders
        for depth in range(1, folder.count("/"))
    }
    for folder in sorted(folders, key=len):
        inside = {page for page in pages if page.startswith(folder)}
        if len(inside) > 1 and inside <= left:
            found.append(f"{folder}*.md")
            left -= inside
    return tuple(sorted([*found, *(_literal(each) for each in left)]))


def _literal(path: str) -> str:
    """A path as a pattern that means itself."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in path)
