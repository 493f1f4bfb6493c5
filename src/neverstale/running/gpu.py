"""What a snippet's own process used of the GPU: asked in that process, when it is done."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from typing import Any


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


def seen() -> dict[str, Any]:
    """What torch says to a process that used no GPU: `torch`, `built` and `devices`, as a probe."""
    torch = sys.modules.get("torch")
    if torch is None:
        return {"torch": None, "built": None, "devices": 0}
    count = torch.cuda.device_count()
    return {"torch": torch.__version__, "built": torch.version.cuda, "devices": count}


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
