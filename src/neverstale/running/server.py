"""Starts the fork server with the environment that runs have, and gives what it says."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from neverstale.project import Project
from neverstale.running import readonly, sandbox

KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV", "TERM")
KEPT_PREFIXES = ("CUDA_", "NVIDIA_")


def environment(device: str, jobs: int) -> dict[str, str]:
    """The variables that snippets on a device see, `jobs` of them running at once."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in KEPT_VARIABLES or name.startswith(KEPT_PREFIXES)
    }
    threads = str(max(1, (os.cpu_count() or 1) // jobs))
    source = str(Path(__file__).parents[2])
    kept.update(
        PYTHONHASHSEED="0",
        SOURCE_DATE_EPOCH="0",  # matplotlib would write the hour of the run into every figure
        PYTHONPATH=os.pathsep.join(filter(None, [source, kept.get("PYTHONPATH")])),
        PYTHONDONTWRITEBYTECODE="1",
        PYTHONIOENCODING="utf-8",
        OMP_NUM_THREADS=threads,
        OPENBLAS_NUM_THREADS=threads,
        MPLBACKEND="svg",
        CUBLAS_WORKSPACE_CONFIG=":4096:8",
    )
    if device == "cpu":
        kept["CUDA_VISIBLE_DEVICES"] = ""
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
        "inlines": {},
        "allow": [],
        "import_paths": [str(folder) for folder in project.imports],
        "ours": [str(project.snippets), *(str(folder) for folder in project.imports)],
    }


def request(
    project: Project,
    preload: Sequence[str],
    packages: Sequence[str],
    jobs: Sequence[dict[str, Any]],
    parallel: int,
) -> dict[str, Any]:
    """What the server is asked: modules to import first, packages whose versions to tell, jobs."""
    return {
        "preload": list(preload),
        "style": str(project.style) if project.style and project.style.exists() else None,
        "parallel": parallel,
        "packages": list(packages),
        "jobs": list(jobs),
    }


def events(asked: dict[str, Any], device: str, jobs: int) -> Iterator[dict[str, Any]]:
    """Start the fork server and read what it says until it ends."""
    # -P: what lies in the folder where someone typed the command is not there for a snippet.
    command = [sys.executable, "-P", "-m", "neverstale.running.forkserver"]
    # Should the server be killed, what it leaves comes to this process, which then ends it.
    sandbox.adopt_orphans()
    others = sandbox.children(os.getpid())
    server = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(device, jobs),
        text=True,
    )
    assert server.stdin and server.stdout
    try:
        with contextlib.suppress(BrokenPipeError):  # it ended at once: told below, per snippet
            print(json.dumps(asked), file=server.stdin, flush=True)
        for line in server.stdout:
            yield json.loads(line)
    finally:
        with contextlib.suppress(BrokenPipeError):
            server.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(timeout=5)
        server.kill()
        server.wait()
        server.stdout.close()
        sandbox.end_descendants(keep=others)
