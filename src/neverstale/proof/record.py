"""What a run proved, as a file: `records/<chapter>/<name>.<device>.json` and figures beside it.

Written by `run` only, atomically, and sealed: a record edited by hand no longer matches its
digest.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
import math
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neverstale import writing
from neverstale.problem import NeverstaleError, Problem
from neverstale.project import Project

LONGEST = 10**6  # lines of a snippet; a record that claims more would take all memory


@dataclass(frozen=True)
class Record:
    """One proved run of one snippet on one device.

    Attributes:
        snippet: name of the snippet.
        fingerprint: what it was, with everything of ours that it imports.
        text: SHA-256 of the snippet file alone: tells a changed snippet from a changed import.
        device: `cpu` or `cuda`.
        device_name: the real name of the processor or GPU.
        python: version.
        packages: package → version, of those that the snippet declares.
        cuda: CUDA version that torch was built with, or None on the CPU.
        date: day of the run, ISO 8601.
        seconds: wall time of the snippet's statements; imports of preloaded libraries are free.
        peak_memory_bytes: CPU: resident memory, libraries included. CUDA: taken on the GPU by the
            run itself; a record without any is refused.
        output: (line, text) in order: what the statement at that line printed.
        figures: file name → SHA-256 of the figure kept beside the record.
        lines: snippet → first lines of its statements that the run reached, such as `1-4,7`: its
            own, and those of the siblings that it imports.
        code: SHA-256 of the snippet file without its comments, so that one that differs in these
            alone is held against this record; "" in records that do not say.
        gpu: what the driver said of the GPU: `memory_bytes`, all that it has, and `capability`,
            such as `9.0`; None on the CPU.
        unconfined: whether it was made without a sandbox; records that do not say were not.
    """

    snippet: str
    fingerprint: str
    text: str
    device: str
    device_name: str
    python: str
    packages: Mapping[str, str]
    cuda: str | None
    date: str
    seconds: float
    peak_memory_bytes: int
    output: tuple[tuple[int, str], ...]
    figures: Mapping[str, str]
    lines: Mapping[str, str]
    gpu: Mapping[str, Any] | None = None
    code: str = ""
    unconfined: bool = False

    @property
    def whole_output(self) -> str:
        """All that was printed."""
        return "".join(text for _, text in self.output)

    def printed(self, first: int, last: int) -> str:
        """What the statements of these lines (both included) printed."""
        return "".join(text for line, text in self.output if first <= line <= last)

    def reached(self, name: str) -> set[int]:
        """First lines of the statements of a snippet that the run reached."""
        return spread(self.lines.get(name, ""))


def ranges(numbers: Iterable[int]) -> str:
    """`[1, 2, 3, 7]` → `1-3,7`."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ",".join(f"{a}-{b}" if a < b else f"{a}" for a, b in found)


def spread(text: str) -> set[int]:
    """`1-3,7` → `{1, 2, 3, 7}`.

    Raises:
        ValueError: it is not of that form, or beyond the lines that any file has.
    """
    pairs = [part.partition("-") for part in text.split(",") if text]
    found = [range(int(a), int(b or a) + 1) for a, _, b in pairs]
    if any(each.stop > LONGEST for each in found):
        raise ValueError
    return {n for each in found for n in each}


def path_of(project: Project, name: str, device: str) -> Path:
    """The file of a record."""
    return project.records / f"{name.removesuffix('.py')}.{device}.json"


def figure_path(project: Project, name: str, device: str, figure: str) -> Path:
    """The file of a figure."""
    return path_of(project, name, device).with_suffix("") / figure


def read(project: Project, name: str, device: str) -> Record | None:
    """The record of a snippet on a device, or None if there is none.

    Raises:
        NeverstaleError: the file is not a record, belongs to another snippet, was changed after
            it was written, or a figure beside it was.
    """
    path = path_of(project, name, device)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        text = ""
    where = project.relative(path)
    record = parse(where, text)
    if (record.snippet, record.device) != (name, device):
        message = f"is the record of {record.snippet} on {record.device}"
        raise NeverstaleError(Problem(where, 0, message))
    for figure, expected in record.figures.items():
        file = figure_path(project, name, device, figure)
        if not file.exists() or hash_text(file.read_text(encoding="utf-8")) != expected:
            message = "missing or changed after it was drawn"
            raise NeverstaleError(Problem(project.relative(file), 0, message))
    return record


def parse(where: str, text: str) -> Record:
    """The record that a file holds.

    Args:
        where: the file, for messages.
        text: its text.

    Raises:
        NeverstaleError: it is not a record, or was changed after it was written.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise NeverstaleError(Problem(where, 0, "not a readable record")) from None
    digest = data.pop("digest", None) if isinstance(data, dict) else None
    if digest is None or digest != _digest(data):
        raise NeverstaleError(Problem(where, 0, "changed after it was written"))
    try:
        data["output"] = tuple((line, text) for line, text in data["output"])
        record = Record(**data)
        _check_types(record)
        if any(ranges(spread(each)) != each for each in record.lines.values()):
            raise ValueError
        day = datetime.date.fromisoformat(record.date)
    except (KeyError, TypeError, ValueError):
        raise NeverstaleError(Problem(where, 0, "of another version")) from None
    if day > datetime.date.today() + datetime.timedelta(days=1):  # another zone may be ahead
        raise NeverstaleError(Problem(where, 0, f"of {day}, a day that is yet to come"))
    return record


def _check_types(record: Record) -> None:
    """Whether every field holds what it should.

    Raises:
        TypeError: one does not.
    """
    texts = ("snippet", "fingerprint", "text", "device", "device_name", "python", "date", "code")
    tables = (record.packages, record.figures, record.lines)
    good = (
        all(isinstance(getattr(record, name), str) for name in texts)
        and all(isinstance(table, dict) for table in tables)
        and all(isinstance(each, str) for table in tables for each in (*table, *table.values()))
        and all(name.endswith(".svg") and "/" not in name for name in record.figures)
        and isinstance(record.cuda, str | None)
        and isinstance(record.unconfined, bool)
        and type(record.seconds) in (int, float)
        and 0 <= record.seconds < math.inf
        # What a GPU's record says of the GPU is asked in `possible`, with an answer for each.
        and (record.device == "cuda" or _counted(record.peak_memory_bytes))
        and all(type(line) is int and isinstance(text, str) for line, text in record.output)
    )
    if not good:
        raise TypeError


def _counted(number: object) -> bool:
    return type(number) is int and number >= 0


def write(project: Project, record: Record, figures: Mapping[str, str]) -> Path:
    """Put a record and its figures in their place; a reader sees the old or the new record.

    Args:
        record: what was proved.
        figures: file name → SVG text.

    Raises:
        NeverstaleError: they cannot be written; what was there still is.
    """
    path = path_of(project, record.snippet, record.device)
    folder = path.with_suffix("")
    texts = {folder / name: svg for name, svg in figures.items()}
    writing.replace(project, {**texts, path: text_of(record)})
    if folder.exists():
        for old in folder.iterdir():
            if old.name not in figures:
                old.unlink()
        if not figures:
            shutil.rmtree(folder)
    return path


def text_of(record: Record) -> str:
    """A record as its file holds it, sealed with its digest."""
    data = _said(record)
    data["digest"] = _digest(data)
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def seal_of(record: Record) -> str:
    """The digest that seals a record: SHA-256 of all that it says, as 64 hexadecimal digits."""
    return _digest(_said(record))


def _said(record: Record) -> dict[str, Any]:
    """What its file says: `unconfined` only if it is so, as in records older than the word."""
    data = dataclasses.asdict(record)
    if not record.unconfined:
        del data["unconfined"]
    return data


def hash_text(text: str) -> str:
    """SHA-256 of a text, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _digest(data: dict[str, Any]) -> str:
    # Lists and tuples are the same thing in JSON, so a record read back gives the same digest.
    return hash_text(json.dumps(data, ensure_ascii=False, sort_keys=True))
