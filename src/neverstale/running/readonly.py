"""What this process and what it starts may write and read, by Landlock (Linux 5.13).

A snippet writes to its own folder, to shared memory and to the GPU; not to the project, to records,
to the engine or to anybody's home. It reads the system's programs and settings, Python and its
packages, and what its fingerprint covers; no other file of a home or of the project. It may neither
look into processes outside (their environment, their memory) nor signal them. Needs no privileges
and cannot be taken off again.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import functools
import os
import stat
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

from neverstale.running import gpu

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # on every machine
VERSION, PATH_BENEATH = 1, 1
WRITE_FILE, TRUNCATE = 1 << 1, 1 << 14
READ_FILE = 1 << 2  # lists of folders are left alone: libraries look at /
CHANGE = WRITE_FILE | sum(1 << bit for bit in range(4, 13))  # remove, and make, of any kind
REFER = 1 << 13
# What is added by a later version of Landlock: (version, rights).
LATER = ((2, REFER), (3, TRUNCATE))
ABSTRACT_SOCKETS, SIGNALS = 1, 2  # scopes, since version 6

DEVICES = ("null", "zero", "full", "random", "urandom", "shm", *gpu.DEVICES, *gpu.DEVICE_FOLDERS)
# The system's: programs, libraries, settings, what the kernel tells. No home, /tmp, /mnt or /var.
SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc", "/opt", "/proc", "/sys"),
    *("/nix/store", "/gnu/store", "/run/opengl-driver", "/home/linuxbrew/.linuxbrew"),
)
PATHS = ("LD_LIBRARY_PATH", *gpu.LIBRARY_PATHS)  # variables that name folders of libraries

CAPABILITIES = 0x20080522  # the form in which they are told: three words, twice
READ_ALL = 1 << 2  # CAP_DAC_READ_SEARCH: in a container, root reads what is somebody else's

_libc = ctypes.CDLL(None, use_errno=True)


def drop_powers() -> None:
    """Give up what root may do beyond others, but for reading: they would undo the rest.

    Root's programs do not get them back if `no_new_privs` is set. Anybody else has none, but for
    those in a network of one's own.

    Raises:
        OSError: the kernel refused.
    """
    header = struct.pack("=II", CAPABILITIES, 0)
    inherited = struct.unpack("=6I", _capabilities(header))
    keep = READ_ALL & inherited[1] if os.geteuid() == 0 else 0
    if _libc.capset(header, struct.pack("=6I", keep, keep, 0, 0, 0, 0)):
        raise OSError(ctypes.get_errno(), "the kernel kept root's powers")


def _capabilities(header: bytes) -> bytes:
    found = ctypes.create_string_buffer(24)
    if _libc.capget(header, found):
        raise OSError(ctypes.get_errno(), "the kernel did not tell root's powers")
    return found.raw


def version() -> int:
    """Version of Landlock that this kernel has; 0 if it has none, or has it switched off."""
    if sys.platform != "linux":  # where that number means another call
        return 0
    found: int = _libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), VERSION)
    return max(0, found)


@functools.cache
def system(root: str) -> tuple[str, ...]:
    """What any Python program reads: the system's files, Python itself, its packages.

    What is below `root`, the project, is not, although modules may lie there.
    """
    found = [*SYSTEM, sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix]
    found += [path for path in sys.path if not Path(path).is_relative_to(root)]
    for name in PATHS:
        found += os.environ.get(name, "").split(os.pathsep)
    return tuple(dict.fromkeys(path for path in found if os.path.exists(path)))


def all_but(folder: str, files: Iterable[int], readable: Iterable[str]) -> None:
    """Let this process write to `folder`, these open files and devices, and read `readable`.

    It also reads what it may write. Must be called after `no_new_privs` was set, by a process with
    one thread. Files that are open already stay so.

    Raises:
        OSError: the kernel refused.
    """
    have = version()
    rights = READ_FILE | CHANGE | sum(right for since, right in LATER if have >= since)
    scopes = ABSTRACT_SOCKETS | SIGNALS if have >= 6 else 0
    # Its size says what the caller knows of: rights alone, ports (4), scopes (6).
    attributes = struct.pack("=QQQ", rights, 0, scopes)[: 24 if have >= 6 else 8]
    ruleset = _call(CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    try:
        _allow(ruleset, rights, folder)
        for file in files:
            _rule(ruleset, WRITE_FILE | (rights & TRUNCATE), file)
        for name in os.listdir("/dev"):
            if name in DEVICES or name.startswith(gpu.DEVICE_KINDS):
                _allow(ruleset, rights, f"/dev/{name}")
        for path in dict.fromkeys(readable):
            with contextlib.suppress(OSError):  # not every system has each of them
                _allow(ruleset, READ_FILE, path)
        _call(RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, rights: int, path: str) -> None:
    file = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        folder = stat.S_ISDIR(os.fstat(file).st_mode)
        _rule(ruleset, rights if folder else rights & (READ_FILE | WRITE_FILE | TRUNCATE), file)
    finally:
        os.close(file)


def _rule(ruleset: int, rights: int, file: int) -> None:
    _call(ADD_RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", rights, file), 0)


def _call(number: int, *arguments: object) -> int:
    found: int = _libc.syscall(number, *arguments)
    if found < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"Landlock refused ({errno.errorcode.get(code, code)})")
    return found
