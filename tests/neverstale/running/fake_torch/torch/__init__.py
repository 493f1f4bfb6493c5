"""Stands in for torch on a machine with a GPU: as much of it as the engine and a probe ask.

The file HIDE beside it names what the GPU needs and a layer of the sandbox may take away, as a
driver would: then no device is seen.
"""

import os
import pathlib
import resource
import socket
import time

__version__ = "2.11.0+cu130"
NEEDS = (pathlib.Path(__file__).parents[1] / "HIDE").read_text().strip()
TAKEN = {}  # device → bytes at most


def reachable():
    """Whether what the GPU needs is there."""
    kind, _, what = NEEDS.partition(" ")
    try:
        if kind == "variable":
            return what in os.environ
        if kind == "hang":  # in every layer but the first
            while resource.getrlimit(resource.RLIMIT_FSIZE)[0] != resource.RLIM_INFINITY:
                time.sleep(1)
        if kind == "limit":
            return resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
        if kind == "socket":
            socket.socket().close()
        elif kind == "power":
            status = pathlib.Path("/proc/self/status").read_text()
            line = next(line for line in status.splitlines() if line.startswith("CapEff"))
            return bool(int(line.split()[1], 16) & (1 << 27))  # CAP_MKNOD
        elif kind == "file":
            with open(what, "a"):
                pass
    except OSError:
        return False
    return kind != "driver"


class version:
    cuda = "13.0"
    hip = None


class Tensor:
    def __init__(self, value):
        self.value = value

    def __matmul__(self, other):
        return self

    def sum(self):
        return self

    def item(self):
        return self.value


def ones(rows, columns, device="cpu"):
    if device.startswith("cuda"):
        if not reachable():
            raise RuntimeError("No CUDA GPUs are available")
        index = int(device.partition(":")[2] or 0)
        TAKEN[index] = max(TAKEN.get(index, 0), 4 * rows * columns)
    return Tensor(rows * columns * 64)


class Properties:
    name = "NVIDIA H200"
    total_memory = 150_119_055_360
    major, minor = 9, 0


class Second(Properties):
    name = "NVIDIA H200 NVL"


def taken(device=0):
    if BROKEN:
        raise RuntimeError("CUDA error: device-side assert triggered")
    return TAKEN.get(device, 0)


GPUS = 1
FORGOTTEN = []  # not empty: the peak was set back after all was freed; the allocator keeps its pool
BROKEN = []  # not empty: an error on the device, after which it answers nothing


class cuda:
    is_initialized = staticmethod(lambda: bool(TAKEN))
    device_count = staticmethod(lambda: GPUS * reachable())
    get_device_name = staticmethod(lambda: Properties.name)
    max_memory_allocated = staticmethod(lambda device=0: 0 if FORGOTTEN else taken(device))
    max_memory_reserved = staticmethod(taken)
    get_device_properties = staticmethod(lambda device: (Properties, Second)[device])
    current_device = staticmethod(lambda: 0)
