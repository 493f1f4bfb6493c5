"""Inside the snippet's own process: execute it, statement by statement, and say how it went.

One statement at a time, so that output can be shown under the section whose statements printed
it, and so that a process that dies (segmentation fault, `os._exit`, end of time) has left the line
it was at.
"""

from __future__ import annotations
import __future__

import ast
import contextlib
import linecache
import os
import re
import sys
import threading
import time
import traceback
import types
import warnings
from pathlib import Path
from typing import Any

from neverstale.running import ending, gpu, refused

# `__future__` features change how later statements compile, so they are carried along.
MESSAGE_LIMIT = 300  # characters
FUTURES = {name: getattr(__future__, name).compiler_flag for name in __future__.all_feature_names}


def execute(job: dict[str, Any], progress: int) -> dict[str, Any]:
    """Run one snippet.

    Args:
        job: `path` of the file, `inlines` (line → [path, first, last]), `argv`, `raises` and `exit`
            (see `ending.met`), `allow` (patterns of accepted warnings), `import_paths`,
            `ours` (folders whose warnings count), `device`.
        progress: descriptor that always holds the line reached so far.

    Returns:
        `error` (None, or `line`, `message`, `traceback`), `steps` (line and size of the output
        before it, per statement), `seconds`, `gpu` (see `gpu.used`), and, of a run on a GPU that
        used none, `seen` (see `gpu.seen`).
    """
    path = Path(job["path"])
    sys.path[:0] = [str(path.parent), *job["import_paths"]]
    sys.argv = [str(path), *job["argv"]]
    module = types.ModuleType("__main__")
    module.__file__ = str(path)
    sys.modules["__main__"] = module

    caught: list[dict[str, Any]] = []

    def note(message: Any, category: Any, filename: str, lineno: int, *_: Any) -> None:
        caught.append({"text": str(message), "kind": category.__name__, "file": filename,
                       "line": lineno})  # fmt: skip

    warnings.resetwarnings()
    warnings.simplefilter("always")
    warnings.showwarning = note  # type: ignore[assignment]

    steps: list[tuple[int, int]] = []
    error: dict[str, Any] | None = None
    started = time.perf_counter()
    try:
        flags = 0
        for line, filename, statement in _statements(path, job["inlines"]):
            steps.append((line, _written()))
            os.pwrite(progress, f"{line:12d}".encode(), 0)
            if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
                flags |= sum(FUTURES.get(alias.name, 0) for alias in statement.names)
            tree = ast.Module([statement], [])
            exec(compile(tree, filename, "exec", flags, dont_inherit=True), module.__dict__)
        _settle()
        _written()
        seconds = time.perf_counter() - started
        if missed := ending.missed(job):
            error = {"line": steps[-1][0] if steps else 0, "message": missed, "traceback": ""}
    except BaseException as failure:
        seconds = time.perf_counter() - started
        _written()
        if ending.met(failure, job):
            _settle()
        else:
            error = _explain(failure, str(path), steps[-1][0] if steps else 0)
    problem = _deprecated(caught, job)
    if error is None and problem is not None:
        error = problem
    # After an error of its own a GPU may answer nothing more; the error is what counts.
    used = gpu.used() if error is None else None
    return {
        "error": error,
        "steps": steps,
        "seconds": seconds,
        "gpu": used,
        "seen": gpu.seen() if job["device"] == "cuda" and not (error or used) else None,
    }


def _statements(path: Path, inlines: dict[str, Any]) -> list[tuple[int, str, ast.stmt]]:
    """(line to attribute output to, file name for tracebacks, statement), in order."""
    statements: list[tuple[int, str, ast.stmt]] = []
    for statement in ast.parse(path.read_bytes(), str(path)).body:
        inline = inlines.get(str(statement.lineno))
        if inline is None:
            statements.append((statement.lineno, str(path), statement))
            continue
        sibling, first, last = inline
        statements += [
            (statement.lineno, sibling, inner)
            for inner in ast.parse(Path(sibling).read_bytes(), sibling).body
            if first <= inner.lineno <= last
        ]
    return statements


def _written() -> int:
    """Bytes on standard output so far, those of C code and of child processes included."""
    for stream in {sys.stdout, sys.__stdout__}:
        with contextlib.suppress(ValueError):  # the snippet closed it
            if stream is not None:
                stream.flush()
    return os.lseek(1, 0, os.SEEK_END)


def _settle() -> None:
    """What Python does at the end of a program: wait for threads, end pools and daemons."""
    threading._shutdown()  # type: ignore[attr-defined]
    if "multiprocessing.util" in sys.modules:
        sys.modules["multiprocessing.util"]._exit_function()


def _explain(failure: BaseException, path: str, statement: int) -> dict[str, Any]:
    """The innermost line of the snippet itself, else the statement's, and the message's first."""
    if isinstance(failure, SystemExit):
        message = f"sys.exit({failure.code!r}) ends the snippet early; let it run to its end"
        return {"line": statement, "message": f"{message}, or state 'exit'", "traceback": ""}
    frames = traceback.extract_tb(failure.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == path and frame.lineno]
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


def _deprecated(caught: list[dict[str, Any]], job: dict[str, Any]) -> dict[str, Any] | None:
    """The first deprecation warning by torch or by code of ours that is not allowed."""
    # By its own folder: a whole environment may lie in one called torch.
    torch = os.path.join(*getattr(sys.modules.get("torch"), "__path__", [""])[:1], "")
    for warning in caught:
        deprecates = warning["kind"] in ("DeprecationWarning", "FutureWarning") or re.search(
            "deprecat", warning["text"], re.IGNORECASE
        )
        ours = any(warning["file"].startswith(folder + os.sep) for folder in job["ours"])
        about_torch = torch and warning["file"].startswith(torch)
        if not deprecates or not (ours or about_torch):
            continue
        if any(re.search(pattern, warning["text"]) for pattern in job["allow"]):
            continue
        own = warning["file"] == job["path"]
        first = _first_line(warning["text"])
        return {
            "line": warning["line"] if own else 0,
            "message": f"{warning['kind']}: {first} (change the code, or allow it with a reason)",
            "traceback": "",
        }
    return None
