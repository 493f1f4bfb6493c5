"""`neverstale confirm`: somebody who read both editions says that they agree.

The text of a section as it was when it was last confirmed comes from git, by its digest.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import subprocess
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import pairwise

from neverstale import writing
from neverstale.problem import NeverstaleError, Problem
from neverstale.project import Project
from neverstale.script import unspaced
from neverstale.source import pages
from neverstale.source.headings import UNDERLINE
from neverstale.source.sources import Sources
from neverstale.translation import drift
from neverstale.translation.drift import Unit, Wanted

# A slip of the pen: no number, at most so many letters, and at most this share of them.
MINOR_LETTERS = 40
SLIP = 0.1
WORD = re.compile(r"[A-Za-z0-9]+|\s+|.")
NOTICE = "[[neverstale:wanted {key}]]"


def everything(sources: Sources) -> list[str]:
    """Confirm what is new or changed in every edition, and forget what is gone.

    What changed in one edition alone stays as it is: only `one` confirms that.

    Returns:
        The keys that were confirmed or forgotten.
    """
    project = sources.project
    lock = drift.read(project)
    units = {unit.key: unit for unit in drift.units(sources)}
    moved = {key: old for key, old in drift.renamed(units.values(), lock).items() if old.changed}
    kept = {old.key for old in moved.values()}  # what they are held against
    done = []
    for key in lock.wanted.keys() - drift.noticed(sources) - units.keys():
        del lock.wanted[key]
        done.append(key)
    for unit in units.values():
        changed = drift.changed(unit, lock)
        if not changed or unit.key in moved.keys() | kept:
            continue
        if unit.key.partition("#")[0] in lock.wanted:
            continue
        if drift.difference(unit, lock):
            continue  # only `one` takes it, with a reason
        if unit.key not in lock.confirmed or len(changed) == len(unit.texts):
            lock.confirmed[unit.key] = unit.digests()
            if lock.wanted.pop(unit.key, None):
                _take_notice_away(project, unit, unit.places)
            done.append(unit.key)
    for key in lock.confirmed.keys() - units.keys() - kept:
        del lock.confirmed[key]
        done.append(key)
    for key in drift.needless(units.values(), lock):
        del lock.differ[key]
        done.append(key)
    if done:
        drift.write(project, lock)
    return sorted(set(done))


def one(sources: Sources, key: str, minor: bool = False, differ: str | None = None) -> None:
    """Confirm that one unit says the same in every edition.

    Args:
        sources: what people wrote.
        key: such as `cnn/pooling.md#shift`.
        minor: only if what changed is a slip of the pen; nobody need read the other edition.
        differ: why the editions may say different numbers.

    Raises:
        NeverstaleError: there is no such unit, too much changed for `minor`, or the editions say
            different numbers without a reason.
    """
    project = sources.project
    unit = _find(sources, key)
    lock = drift.read(project)
    if differ is not None and len(differ.strip()) < 5:
        raise NeverstaleError(Problem(key, 0, "say in words why the numbers may differ"))
    if told := drift.difference(unit, lock, differ):
        raise NeverstaleError(told)
    if minor:
        for edition, now in unit.digests().items():
            then = lock.confirmed.get(key, {}).get(edition)
            if now == then:
                continue
            old = _text_of(project, unit, edition, then)
            rest = _rest(sources, edition, unit)
            turning = project.turning.get(edition, ())
            if much := _too_much(old, unit.texts[edition], rest, turning):
                path, line = unit.places[edition]
                message = (
                    f"{much} of {key} changed, too much for --minor; read the other edition, "
                    f"then run: neverstale confirm {key}"
                )
                raise NeverstaleError(Problem(path, line, message))
    entry, changed = lock.wanted.pop(key, None), {*drift.changed(unit, lock)}
    lock.confirmed[key] = unit.digests()
    if entry:
        still = tuple(each for each in entry.editions if each not in changed)
        if still and len(still) < len(entry.editions):  # one was translated, another waits
            lock.wanted[key] = dataclasses.replace(entry, editions=still)
        else:
            still = ()
        _take_notice_away(project, unit, {*entry.editions} - {*still})
    drift.write(project, lock)


def _too_much(old: str, new: str, known: str, turning: Collection[str] = ()) -> str:
    """What makes a change more than a slip of the pen; "" if it is one.

    A slip is a word that stands nowhere else, one letter away from one that does: whoever makes
    "tripled" of "halved", or "less" of "more", makes one known word of another.

    Args:
        old: the text that was confirmed.
        new: the text now.
        known: the rest of the edition.
        turning: words, or letters of a script without blanks, that by themselves turn what a
            sentence says.
    """
    before, after = WORD.findall(" ".join(old.split())), WORD.findall(" ".join(new.split()))
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    letters = 0
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            continue
        gone, come = "".join(before[i:j]), "".join(after[k:m])
        letters += max(len(gone), len(come))
        if re.search(r"\d", gone + come):
            return f"a number ({gone or 'none'} → {come or 'none'})"
        if not re.search(r"\w", gone + come):
            continue  # punctuation
        if any(map(unspaced, gone + come)):
            pairs = [
                ["".join(pair) for pair in pairwise(text[max(0, a - 1) : b + 1])]
                for text, a, b in ((before, i, j), (after, k, m))
            ]
            slip = len(gone) < 2 > len(come) and not any(p in known for p in pairs[0])
            slip = slip and any(p in known for p in pairs[1])
        else:
            slip = _one_letter(gone, come) and _alone(come, known) and not _alone(gone, known)
        beside = before[max(0, i - (j - i)) : i], before[j : j + j - i]
        twice = not come and gone in map("".join, beside)
        turned = any(each.casefold() in turning for each in (*before[i:j], *after[k:m]))
        if turned or not (slip or twice):
            return f"a word ({gone.strip() or 'none'} → {come.strip() or 'none'})"
    share = SLIP * max(len(old), len(new))
    much = letters > MINOR_LETTERS or letters > max(3, share)
    return f"{letters} letters" if much else ""


def _alone(word: str, known: str) -> bool:
    """Whether a text holds a word."""
    return re.search(rf"\b{re.escape(word)}\b", known) is not None


def _one_letter(one: str, two: str) -> bool:
    """Whether two words differ in one letter, or in the order of two, but not at the beginning."""
    if one[:1] != two[:1] or abs(len(one) - len(two)) > 1:
        return False
    i = next((i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), len(one))
    rests = {(one[i + 1 :], two[i:]), (one[i:], two[i + 1 :]), (one[i + 1 :], two[i + 1 :])}
    turned = one[i + 1 : i + 2] + one[i : i + 1] + one[i + 2 :]
    return any(a == b for a, b in rests) or turned == two[i:]


def _rest(sources: Sources, edition: str, unit: Unit) -> str:
    """All that an edition says besides one unit."""
    pages = (page.text for page in sources.pages if page.edition == edition)
    return "\n".join(pages).replace(unit.texts[edition], "\n")


def wanted(sources: Sources, key: str) -> Wanted:
    """Declare that all editions but one lag in a section, which their readers are then told.

    Writes the line that shows the notice below the section's heading.

    Raises:
        NeverstaleError: there is no such section, or not exactly one edition changed.
    """
    project = sources.project
    unit = _find(sources, key)
    lock = drift.read(project)
    changed = drift.changed(unit, lock)
    if len(changed) != 1 or len(unit.texts) < 2 or "#" not in key:
        message = "must be a section of a page that changed in one edition, and in no other"
        raise NeverstaleError(Problem(key, 0, message))
    leader = changed[0]
    lagging = tuple(each for each in unit.texts if each != leader)
    before = _text_of(project, unit, leader, lock.confirmed.get(key, {}).get(leader))
    entry = Wanted(lagging, leader, date.today(), before)
    lock.wanted[key] = entry
    notice, texts = NOTICE.format(key=key), {}
    for path, heading in (unit.places[edition] for edition in lagging):
        lines = (project.root / path).read_text(encoding="utf-8").split("\n")
        if notice not in lines:
            heading += UNDERLINE.match("".join(lines[heading : heading + 1])) is not None
            lines[heading:heading] = ["", notice]
            texts[project.root / path] = "\n".join(lines)
    writing.replace(project, texts)
    drift.write(project, lock)
    return entry


def _take_notice_away(project: Project, unit: Unit, editions: Iterable[str]) -> None:
    """Undo what `wanted` wrote into these editions of a page; no other line there is touched."""
    for path, _ in (unit.places[edition] for edition in editions):
        lines = (project.root / path).read_text(encoding="utf-8").split("\n")
        notice = NOTICE.format(key=unit.key)
        if notice in lines:
            at = lines.index(notice)
            blank = at > 0 and not lines[at - 1].strip()
            del lines[at - blank : at + 1]
            writing.replace(project, {project.root / path: "\n".join(lines)})


def _find(sources: Sources, key: str) -> Unit:
    units = {unit.key: unit for unit in drift.units(sources)}
    if key not in units:
        close = difflib.get_close_matches(key, units, 1)
        hint = f"did you mean {close[0]}?" if close else "write page.md#heading-id or snippet.py"
        raise NeverstaleError(Problem(key, 0, f"no such section in all editions; {hint}"))
    return units[key]


def _text_of(project: Project, unit: Unit, edition: str, digest: str | None) -> str:
    """The text of a page's section that has that digest, from git's history.

    Raises:
        NeverstaleError: the history does not hold it.
    """
    path, line = unit.places[edition]
    if digest is not None and path.endswith(".md"):
        for commit in _git(project, "log", "--format=%H", "--max-count=300", "--", path).split():
            text = _git(project, "show", f"{commit}:./{path}")
            name = unit.key.partition("#")[0]
            page = pages.parse(edition, name, path, text)
            for key, (_, section) in drift.sections(page).items():
                if key == unit.key and drift.digest(section) == digest:
                    return section
    message = (
        f"git does not hold the text of {unit.key} that was confirmed; read both editions, then "
        f"run: neverstale confirm {unit.key}"
    )
    raise NeverstaleError(Problem(path, line, message))


def _git(project: Project, *arguments: str) -> str:
    command: Sequence[str] = ["git", "-C", str(project.root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.decode("utf-8", errors="replace")
