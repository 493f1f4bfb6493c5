"""Starts the fork server with the environment that runs have, and gives what it says."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from neverstale.project import Project
from neverstale.running import gpu, readonly, sandbox

# Neither locale, time zone nor where libraries are looked for: what a snippet prints must not
# depend on the shell that a run was typed in.
KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
ENGINE = Path(__file__).parents[2]  # where it is itself found, which may be a bare tree
Event = dict[str, Any]


def environment(device: str, threads: int, seed: int = 0) -> dict[str, str]:
    """The variables that snippets on a device see, each with so many threads of its own.

    Args:
        device: `cpu` or `cuda`.
        threads: how many a library may use for one computation.
        seed: what the order of a set of strings follows from.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in KEPT_VARIABLES or name.startswith(gpu.KEPT_PREFIXES)
    }
    kept.update(
        PYTHONHASHSEED=str(seed),
        SOURCE_DATE_EPOCH="0",  # matplotlib would write the hour of the run into every figure
        PYTHONDONTWRITEBYTECODE="1",
        PYTHONIOENCODING="utf-8",
        LANG="C.UTF-8",
        LC_ALL="C.UTF-8",
        TZ="UTC",
        TERM="dumb",
        OMP_NUM_THREADS=str(threads),
        OPENBLAS_NUM_THREADS=str(threads),
        MPLBACKEND="svg",
        **gpu.variables(device),
    )
    # Where packages are installed they come after Python's own modules by themselves.
    if ENGINE.name not in ("site-packages", "dist-packages"):
        kept["PYTHONPATH"] = str(ENGINE)
    return kept


def job(project: Project, name: str, path: Path, home: Path) -> dict[str, Any]:
    """What the server must know to run one file: see `child.execute` and `sandbox.Sandbox`.

    Args:
        project: the settings.
        name: what the server calls it in its events.
        path: the file.
        home: folder for what it prints; its working folder lies inside.
    """
    return {
        "id": name,
        "path": str(path),
        "text": None,
        "home": str(home),
        "folder": str(home / "work"),
        "timeout": 60.0,
        "memory": 8 * 2**30,
        "alone": False,
        "device": "cuda",
        "layers": sandbox.LAYERS,
        "read_only": readonly.version() > 0,
        "root": str(project.root),
        "readable": [str(path)],
        "loopback": False,
        "package": [],
        "inlines": {},
        "preload": [],
        "shown": [],
        "argv": [],
        "environment": {},
        "raises": None,
        "exit": None,
        "allow": [],
        "import_paths": [str(folder) for folder in project.imports],
        "compilers": list(project.compilers),
        "deprecations": list(project.deprecations),
        "ours": [str(project.snippets), *(str(folder) for folder in project.imports)],
    }


class Server:
    """A `forkserver` process; at the end of `with`, it and all that it started are ended.

    It is told early what to import, and what to run as soon as that is known.

    Args:
        project: the settings.
        device: `cpu` or `cuda`.
        parallel: how many snippets run at once.
        seed: that of its hashes; 0 gives the order that records are made with.
        threads: how many each snippet may compute with.
        more: variables that its environment has besides.
    """

    def __init__(
        self,
        project: Project,
        device: str,
        parallel: int,
        seed: int = 0,
        threads: int = 1,
        more: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.style = str(project.style) if project.style and project.style.exists() else None
        self.parallel = parallel
        self.imported: set[str] = set()
        # Should the server be killed, what it leaves comes to this process, which then ends it.
        sandbox.adopt_orphans()
        self.others = sandbox.children(os.getpid())
        # -P: no folder that happens to be the current one is looked at for libraries.
        command = [sys.executable, "-P", "-m", "neverstale.running.forkserver"]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**environment(device, threads, seed), **more},
            cwd="/",  # where someone typed the command is no matter
            process_group=0,  # Ctrl-C is for who asked: that one decides
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def preload(self, modules: Iterable[str]) -> None:
        """Have it import these before it forks, if it can."""
        for name in modules:
            if name not in self.imported:
                self.imported.add(name)
                self._say({"preload": name})

    def run(self, packages: Sequence[str], jobs: Sequence[dict[str, Any]]) -> Iterator[Event]:
        """Have it run these jobs; what it tells, until it ends.

        Args:
            packages: those whose versions it is to tell.
            jobs: see `job`.
        """
        asked = {"style": self.style, "parallel": self.parallel, "packages": list(packages)}
        self._say({**asked, "jobs": list(jobs)})
        assert self.process.stdout
        for line in self.process.stdout:
            yield json.loads(line)

    def _say(self, message: dict[str, Any]) -> None:
        assert self.process.stdin
        with contextlib.suppress(BrokenPipeError):  # it ended: told at the end, per snippet
            print(json.dumps(message), file=self.process.stdin, flush=True)

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin and self.process.stdout
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=5)
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        sandbox.end_descendants(keep=self.others)
