"""Two PNG pictures, pixel by pixel: do they look the same?"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

LEVELS = 255
SEEN = 4  # levels; what differs by less looks the same
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # kind of colour → bytes of a pixel
PALETTE = 3
LARGEST = 2**25  # bytes of pixels


@dataclass(frozen=True)
class Picture:
    """The pixels of a picture: of each row, red, green, blue and opacity in turn."""

    width: int
    height: int
    pixels: bytes


class Unreadable(ValueError):
    """A PNG of a form that is not read here."""


def difference(old: str, new: str, tolerance: float) -> str | None:
    """How two pictures differ, or None if they look the same.

    They do if no more than that share of their pixels differ by more than `SEEN` levels of 255, or
    than that share of all levels.

    Args:
        old: the recorded PNG, in base 64.
        new: this run's.
        tolerance: that share.
    """
    if "".join(old.split()) == "".join(new.split()):
        return None
    try:
        before, after = (read(base64.b64decode(each)) for each in (old, new))
    except (ValueError, struct.error, zlib.error, IndexError):
        return "is another, of a form that is not read pixel by pixel"
    if (before.width, before.height) != (after.width, after.height):
        return f"has {after.width} × {after.height} pixels, not {before.width} × {before.height}"
    allowed = max(SEEN, tolerance * LEVELS)
    pairs = zip(before.pixels, after.pixels, strict=True)
    unlike = {at // 4 for at, (a, b) in enumerate(pairs) if abs(a - b) > allowed}
    count = before.width * before.height
    if len(unlike) <= tolerance * count:
        return None
    first = min(unlike)
    where = f"the first in row {first // before.width + 1}, column {first % before.width + 1}"
    return f"differs in {len(unlike):,} of {count:,} pixels, {where}"


def read(data: bytes) -> Picture:
    """The pixels of a PNG of 8 bits a channel that is not interlaced.

    Raises:
        ValueError, struct.error, zlib.error, IndexError: it is no such PNG.
    """
    parts = list(_parts(data))
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", parts[0][1])
    if depth != 8 or interlaced or kind not in CHANNELS or width * height * 4 > LARGEST:
        raise Unreadable
    size = CHANNELS[kind]
    packed = b"".join(body for name, body in parts if name == b"IDAT")
    raw = zlib.decompressobj().decompress(packed, (width * size + 1) * height)
    rows = b"".join(_rows(raw, width * size, height, size))
    named = {name: body for name, body in parts}
    return Picture(width, height, _whole(rows, kind, named))


def _parts(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        yield name, data[at + 8 : at + 8 + length]
        at += 12 + length


def _rows(raw: bytes, stride: int, height: int, size: int) -> Iterator[bytes]:
    """The rows with their filters undone: each was written as what it differs by from its
    neighbours to the left and above."""
    above = bytes(stride)
    for number in range(height):
        start = number * (stride + 1)
        kind, row = raw[start], bytearray(raw[start + 1 : start + 1 + stride])
        if len(row) != stride or kind > 4:
            raise Unreadable
        for at in range(stride) if kind else ():
            left = row[at - size] if at >= size else 0
            corner = above[at - size] if at >= size else 0
            guess = (0, left, above[at], (left + above[at]) // 2, 0)[kind]
            if kind == 4:
                guess = _nearest(left, above[at], corner)
            row[at] = (row[at] + guess) & 255
        above = bytes(row)
        yield above


def _nearest(left: int, above: int, corner: int) -> int:
    """Which of the three is nearest to left + above - corner; Paeth's filter."""
    guess = left + above - corner
    return min((abs(guess - left), 0, left), (abs(guess - above), 1, above),
               (abs(guess - corner), 2, corner))[2]  # fmt: skip


def _whole(rows: bytes, kind: int, parts: dict[bytes, bytes]) -> bytes:
    """Pixels as red, green, blue and opacity."""
    if kind == 6:
        return rows
    if kind == 2:
        return b"".join(rows[at : at + 3] + b"\xff" for at in range(0, len(rows), 3))
    if kind == 4:
        return b"".join(
            rows[at : at + 1] * 3 + rows[at + 1 : at + 2] for at in range(0, len(rows), 2)
        )
    if kind == 0:
        return b"".join(bytes((grey, grey, grey, 255)) for grey in rows)
    colours, opaque = parts[b"PLTE"], parts.get(b"tRNS", b"").ljust(256, b"\xff")
    palette = [colours[3 * i : 3 * i + 3] + opaque[i : i + 1] for i in range(len(colours) // 3)]
    return b"".join(palette[index] for index in rows)
