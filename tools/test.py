"""Everything that is checked before a change is taken: as many steps at once as there are cores.

Called by `make test`, which has installed what it needs. A step starts as soon as a core is free
and the step that it needs has passed; of several, the first in the list, so the list begins with
what fails fastest and with what others wait for. What a step prints is kept apart, and printed
whole when it ends. The first that fails ends all others. How long each took is noted in
build/steps.json, for `make where`.
"""

from __future__ import annotations

import compileall
import contextlib
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
NOTE = ROOT / "build" / "steps.json"
POLL = 0.05  # seconds
PATIENCE = 10  # seconds that a step has to clear up when it is to end
COUNTED = re.compile(rb"(\d+) (passed|skipped|xfailed|xpassed)\b")

asked: list[int] = []  # signals that ask for the end


@dataclass(frozen=True)
class Step:
    """A command of .venv, and the step that must have passed before it."""

    name: str
    command: str
    after: str = ""


SOURCES = "sources, records, translations"
SITE = "both editions, strict"
PYTEST = "python -m pytest -p no:cacheprovider"
LINKS = "lychee --offline --include-fragments --index-files index.html --no-progress"
STEPS = (
    Step("lint", "ruff check ."),
    Step("format", "ruff format --check ."),
    Step("types", "mypy"),
    Step(SOURCES, "python -m neverstale check"),
    # Records are fresh by now, so the run below changes none, and the build need not wait for it.
    Step(SITE, "python -m handbook build", SOURCES),
    # The programs that print in Chinese run as published Markdown, below; `make snippets` compares
    # what they print, too.
    Step(
        "every snippet on the CPU, compared with its record",
        "python -m neverstale run --all",
        SOURCES,
    ),
    Step("every page and download made once more", "python -m handbook readback", SITE),
    Step("links", f"{LINKS} --root-dir $PWD/site site", SITE),
    Step("every published block has its proof", "python -m neverstale published", SITE),
    Step("browser: every Chinese page", f"{PYTEST} tests/site -k /zh/", SITE),
    Step("browser: every English page", f"{PYTEST} tests/site -k /en/", SITE),
    Step("browser: what readers do", f"{PYTEST} tests/site -k 'not (/zh/ or /en/)'", SITE),
    Step("every page by Zensical says the same", f"{PYTEST} tests/generators", SITE),
    Step("published Markdown by pytest-codeblocks, zh", "tools/markdown.sh zh", SITE),
    Step("published Markdown by pytest-codeblocks, en", "tools/markdown.sh en", SITE),
    Step("unit tests: the engine", f"{PYTEST} tests/neverstale"),
    Step("unit tests: the guide", f"{PYTEST} tests/gpuguide"),
    Step(
        "unit tests: the rest",
        f"{PYTEST} --ignore tests/site --ignore tests/generators --ignore tests/neverstale "
        "--ignore tests/gpuguide --ignore tests/firefox --ignore tests/lighthouse",
    ),
)


class Running:
    """A step under way, in a process group of its own."""

    def __init__(self, step: Step, environment: dict[str, str], output: Path) -> None:
        self.step = step
        self.output = output
        self.start = time.monotonic()
        with output.open("wb") as file:
            self.process = subprocess.Popen(
                ["bash", "-c", f"exec {step.command}"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                process_group=0,
            )

    def send(self, number: signal.Signals) -> None:
        """To all its processes."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


@dataclass(frozen=True)
class Ended:
    """How a step ended: seconds from the start of everything, and of all cores together."""

    name: str
    code: int
    begun: float
    seconds: float
    cpu: float
    said: bytes


def run(steps: Iterable[Step], lanes: int) -> list[Ended]:
    """Run the steps, at most `lanes` at once; stop at the first that fails.

    Returns:
        How those ended that were not stopped, in the order in which they ended.
    """
    waiting = list(steps)
    running: dict[int, Running] = {}
    ended: list[Ended] = []
    start = time.monotonic()
    threads = str(max(1, (os.cpu_count() or 1) // lanes))
    # One core each: threads that wait for one another would only take the others' time.
    environment = {"OMP_NUM_THREADS": threads, **os.environ}
    environment["PATH"] = f"{ROOT / '.venv/bin'}:{os.environ['PATH']}"
    folder = tempfile.TemporaryDirectory(prefix="steps-")
    try:
        while waiting or running:
            passed = {"", *(each.name for each in ended)}
            ready = [step for step in waiting if step.after in passed]
            for step in ready[: lanes - len(running)]:
                waiting.remove(step)
                output = Path(folder.name, str(len(waiting)))
                each = Running(step, environment, output)
                running[each.process.pid] = each
                say(f"  … {step.name}")
            if not running:
                raise SystemExit(f"nothing leads to: {', '.join(step.name for step in waiting)}")
            pid, status, usage = next_end()
            if pid not in running:
                continue
            each = running.pop(pid)
            each.process.returncode = code = os.waitstatus_to_exitcode(status)
            took, cpu = time.monotonic() - each.start, usage.ru_utime + usage.ru_stime
            said = each.output.read_bytes()
            ended.append(Ended(each.step.name, code, each.start - start, took, cpu, said))
            tell(ended[-1])
            if code:
                break
    finally:
        stop(running.values())
        folder.cleanup()
    if running or waiting:
        names = [*(each.step.name for each in running.values()), *(step.name for step in waiting)]
        say(f"not finished: {', '.join(names)}", sys.stderr)
    return ended


def next_end() -> tuple[int, int, resource.struct_rusage]:
    """Process, status and use of the next that ends; looks for it, since a signal that came while
    a step is started must wait until it is known which process that is."""
    while not asked:
        found = os.wait4(-1, os.WNOHANG)
        if found[0]:
            return found
        time.sleep(POLL)
    raise SystemExit(128 + asked[0])


def stop(running: Iterable[Running]) -> None:
    """End steps that are under way, and whatever they started."""
    each: Running
    for each in running:
        each.send(signal.SIGTERM)
    end = time.monotonic() + PATIENCE
    for each in running:
        with contextlib.suppress(subprocess.TimeoutExpired):
            each.process.wait(max(0, end - time.monotonic()))
        each.send(signal.SIGKILL)
        each.process.wait()


def tell(ended: Ended) -> None:
    """What a step printed, and how it ended."""
    say(f"▸ {ended.name}")
    sys.stdout.buffer.write(ended.said)
    sys.stdout.buffer.flush()
    if ended.code:
        reason = f"exit status {ended.code}"
        say(f"✗ {ended.name} failed after {ended.seconds:.0f} s ({reason})", sys.stderr)
    else:
        say(f"✓ {ended.name}, {ended.seconds:.0f} s")


def say(text: str, file: IO[str] | None = None) -> None:
    print(text, file=file or sys.stdout, flush=True)


def tests(ended: Iterable[Ended]) -> str:
    """The sum of what pytest said, in its own words."""
    counts: Counter[str] = Counter()
    for each in ended:
        last = each.said.rstrip().rpartition(b"\n")[2]
        for number, word in COUNTED.findall(last):
            counts[word.decode()] += int(number)
    return ", ".join(f"{count} {word}" for word, count in counts.items())


def catch() -> None:
    """Let an end from outside, by Ctrl-C or a signal, end the steps too; also of a shell's job in
    the background, which is started deaf to Ctrl-C."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: asked.append(number))


def main() -> int:
    catch()
    # No more: a third step made the other two slower by half. What browsers take is not in the
    # steps' own CPU time.
    lanes = len(os.sched_getaffinity(0))
    start = time.monotonic()
    # Thousands of programs below start with it, and where none may keep what it has compiled, each
    # would compile it anew.
    compileall.compile_dir(ROOT / "src", quiet=1)
    ended = run(STEPS, lanes)
    whole = time.monotonic() - start
    steps = [
        {"name": e.name, "begun": round(e.begun, 1), "seconds": round(e.seconds, 1),
         "cpu": round(e.cpu, 1)}
        for e in ended
    ]  # fmt: skip
    note = {"lanes": lanes, "load": os.getloadavg()[2], "seconds": round(whole, 1), "steps": steps}
    NOTE.parent.mkdir(exist_ok=True)
    NOTE.write_text(json.dumps(note, indent=1) + "\n", encoding="utf-8")
    failed = [each for each in ended if each.code]
    if failed:
        return 1
    say(f"{tests(ended)} in {whole:.2f}s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
