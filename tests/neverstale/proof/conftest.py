"""Pictures made by hand, byte by byte."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Callable, Sequence

import pytest


@pytest.fixture(scope="session")
def png() -> Callable[..., str]:
    """Makes a grey PNG, in base 64, of rows of levels."""
    return _png


def _png(rows: Sequence[Sequence[int]], kind: int = 0, size: int = 1) -> str:
    def part(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", len(rows[0]) // size, len(rows), 8, kind, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows))
    data = b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", body) + part(b"IEND", b"")
    return base64.b64encode(data).decode()
