"""A snippet that talks to a server of its own: in a network in which nobody else is."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from neverstale.proof import record

if TYPE_CHECKING:
    from conftest import Site

SERVER = """
import socket
import threading

for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
    with socket.socket(family) as server:
        server.bind((address, 0))
        server.listen()

        def answer():
            with server.accept()[0] as one:
                one.sendall(b"hello")

        thread = threading.Thread(target=answer)
        thread.start()
        with socket.create_connection(server.getsockname()[:2]) as client:
            print(client.recv(5))
        thread.join()
"""
OUTSIDE = """
import socket

for address in (("127.0.0.1", {port}), ("192.0.2.1", 80)):
    try:
        socket.create_connection(address, timeout=5)
        print("reached")
    except OSError as error:
        print(type(error).__name__, error.errno)
powers = open("/proc/self/status").read().partition("CapEff:")[2].split()[0]
print(int(powers, 16) & ~4)  # to read what is somebody else's is what root keeps
"""


def test_a_snippet_reaches_its_own_server_if_its_head_says_so(site: Site) -> None:
    site.snippet("a.py", SERVER)
    verdict, told = site.verdict("a.py")
    assert verdict == "failed" and "loopback = true" in told
    site.snippet("a.py", SERVER, options="loopback = true")
    assert site.verdict("a.py") == ("verified", "")
    site.snippet("a.py", SERVER, options='loopback = "yes"')
    assert "'loopback' must be true or false" in site.verdict("a.py")[1]


def test_it_reaches_no_server_of_the_machine(site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = OUTSIDE.format(port=server.getsockname()[1])
        site.snippet("a.py", code, options="loopback = true")
        assert site.verdict("a.py") == ("verified", "")
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()
    found = record.read(site.load(), "a.py", "cpu")
    assert found is not None
    assert found.whole_output == "ConnectionRefusedError 111\nOSError 101\n0\n"


def test_anybody_may_have_one() -> None:
    """Not root alone: here as somebody without any powers."""
    code = """
import os, socket, sys
from neverstale.running import network, readonly
if os.geteuid() == 0:
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
    network._libc.prctl(4, 1, 0, 0, 0)  # as it was before that: its /proc is its own
user = os.geteuid()
try:
    network.own()
except OSError as error:
    sys.exit(f"refused: {error}")
network.close(loopback=True)
readonly.drop_powers()
print(socket.create_server(("127.0.0.1", 0)).getsockname()[0], os.geteuid() == user)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    if done.stderr.startswith("refused:"):
        pytest.skip("this kernel lets nobody but root have a network of their own")
    assert done.stdout == "127.0.0.1 True\n", done.stderr
