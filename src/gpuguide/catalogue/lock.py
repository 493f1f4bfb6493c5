"""No number changes without its source: what each one was when its source was last read.

`python -m gpuguide.catalogue.lock` checks the entries against `numbers.lock`; with `--since COMMIT`
also against the lock of that commit, so that a lock edited by hand is no way round; with `--renew`
it writes the lock anew, and refuses a number that changed while its source and the day it was read
did not.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from gpuguide.catalogue.load import load
from gpuguide.catalogue.model import Fact, Gpu, Quantity
from gpuguide.problem import GpuguideError, Problem

LOCK = Path(__file__).parent / "numbers.lock"
"""One line per number: entry and field, digest of the number, digest of its source."""

HEAD = "# Written by `python -m gpuguide.catalogue.lock --renew`.\n"
UNREAD = (
    "the number changed, but neither its source nor the day it was read; read the source again, "
    "set `read`, then run: python -m gpuguide.catalogue.lock --renew"
)
DATA = Path(__file__).parent / "data"
UNKNOWN = "new or with a new source; run: python -m gpuguide.catalogue.lock --renew"
GONE = "no longer there; run: python -m gpuguide.catalogue.lock --renew"


def digests(gpus: Sequence[Gpu]) -> dict[str, tuple[str, str]]:
    """`rtx-4090.memory` → digests of the number (value, unit, basis, date) and of its source."""
    return {
        f"{gpu.id}.{field}": (_digest(_said(number)), _digest(_source(number)))
        for gpu in gpus
        for field, number in (gpu.quantities() | gpu.facts()).items()
    }


def check(gpus: Sequence[Gpu], file: Path = LOCK) -> list[Problem]:
    """Numbers that are not as the lock has them."""
    locked = read(file)
    now = digests(gpus)
    problems = []
    for key in sorted({*locked, *now}):
        entry, _, field = key.partition(".")
        if key not in now:
            problems.append(Problem("", entry, field, GONE))
        elif key not in locked or now[key][1] != locked[key][1]:
            problems.append(Problem("", entry, field, UNKNOWN))
        elif now[key][0] != locked[key][0]:
            problems.append(Problem("", entry, field, UNREAD))
    return problems


def renew(gpus: Sequence[Gpu], file: Path = LOCK) -> None:
    """Write the lock anew.

    Raises:
        GpuguideError: a number changed while its source did not; nothing has been written then.
    """
    unread = [problem for problem in check(gpus, file) if problem.message == UNREAD]
    if unread:
        raise GpuguideError(*unread)
    lines = [f"{key} {number} {source}" for key, (number, source) in sorted(digests(gpus).items())]
    file.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


def read(file: Path = LOCK) -> dict[str, tuple[str, str]]:
    """The lock's lines; none if there is no file.

    Raises:
        GpuguideError: a line is not understood.
    """
    found = {}
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#"):
            continue
        words = line.split()
        if len(words) != 3:
            message = f"line {number} is not 'entry.field digest digest'; restore it from git"
            raise GpuguideError(Problem(file.name, "", "", message))
        found[words[0]] = (words[1], words[2])
    return found


def _said(number: Quantity | Fact) -> str:
    if isinstance(number, Fact):
        return f"{number.value} {number.date}".strip()
    high = "" if number.high is None else f" to {number.high!r}"
    return f"{number.value!r} {number.unit} {number.basis} {number.date}{high}"


def _source(number: Quantity | Fact) -> str:
    source = number.source
    return f"{source.title} {source.url} {source.via} {source.read} {source.vendor}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def since(gpus: Sequence[Gpu], commit: str) -> list[Problem]:
    """Numbers that changed since a commit while neither source nor day did, whatever the lock says.

    Raises:
        GpuguideError: git does not have that commit.
    """
    command = ["git", "-C", str(LOCK.parent), "show", f"{commit}:./{LOCK.name}"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise GpuguideError(Problem(LOCK.name, "", "", f"git has none of {commit}"))
    with tempfile.TemporaryDirectory() as folder:
        then = Path(folder) / LOCK.name
        then.write_text(done.stdout, encoding="utf-8")
        return [problem for problem in check(gpus, then) if problem.message == UNREAD]


def told(problems: Sequence[Problem], folder: Path = DATA) -> list[str]:
    """A line for each mistake, with file and line; few where a source was renewed for many."""
    lines = []
    for message, group in groupby(sorted(problems, key=lambda p: p.message), lambda p: p.message):
        alike = list(group)
        where = [f"{_place(p, folder)}{p}" for p in alike]
        if message in (UNKNOWN, GONE) and len(alike) > 3:
            where = [*where[:2], f"and {len(alike) - 2} others alike"]
        lines += where
    return lines


def _place(problem: Problem, folder: Path) -> str:
    """`…/nvidia_geforce.toml:303: `, where the field stands; "" if it stands nowhere."""
    for file in sorted(folder.glob("*.toml")):
        inside = False
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("[["):
                inside = False
            inside = inside or re.match(rf'id\s*=\s*"{re.escape(problem.entry)}"', line) is not None
            if inside and re.match(rf"{re.escape(problem.field.rpartition('.')[2])}\s*=", line):
                return f"{os.path.relpath(file)}:{number}: "
    return ""


def main(arguments: Sequence[str]) -> int:
    """Check the catalogue, or renew the lock; returns the exit status."""
    if arguments not in ([], ["--renew"]) and (len(arguments) != 2 or arguments[0] != "--since"):
        print(
            "usage: python -m gpuguide.catalogue.lock [--renew | --since COMMIT]", file=sys.stderr
        )
        return 2
    try:
        if arguments == ["--renew"]:
            renew(load())
            return 0
        gpus = load()
        problems = {*check(gpus), *(since(gpus, arguments[1]) if arguments else ())}
    except GpuguideError as error:
        problems = set(error.problems)
    for line in told(sorted(problems)):
        print(line, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
