"""Inside the snippet's own process: execute it as Python does, and say how it went.

What each statement prints is told apart, so that output can be shown under the section whose
statements printed it, and so that a process that dies (segmentation fault, `os._exit`, end of
time) has left the line it was at.
"""

from __future__ import annotations

import atexit
import builtins
import contextlib
import gc
import linecache
import logging
import multiprocessing.util
import os
import re
import sys
import threading
import time
import traceback
import types
import warnings
import weakref
from importlib import import_module
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec
from pathlib import Path
from typing import Any

from neverstale.running import ending, gpu, program, reached, refused
from neverstale.running.unseen import Unseen

INSTALLED = {"site-packages", "dist-packages"}  # an environment may lie inside a folder of ours
MESSAGE_LIMIT = 300  # characters
# What Python itself does not show: no reader meets these.
HIDDEN = ("DeprecationWarning", "PendingDeprecationWarning", "ImportWarning", "ResourceWarning")


def execute(job: dict[str, Any], progress: int) -> dict[str, Any]:
    """Run one snippet.

    Args:
        job: `path` of the file, `text` (to run in its place, or None), `package` (folders, see
            `_enter`), `inlines` (line → [path, first, last]), `argv`, `environment`, `raises` and
            `exit` (see `ending.met`), `allow` (patterns of accepted warnings), `import_paths`,
            `ours` (folders whose warnings count),
            `deprecations` (packages whose deprecations do), `shown` (see `reached.Reached`),
            `device`, `compilers` (see `shapes.insert`).
        progress: descriptor that always holds the line reached so far.

    Returns:
        `error` (None, or `line`, `message`, `traceback`), `steps` (line, and the size of output and
        of error output before it, per statement), `lines` (name → first lines of the statements
        reached), `seconds`, `gpu` (see `gpu.used`), and, of a run on a GPU that used none,
        `unused` (why).
    """
    path = Path(job["path"])
    steps: list[tuple[int, int, int]] = []
    caught: list[dict[str, Any]] = []
    at_last = False  # whether the last statement has begun

    def begin(line: int, file: str, first: int, last: int, imports: str, final: bool) -> None:
        nonlocal at_last
        at_last = final
        steps.append((line, *_written()))
        os.pwrite(progress, f"{line:12d}".encode(), 0)
        following.begin(file, first, last, imports.split())

    def note(message: Any, category: Any, filename: str, lineno: int, *more: Any) -> None:
        warning = {"text": str(message), "kind": category.__name__, "file": filename,
                   "line": lineno, "at": _last(steps)}  # fmt: skip
        if os.getpid() == pid:
            caught.append(warning)
        elif _counts(warning, job):  # a process that the snippet forked: it cannot tell us
            show(message, category, filename, lineno, *more)

    pid, show = os.getpid(), warnings.showwarning
    warnings.resetwarnings()
    warnings.simplefilter("always")
    warnings.showwarning = note  # type: ignore[assignment]
    unseen = Unseen()
    _forget_exits()
    os.environ.update(job["environment"])
    module = _main(path, job["argv"], job["import_paths"])
    alive = weakref.ref(module)

    error: dict[str, Any] | None = None
    used = None
    following = reached.follow(job["shown"])
    started = time.perf_counter()
    try:
        module.__package__ = _enter(job["package"])
        for code in program.parts(path, job["inlines"], begin, job["text"], job["compilers"]):
            following.add(code)
            exec(code, module.__dict__)
        threading._shutdown()  # type: ignore[attr-defined]
        _written()
        seconds = time.perf_counter() - started
        if missed := ending.missed(job):
            error = {"line": _last(steps), "message": missed, "traceback": ""}
    except BaseException as failure:
        seconds = time.perf_counter() - started
        with contextlib.suppress(OSError):  # the snippet closed it
            _written()
        if ending.met(failure, job, at_last):
            threading._shutdown()  # type: ignore[attr-defined]
        else:
            error = _explain(failure, str(path), _last(steps))
    # After an error of its own a GPU may answer nothing more; the error is what counts.
    if error is None:
        used = gpu.used()
        del module
        _end(alive, unseen)
        error = _unseen(unseen, str(path), _last(steps)) or _warned(caught, job)
        _written()
    return {
        "error": error,
        "steps": steps,
        "lines": following.end(),
        "seconds": seconds,
        "gpu": used,
        "unused": gpu.unused() if job["device"] == "cuda" and not (error or used) else None,
    }


def _main(path: Path, argv: list[str], import_paths: list[str]) -> types.ModuleType:
    """What `python file.py` has as `__main__` before the first line."""
    module = types.ModuleType("__main__")
    found = vars(module)
    found["__loader__"] = SourceFileLoader("__main__", str(path))
    if "__annotations__" in vars(sys.modules["__main__"]):  # up to Python 3.13
        found["__annotations__"] = {}
    found.update(__builtins__=builtins, __file__=str(path), __cached__=None)
    sys.modules["__main__"] = module
    sys.path[:0] = [str(path.parent), *import_paths]
    sys.argv = [str(path), *argv]
    return module


def _enter(folders: list[str]) -> str | None:
    """Import the packages that a snippet with relative imports belongs to, as `python -m` does.

    Args:
        folders: of the packages, outermost first.

    Returns:
        The name of the innermost; None without any.
    """
    name = None
    for folder in folders:
        base = os.path.basename(folder)
        if name is None:  # found by its place, so that no folder of ours hides a library
            name = base
            begun = os.path.join(folder, "__init__.py")
            loader = SourceFileLoader(name, begun) if os.path.isfile(begun) else None
            spec = ModuleSpec(name, loader, origin=begun if loader else None, is_package=True)
            spec.submodule_search_locations = [folder]
            package = sys.modules[name] = module_from_spec(spec)
            if loader:
                loader.exec_module(package)
        else:
            name = f"{name}.{base}"
            import_module(name)
    return name


def _forget_exits() -> None:
    """Leave to the end of the program what is its own: not what the libraries of the warm process
    have registered, which takes longer than many a snippet; but for Python's own."""
    atexit._clear()
    for each in list(weakref.finalize._registry):  # type: ignore[attr-defined]
        each.atexit = False
    atexit.register(weakref.finalize._exitfunc)  # type: ignore[attr-defined]
    atexit.register(logging.shutdown)
    atexit.register(multiprocessing.util._exit_function)  # type: ignore[attr-defined]


def _end(alive: weakref.ref[types.ModuleType], unseen: Unseen) -> None:
    """What Python does at the end of a program: functions left with `atexit`, then finalizers."""
    atexit._run_exitfuncs()
    gc.collect()  # what is in no one's hands any more: a task of asyncio tells of its failure then
    unseen.end()
    del sys.modules["__main__"]
    gc.collect()
    module = alive()
    if module is not None:  # a library holds on to it
        for name in vars(module):
            if name != "__builtins__":
                vars(module)[name] = None
        gc.collect()


def _written() -> tuple[int, int]:
    """Bytes on standard output and error output so far, those of C code and of child processes
    included."""
    for stream in {sys.stdout, sys.__stdout__, sys.stderr}:
        with contextlib.suppress(ValueError, AttributeError):  # closed, or replaced by the snippet
            if stream is not None:
                stream.flush()
    return os.lseek(1, 0, os.SEEK_END), os.lseek(2, 0, os.SEEK_END)


def _last(steps: list[tuple[int, int, int]]) -> int:
    """The line of the statement that was reached last; 0 before the first."""
    return steps[-1][0] if steps else 0


def _explain(failure: BaseException, path: str, statement: int) -> dict[str, Any]:
    """The innermost line of the snippet itself, else the statement's, and the message's first."""
    if isinstance(failure, SystemExit):
        message = f"sys.exit({failure.code!r}) ends the snippet early; let it run to its end"
        return {"line": statement, "message": f"{message}, or state 'exit'", "traceback": ""}
    frames = traceback.extract_tb(failure.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == path and frame.lineno]
    if frames and frames[-1].filename == __file__:  # before a statement: the one before did it
        lines = []
    linecache.checkcache(path)
    first = ""
    with contextlib.suppress(Exception):  # an exception may fail to describe itself
        first = _first_line(str(failure))
    if helps := refused.advice(failure, path):
        first += f"; {helps}"
    name = type(failure).__name__
    return {
        "line": lines[-1] if lines else statement,
        "message": f"{name}: {first}" if first else name,
        "traceback": "".join(traceback.format_exception(failure)[-12:]),
    }


def _first_line(text: str) -> str:
    """What of it can stand in one line of a terminal."""
    line = text.strip().partition("\n")[0][:MESSAGE_LIMIT]
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


def _unseen(unseen: Unseen, path: str, statement: int) -> dict[str, Any] | None:
    """The first failure that the page would not show."""
    for failure, where in unseen.found[:1]:
        told = _explain(failure, path, statement)
        return {**told, "message": f"{told['message']} ({where}: no page would show it)"}
    return None


def _warned(caught: list[dict[str, Any]], job: dict[str, Any]) -> dict[str, Any] | None:
    """The first warning that counts."""
    for warning in caught:
        if _counts(warning, job):
            first = _first_line(warning["text"])
            return {
                "line": warning["line" if warning["file"] == job["path"] else "at"],
                "message": f"{warning['kind']}: {first} "
                "(change the code, or allow it with a reason: allow-warnings)",
                "traceback": "",
            }
    return None


def _counts(warning: dict[str, Any], job: dict[str, Any]) -> bool:
    """Whether it is not allowed, and Python shows it to whoever runs the file, or code of ours or
    of a package in `deprecations` says there that something is on its way out."""
    if any(re.search(pattern, warning["text"]) for pattern in job["allow"]):
        return False
    if warning["kind"] not in HIDDEN:
        return True
    deprecates = warning["kind"] == "DeprecationWarning" or re.search(
        "deprecat", warning["text"], re.IGNORECASE
    )
    inside = (warning["file"].removeprefix(folder + os.sep) for folder in job["ours"])
    ours = any(each != warning["file"] and not INSTALLED & {*each.split(os.sep)} for each in inside)
    return bool(deprecates and (ours or _within(warning["file"], job["deprecations"])))


def _within(file: str, packages: list[str]) -> bool:
    """Whether a file is of one of these packages, each taken by its own folder: a whole environment
    may lie in one of that name."""
    folders = (getattr(sys.modules.get(name), "__path__", [])[:1] for name in packages)
    return any(file.startswith(os.path.join(each, "")) for found in folders for each in found)
