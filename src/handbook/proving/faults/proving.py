"""Inject each fault into a scratch copy, see that it is caught, and keep the table of it."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date
from itertools import chain
from pathlib import Path
from queue import SimpleQueue
from random import Random

from handbook.boards import faults as board
from handbook.errors import HandbookError
from handbook.proving.faults import kinds
from handbook.proving.faults.fault import Fault
from handbook.proving.faults.gpu_kinds import GPU_KINDS
from handbook.proving.faults.injecting import Copy, Outcome, grouped
from handbook.proving.faults.kinds import Scratch
from handbook.proving.faults.line_kinds import LINE_KINDS
from handbook.proving.faults.proof_kinds import PROOF_KINDS
from handbook.proving.faults.run_kinds import RUN_KINDS
from handbook.proving.faults.site_kinds import SITE_KINDS
from handbook.proving.faults.torch_kinds import TORCH_KINDS
from handbook.proving.faults.word_kinds import WORD_KINDS
from neverstale.problem import Problem
from neverstale.project import Project, load
from neverstale.source import sources

SEED = 20261123
MOST = 90  # faults of a kind: what has one for every snippet would take longer with each of them
LEFT_OUT = (".git", ".venv", ".neverstale", ".cache", "__pycache__", ".mypy_cache", ".ruff_cache")
KINDS = {
    **{**TORCH_KINDS, **kinds.KINDS, **RUN_KINDS, **LINE_KINDS, **GPU_KINDS},
    **{**PROOF_KINDS, **SITE_KINDS, **WORD_KINDS},
}


def prove(project: Project, only: Sequence[str], say: Callable[[str], None]) -> bool:
    """Inject every fault, and renew the table of what caught them.

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
    with tempfile.TemporaryDirectory(prefix="prove-") as folder, ExitStack() as stack:
        roots = [_copied(project, Path(folder) / str(i)) for i in range(os.cpu_count() or 1)]
        scratch = Scratch(sources.read(load(roots[0])))
        faults = [
            fault for kind in KINDS if not only or kind in only for fault in of_kind(kind, scratch)
        ]
        say(f"▸ {len(faults)} faults of {len({f.kind for f in faults})} kinds, seed {SEED}")
        copies = [stack.enter_context(Copy(root)) for root in roots]
        _control(copies[0], faults)
        broken = copies[0].broken(faults)
        for name in sorted(broken):
            say(f"✗ {name} cannot be run here: none that it should show is injected")
        faults = [fault for fault in faults if not broken.intersection(fault.check)]
        imports = {item.name: item.siblings for item in scratch.snippets()}
        outcomes = _inject_all(copies, grouped(faults, imports), say)
        for copy in copies:
            _control(copy, faults)  # everything was put back, and nothing was left behind
    missed = [outcome for outcome in outcomes if not outcome.caught]
    for kind in dict.fromkeys(fault.kind for fault in faults):
        found = [outcome.caught for outcome in outcomes if outcome.fault.kind == kind]
        good = sum(found)
        say(f"{'✓' if good == len(found) else '✗'} {kind}: {good} of {len(found)} caught")
    _keep(project, outcomes)
    return not missed and not broken


def of_kind(kind: str, scratch: Scratch) -> list[Fault]:
    """The faults of a kind that are injected: all it makes, or MOST of them, evenly spread."""
    random = Random(f"{SEED} {kind}")
    found = list(KINDS[kind](scratch, random))
    count = min(MOST, len(found))
    begin = random.randrange(len(found))  # so that no snippet is left out by every kind
    return [found[(i * len(found) + begin) // count] for i in range(count)]


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
    copies: Sequence[Copy], groups: list[list[Fault]], say: Callable[[str], None]
) -> list[Outcome]:
    free: SimpleQueue[Copy] = SimpleQueue()
    for copy in copies:
        free.put(copy)
    done = 0

    def some(group: list[Fault]) -> list[Outcome]:
        nonlocal done
        copy = free.get()
        try:
            outcomes = copy.inject(group)
        finally:
            free.put(copy)
        before, done = done, done + len(group)
        for outcome in outcomes:
            if not outcome.caught:
                say(f"✗ not caught: {outcome.fault.kind}, {outcome.fault.target}")
        if before // 50 < done // 50:
            say(f"  {done} of {sum(map(len, groups))}")
        return outcomes

    # Those of many snippets first: else one core waits at the end while the other runs them.
    groups = sorted(groups, key=len, reverse=True)
    with ThreadPoolExecutor(len(copies)) as pool:
        return list(chain.from_iterable(pool.map(some, groups)))


def _control(copy: Copy, faults: list[Fault]) -> None:
    """Every check must pass while nothing is wrong, or its failing would prove nothing."""
    for check in sorted({fault.check for fault in faults if "run" not in fault.check}):
        status, said = copy.check(Fault("none", "none", {}, check))
        if status != 0:
            told = said.strip().splitlines()[-1] if said.strip() else f"exit status {status}"
            message = f"fails without any fault ({told}); run: make verify site"
            raise HandbookError(Problem(" ".join(check), 0, message))


def _copied(project: Project, folder: Path) -> Path:
    shutil.copytree(project.root, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    return folder
