"""`neverstale adopt`: what is found now is accepted, rule by rule and file by file, until a day.

What comes later is not, by another rule or in another file; where every page of a folder is meant,
the folder is named.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Collection
from dataclasses import dataclass
from itertools import chain

from neverstale import excuse, rules, writing
from neverstale.page import published
from neverstale.problem import NeverstaleError, Problem
from neverstale.project import Project
from neverstale.proof import reach, status
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
    """

    counts: dict[str, int]
    until: datetime.date
    left: list[Problem]


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
    found = checked(written)
    if project.site.is_dir():
        found += published.check(status.read(written))
    problems, _ = rules.part(project.rules, found)
    left = [each for each in problems if not each.rule]
    named = [each for each in problems if each.rule]
    entries = ""
    counts: dict[str, int] = {}
    for rule in sorted({each.rule for each in named}):
        files = [each.path for each in named if each.rule == rule]
        counts[rule] = len(files)
        paths = _folded({*files}, {page.path for page in written.pages})
        listed = "".join(f"    {json.dumps(path, ensure_ascii=False)},\n" for path in paths)
        entries += (
            f'\n[[tool.neverstale.rules]]\nrule = "{rule}"\nlevel = "off"\n'
            f'paths = [\n{listed}]\nreason = "{REASON}"\nuntil = {until}\n'
        )
    if entries and write:
        file = project.root / "pyproject.toml"
        text = file.read_text(encoding="utf-8").rstrip("\n")
        writing.replace(project, {file: f"{text}\n{entries}"})
    return Adopted(counts, until, left)


def _folded(files: Collection[str], pages: Collection[str]) -> list[str]:
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
    return sorted([*found, *(_literal(each) for each in left)])


def _literal(path: str) -> str:
    """A path as a pattern that means itself."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in path)
