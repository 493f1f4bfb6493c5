"""The warm Python itself, run as `python -m handbook.proving.faults.forking` by `warm`."""

from __future__ import annotations

import functools
import gc
import importlib
import json
import os
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from handbook.proving.plain import frame
from neverstale import project
from neverstale.adopting import adopt
from neverstale.page import built
from neverstale.source import pages, reading, sources
from neverstale.translation import facts

# What the checks import, and what those do only once they run.
MODULES = (
    *("neverstale.cli", "neverstale.page.published", "neverstale.translation.confirm"),
    *("neverstale.running.run", "handbook.cli", "handbook.proving.plain.make"),
    *("handbook.proving.plain.compare", "handbook.taking.take", "handbook.proving.claims"),
    *("gpuguide.catalogue.lock", "pytest"),
)
# What depends on its arguments alone, which are texts: worked out once for all that a fault leaves
# as it was. These modules are asked for them by name.
KNOWN = (
    *((built, "parse"), (frame, "read"), (pages, "parse"), (reading, "parse")),
    (facts, "difference"),
)


def remember() -> None:
    """Have those functions remember their answers, and ask them for all that this copy needs."""
    for module, name in KNOWN:
        setattr(module, name, _remembering(getattr(module, name)))
    site = project.load(Path())
    adopt.checked(sources.read(site))
    for file in site.site.rglob("*.html"):
        built.read(file)


def _remembering(function: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[str, Any] = {}

    @functools.wraps(function)
    def answer(*given: object, **named: object) -> Any:
        key = repr((given, named))
        if key not in known:
            known[key] = function(*given, **named)
        return known[key]

    return answer


def serve(said: int) -> list[str]:
    """Fork a process per line of standard input, and answer with its exit status.

    Args:
        said: the file that what a check says goes into.

    Returns:
        In a forked process, the words of its check; in the first one, when nobody asks any more,
        none.
    """
    for name in MODULES:
        importlib.import_module(name)
    remember()
    gc.collect()
    gc.freeze()  # what is there is not looked through again in each
    while line := sys.stdin.readline():
        os.ftruncate(said, 0)
        os.lseek(said, 0, os.SEEK_SET)
        child = os.fork()
        if not child:
            nothing = os.open(os.devnull, os.O_RDONLY)
            for old, new in ((nothing, 0), (said, 1), (said, 2)):
                os.dup2(old, new)
            os.close(nothing)
            os.close(said)
            return list(json.loads(line))
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(status, flush=True)
    return []


if __name__ == "__main__":
    if words := serve(int(sys.argv[1])):
        sys.argv = words
        runpy.run_module(words[0], run_name="__main__", alter_sys=True)
