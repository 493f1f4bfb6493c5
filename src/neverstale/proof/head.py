"""A snippet's head against what ran: Python, the packages that it declares, those it imports.

Of a snippet without a head, what it imports says which packages it ran with.
"""

from __future__ import annotations

import contextlib
import functools
import platform
import re
import sys
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from importlib import metadata

from neverstale import pinned
from neverstale.project import Project
from neverstale.source import requirement
from neverstale.source.snippet import Snippet


@dataclass(frozen=True)
class Installed:
    """What the process that ran the snippets tells of packages.

    Attributes:
        versions: package → installed version.
        altered: package → what of it is not as it was installed.
    """

    versions: Mapping[str, str] = field(default_factory=dict)
    altered: Mapping[str, str] = field(default_factory=dict)


def untrue(project: Project, item: Snippet, installed: Installed) -> tuple[int, str] | None:
    """The first thing in a head that was not so in the run: line (0: none of it), and why.

    Args:
        project: the settings.
        item: the snippet.
        installed: the packages that are installed.
    """
    options, python = item.options, platform.python_version()
    if not requirement.satisfies(python, requirement.specifiers(options.requires_python)):
        said = f'requires-python = "{options.requires_python}"'
        return 0, f"its head says {said}, and Python {python} ran it; mend the head, or run another"
    for each in options.requirements:
        if not each.here:
            continue
        if each.name not in installed.versions:
            return 0, f"declares {each.name}, which is not installed; install it or mend that"
        version = installed.versions[each.name]
        if not each.met(version):
            return 0, (
                f"declares {each.text}, and {each.name} {version} ran; mend the head, or install "
                "another version"
            )
    for package in packages(project, item):
        if package in installed.altered:
            return 0, (
                f"ran with {package} {installed.versions[package]}, but not as it was installed: "
                f"{installed.altered[package]}; install it anew"
            )
    if item.headless:
        return None
    for name in sorted(item.needs - sys.stdlib_module_names):
        unnamed = _unnamed(project, item, name)
        if unnamed:
            message = f"imports {name}, of the package {unnamed}, which its head does not name"
            return _line(item, name), f"{message}; add it to 'dependencies'"
    return None


def packages(project: Project, item: Snippet) -> list[str]:
    """Names of the packages that a head demands here; without one, those of what is imported."""
    if not item.headless:
        return sorted({each.name for each in item.options.requirements if each.here})
    found = (_unnamed(project, item, name) for name in item.needs - sys.stdlib_module_names)
    return sorted({name for name in found if name})


def _unnamed(project: Project, item: Snippet, module: str) -> str | None:
    """The installed package that a module comes from, if it is none of ours and not declared."""
    declared = {each.name for each in item.options.requirements}
    if pinned.normal(module) in declared:
        return None
    ours = (item.path.parent, *project.imports)
    if any((folder / module).exists() or (folder / f"{module}.py").exists() for folder in ours):
        return None
    known = _packages_of(module)
    return None if known & declared else min(known, default=None)


@functools.cache
def _packages_of(module: str) -> Set[str]:
    """The installed packages that a module comes from. Most are called like it, which is asked
    first: going through all of them takes longer than many a snippet."""
    with contextlib.suppress(metadata.PackageNotFoundError):
        listed = "\n" + (metadata.distribution(module).read_text("RECORD") or "")
        if f"\n{module}/" in listed or f"\n{module}.py," in listed:
            return {pinned.normal(module)}
    return {pinned.normal(name) for name in _every_package().get(module, ())}


@functools.cache
def _every_package() -> Mapping[str, list[str]]:
    return metadata.packages_distributions()


def _line(item: Snippet, module: str) -> int:
    """Where the snippet imports it; 0 if only a sibling does."""
    pattern = re.compile(rf"\s*(?:import|from)\s(?:.*[\s,])?{re.escape(module)}\b")
    return next((i for i, line in enumerate(item.lines, 1) if pattern.match(line)), 0)
