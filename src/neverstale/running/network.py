"""A snippet's network: none, or one of its own in which nobody else is. Linux only."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import socket
import struct
from pathlib import Path

PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 22, 38
# Linux syscall numbers per machine: (audit architecture, socket, io_uring_setup).
SYSCALLS = {"x86_64": (0xC000003E, 41, 425), "aarch64": (0xC00000B7, 198, 425)}
AF_UNIX, AF_INET, AF_INET6 = 1, 2, 10
AF_NETLINK = 16  # how a library lists the network's interfaces
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
X32 = 0x40000000  # x86-64 has every syscall a second time from here

_libc = ctypes.CDLL(None, use_errno=True)


class _Filter(ctypes.Structure):
    _fields_ = (("code", ctypes.c_uint16), ("jt", ctypes.c_uint8), ("jf", ctypes.c_uint8),
                ("k", ctypes.c_uint32))  # fmt: skip


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.POINTER(_Filter)))


def own() -> None:
    """Give this process, and its children, a network in which there is nothing but themselves.

    Its 127.0.0.1 and ::1 are not those of the machine.

    Raises:
        OSError: the kernel lets this user have none.
    """
    user, group = os.geteuid(), os.getegid()
    if _libc.unshare(CLONE_NEWNET):  # as anybody but root: where one has all powers, of oneself
        if _libc.unshare(CLONE_NEWUSER | CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "this kernel gives no network of its own: 'loopback'")
        said = {"setgroups": "deny", "uid_map": f"{user} {user} 1", "gid_map": f"{group} {group} 1"}
        for name, text in said.items():
            Path("/proc/self", name).write_bytes(text.encode())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def close(loopback: bool = False) -> None:
    """Make every new socket but local ones, of this process and its children, fail with EACCES.

    A seccomp filter: it needs no privileges and cannot be taken off again.

    Args:
        loopback: let it open those of the internet, since it has a network of its own.

    Raises:
        OSError: the kernel refused, or the processor is not known here.
    """
    if platform.machine() not in SYSCALLS:
        raise OSError(errno.ENOSYS, f"no network filter for {platform.machine()}")
    architecture, new_socket, io_uring = SYSCALLS[platform.machine()]
    load, equal, at_least, end = 0x20, 0x15, 0x35, 0x06
    allow, deny = 0x7FFF0000, 0x00050000 | errno.EACCES
    families = (AF_UNIX, AF_NETLINK, *((AF_INET, AF_INET6) if loopback else ()))
    n = len(families)
    rules = [  # (operation, jump if true, jump if false, operand); offsets are of seccomp_data
        (load, 0, 0, 4), (equal, 1, 0, architecture), (end, 0, 0, deny), (load, 0, 0, 0),
        (at_least, n + 5, 0, X32), (equal, n + 4, 0, io_uring), (equal, 0, n + 2, new_socket),
        (load, 0, 0, 16), *((equal, n - i, 0, each) for i, each in enumerate(families)),
        (end, 0, 0, deny), (end, 0, 0, allow), (end, 0, 0, deny),
    ]  # fmt: skip
    program = (_Filter * len(rules))(*(_Filter(*rule) for rule in rules))
    if _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or _libc.prctl(
        PR_SET_SECCOMP, 2, ctypes.byref(_Program(len(rules), program)), 0, 0
    ):
        raise OSError(ctypes.get_errno(), "the network filter was refused")
