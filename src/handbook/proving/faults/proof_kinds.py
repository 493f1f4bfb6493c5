"""Faults in what a proof rests on: records, sealed anew by whoever changed them; what a head asks
to be spared; what a project says of itself."""

from __future__ import annotations

import base64
import dataclasses
import math
import re
import zlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from handbook.proving.faults.fault import Fault
from handbook.proving.faults.kinds import CHECK, Maker, Scratch, run
from handbook.proving.faults.line_kinds import alone, with_lines
from neverstale.proof import compare, record
from neverstale.proof.record import Record
from neverstale.source.snippet import Snippet

PINS = "constraints.txt"
SETTINGS = "pyproject.toml"


def tolerance_widened(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A head that asks for so much room that nothing is compared any more."""
    yield from _headed("tolerance widened", scratch, random, WIDE)


def excuse_too_long(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """An excuse that nobody will look at again, or that says nothing."""
    yield from _headed("excuse too long", scratch, random, LONG)
    text = scratch.text(SETTINGS)
    for old, new in (("until = 2027", "until = 2099"), ('reason = "', 'reason = "x" # "')):
        edits = {SETTINGS: text.replace(old, new, 1)}
        yield Fault("excuse too long", f"{SETTINGS}, {new}", edits, CHECK)


def _headed(kind: str, scratch: Scratch, random: Random, forms: dict[str, str]) -> Iterator[Fault]:
    """A line more in the heads of some, with the record of a run that had it."""
    for form, line in forms.items():
        key = re.split(r"[ .]", form)[0]
        found = [item for item in alone(scratch) if key not in item.text]
        for item in random.sample(found, 3):
            table = "# [tool.neverstale]"
            more = [f"# {line}"] if table in item.lines else [table, f"# {line}"]
            last = item.lines.index("# ///", 1) + 1
            at = item.lines.index(table) + 2 if table in item.lines else last
            edits = with_lines(scratch, item, at, more)
            yield Fault(kind, f"{item.name}, {form}", edits, CHECK)


WIDE = {
    "tolerance": "tolerance = 1e9",
    "gpu-tolerance": "gpu-tolerance = 1e9",
    "tolerance of all": "tolerance = 0.999",
    "varies": 'varies = [{ match = "", reason = "other numbers each time" }]',
    "varies by dot": 'varies = [{ match = "^.+$", reason = "other numbers each time" }]',
    "varies by digit": "varies = [{ match = '[0-9]', reason = 'other numbers each time' }]",
    "measured": 'measured = "xxxxx"',
    "measured as": 'measured = "time"',
}
LONG = {
    "skip": 'skip.cpu = { reason = "waits for a mended torch", until = 2099-01-01 }',
    "skip unsaid": 'skip.cpu = { reason = "x", until = 2026-12-31 }',
    "skip for ever": 'skip.cpu = { reason = "waits for a mended torch" }',
}


def last_digit(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A printed number changed in a sealed record by more than its last digit may differ."""
    for item in random.sample(_quick(scratch), 30):
        if item.options.tolerance is None:
            yield from _numbered("last digit", scratch, random, item, _moved)


def measured_otherwise(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A measured number of another sign or in another unit, in a sealed record."""
    for item in scratch.snippets():
        if item.options.measured is not None:
            yield from _numbered("measured otherwise", scratch, random, item, _other)


def _numbered(
    kind: str, scratch: Scratch, random: Random, item: Snippet, change: Any
) -> Iterator[Fault]:
    """One number of a quick snippet's record changed, and the record sealed."""
    if not scratch.quick(item) or item.options.lab:
        return
    found = _record(scratch, item)
    left = [re.compile(each.match) for each in item.options.varies]
    places = [
        (i, match)
        for i, (_, text) in enumerate(found.output)
        if not any(pattern.search(line) for pattern in left for line in text.split("\n"))
        for match in compare.NUMBER.finditer(text)
        if re.fullmatch(r"\d+\.\d+|[1-9]\d*", match[0])
    ]
    if places:
        i, match = random.choice(places)
        line, text = found.output[i]
        wrong = change(match[0], random)
        output = list(found.output)
        output[i] = line, text[: match.start()] + wrong + text[match.end() :]
        edits = _sealed(scratch, item, output=tuple(output))
        yield Fault(kind, f"{item.name}, {match[0]} → {wrong}", edits, run(item.name))


def _moved(text: str, random: Random) -> str:
    """Two more in the last digit: a rounding makes one."""
    number = Decimal(text)
    return str(number + (2 * Decimal(1)).scaleb(int(number.as_tuple().exponent)))


def _other(text: str, random: Random) -> str:
    """Below zero, or a million times as much: a busy machine alone makes tenfold of some."""
    return random.choice((f"-{text}", str(Decimal(text) * 10**6)))


def output_stale(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A sealed record of an earlier version that passes, in one of its two marks, for today's."""
    for item in random.sample(scratch.snippets(), 24):
        found = _record(scratch, item)
        if random.random() < 0.5:  # code that it imports was another
            edits = _sealed(scratch, item, fingerprint=record.hash_text(found.fingerprint))
        else:
            edits = _sealed(scratch, item, text=record.hash_text(found.text))
        yield Fault("stale output", item.name, edits, CHECK)


def record_damaged(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A field of a sealed record that is empty, of another type, or beyond all bounds."""
    for name, values in DAMAGED.items():
        for value in values:
            item = random.choice(scratch.snippets())
            edits = _sealed(scratch, item, **{name: value})
            yield Fault("record damaged", f"{item.name}, {name}", edits, CHECK)
    for text in ("", "null", "[]", "{}", "[" * 100_000, '{"output": ' * 5_000, "\0"):
        item = random.choice(scratch.snippets())
        edits = {scratch.record(item): text}
        yield Fault("record damaged", f"{item.name}, {text[:9]!r}", edits, CHECK)


DAMAGED: dict[str, tuple[Any, ...]] = {
    "snippet": (None, 7),
    "fingerprint": (None, []),
    "device": (None, "tpu"),
    "packages": (None, [], {"torch": None}),
    "date": (None, "2026-13-01", "2099-01-01", 20261101),
    "seconds": (None, "1", True, -1, math.nan, math.inf),
    "peak_memory_bytes": (None, "1", 1.5, -1),
    "output": (None, [None], [[1]], [["1", "x"]], [[1, None]], [[1, "x", 2]], "ab"),
    "figures": (None, [], {"x.svg": None}, {"../../x.svg": "0"}, {"x.svg": "0"}),
    "lines": (None, [], {"x.py": None}, {"x.py": "7-"}, {"x.py": "3,1"}, {"x.py": "1-9999999999"}),
}


def settings_lost(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A line of the project's settings that went lost in a merge."""
    text = scratch.text(SETTINGS)
    for line in KEPT:
        edits = {SETTINGS: re.sub(rf"(?m)^{line} = .*\n", "", text, count=1)}
        yield Fault("settings line lost", f"{SETTINGS}, {line}", edits, CHECK)
    pinned = scratch.text(PINS).splitlines()
    declared = {each.name for item in scratch.snippets() for each in item.options.requirements}
    for line in pinned:
        if line.partition("==")[0].lower() in declared:
            edits = {PINS: "\n".join(other for other in pinned if other != line) + "\n"}
            yield Fault("settings line lost", f"{PINS}, {line}", edits, CHECK)


KEPT = ("imports", "constraints", "translations", "possible", "zh", "en", "style", "diagrams")


def figure_active(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """Style, script, movement or an address in a diagram, or in a sealed record's figure."""
    project = scratch.project
    drawn = [(item, name) for item in _quick(scratch) for name in _record(scratch, item).figures]
    for form, part in ACTIVE.items():
        for path in random.sample(sorted((project.diagrams or project.root).glob("*.svg")), 2):
            where = project.relative(path)
            edits = {where: _ended(scratch.text(where), part)}
            yield Fault("figure active", f"{where}, {form}", edits, CHECK)
        item, name = random.choice(drawn)
        edits = _redrawn(scratch, item, name, _ended(_figure(scratch, item, name), part))
        yield Fault("figure active", f"{item.name}, {name}, {form}", edits, run(item.name))


ACTIVE = {
    "style": "<style>text { display: none }</style>",
    "script": "<script>alert(1)</script>",
    "movement": '<circle r="9"><animate attributeName="r" to="0" dur="9s"/></circle>',
    "setting": '<circle r="9"><set attributeName="r" to="0"/></circle>',
    "handler": '<rect width="9" height="9" onclick="alert(1)"/>',
    "link": '<a href="https://example.org"><text>accuracy 0.99</text></a>',
    "elsewhere": '<image href="https://example.org/x.png"/>',
    "HTML": '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">0.99</p></foreignObject>',
    "style's address": '<rect style="fill: url(https://example.org/x)"/>',
}


def pixel_changed(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """Pixels of a picture in a sealed record's figure."""
    for item in _quick(scratch):
        for name in _record(scratch, item).figures:
            svg = _figure(scratch, item, name)
            pictures = list(re.finditer(r"(?<=base64,)[A-Za-z0-9+/=\s]+", svg))
            if pictures:
                match = random.choice(pictures)
                data = _repainted(base64.b64decode(match[0]), random)
                new = svg[: match.start()] + base64.b64encode(data).decode() + svg[match.end() :]
                edits = _redrawn(scratch, item, name, new)
                yield Fault("pixel changed", f"{item.name}, {name}", edits, run(item.name))


def _repainted(png: bytes, random: Random) -> bytes:
    """A PNG of which some bytes in the middle are others."""
    at, head, packed, tail = 8, png[:8], b"", b""
    while at < len(png):
        size = int.from_bytes(png[at : at + 4])
        part, at = png[at : at + 12 + size], at + 12 + size
        if part[4:8] == b"IDAT":
            packed += part[8:-4]
        elif packed:
            tail += part
        else:
            head += part
    raw = bytearray(zlib.decompress(packed))
    middle = len(raw) // 2
    for i in range(middle, middle + 40):
        raw[i] ^= 0x40
    body = b"IDAT" + zlib.compress(bytes(raw))
    check = zlib.crc32(body).to_bytes(4)
    return head + (len(body) - 4).to_bytes(4) + body + check + tail


def _quick(scratch: Scratch) -> list[Snippet]:
    """Those that run in a moment, and print no measurements."""
    return [
        item
        for item in scratch.snippets()
        if scratch.quick(item) and not item.options.lab and item.options.measured is None
    ]


def _record(scratch: Scratch, item: Snippet) -> Record:
    found = record.read(scratch.project, item.name, "cpu")
    assert found is not None  # the copy is clean
    return found


def _sealed(scratch: Scratch, item: Snippet, **changes: Any) -> dict[str, str]:
    """Its record with these changes, sealed."""
    found = dataclasses.replace(_record(scratch, item), **changes)
    return {scratch.record(item): record.text_of(found)}


def _drawing(scratch: Scratch, item: Snippet, name: str) -> Path:
    return record.figure_path(scratch.project, item.name, "cpu", name)


def _figure(scratch: Scratch, item: Snippet, name: str) -> str:
    return _drawing(scratch, item, name).read_text(encoding="utf-8")


def _redrawn(scratch: Scratch, item: Snippet, name: str, svg: str) -> dict[str, str]:
    """A figure with another text, and its record, sealed."""
    figures = {**_record(scratch, item).figures, name: record.hash_text(svg)}
    where = scratch.project.relative(_drawing(scratch, item, name))
    return {where: svg, **_sealed(scratch, item, figures=figures)}


def _ended(svg: str, part: str) -> str:
    """An SVG with a part more at its end."""
    before, end, after = svg.rpartition("</svg>")
    return before + part + end + after


PROOF_KINDS: dict[str, Maker] = {
    "tolerance widened": tolerance_widened,
    "excuse too long": excuse_too_long,
    "last digit": last_digit,
    "measured otherwise": measured_otherwise,
    "stale output": output_stale,
    "record damaged": record_damaged,
    "settings line lost": settings_lost,
    "figure active": figure_active,
    "pixel changed": pixel_changed,
}
