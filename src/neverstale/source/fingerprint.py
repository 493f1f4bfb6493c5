"""What a record must match to be fresh: the snippet and all of ours that it runs with."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from neverstale.project import Project
from neverstale.source import imports
from neverstale.source.snippet import Snippet

# Part of every fingerprint: raise it when the meaning of a record changes.
FORMAT = 1
# What takes modules by name: which ones, its text does not say.
LAZY = re.compile(rb"\bdef __getattr__\b|\bimport_module\b|\blazy_loader\b")


class Ours:
    """Follows what snippets import; reads each file of ours once, however many run with it.

    Args:
        project: the settings.
        known: file → names that it imports, of files that need not be read for that.
    """

    def __init__(self, project: Project, known: Mapping[Path, tuple[str, ...]]) -> None:
        self.imports = dict(known)
        self._project = project
        self._content: dict[Path, bytes] = {}
        self._top: dict[Path, set[str]] = {}
        self._data: dict[Path, tuple[Path, ...]] = {}
        self._led: dict[tuple[Path, Path], tuple[Path, ...]] = {}

    def complete(self, snippet: Snippet) -> Snippet:
        """The snippet with what it runs with, and its fingerprint.

        That is the SHA-256, in 64 hexadecimal digits, over the file, what the settings say in the
        place of a head, its data files, every module
        of ours that it imports (directly or not) with the data files of its package, and the
        figure style if it draws.
        """
        imported = self._followed(snippet.path)
        data = set(snippet.data().values())
        folder = self._project.snippets
        inside = [file for file in imported if file.is_relative_to(folder)]
        code = [snippet.path, *(file for file in imported if file.suffix == ".py")]
        shown = [file for file in code if file == snippet.path or file in inside]
        return dataclasses.replace(
            snippet,
            runs_with=frozenset(data | imported),
            siblings=tuple(sorted(file.relative_to(folder).as_posix() for file in inside)),
            packages=self._top_level(code),
            needs=self._top_level(shown),
            fingerprint=self._fingerprint(snippet, data | imported),
        )

    def _top_level(self, files: list[Path]) -> frozenset[str]:
        names = (name.partition(".")[0] for file in files for name in self._direct(file))
        return frozenset(filter(None, names))

    def _fingerprint(self, snippet: Snippet, files: set[Path]) -> str:
        digest = hashlib.sha256(f"neverstale {FORMAT}\n{snippet.name}\n".encode())
        digest.update(snippet.text.encode())
        where = self._project.relative(snippet.path)
        if snippet.headless and (said := self._project.head(where)):
            digest.update(json.dumps(said, sort_keys=True, default=str).encode())
        for path in sorted(files):
            digest.update(f"\n{self._project.relative(path)}\n".encode())
            digest.update(self._read(path))
        style = self._project.style
        if style and style.exists() and "matplotlib" in snippet.text:
            digest.update(self._read(style))
        return digest.hexdigest()

    def _followed(self, start: Path) -> set[Path]:
        """Files of ours that `start` imports, followed to the end."""
        found: set[Path] = set()
        queue = [start]
        for folder in imports.package(start, self._direct(start), self._project.snippets):
            if (begun := folder / "__init__.py").is_file() and begun != start:
                found.add(begun)
                queue.append(begun)
        while queue:
            path = queue.pop()
            if path.suffix != ".py":
                continue
            for file in self._next(path, start.parent):
                if file != start and file not in found:
                    found.add(file)
                    queue.append(file)
        return found

    def _next(self, path: Path, beside: Path) -> tuple[Path, ...]:
        """Files of ours that a file itself imports, in a run of a snippet of that folder; many
        snippets lead to the same ones."""
        if (path, beside) not in self._led:
            found: dict[Path, None] = {}
            for target in self._direct(path):
                roots = (beside, *self._project.imports)
                if target.startswith("."):
                    level = len(target) - len(target.lstrip("."))
                    roots = (path.parents[level - 1],)
                found.update(dict.fromkeys(self._files(target.lstrip("."), roots)))
            self._led[path, beside] = tuple(found)
        return self._led[path, beside]

    def _direct(self, path: Path) -> tuple[str, ...]:
        if path not in self.imports:
            self.imports[path] = imports.direct(self._read(path))
        return self.imports[path]

    def _read(self, path: Path) -> bytes:
        if path not in self._content:
            content = path.read_bytes()
            # A clone may end lines otherwise; in data that may be something else.
            code = path.suffix == ".py" or path == self._project.style
            self._content[path] = content.replace(b"\r\n", b"\n") if code else content
        return self._content[path]

    def _files(self, dotted: str, roots: tuple[Path, ...]) -> Iterator[Path]:
        """The files behind a dotted name: modules, packages' `__init__`, their data."""
        parts = [part for part in dotted.split(".") if part]
        for root in roots:
            if not parts or not {parts[0], f"{parts[0]}.py"} & self._names_in(root):
                continue
            folder = root
            for part in parts:
                if (folder / f"{part}.py").is_file():
                    yield folder / f"{part}.py"
                    break
                folder = folder / part
                if (folder / "__init__.py").is_file():
                    yield folder / "__init__.py"
                    yield from self._data_of(folder)
                    yield from self._lazily(folder)

    def _names_in(self, folder: Path) -> set[str]:
        if folder not in self._top:
            self._top[folder] = set(os.listdir(folder)) if folder.is_dir() else set()
        return self._top[folder]

    def _lazily(self, package: Path) -> tuple[Path, ...]:
        """All modules of a package that imports some by name, when they are first used."""
        if not LAZY.search(self._read(package / "__init__.py")):
            return ()
        return tuple(sorted(package.rglob("*.py")))

    def _data_of(self, package: Path) -> tuple[Path, ...]:
        """What a package carries beside its code, which its code may read."""
        if package not in self._data:
            found = (path for path in package.rglob("*") if path.suffix not in (".py", ".pyc"))
            self._data[package] = tuple(path for path in found if path.is_file())
        return self._data[package]
