"""Which packages are installed, and whether what would run is what was installed."""

from __future__ import annotations

import base64
import csv
import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib import metadata
from importlib.machinery import PathFinder
from pathlib import Path

CODE = (".py", ".so")
SLACK = 2.0  # seconds: an installer writes its list of files last


def versions(names: Iterable[str]) -> dict[str, str]:
    """Package → installed version, for those that are installed."""
    found = {}
    for name in names:
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def altered(names: Iterable[str]) -> dict[str, str]:
    """Package → a file of it that is not as it was installed, or that another stands in for.

    Looked at are the size of each file, and what it holds if it is younger than the list of files.
    A package that was installed without such a list is taken as it is.
    """
    found = {}
    for name in names:
        with suppress(metadata.PackageNotFoundError):
            file = next(_altered(metadata.distribution(name)), None)
            if file is not None:
                found[name] = file
    return found


def _altered(package: metadata.Distribution) -> Iterator[str]:
    listed = package.read_text("RECORD")
    own = getattr(package, "_path", None)
    if listed is None or own is None:
        return
    base = str(package.locate_file(""))
    youngest = (Path(own) / "RECORD").stat().st_mtime + SLACK
    for name, digest, size in csv.reader(listed.splitlines()):
        if not name.endswith(CODE) or not size:
            continue
        path = os.path.join(base, name)
        try:
            about = os.stat(path)
        except OSError:
            yield f"{name} is gone"
            continue
        if about.st_size != int(size) or (about.st_mtime > youngest and _digest(path) != digest):
            yield f"{name} was changed"
        elif name.count("/") == 1 and name.endswith("/__init__.py"):
            yield from _elsewhere(name.partition("/")[0], path)


def _elsewhere(module: str, path: str) -> Iterator[str]:
    """The file that an import of the module would load, or has loaded, if it is not that one."""
    loaded = sys.modules.get(module)
    spec = getattr(loaded, "__spec__", None) or PathFinder.find_spec(module)
    origin = spec.origin if spec else None
    if origin is None or not os.path.samefile(origin, path):
        yield f"{origin or 'nothing'} is imported in its place"


def _digest(path: str) -> str:
    """As an installer notes it."""
    data = hashlib.sha256(Path(path).read_bytes()).digest()
    return "sha256=" + base64.urlsafe_b64encode(data).rstrip(b"=").decode()
