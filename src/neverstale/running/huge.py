"""Large pages for the memory that every fork inherits.

A fork copies one entry per page. Of the 4 KiB ones, a process that has imported torch holds some
40,000; put together to large ones (2 MiB on most machines), they are fewer than a hundred.
"""

from __future__ import annotations

import ctypes
import re
from pathlib import Path

SIZE = Path("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size")
MADV_COLLAPSE = 25  # Linux 6.1
RANGE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw-p [0-9a-f]+ \S+ 0\s*(\[heap\])?$")

_libc = ctypes.CDLL(None)
_libc.madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)


def collapse() -> None:
    """Put this process's own memory into large pages, where the kernel can; else leave it so."""
    try:
        size = int(SIZE.read_text(encoding="ascii"))
    except (OSError, ValueError):  # a kernel without them
        return
    for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
        found = RANGE.match(line)
        if found:
            start = -(-int(found[1], 16) // size) * size
            end = int(found[2], 16) // size * size
            if start < end:
                _libc.madvise(start, end - start, MADV_COLLAPSE)
