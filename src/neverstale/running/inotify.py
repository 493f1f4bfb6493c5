"""What the kernel tells of changes in folders, in the call that makes them (inotify).

It tells before a process that changed something has ended, so who asks after its end misses none.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
from collections.abc import Iterator

ATTRIB, MOVED_TO, CREATE = 0x4, 0x80, 0x100
OVERFLOW, DONT_FOLLOW, FOLDER = 0x4000, 0x2000000, 0x40000000
HEAD = struct.Struct("iIII")  # which watch, what, a cookie, how long the name is

_libc = ctypes.CDLL(None, use_errno=True)


class Inotify:
    """Names what came, or whose owner, permissions or links changed.

    Raises:
        OSError: the kernel gives no more of these, or has none.
    """

    def __init__(self) -> None:
        self.paths: dict[int, str] = {}
        self.file = _checked(_libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))

    def add(self, path: str) -> None:
        """Watch what lies in a folder, or one file by whatever name it is reached.

        Raises:
            OSError: it is gone, or the kernel watches no more.
        """
        mask = ATTRIB | MOVED_TO | CREATE | DONT_FOLLOW
        self.paths[_checked(_libc.inotify_add_watch(self.file, os.fsencode(path), mask))] = path

    def read(self) -> Iterator[tuple[str | None, bool]]:
        """(path, whether it is a folder that came) since this was last asked.

        A path is None if the kernel has lost count: then anything may have changed.
        """
        with contextlib.suppress(BlockingIOError):
            while data := os.read(self.file, 2**16):
                while data:
                    watch, what, _, length = HEAD.unpack_from(data)
                    name = data[HEAD.size : HEAD.size + length].rstrip(b"\0")
                    data = data[HEAD.size + length :]
                    if what & OVERFLOW:
                        yield None, False
                    elif folder := self.paths.get(watch):
                        path = os.path.join(folder, os.fsdecode(name)) if name else folder
                        yield path, bool(what & FOLDER and what & (CREATE | MOVED_TO))

    def close(self) -> None:
        """Watch no longer."""
        os.close(self.file)


def _checked(found: int) -> int:
    if found < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return found
