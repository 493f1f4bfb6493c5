"""The warm process: imports the heavy libraries once and forks a process per snippet.

Run as `python -m neverstale.running.forkserver`; reads a JSON line per library and then one with
the request from standard input, and writes one JSON line per event. It never touches CUDA, since a
fork after that breaks CUDA in the child. When its input closes, whoever asked has gone: it ends the
snippets and itself.
"""

from __future__ import annotations

import collections
import contextlib
import functools
import gc
import json
import linecache
import os
import select
import signal
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from neverstale.running import beforehand, child, gpu, huge, installed, program, sandbox
from neverstale.running.sandbox import Sandbox

TEXT = "import math\n\n\ndef area(r: float) -> float:\n    return math.pi * r**2  # (N,)\n"
MANY = 80  # snippets from which on large pages save more than the 0.2 s that they cost


def main() -> int:
    """Import what each `preload` names, then serve one request: `style`, `parallel`, `packages`
    and `jobs`."""
    events = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    os.dup2(2, 1)  # what a library prints while it is imported is not an event
    request: dict[str, Any] = {}
    while "jobs" not in request:
        line = sys.stdin.readline()
        if not line:
            return 1
        request = json.loads(line)
        if "preload" in request:
            beforehand.load(request["preload"])

    def say(**event: Any) -> None:
        with contextlib.suppress(BrokenPipeError):
            print(json.dumps(event), file=events, flush=True)

    beforehand.draw_as(request["style"])
    names = request["packages"]
    say(event="ready", versions=installed.versions(names), altered=installed.altered(names))
    waiting = collections.deque(request["jobs"])
    running: list[Sandbox] = []
    strangers = False
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: os.close(0))
    sandbox.adopt_orphans()
    _do_once()
    # Fork copies page tables, not memory; frozen objects are not touched by the collector.
    gc.collect()
    gc.freeze()
    if len(waiting) >= MANY:
        huge.collapse()
    warnings.simplefilter("ignore", DeprecationWarning)  # 3.12+: fork with threads (of BLAS)
    while waiting or running:
        while waiting and not strangers and room(waiting[0], running, request["parallel"]):
            job = waiting.popleft()
            others = [file for each in running for file in each.files]
            private = [events.fileno(), woken, wake, *others]
            running.append(Sandbox(job, functools.partial(_work, job, private)))
        try:
            rest = min((each.rest() for each in running), default=sandbox.POLL)
            ready = select.select([0, woken], [], [], rest)[0]
        except (OSError, ValueError):
            ready = [0]
        if 0 in ready:
            sandbox.end_descendants()
            return 1
        if woken in ready:
            os.read(woken, 4096)
        for each in running:
            each.reap()
        # Read once for all, after the reaping: what those leave that have ended is here by then.
        adopted = set(sandbox.children(os.getpid())) - {each.pid for each in running}
        strangers = _end_strangers(adopted, running)  # the next snippet is not to meet them
        for each in list(running):
            outcome = each.look(adopted)
            if outcome is not None:
                running.remove(each)
                Path(each.job["home"], "outcome").write_text(json.dumps(outcome), encoding="utf-8")
                say(event="ended", id=each.job["id"])
    sandbox.end_descendants()
    return 0


def _work(job: dict[str, Any], files: list[int], progress: int) -> dict[str, Any]:
    """In the new process: run the snippet, which has nothing to do with these files of ours."""
    for file in files:
        os.close(file)
    return child.execute(job, progress)


def room(job: dict[str, Any], running: Sequence[Any], parallel: int) -> bool:
    """Whether a job may start now: one that measures runs alone."""
    if job["alone"] or any(each.job["alone"] for each in running):
        return not running
    return len(running) < parallel


def _end_strangers(adopted: set[int], running: list[Sandbox]) -> bool:
    """End adopted processes that no running snippet owns: their snippet has ended.

    Returns:
        Whether any is still there.
    """
    left = False
    for pid in adopted:
        if not any(each.owns(pid) for each in running):
            for each_pid in [pid, *sandbox.descendants(pid)]:
                sandbox.kill(each_pid)
            with contextlib.suppress(ChildProcessError):
                left |= os.waitpid(pid, os.WNOHANG)[0] == 0
    return left


def _do_once() -> None:
    """What each snippet's process would do anew: read what every traceback shows, for which some
    libraries ask often, and set up Python's parser and compiler."""
    modules = [child, sandbox, sys.modules["__main__"]]
    modules += [sys.modules[name] for name in gpu.ON_THE_STACK if name in sys.modules]
    for module in modules:
        linecache.getlines(str(module.__file__))
    for _ in program.parts(Path(__file__), {}, print, TEXT):
        pass


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)  # taking the libraries down in order would take longer than many a snippet
