"""Python as on a Mac, as far as Linux can pretend: no Linux in its name, its files and its calls.

Run as `python mac.py -P -m MODULE ARGUMENTS`; it stands in for the interpreter that it starts, too.
"""

from __future__ import annotations

import builtins
import ctypes
import io
import multiprocessing.util  # before the name changes: it would fork no more
import os
import runpy
import shutil
import sys
import sysconfig
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

LINUX_ONLY = {"prctl", "syscall", "unshare", "capset", "capget", "inotify_init1"}
HIDDEN = ("/proc", "/sys")
assert multiprocessing.util and shutil and urllib.request
sysconfig.get_config_vars()  # there are none of a Mac here


def without_files(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, to which Linux's own folders are not there."""

    def wrapped(path: Any = ".", *more: Any, **named: Any) -> Any:
        if isinstance(path, str | os.PathLike) and os.fspath(path).startswith(HIDDEN):
            raise FileNotFoundError(2, "not on a Mac", str(path))
        return function(path, *more, **named)

    return wrapped


def without_calls(self: ctypes.CDLL, name: str) -> Any:
    """A function of C's library, unless only Linux has it."""
    if name in LINUX_ONLY or name.startswith("__"):
        raise AttributeError(f"no {name} on a Mac")
    found = self[name]
    setattr(self, name, found)
    return found


if sys.argv[1] == "-c":  # a snippet starts Python: of that, nothing is asked here
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
builtins.open = io.open = without_files(open)
os.open, os.listdir, os.readlink = map(without_files, (os.open, os.listdir, os.readlink))
ctypes.CDLL.__getattr__ = without_calls  # type: ignore[method-assign, assignment]
for gone in ("memfd_create", "O_PATH", "pidfd_open", "unshare"):
    if hasattr(os, gone):
        delattr(os, gone)
sys.platform = "darwin"
sys.executable = str(Path(__file__).resolve())
assert sys.argv[1:3] == ["-P", "-m"]
sys.path.pop(0)
module, sys.argv[:] = sys.argv[3], sys.argv[3:]
runpy.run_module(module, run_name="__main__", alter_sys=True)
