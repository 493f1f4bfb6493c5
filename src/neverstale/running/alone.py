"""Inside a snippet's own process where there is no sandbox: an interpreter that was started for it.

Run as `python -m neverstale.running.alone REQUEST PROGRESS RESULT`, three open files: what to do as
JSON, how far it is (see `child.execute`; behind it what is held before the first line), and where
the outcome goes.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import traceback
from typing import Any

from neverstale.running import beforehand, child, installed
from neverstale.running.sandbox import DISK_LIMIT

BEGUN = 32  # bytes that PROGRESS has as soon as the snippet begins: its line, what is held


def main(request: int, progress: int, result: int) -> None:
    """Tell of `packages`, or import what `job` names as `preload`, and run it."""
    asked = json.loads(os.pread(request, os.fstat(request).st_size, 0))
    if "packages" in asked:
        names = asked["packages"]
        told: dict[str, Any] = {
            "versions": installed.versions(names),
            "altered": installed.altered(names),
        }
    else:
        for name in asked["job"]["preload"]:
            beforehand.load(name)
        beforehand.draw_as(asked["style"])
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (DISK_LIMIT, DISK_LIMIT))
        folder = asked["job"]["folder"]
        os.environ.update(HOME=folder, TMPDIR=folder)
        if "tempfile" in sys.modules:
            sys.modules["tempfile"].tempdir = None  # type: ignore[attr-defined]
        os.pwrite(progress, f"{0:12d}{_most():20d}".encode(), 0)
        told = child.execute(asked["job"], progress)
        told["peak_memory_bytes"] = _most()
    data = json.dumps(told).encode()
    while data:
        data = data[os.write(result, data) :]


def _most() -> int:
    """Bytes that this process has held at most."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


if __name__ == "__main__":
    code = 1
    try:
        main(*map(int, sys.argv[1:4]))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)  # as the sandbox ends: what the snippet left to its end has been done
