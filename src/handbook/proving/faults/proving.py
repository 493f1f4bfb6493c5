"""Inject each fault into a scratch copy, run the ordinary check, put everything back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from queue import SimpleQueue
from random import Random

from handbook.boards import faults as board
from handbook.errors import HandbookError
from handbook.proving.faults import kinds
from handbook.proving.faults.fault import Fault
from handbook.proving.faults.gpu_kinds import GPU_KINDS
from handbook.proving.faults.kinds import LINKS, Scratch
from handbook.proving.faults.line_kinds import LINE_KINDS
from handbook.proving.faults.proof_kinds import PROOF_KINDS
from handbook.proving.faults.run_kinds import RUN_KINDS
from handbook.proving.faults.site_kinds import SITE_KINDS
from handbook.proving.faults.word_kinds import WORD_KINDS
from neverstale.problem import Problem
from neverstale.project import Project, load
from neverstale.source import sources

SEED = 20261123
LEFT_OUT = (".git", ".venv", ".neverstale", ".cache", "__pycache__", ".mypy_cache", ".ruff_cache")
KINDS = {
    **{**kinds.KINDS, **RUN_KINDS, **LINE_KINDS, **GPU_KINDS},
    **{**PROOF_KINDS, **SITE_KINDS, **WORD_KINDS},
}
LIMIT = 300  # seconds for one check; the longest takes a few


@dataclass(frozen=True)
class Outcome:
    """How one fault fared: whether the check failed, with what words, after how many seconds."""

    fault: Fault
    caught: bool
    said: str
    seconds: float


def prove(project: Project, only: Sequence[str], say: Callable[[str], None]) -> bool:
    """Inject every fault, one at a time, and renew the table of what caught them.

    Args:
        project: the site; it must be built and clean: every check must pass before.
        only: kinds of faults, whose lines of the table alone are renewed then; none for all.
        say: receives a line for each fault that was not caught, and for each kind.

    Returns:
        Whether every fault was caught, and one could be injected wherever one was made.

    Raises:
        HandbookError: the kind is unknown, or a check fails without any fault.
    """
    for kind in set(only) - set(KINDS):
        raise HandbookError(Problem(kind, 0, f"no such kind; there are {', '.join(KINDS)}"))
    for bad in sources.read(project).unreadable.values():
        raise HandbookError(Problem(str(bad[0]), 0, "mend this first"))
    with tempfile.TemporaryDirectory(prefix="prove-") as folder:
        copies = [_copy(project, Path(folder) / str(i)) for i in range(os.cpu_count() or 1)]
        scratch = Scratch(sources.read(load(copies[0])))
        faults = [
            fault
            for kind in KINDS
            if not only or kind in only
            for fault in KINDS[kind](scratch, Random(f"{SEED} {kind}"))
        ]
        say(f"▸ {len(faults)} faults of {len({f.kind for f in faults})} kinds, seed {SEED}")
        _control(copies[0], faults)
        broken = _broken(copies[0], faults)
        for name in sorted(broken):
            say(f"✗ {name} cannot be run here: none that it should show is injected")
        faults = [fault for fault in faults if not broken.intersection(fault.check)]
        outcomes = _inject_all(copies, faults, say)
        for copy in copies:
            _control(copy, faults)  # everything was put back, and nothing was left behind
    missed = [outcome for outcome in outcomes if not outcome.caught]
    for kind in dict.fromkeys(fault.kind for fault in faults):
        of_kind = [outcome for outcome in outcomes if outcome.fault.kind == kind]
        good = sum(outcome.caught for outcome in of_kind)
        say(f"{'✓' if good == len(of_kind) else '✗'} {kind}: {good} of {len(of_kind)} caught")
    _keep(project, outcomes)
    return not missed and not broken


def _keep(project: Project, outcomes: Sequence[Outcome]) -> None:
    """Keep the result, kind by kind; of kinds that were not injected now, the former one."""
    rows = {row["kind"]: row for row in board.rows(project)}
    for kind in dict.fromkeys(outcome.fault.kind for outcome in outcomes):
        found = [outcome for outcome in outcomes if outcome.fault.kind == kind]
        checks = sorted({" ".join(outcome.fault.check[:2]) for outcome in found})
        rows[kind] = {
            "kind": kind,
            "date": date.today().isoformat(),
            "injected": len(found),
            "caught": sum(outcome.caught for outcome in found),
            "by": checks,
            "seconds": round(sum(outcome.seconds for outcome in found) / len(found), 2),
        }
    data = {"kinds": [rows[kind] for kind in KINDS if kind in rows]}
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    (project.records / board.FILE).write_text(text, encoding="utf-8")


def _inject_all(
    copies: list[Path], faults: list[Fault], say: Callable[[str], None]
) -> list[Outcome]:
    free: SimpleQueue[Path] = SimpleQueue()
    for copy in copies:
        free.put(copy)
    done = 0

    def one(fault: Fault) -> Outcome:
        nonlocal done
        copy = free.get()
        try:
            outcome = _inject(copy, fault)
        finally:
            free.put(copy)
        done += 1
        if not outcome.caught:
            say(f"✗ not caught: {fault.kind}, {fault.target}")
        elif done % 50 == 0:
            say(f"  {done} of {len(faults)}")
        return outcome

    with ThreadPoolExecutor(len(copies)) as pool:
        return list(pool.map(one, faults))


def _inject(root: Path, fault: Fault) -> Outcome:
    files = {name: root / name for name in fault.edits}
    if "run" in fault.check:  # which writes a record where it finds no fault
        records = [path for path in (root / "records").rglob("*") if path.is_file()]
        files |= {str(path.relative_to(root)): path for path in records}
    before = {name: file.read_bytes() if file.exists() else None for name, file in files.items()}
    for name, text in fault.edits.items():
        file = files[name]
        if text.encode() == before[name]:
            raise HandbookError(Problem(name, 0, f"fault without effect: {fault.kind}"))
        file.write_text(text, encoding="utf-8")
    start = time.monotonic()
    try:
        status, said = _check(root, fault)
    finally:
        seconds = time.monotonic() - start
        for name, content in before.items():
            if content is None:
                files[name].unlink()
            else:
                files[name].write_bytes(content)
        # Where the engine notes what failed: else the next fault of that snippet would be caught
        # by this one's failure.
        shutil.rmtree(root / ".neverstale", ignore_errors=True)
    # 2 is a wrong usage of the check itself; a link checker says 2 for broken links.
    caught = status == (2 if fault.check == LINKS else 1)
    if fault.check == kinds.CHECK and "Traceback" in said:
        caught = False  # it broke, and told nobody what is wrong
    return Outcome(fault, caught, said, seconds)


def _check(root: Path, fault: Fault) -> tuple[int, str]:
    """Exit status and words of the ordinary check, run in the copy on the copy's own modules."""
    if fault.check == LINKS:
        command = [str(Path(sys.executable).parent / "lychee"), *LYCHEE, str(root / "site"), "site"]
    else:
        command = [sys.executable, "-m", *fault.check]
    environment = {**os.environ, "PYTHONPATH": str(root / "src"), "GITHUB_ACTIONS": ""}
    if fault.before:
        before = [sys.executable, "-m", *fault.before]
        subprocess.run(before, cwd=root, env=environment, capture_output=True, timeout=LIMIT)
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, timeout=LIMIT
    )
    return done.returncode, done.stdout + done.stderr


def _broken(root: Path, faults: list[Fault]) -> set[str]:
    """Snippets that cannot be run here at all: their failing would prove nothing."""
    names = sorted({word for fault in faults if "run" in fault.check for word in fault.check[5:]})
    if not names:
        return set()
    command = [sys.executable, "-m", "neverstale", "run", "--all", "--json", *names]
    environment = {**os.environ, "PYTHONPATH": str(root / "src")}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    shutil.rmtree(root / ".neverstale", ignore_errors=True)
    results = json.loads(done.stdout)
    useless = ("failed", "skipped")
    return {f"snippets/{each['snippet']}" for each in results if each["verdict"] in useless}


LYCHEE = (
    "--offline",
    "--include-fragments",
    "--index-files",
    "index.html",
    "--no-progress",
    "--root-dir",
)


def _control(root: Path, faults: list[Fault]) -> None:
    """Every check must pass while nothing is wrong, or its failing would prove nothing."""
    for check in sorted({fault.check for fault in faults if "run" not in fault.check}):
        status, said = _check(root, Fault("none", "none", {}, check))
        if status != 0:
            told = said.strip().splitlines()[-1] if said.strip() else f"exit status {status}"
            message = f"fails without any fault ({told}); run: make verify site"
            raise HandbookError(Problem(" ".join(check), 0, message))


def _copy(project: Project, folder: Path) -> Path:
    shutil.copytree(project.root, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    return folder
