"""What this machine is called: the names that records bear."""

from __future__ import annotations

import contextlib
import os
import platform
from pathlib import Path


def cpu_name() -> str:
    """Cores and processor, such as `2 × Intel Xeon 6975P`."""
    name = platform.machine()
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next(line.split(":")[1] for line in lines if line.startswith("model name"))
    name = " ".join(name.replace("(R)", "").replace("(TM)", "").replace("CPU", "").split())
    return f"{os.cpu_count()} × {name.split(' @')[0]}"
