"""From what a run left behind to a result, and to a record if it was good."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neverstale import machine
from neverstale.problem import NeverstaleError, Problem
from neverstale.project import Project
from neverstale.proof import agree, head, possible, printed, record
from neverstale.proof import status as statuses
from neverstale.proof.head import Installed
from neverstale.proof.history import Commit
from neverstale.proof.record import Record
from neverstale.proof.status import Status
from neverstale.source import comments, drawing, worded
from neverstale.source.snippet import Snippet

FIGURE_LIMIT = 2 * 2**20  # bytes


@dataclass(frozen=True)
class Result:
    """What became of one snippet on one device.

    Attributes:
        snippet: its name.
        device: where it ran.
        verdict: `verified` (new record), `unchanged` (ran, agrees with its record), `fresh` (not
            run: its record is fresh), `skipped` or `failed`.
        seconds: of the run, 0 if it did not run.
        problem: what failed and where; None unless `failed`.
        detail: traceback or reason, may be empty.
        more: what else is wrong with a snippet that cannot be read.
        accepted: what its new record shows otherwise than the one before, line by line.
    """

    snippet: str
    device: str
    verdict: str
    seconds: float = 0.0
    problem: Problem | None = None
    detail: str = ""
    accepted: tuple[str, ...] = ()
    more: tuple[Problem, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that is wrong."""
        return (self.problem, *self.more) if self.problem else ()


@dataclass(frozen=True)
class Good:
    """A run with nothing wrong in it.

    Attributes:
        record: the record that it makes.
        figures: figure → its SVG.
    """

    record: Record
    figures: Mapping[str, str]


@dataclass(frozen=True)
class Held:
    """A good run held against what is recorded.

    Attributes:
        difference: what it shows otherwise, in one line; None if nothing.
        before: what its record takes the place of, or None.
        backed: whether there was a record to agree with, of the same code or of the CPU.
    """

    difference: str | None
    before: Record | None
    backed: bool


def examine(
    project: Project,
    item: Snippet,
    status: Status,
    home: Path,
    installed: Installed,
    changed: Sequence[str] = (),
    edition: str = "",
) -> Good | Result:
    """What a run left, by itself: what it proves, or why it failed.

    Args:
        project: the settings.
        item: the snippet.
        status: how it stood before.
        home: the folder with what its run left; inside, in `again`, a second run's for its lines.
        installed: the packages that are installed.
        changed: files of the project that changed while it ran.
        edition: whose words it printed; "" for the file's own, which alone `gpu-prints` reads.
    """
    outcome = _outcome(home)
    options = dataclasses.replace(item.options, gpu_prints=()) if edition else item.options

    def failed(line: int, message: str, detail: str = "") -> Result:
        return _failed(project, status, line, message, outcome.get("seconds", 0.0), detail)

    if outcome["error"]:
        error = outcome["error"]
        detail = error["traceback"] + _tail(home / "stdout") + _tail(home / "stderr")
        excuse = project.excuse(item.name, status.device, f"{error['message']}\n{detail}")
        old = _recorded(project, item.name, status.device)
        if excuse and old is not None and old.fingerprint == status.fingerprint:
            statuses.note_failure(project, status, None)
            told = f"not here: {excuse.reason} (until {excuse.until}); its record is of {old.date}"
            return Result(item.name, status.device, "skipped", outcome["seconds"], detail=told)
        return failed(error["line"], error["message"], detail)
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        message = (
            f"while it ran, {changed[0]}{more} changed; a snippet writes to its own folder only "
            "(if that was you, run it again)"
        )
        return failed(0, message)
    raw, said = ((home / name).read_bytes() for name in ("stdout", "stderr"))
    try:
        printed.unexplained(said, outcome["steps"], item.options.allow_stderr)
        output = printed.output(raw, outcome["steps"])
    except printed.Unfit as unfit:
        return failed(unfit.line, unfit.message, _tail(home / "stderr"))
    if wrong := head.untrue(project, item, installed):
        return failed(*wrong)
    if status.device == "cuda" and outcome["gpu"] is None:
        return failed(0, outcome["unused"])
    try:
        figures = {file.name: _figure(file) for file in sorted((home / "work").glob("*.svg"))}
    except ValueError as error:
        return failed(0, str(error))
    found = _record(project, item, status, outcome, output, figures, installed.versions)
    cpu = _recorded(project, item.name, "cpu")
    why = agree.uncompared(options, found) or possible.impossible(project, options, found, cpu)
    return failed(0, why) if why else Good(found, figures)


def hold(project: Project, item: Snippet, commit: Commit, good: Good) -> Held:
    """What a run shows otherwise than it should, and what its record takes the place of.

    It is held against the record of the same code, in the working tree or else in the last commit:
    neither a comment that was edited nor a record that was deleted lets another output in.
    """
    new = good.record
    ours, theirs = _recorded(project, item.name, new.device), None
    if ours is None or not _same_code(ours, new, commit, item):
        theirs = commit.record(item.name, new.device)
    backed = False
    for old in filter(None, (ours, theirs)):
        if _same_code(old, new, commit, item):
            backed = True
            drawn = {name: _drawn(project, commit, old, name, old is ours) for name in old.figures}
            if found := agree.with_record(item.options, old, new, drawn, good.figures):
                return Held(found, old, backed)
            break
    cpu = _recorded(project, item.name, "cpu") if new.device == "cuda" else None
    backed = backed or agree.comparable(item.options, cpu, new)
    return Held(agree.with_cpu(item.options, cpu, new), ours or theirs, backed)


def once(good: Good, held: Held, update: bool) -> bool:
    """Whether one run is enough: it has nothing to show, or agrees with a record, or fails because
    it does not. What is new, and what changes, needs two."""
    if not (good.record.output or good.figures):
        return True
    return not update if held.difference else held.backed


def repeated(
    project: Project,
    item: Snippet,
    status: Status,
    good: Good,
    again: Good,
    edition: str,
    how: str,
) -> Result | None:
    """What is wrong if a run and its repetition do not agree; None if they do.

    Args:
        project: the settings.
        item: the snippet.
        status: how it stood before.
        good: the run.
        again: the repetition.
        edition: whose words the repetition printed; "" for the file's own.
        how: what was otherwise in it, in words.
    """
    first, second = good.record, again.record
    words = item.options.words.get(edition, {})
    for word in worded.unused([first.whole_output], words):
        message = f"'words' of {edition}: '{word}' is not in what it prints; mend or remove it"
        return _failed(project, status, 0, message, second.seconds)
    printed = tuple((line, worded.exchanged(text, words)) for line, text in first.output)
    first = dataclasses.replace(first, output=printed)
    options = item.options
    # What differs from run to run differs in the words of the edition, too.
    worded_too = (
        dataclasses.replace(each, match=worded.sought(each.match, words)) for each in options.varies
    )
    options = dataclasses.replace(options, varies=(*options.varies, *worded_too))
    difference = agree.with_repetition(options, first, second, good.figures, again.figures)
    if difference is None:
        return None
    if words:
        message = (
            f"{difference} with the words of {edition} in its strings ({how}): the output may "
            "differ in these only; choose longer words, put no padding round them, and sort, seed "
            "or round what depends on chance, threads or the processor"
        )
    else:
        message = (
            f"{difference} in a second run ({how}): it depends on hash order, the clock, chance, "
            "the number of threads or the processor; sort it, seed it, print fewer digits, or name "
            "it in 'varies' or 'measured'"
        )
    line = agree.first_unlike(options, first, second)
    return _failed(project, status, line, message, second.seconds)


def with_lines(good: Good, again: Good) -> Good:
    """A run, with the lines that its repetition reached if it was not itself followed."""
    if good.record.lines:
        return good
    return dataclasses.replace(
        good, record=dataclasses.replace(good.record, lines=again.record.lines)
    )


def keep(
    project: Project, item: Snippet, status: Status, good: Good, held: Held, update: bool
) -> Result:
    """The result of a good run; its record is written if that is to change.

    Args:
        project: the settings.
        item: the snippet.
        status: how it stood before.
        good: the run.
        held: how it compares with what is recorded.
        update: accept output that differs from the record.
    """
    found = good.record
    if held.difference and not update:
        message = f"{held.difference}; accept it with --update if it is right"
        return _failed(project, status, 0, message, found.seconds)
    # What a sandbox was round says more than what had none, if they agree.
    better = held.before is not None and held.before.unconfined and not found.unconfined
    if status.state == "verified" and not held.difference and not better:
        statuses.note_failure(project, status, None)
        return Result(item.name, status.device, "unchanged", found.seconds)
    try:
        record.write(project, found, good.figures)
    except NeverstaleError as error:
        return Result(item.name, status.device, "failed", found.seconds, error.problems[0])
    statuses.note_failure(project, status, None)
    accepted = tuple(agree.changes(held.before, found)) if held.before else ()
    return Result(item.name, status.device, "verified", found.seconds, accepted=accepted)


def _failed(
    project: Project, status: Status, line: int, message: str, seconds: float, detail: str = ""
) -> Result:
    statuses.note_failure(project, status, f"line {line}: {message}" if line else message)
    problem = Problem(project.relative(project.snippets / status.snippet), line, message)
    return Result(status.snippet, status.device, "failed", seconds, problem, detail)


def _outcome(home: Path) -> dict[str, Any]:
    """What the process that ran a snippet told."""
    try:
        found: dict[str, Any] = json.loads((home / "outcome").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"error": {"line": 0, "message": "its outcome was lost", "traceback": ""}}
    return found


def _figure(file: Path) -> str:
    """The text of a figure that a snippet left.

    Raises:
        ValueError: it is not one that a page can show.
    """
    if file.is_symlink() or not file.is_file():
        raise ValueError(f"{file.name} is not a plain file")
    if file.stat().st_size > FIGURE_LIMIT:
        size = file.stat().st_size
        raise ValueError(f"{file.name} has {size:,} bytes; a page takes at most {FIGURE_LIMIT:,}")
    text = file.read_bytes().decode("utf-8", errors="replace")
    try:
        drawing.read(file.name, text)
    except NeverstaleError as error:
        raise ValueError(f"{file.name} {error.problems[0].message}") from None
    return text


def _same_code(old: Record, new: Record, commit: Commit, item: Snippet) -> bool:
    """Whether two records are of one file, but for its comments."""
    if old.text == new.text or (old.code and old.code == new.code):
        return True
    if old.code:
        return False
    committed = commit.text(item.path) or ""
    known = record.hash_text(committed) == old.text
    return known and record.hash_text(comments.without(committed)) == new.code


def _drawn(project: Project, commit: Commit, old: Record, name: str, ours: bool) -> str | None:
    """A figure of a record, from where the record is."""
    path = record.figure_path(project, old.snippet, old.device, name)
    return path.read_text(encoding="utf-8") if ours else commit.text(path)


def _recorded(project: Project, name: str, device: str) -> Record | None:
    """The record, also of what has failed since: a second run must not accept what the first did
    not. None for a record that cannot be trusted."""
    with contextlib.suppress(NeverstaleError):
        return record.read(project, name, device)
    return None


def _record(
    project: Project,
    item: Snippet,
    status: Status,
    outcome: dict[str, Any],
    output: tuple[tuple[int, str], ...],
    figures: Mapping[str, str],
    versions: Mapping[str, str],
) -> Record:
    gpu = outcome["gpu"] if status.device == "cuda" else None
    return Record(
        snippet=item.name,
        fingerprint=status.fingerprint,
        text=record.hash_text(item.text),
        device=status.device,
        device_name=gpu["name"] if gpu else machine.cpu_name(),
        python=platform.python_version(),
        packages={name: versions[name] for name in head.packages(project, item)},
        cuda=gpu["cuda"] if gpu else None,
        date=datetime.date.today().isoformat(),
        seconds=round(outcome["seconds"], 3),
        peak_memory_bytes=(gpu or outcome)["peak_memory_bytes"],
        output=output,
        figures={name: record.hash_text(svg) for name, svg in figures.items()},
        lines={name: record.ranges(lines) for name, lines in outcome["lines"].items() if lines},
        code=record.hash_text(comments.without(item.text)),
        gpu={name: gpu[name] for name in ("memory_bytes", "capability")} if gpu else None,
        unconfined=outcome.get("unconfined", False),
    )


def _tail(path: Path, size: int = 2000) -> str:
    try:
        text = path.read_bytes()[-size:].decode(errors="replace")
    except OSError:
        return ""
    return f"--- {path.name}\n{text}" if text.strip() else ""
