"""From what a run left behind to a result, and to a record if it was good."""

from __future__ import annotations

import contextlib
import datetime
import json
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from neverstale import machine
from neverstale.problem import NeverstaleError, Problem
from neverstale.project import Project
from neverstale.proof import compare, figure, possible, printed, record, redrawn
from neverstale.proof import status as statuses
from neverstale.proof.record import Record
from neverstale.proof.status import Status
from neverstale.source.options import Options
from neverstale.source.snippet import Snippet

FIGURE_LIMIT = 2 * 2**20  # bytes
ACTIVE = {"script", "style", "foreignObject", "a", "animate", "set", "handler", "listener"}


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
    """

    snippet: str
    device: str
    verdict: str
    seconds: float = 0.0
    problem: Problem | None = None
    detail: str = ""
    more: tuple[Problem, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that is wrong."""
        return (self.problem, *self.more) if self.problem else ()


def judge(
    project: Project,
    item: Snippet,
    status: Status,
    home: Path,
    versions: dict[str, str],
    update: bool,
    changed: Sequence[str] = (),
) -> Result:
    """From what the run left to a result, and to a record if it was good.

    Args:
        project: the settings.
        item: the snippet.
        status: how it stood before.
        home: the folder with what its run left.
        versions: package → installed version.
        update: accept output that differs from the record.
        changed: files of the project that changed while it ran.
    """
    where = project.relative(item.path)
    try:
        outcome = json.loads((home / "outcome").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        outcome = {"error": {"line": 0, "message": "its outcome was lost", "traceback": ""}}

    def failed(line: int, message: str, detail: str = "") -> Result:
        statuses.note_failure(project, status, f"line {line}: {message}" if line else message)
        problem = Problem(where, line, message)
        return Result(
            item.name, status.device, "failed", outcome.get("seconds", 0.0), problem, detail
        )

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
    missing = [name for name in map(package, item.options.dependencies) if name not in versions]
    if missing:
        return failed(0, f"declares {missing[0]}, which is not installed; install it or mend that")
    if status.device == "cuda" and outcome["gpu"] is None:
        return failed(0, _without_gpu(outcome["seen"]))
    try:
        figures = {file.name: _figure(file) for file in sorted((home / "work").glob("*.svg"))}
    except ValueError as error:
        return failed(0, str(error))
    found = _record(item, status, outcome, output, figures, versions)
    cpu = _recorded(project, item.name, "cpu")
    why = _uncompared(item.options, found) or possible.impossible(project, item.options, found, cpu)
    if why:
        return failed(0, why)
    difference = _difference(project, item, status, found, figures)
    if difference and not update:
        return failed(0, f"{difference}; accept it with --update if it is right")
    statuses.note_failure(project, status, None)
    if status.state == "verified" and not difference:
        return Result(item.name, status.device, "unchanged", outcome["seconds"])
    record.write(project, found, figures)
    return Result(item.name, status.device, "verified", outcome["seconds"])


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
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        root = None
    if root is None or "\ufffd" in text or root.tag.rpartition("}")[2] != "svg":
        raise ValueError(f"{file.name} is not an SVG in UTF-8")
    for part in ElementTree.fromstring(figure.STAR_STYLE.sub("", text)).iter():
        name = str(part.tag).rpartition("}")[2]
        if name in ACTIVE or any(each.startswith("on") for each in part.attrib):
            raise ValueError(f"{file.name} holds <{name}>, which would act on the whole page")
    return text


def _difference(
    project: Project, item: Snippet, status: Status, new: Record, figures: dict[str, str]
) -> str | None:
    """What this run shows otherwise than it should: its own record, or the CPU's."""
    old = _recorded(project, item.name, status.device)
    options = item.options
    varies = [each.match for each in options.varies]
    if old is not None and old.text == new.text:
        text, again = ("".join(part for _, part in r.output) for r in (old, new))
        difference = compare.difference(text, again, _rule(options), varies)
        if difference:
            return difference
        if not varies and _lines(old) != _lines(new):
            return f"prints at lines {_lines(new)}, not {_lines(old)}"
        if set(old.figures) != set(new.figures):
            return f"draws {sorted(new.figures)}, not {sorted(old.figures)}"
        # What is measured looks different each time, and another library lays out otherwise.
        if options.measured is None and old.packages == new.packages:
            for name, svg in figures.items():
                recorded = record.figure_path(project, item.name, status.device, name)
                text = recorded.read_text(encoding="utf-8")
                difference = redrawn.difference(text, svg, options.tolerance or redrawn.SHARE)
                if difference:
                    return f"{name} {difference}"
    if status.device == "cuda" and "cpu" in options.devices and options.gpu_differs is None:
        cpu = _recorded(project, item.name, "cpu")
        if cpu is not None and cpu.fingerprint == new.fingerprint:
            text, again = ("".join(part for _, part in r.output) for r in (cpu, new))
            difference = compare.difference(text, again, _rule_between_devices(options), varies)
            return difference and f"against the CPU: {difference}"
    return None


def _uncompared(options: Options, found: Record) -> str | None:
    """Why nothing of what was printed would ever be compared; None if something is."""
    lines = [line for line in found.whole_output.split("\n") if line.strip()]
    kept = [line for line in lines if not any(re.search(v.match, line) for v in options.varies)]
    if not lines or kept or options.measured is not None:
        return None
    return "'varies' leaves out all that it prints; name fewer lines, or say why it is 'measured'"


def _rule(options: Options) -> compare.Rule:
    """How near the numbers of a run must be to those of the record."""
    if options.measured is not None:
        return compare.measured
    return compare.printed if options.tolerance is None else compare.within(options.tolerance)


def _rule_between_devices(options: Options) -> compare.Rule:
    """The same, for a run on a GPU and the record of the CPU: what is left of two numbers that
    cancel out is another there."""
    if options.measured is not None:
        return compare.anything
    return compare.within(options.gpu_tolerance, floor=options.gpu_tolerance * 1e-3)


def _lines(found: Record) -> list[int]:
    """The lines of the statements that printed something: a page shows it below them."""
    return [line for line, text in found.output if text.strip()]


def _recorded(project: Project, name: str, device: str) -> Record | None:
    """The record, also of what has failed since: a second run must not accept what the first did
    not. None for a record that cannot be trusted."""
    with contextlib.suppress(NeverstaleError):
        return record.read(project, name, device)
    return None


def _record(
    item: Snippet,
    status: Status,
    outcome: dict[str, Any],
    output: tuple[tuple[int, str], ...],
    figures: dict[str, str],
    versions: dict[str, str],
) -> Record:
    gpu = outcome["gpu"] if status.device == "cuda" else None
    names = sorted(
        map(package, item.options.dependencies), key=lambda name: (name != "torch", name)
    )
    return Record(
        snippet=item.name,
        fingerprint=status.fingerprint,
        text=record.hash_text(item.text),
        device=status.device,
        device_name=gpu["name"] if gpu else machine.cpu_name(),
        python=platform.python_version(),
        packages={name: versions[name] for name in names},
        cuda=gpu["cuda"] if gpu else None,
        date=datetime.date.today().isoformat(),
        seconds=round(outcome["seconds"], 3),
        peak_memory_bytes=(gpu or outcome)["peak_memory_bytes"],
        output=output,
        figures={name: record.hash_text(svg) for name, svg in figures.items()},
        gpu={name: gpu[name] for name in ("memory_bytes", "capability")} if gpu else None,
    )


def _without_gpu(seen: dict[str, Any]) -> str:
    """Why a run meant for a GPU took no memory there, and what to do."""
    if seen["torch"] is None:
        return "used no GPU: it does not import torch; list only cpu in 'devices'"
    if seen["built"] is None:
        return f"used no GPU: torch {seen['torch']} is built without CUDA; install one with it"
    if not seen["devices"]:
        return "used no GPU: torch sees none in the sandbox; run: neverstale doctor --device cuda"
    return (
        "used no GPU in its own process: its code chose another device, or left the work to "
        "another process; mend that, or list only cpu in 'devices'"
    )


def _tail(path: Path, size: int = 2000) -> str:
    try:
        text = path.read_bytes()[-size:].decode(errors="replace")
    except OSError:
        return ""
    return f"--- {path.name}\n{text}" if text.strip() else ""


def package(requirement: str) -> str:
    """`torch>=2.11` → `torch`."""
    name = requirement
    for mark in "<>=!~[; @":
        name = name.split(mark)[0]
    return name.strip()
