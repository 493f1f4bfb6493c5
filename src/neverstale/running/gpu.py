"""The device `cuda`: all that the engine knows of NVIDIA's driver and of torch, which it asks.

What a snippet used of the GPU is asked in its own process, when it is done. A site whose `devices`
name the CPU alone never comes here, but for variables and files that then are not there.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import sys
from typing import Any

LIBRARY, KIND = "torch", "NVIDIA GPU"
# What the traceback shows that torch asks for whenever it is seeded; read once, before the forks.
ON_THE_STACK = ("torch.random", "torch.cuda.random", "torch.xpu.random", "torch.mtia")

KEPT_PREFIXES = ("CUDA_", "NVIDIA_")  # of variables that a run keeps
LIBRARY_PATHS = ("CUDA_HOME", "CUDA_PATH")  # variables that name folders of libraries
# The files of a GPU, below /dev, which also holds the disks: whole names, beginnings, folders.
DEVICES = ("kfd", "dxg", "nvmap")
DEVICE_KINDS = ("nvidia", "nvhost")
DEVICE_FOLDERS = ("dri", "nvidia-caps")


def variables(device: str) -> dict[str, str]:
    """What the environment of a run on a device says besides: on the CPU, that there is no GPU."""
    hidden = {"CUDA_VISIBLE_DEVICES": ""} if device == "cpu" else {}
    return {"CUBLAS_WORKSPACE_CONFIG": ":4096:8", **hidden}


def device_files() -> list[str]:
    """The files of NVIDIA's driver, and of its forms in WSL and on Jetson."""
    found = os.listdir("/dev") if os.path.isdir("/dev") else []
    return sorted(name for name in found if name.startswith(("nvidia", "dxg", "nvmap")))


def here() -> bool:
    """Whether anything on this machine looks like such a GPU."""
    return bool(device_files()) or shutil.which("nvidia-smi") is not None


def failure(told: dict[str, Any]) -> str | None:
    """Why no snippet could use the GPU where the probe told this, in one line; None if one could.

    Args:
        told: see `probe`.
    """
    version, built = told["torch"], told["built"]
    if version == "?":
        return f"no answer: {told['error']}"
    if version is None:
        return f"torch is not installed ({told['error']})"
    if built is None:
        return f"torch {version} is built without CUDA"
    if told["error"] or not told["bytes"]:
        why = told["error"] or "the product took no memory there"
        return f"torch {version} for CUDA {built} sees {told['devices']} GPUs: {why}"
    return None


def unanswered(error: str) -> dict[str, Any]:
    """What stands for a probe's answer where there was none."""
    return {"torch": "?", "built": "?", "devices": 0, "name": None, "bytes": 0, "error": error}


def success(told: dict[str, Any]) -> str:
    """What the probe told, in one line, where nothing failed."""
    good = "torch {torch} for CUDA {built}: {devices} × {name}, product right, {bytes:,} bytes"
    return good.format(**told)


def used() -> dict[str, Any] | None:
    """The GPU that this process used, or None if it used none.

    Returns:
        `name`, `memory_bytes` (all of the device's) and `capability` as the driver tells them,
        `cuda` (the version that torch was built with) and `peak_memory_bytes`: what torch's
        allocator took at most (or still holds, if the snippet set its peak back), or, if that is
        nothing, what the driver counts for this process, so that a kernel that goes round torch is
        seen, too. Of several GPUs it is the one on which torch took the most.
    """
    torch = sys.modules.get("torch")
    if torch is None or not torch.version.cuda:
        return None
    peak, device = 0, 0
    if torch.cuda.is_initialized():
        devices = range(torch.cuda.device_count())
        device = max(devices, key=torch.cuda.max_memory_reserved, default=0)
        peak = torch.cuda.max_memory_allocated(device) or torch.cuda.max_memory_reserved(device)
    peak = peak or _counted_by_driver()
    if not peak:
        return None
    about = torch.cuda.get_device_properties(device)
    return {
        "name": about.name,
        "memory_bytes": about.total_memory,
        "capability": f"{about.major}.{about.minor}",
        "cuda": torch.version.cuda,
        "peak_memory_bytes": peak,
    }


def unused() -> str:
    """Why this process used no GPU, though it was meant to, and what to do."""
    torch = sys.modules.get("torch")
    if torch is None:
        return "used no GPU: it does not import torch; list only cpu in 'devices'"
    if torch.version.cuda is None:
        return f"used no GPU: torch {torch.__version__} is built without CUDA; install one with it"
    if not torch.cuda.device_count():
        return "used no GPU: torch sees none in the sandbox; run: neverstale doctor --device cuda"
    return (
        "used no GPU in its own process: its code chose another device, or left the work to "
        "another process; mend that, or list only cpu in 'devices'"
    )


class _Process(ctypes.Structure):
    """`nvmlProcessInfo_t` of nvml.h."""

    _fields_ = (
        ("pid", ctypes.c_uint),
        ("used", ctypes.c_ulonglong),
        ("instance", ctypes.c_uint),
        ("compute", ctypes.c_uint),
    )


UNKNOWN = 2**64 - 1  # NVML_VALUE_NOT_AVAILABLE


def _counted_by_driver(load: Any = ctypes.CDLL) -> int:
    """Bytes that the driver's own accounting (NVML) has for this process; 0 if it has none.

    The driver numbers processes as the host does: in a container of its own it finds none.
    """
    if not _maps_driver():
        return 0
    with contextlib.suppress(OSError, AttributeError):
        nvml = load("libnvidia-ml.so.1")
        devices = ctypes.c_uint(0)
        if nvml.nvmlInit_v2() or nvml.nvmlDeviceGetCount_v2(ctypes.byref(devices)):
            return 0
        return sum(_counted_on(nvml, device) for device in range(devices.value))
    return 0


def _counted_on(nvml: Any, device: int) -> int:
    """The same of one GPU: NVML numbers all of the machine, whichever CUDA is to see."""
    handle, count = ctypes.c_void_p(), ctypes.c_uint(256)
    found = (_Process * count.value)()
    if nvml.nvmlDeviceGetHandleByIndex_v2(
        device, ctypes.byref(handle)
    ) or nvml.nvmlDeviceGetComputeRunningProcesses_v3(handle, ctypes.byref(count), found):
        return 0
    mine = [one.used for one in found[: count.value] if one.pid == os.getpid()]
    return sum(used for used in mine if used != UNKNOWN)


def _maps_driver() -> bool:
    """Whether this process has loaded CUDA's driver library, which takes more than a name."""
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as file:
        return "libcuda.so" in file.read()
