"""What this machine is called: the names that records bear."""

from __future__ import annotations

import contextlib
import functools
import os
import platform
import subprocess
from pathlib import Path

from neverstale.problem import NeverstaleError, Problem


@functools.cache
def cpu_name() -> str:
    """Cores and processor, such as `2 × Intel Xeon 6975P`."""
    name = platform.machine()
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next(line.split(":")[1] for line in lines if line.startswith("model name"))
    name = " ".join(name.replace("(R)", "").replace("(TM)", "").replace("CPU", "").split())
    return f"{os.cpu_count()} × {name.split(' @')[0]}"


def gpu_name() -> str:
    """Name of the GPU from the driver's own tool, since this process must not touch CUDA."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        # CUDA would do this at its first use, which a snippet's process may not.
        if not os.path.exists("/dev/nvidia-uvm"):
            subprocess.run(["nvidia-modprobe", "-u", "-c=0"], capture_output=True, timeout=20)
    command = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
    try:
        lines = subprocess.run(command, capture_output=True, text=True, timeout=20).stdout
        return lines.splitlines()[0].strip()
    except (OSError, IndexError, subprocess.TimeoutExpired):
        raise NeverstaleError(
            Problem("neverstale", 0, "no NVIDIA GPU here; use --device cpu")
        ) from None
