"""Makes the wheel of a package of this project, the same bytes each time.

A wheel is a ZIP file with a folder of metadata (the binary distribution format of the Python
packaging guide). With the standard library alone nothing need be downloaded to build one, and no
version of a tool changes what comes out.
"""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ENDINGS = (".py", ".toml", ".json", ".lock", ".typed", ".css", ".yml")
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the date of every file: a ZIP file knows none before it


def build(package: Path, into: Path) -> Path:
    """Write the wheel of a package, whose folder this is, into another folder."""
    settings = tomllib.loads((package / "pyproject.toml").read_text(encoding="utf-8"))
    project, left_out = settings["project"], settings["tool"]["wheel"]["left-out"]
    source = ROOT / "src" / project["name"]
    version = _version(source / "__init__.py")
    info = f"{project['name']}-{version}.dist-info"
    files = dict(_sources(source, {*left_out, "__pycache__"}))
    files[f"{info}/licenses/LICENSE"] = (ROOT / "LICENSE").read_bytes()
    files[f"{info}/METADATA"] = _metadata(package, project, version).encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    scripts = [f"{name} = {target}" for name, target in project["scripts"].items()]
    files[f"{info}/entry_points.txt"] = "\n".join(["[console_scripts]", *scripts, ""]).encode()
    record = [f"{name},sha256={_digest(data)},{len(data)}" for name, data in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,", ""]).encode()
    wheel = into / f"{project['name']}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.external_attr = 0o100644 << 16
            entry.create_system = 3  # Unix, wherever it is made
            archive.writestr(entry, data, zipfile.ZIP_STORED)  # zlib's versions compress unlike
    return wheel


def _sources(source: Path, left_out: set[str]) -> Iterator[tuple[str, bytes]]:
    for path in sorted(source.rglob("*"), key=lambda one: one.relative_to(source).as_posix()):
        parts = path.relative_to(source).parts
        if path.suffix in ENDINGS and left_out.isdisjoint(parts):
            name = "/".join((source.name, *parts))
            yield name, path.read_bytes().replace(b"\r\n", b"\n")  # as some clones write them


def _version(file: Path) -> str:
    found = re.search(r'^__version__ = "([0-9.]+)"$', file.read_text(encoding="utf-8"), re.M)
    if found is None:
        where = file.relative_to(ROOT).as_posix()
        raise SystemExit(f'{where}: no line __version__ = "…"; write one')
    return found[1]


def _metadata(package: Path, project: dict[str, Any], version: str) -> str:
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {project['name']}",
        f"Version: {version}",
        f"Summary: {project['description']}",
        f"Keywords: {','.join(project['keywords'])}",
        f"License-Expression: {project['license']}",
        "License-File: LICENSE",
        f"Requires-Python: {project['requires-python']}",
        *(f"Requires-Dist: {one}" for one in project["dependencies"]),
    ]
    for extra, packages in project["optional-dependencies"].items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f'Requires-Dist: {one}; extra == "{extra}"' for one in packages]
    lines += ["Description-Content-Type: text/markdown", ""]
    texts = (package / name for name in (project["readme"], "CHANGELOG.md"))
    return "\n".join([*lines, *(one.read_text(encoding="utf-8") for one in texts)])


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
