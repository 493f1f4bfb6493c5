"""One copy of the project: put a fault in, run the ordinary check, put everything back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from handbook.errors import HandbookError
from handbook.proving.faults import kinds
from handbook.proving.faults.fault import Fault
from handbook.proving.faults.kinds import LINKS
from handbook.proving.faults.warm import Warm
from neverstale.problem import Problem

LIMIT = 300  # seconds for one check; the longest takes a few
TOGETHER = 12  # faults in different snippets that one run is to show
RUN = kinds.run()
CODE = "src/"  # below the copy: what a Python that has imported it would not see changed
LYCHEE = (
    "--offline",
    "--include-fragments",
    "--index-files",
    "index.html",
    "--no-progress",
    "--root-dir",
)


@dataclass(frozen=True)
class Outcome:
    """How one fault fared: whether the check failed, with what words, after how many seconds."""

    fault: Fault
    caught: bool
    said: str
    seconds: float


def grouped(faults: Iterable[Fault], imports: Mapping[str, Collection[str]]) -> list[list[Fault]]:
    """Faults that are looked for by runs, put together where one run shows them apart.

    When torch loses a function, each snippet that calls it must fail: that is one run of them all.
    So are faults in snippets of which none runs another's code: each runs in its own process.

    Args:
        faults: what is to be injected.
        imports: snippet → the snippets that it imports, `cnn/kernel.py`; of those that are not
            there, each fault in their files has a run of its own.
    """
    same: dict[object, list[Fault]] = {}
    for number, fault in enumerate(faults):
        change = tuple(sorted(fault.edits.items())), fault.before, _command(fault)
        same.setdefault(change if _run(fault) else number, []).append(fault)
    done: list[list[Fault]] = []
    runs: list[tuple[list[Fault], set[str], set[str]]] = []
    for group in same.values():
        met = _met(group[0], imports) if len(group) == 1 else None
        if met is None:
            done.append(group)
            continue
        own, reach = met
        for others, owned, reached in runs:
            if len(others) < TOGETHER and not (own & reached or owned & reach):
                others += group
                owned |= own
                reached |= reach
                break
        else:
            runs.append((group, own, reach))
    return [*done, *(group for group, *_ in runs)]


def _met(fault: Fault, imports: Mapping[str, Collection[str]]) -> tuple[set[str], set[str]] | None:
    """Snippets that it changes or that its run is of, and all whose code that runs; None if it
    changes anything else."""
    names = {name.removeprefix("snippets/") for name in _snippets(fault)}
    if _command(fault) != RUN or fault.before or not names or not names <= imports.keys():
        return None
    reach = names.union(*(imports[name] for name in names))
    # Below snippets/ or records/: cnn/kernel.py, cnn/kernel.cpu.json.
    changed = {f"{name.partition('/')[2].partition('.')[0]}.py" for name in fault.edits}
    return (changed | names, reach) if changed <= reach else None


class Copy:
    """A copy of the project, and a Python that has imported its modules; both end with `with`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.environment = {**os.environ, "PYTHONPATH": str(root / "src"), "GITHUB_ACTIONS": ""}
        self.warm = Warm(root, self.environment)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.warm.__exit__()

    def inject(self, faults: Sequence[Fault]) -> list[Outcome]:
        """Make these changes, a group of `grouped`, and see whether each fault is noticed.

        Of several, each is if the run says of a snippet of its own that it failed.

        Raises:
            HandbookError: a change changes nothing.
        """
        fault = faults[0]
        edits = {name: text for each in faults for name, text in each.edits.items()}
        files = {name: self.root / name for name in edits}
        if _run(fault):  # which writes a record where it finds no fault
            records = [path for path in (self.root / "records").rglob("*") if path.is_file()]
            files |= {str(path.relative_to(self.root)): path for path in records}
        before = {
            name: file.read_bytes() if file.exists() else None for name, file in files.items()
        }
        for name, text in edits.items():
            file = files[name]
            if text.encode() == before[name]:
                raise HandbookError(Problem(name, 0, f"fault without effect: {fault.kind}"))
            file.write_text(text, encoding="utf-8")
        names = dict.fromkeys(name for each in faults for name in _snippets(each))
        start = time.monotonic()
        try:
            status, said = self.check(fault, (*_command(fault), *names))
        finally:
            seconds = (time.monotonic() - start) / len(faults)
            for name, content in before.items():
                if content is None:
                    files[name].unlink()
                else:
                    files[name].write_bytes(content)
            # Where the engine notes what failed: else the next fault of that snippet would be
            # caught by this one's failure.
            shutil.rmtree(self.root / ".neverstale", ignore_errors=True)
        # 2 is a wrong usage of the check itself; a link checker says 2 for broken links.
        caught = status == (2 if fault.check == LINKS else 1)
        if fault.check == kinds.CHECK and "Traceback" in said:
            caught = False  # it broke, and told nobody what is wrong
        return [
            Outcome(each, caught and (len(faults) == 1 or _told(each, said)), said, seconds)
            for each in faults
        ]

    def check(self, fault: Fault, command: Sequence[str] = ()) -> tuple[int, str]:
        """Exit status and words of a fault's check, run on the copy and on its own modules.

        Args:
            fault: whose check.
            command: that check, if it is to look at more than the fault's own snippets.
        """
        if fault.check == LINKS:
            checker = str(Path(sys.executable).parent / "lychee")
            return self._fresh([checker, *LYCHEE, str(self.root / "site"), "site"])
        # What has imported a module does not see that it changed.
        fresh = any(name.startswith(CODE) for name in fault.edits)
        for words in (fault.before, tuple(command or fault.check)):
            if words and fresh:
                answer = self._fresh([sys.executable, "-m", *words])
            elif words:
                answer = self.warm.run(words, LIMIT)
        return answer

    def broken(self, faults: Iterable[Fault]) -> set[str]:
        """Snippets that cannot be run here at all: their failing would prove nothing."""
        names = sorted({name for fault in faults if _run(fault) for name in _snippets(fault)})
        if not names:
            return set()
        command = [sys.executable, "-m", "neverstale", "run", "--all", "--json", *names]
        done = subprocess.run(
            command, cwd=self.root, env=self.environment, capture_output=True, text=True
        )
        shutil.rmtree(self.root / ".neverstale", ignore_errors=True)
        results = json.loads(done.stdout)
        useless = ("failed", "skipped")
        return {f"snippets/{each['snippet']}" for each in results if each["verdict"] in useless}

    def _fresh(self, command: list[str]) -> tuple[int, str]:
        done = subprocess.run(
            command,
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=LIMIT,
        )
        return done.returncode, done.stdout + done.stderr


def _run(fault: Fault) -> bool:
    return "run" in fault.check


def _snippets(fault: Fault) -> tuple[str, ...]:
    """The snippets that a run is of."""
    return tuple(word for word in fault.check if _run(fault) and word.startswith("snippets/"))


def _command(fault: Fault) -> tuple[str, ...]:
    """Its check without those."""
    return tuple(word for word in fault.check if word not in _snippets(fault))


def _told(fault: Fault, said: str) -> bool:
    """Whether a run said of one of its snippets that it failed."""
    names = [name.removeprefix("snippets/") for name in _snippets(fault)]
    return any(f"] FAILED    {name} " in said for name in names)
