"""Data that a snippet reads and no repository holds: fetched before, and known by its digest."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAME = re.compile(r"[\w-][\w.-]*")
DIGEST = re.compile(r"[0-9a-f]{64}")
ADDRESS = re.compile(r"https://[^\s\"<>]+")
KEYS = ("sha256", "at", "from")


@dataclass(frozen=True)
class Prefetched:
    """A file that must be there before a run.

    Attributes:
        sha256: of all that it holds, in 64 hexadecimal digits.
        at: where it lies on the machine that runs the snippet: a path, from the project's folder;
            may begin with `~`, and name variables of the environment.
        address: where anybody gets it; the engine does not.
    """

    sha256: str
    at: str
    address: str

    def path(self, root: Path) -> Path:
        """Where it lies, links followed."""
        return (root / os.path.expandvars(os.path.expanduser(self.at))).resolve()


def read(value: Any) -> dict[str, Prefetched]:
    """What a head says: name in the snippet's working folder → file.

    Raises:
        ValueError: it is not so written.
    """
    found = {}
    for name, entry in value.items() if isinstance(value, dict) else [("", None)]:
        if not NAME.fullmatch(name) or not isinstance(entry, dict) or set(entry) != set(KEYS):
            raise ValueError(f'write [tool.neverstale.prefetched."name"] with {", ".join(KEYS)}')
        texts = [entry[key] if isinstance(entry[key], str) else "" for key in KEYS]
        if not DIGEST.fullmatch(texts[0]):
            raise ValueError(f"{name}: 'sha256' must be 64 hexadecimal digits, in small letters")
        if not texts[1]:
            raise ValueError(f"{name}: 'at' must be the path at which it lies")
        if not ADDRESS.fullmatch(texts[2]):
            raise ValueError(f"{name}: 'from' must be the https address where anybody gets it")
        found[name] = Prefetched(*texts)
    return found


def wrong(files: Mapping[str, Prefetched], root: Path) -> str | None:
    """Why a snippet cannot run with these, in one line; None if it can.

    Args:
        files: name → file.
        root: the project's folder.
    """
    for name, each in files.items():
        path = each.path(root)
        if not path.is_file():
            return f"{name} is not at {each.at}; put there what {each.address} gives"
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            return f"{name} cannot be read at {each.at}: {error.strerror}"
        if digest != each.sha256:  # which one it has is not told: it may be somebody's secret
            told = f"{name}, at {each.at}, is not the file of the head's sha256"
            return f"{told}; fetch it anew from {each.address}, or mend the head"
    return None
