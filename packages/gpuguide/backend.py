"""Makes the wheel of gpuguide, the same bytes each time: a build backend (PEP 517), and a command.

    pip wheel --no-deps packages/gpuguide        # as any project
    python packages/gpuguide/backend.py FOLDER   # prints the wheel's path

A wheel is a ZIP file with a folder of metadata (the binary distribution format of the Python
packaging guide). With the standard library alone nothing need be downloaded to build one, and no
version of a tool changes what comes out.
"""

from __future__ import annotations

import base64
import hashlib
import re
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SOURCE = ROOT / "src" / "gpuguide"
LEFT_OUT = ("measuring", "__pycache__")
"""What fits figures to measurements needs the handbook's records."""
ENDINGS = (".py", ".toml", ".json", ".lock", ".typed")
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the date of every file: a ZIP file knows none before it


def build_wheel(
    wheel_directory: str, config_settings: Any = None, metadata_directory: str | None = None
) -> str:
    """Write the wheel into a folder and return its name, as pip asks for."""
    project = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = _version()
    info = f"{project['name']}-{version}.dist-info"
    files = dict(_sources())
    files[f"{info}/licenses/LICENSE"] = (ROOT / "LICENSE").read_bytes()
    files[f"{info}/METADATA"] = _metadata(project, version).encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    scripts = [f"{name} = {target}" for name, target in project["scripts"].items()]
    files[f"{info}/entry_points.txt"] = "\n".join(["[console_scripts]", *scripts, ""]).encode()
    record = [f"{name},sha256={_digest(data)},{len(data)}" for name, data in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,", ""]).encode()
    wheel = Path(wheel_directory) / f"{project['name']}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.external_attr = 0o100644 << 16
            entry.create_system = 3  # Unix, wherever it is made
            archive.writestr(entry, data, zipfile.ZIP_STORED)  # zlib's versions compress unlike
    return wheel.name


def _sources() -> Iterator[tuple[str, bytes]]:
    for path in sorted(SOURCE.rglob("*"), key=lambda one: one.relative_to(SOURCE).as_posix()):
        parts = path.relative_to(SOURCE).parts
        if path.suffix in ENDINGS and not any(one in LEFT_OUT for one in parts):
            name = "/".join((SOURCE.name, *parts))
            yield name, path.read_bytes().replace(b"\r\n", b"\n")  # as some clones write them


def _version() -> str:
    text = (SOURCE / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([0-9.]+)"$', text, re.MULTILINE)
    if found is None:
        raise SystemExit('src/gpuguide/__init__.py: no line __version__ = "…"; write one')
    return found[1]


def _metadata(project: dict[str, Any], version: str) -> str:
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
    texts = (HERE / name for name in (project["readme"], "CHANGELOG.md"))
    return "\n".join([*lines, *(one.read_text(encoding="utf-8") for one in texts)])


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    print(folder / build_wheel(str(folder)))
