"""Print constraints.txt without the pins of one package and of all that it requires."""

from __future__ import annotations

import re
import sys
from importlib import metadata
from pathlib import Path


def normal(name: str) -> str:
    """A package's name as comparisons have it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def needs(name: str, found: set[str]) -> set[str]:
    """The package and everything that it requires, as far as it is installed."""
    if name in found:
        return found
    found.add(name)
    try:
        requirements = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return found
    for requirement in requirements:
        if "extra ==" not in requirement:
            match = re.match(r"[\w.-]+", requirement)
            assert match
            needs(normal(match[0]), found)
    return found


def main(file: str, package: str) -> int:
    """Print what stays pinned; 2 if the package is not pinned at all."""
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    names = [normal(line.partition("==")[0]) for line in lines]
    if normal(package) not in names:
        print(f"{file}: no package {package} in it; mind the spelling", file=sys.stderr)
        return 2
    free = needs(normal(package), set())
    print("\n".join(line for line, name in zip(lines, names, strict=True) if name not in free))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
