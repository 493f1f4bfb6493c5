"""Which version of each package a site wants: from constraints, or from a lock file of uv."""

from __future__ import annotations

import functools
import re
import tomllib
from collections import Counter

from neverstale.problem import NeverstaleError, Problem

END = re.compile(r"[#;\\\\]")  # of a requirement: a comment, a condition, hashes on the next lines


@functools.cache
def read(where: str, text: str) -> dict[str, str]:
    """Package name, as in an index → version.

    Args:
        where: the file, for messages; a lock file of uv ends in `.lock`.
        text: what it holds.

    Raises:
        NeverstaleError: it is a lock file that cannot be read.
    """
    if where.endswith(".lock"):
        found = _locked(where, text)
    else:
        parts = (END.split(line)[0].partition("==") for line in text.splitlines())
        found = [(name, version) for name, equal, version in parts if equal]
    return {normal(name.strip()): version.strip() for name, version in found}


def normal(name: str) -> str:
    """A package's name as package indexes compare names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _locked(where: str, text: str) -> list[tuple[str, str]]:
    """Those in several versions, for several machines, are left out."""
    try:
        packages = tomllib.loads(text).get("package", [])
        found = [(str(one["name"]), str(one["version"])) for one in packages if "version" in one]
    except (tomllib.TOMLDecodeError, AttributeError, TypeError, KeyError) as error:
        message = f"is no lock file such as uv.lock: {error}"
        raise NeverstaleError(Problem(where, 0, message)) from None
    count = Counter(name for name, _ in found)
    return [(name, version) for name, version in found if count[name] == 1]
