"""What a head demands of packages and of Python: the part of PEP 440 and PEP 508 that heads use.

Written here, since a GPU machine has nothing but the standard library and torch.
"""

from __future__ import annotations

import os
import platform
import re
import sys
from dataclasses import dataclass

from neverstale import pinned

NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
REQUIREMENT = re.compile(
    rf"\s*(?P<name>{NAME})\s*(?:\[(?P<extras>[\w\s,.-]*)\])?\s*"
    r"(?P<versions>\([^()]*\)|[^;()\[\]@]*?)\s*(?:;(?P<marker>.+))?"
)
SPECIFIER = re.compile(r"\s*(===|==|~=|!=|<=|>=|<|>)\s*([^\s,]+)\s*")
VERSION = re.compile(
    r"v?(?:(?P<epoch>\d+)!)?(?P<release>\d+(?:\.\d+)*)"
    r"(?:[-_.]?(?P<pre>alpha|beta|preview|pre|a|b|c|rc)[-_.]?(?P<number>\d*))?"
    r"(?P<post>-(?P<bare>\d+)|[-_.]?(?:post|rev|r)[-_.]?(?P<postnumber>\d*))?"
    r"(?P<dev>[-_.]?dev[-_.]?(?P<devnumber>\d*))?"
    r"(?:\+(?P<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?",
    re.IGNORECASE,
)
PHASES = {"alpha": "a", "beta": "b", "c": "rc", "pre": "rc", "preview": "rc"}
TOKEN = re.compile(
    r"\s*(?:(?P<word>===|==|~=|!=|<=|>=|<|>|\(|\)|not\s+in\b|in\b|and\b|or\b|[A-Za-z_][\w.]*)"
    r"|'(?P<one>[^']*)'|\"(?P<two>[^\"]*)\")\s*"
)
COMPARISONS = ("===", "==", "~=", "!=", "<=", ">=", "<", ">", "in", "not in")
INFINITY = float("inf")
Key = tuple[object, ...]


class Invalid(Exception):
    """It is not written as PEP 440 and PEP 508 say; why, in words."""


@dataclass(frozen=True)
class Version:
    """A version of a package, as PEP 440 orders them.

    Attributes:
        key: what orders it, its local part left out.
        release: the numbers of its release, such as (2, 13, 0).
        epoch: number before an exclamation mark.
        local: what follows a plus sign, such as `cpu`.
        before: whether it comes before its release: alpha, beta, candidate or development.
        post: whether it is a post-release.
    """

    key: Key
    release: tuple[int, ...]
    epoch: int
    local: str
    before: bool
    post: bool


def version(text: str) -> Version:
    """Read a version.

    Raises:
        Invalid: it is none.
    """
    match = VERSION.fullmatch(text.strip())
    if match is None:
        raise Invalid(f"'{text}' is no version")
    epoch, release = int(match["epoch"] or 0), tuple(map(int, match["release"].split(".")))
    shortest = release
    while len(shortest) > 1 and shortest[-1] == 0:
        shortest = shortest[:-1]
    name = (match["pre"] or "").lower()
    phase: tuple[str, float] = (PHASES.get(name, name), float(match["number"] or 0))
    dev = float(match["devnumber"] or 0) if match["dev"] else INFINITY
    post = float(match["bare"] or match["postnumber"] or 0) if match["post"] else -1.0
    if not name:  # a development version of no phase comes before all phases, a release after
        phase = ("", 0.0) if match["dev"] and not match["post"] else ("z", 0.0)
    before = bool(name or match["dev"])
    local = re.sub("[-_]", ".", match["local"] or "").lower()
    key = (epoch, shortest, phase, post, dev)
    return Version(key, release, epoch, local, before, bool(match["post"]))


@dataclass(frozen=True)
class Requirement:
    """What a head demands of one package.

    Attributes:
        name: its name, as package indexes compare names.
        versions: (operator, version), all of which must hold.
        text: as it is written.
        here: whether its marker holds for this Python on this machine.
    """

    name: str
    versions: tuple[tuple[str, str], ...]
    text: str
    here: bool

    def met(self, installed: str) -> bool:
        """Whether that version is one of those that it names."""
        return satisfies(installed, self.versions)


def parse(text: str) -> Requirement:
    """Read one requirement, such as `numpy>=2.1,<3; sys_platform == "linux"`.

    Raises:
        Invalid: it is not written as PEP 508 says, or names an address, which nothing here can
            hold against what is installed.
    """
    match = REQUIREMENT.fullmatch(text)
    if match is None:
        raise Invalid(f"'{text}' is no requirement such as 'numpy>=2.1'")
    versions = specifiers(match["versions"].strip("() "))
    here = holds(match["marker"]) if match["marker"] else True
    return Requirement(pinned.normal(match["name"]), versions, text, here)


def specifiers(text: str) -> tuple[tuple[str, str], ...]:
    """Read conditions on a version, such as `>=3.11,<4`.

    Raises:
        Invalid: one of them is none.
    """
    found = []
    for part in filter(None, map(str.strip, text.split(","))):
        match = SPECIFIER.fullmatch(part)
        if match is None:
            raise Invalid(f"'{part}' is no condition on a version such as '>=2.11'")
        operator, wanted = match[1], match[2]
        if operator != "===":
            star = operator in ("==", "!=") and wanted.endswith(".*")
            read = version(wanted.removesuffix(".*") if star else wanted)
            if operator == "~=" and len(read.release) < 2:
                raise Invalid(f"'{part}' needs two numbers, such as '~=2.11'")
        found.append((operator, wanted))
    return tuple(found)


def satisfies(installed: str, versions: tuple[tuple[str, str], ...]) -> bool:
    """Whether a version is one that all these conditions take.

    What is installed may come before its release: whoever installed it chose that.
    """
    return all(_satisfies(installed, *each) for each in versions)


def _satisfies(installed: str, operator: str, wanted: str) -> bool:
    if operator == "===":
        return installed.lower() == wanted.lower()
    have = version(installed)
    if wanted.endswith(".*"):
        return _begins(have, version(wanted.removesuffix(".*"))) == (operator == "==")
    want = version(wanted)
    local = not want.local or want.local == have.local
    if operator == "==":
        return have.key == want.key and local
    if operator == "!=":
        return not (have.key == want.key and local)
    if operator == "~=":
        part = Version(want.key, want.release[:-1], want.epoch, "", False, False)
        return have.key >= want.key and _begins(have, part)
    if operator == ">=":
        return have.key >= want.key
    if operator == "<=":
        return have.key <= want.key
    if operator == "<":  # what leads up to a release is not before it
        own = have.before and not want.before
        return have.key < want.key and not (own and have.key >= version(f"{wanted}.dev0").key)
    same = have.key[:3] == want.key[:3]
    return have.key > want.key and not (same and have.post and not want.post)


def _begins(have: Version, want: Version) -> bool:
    """Whether a release begins with these numbers."""
    size = len(want.release)
    filled = have.release + (0,) * size
    return have.epoch == want.epoch and filled[:size] == want.release


def holds(marker: str) -> bool:
    """Whether an environment marker holds for this Python on this machine.

    Raises:
        Invalid: it is not written as PEP 508 says.
    """
    tokens = _tokens(marker)
    result = _either(tokens)
    if tokens:
        raise Invalid(f"marker '{marker.strip()}' goes on after its end")
    return result


def _tokens(marker: str) -> list[tuple[str, bool]]:
    """(word or text, whether it is a text in quotes), in order."""
    found, at = [], 0
    while at < len(marker):
        match = TOKEN.match(marker, at)
        if match is None:
            raise Invalid(f"marker not understood at '{marker[at:].strip()}'")
        quoted = match["one"] if match["one"] is not None else match["two"]
        word = match["word"]
        found.append((" ".join(word.split()), False) if word else (str(quoted), True))
        at = match.end()
    return found


def _either(tokens: list[tuple[str, bool]]) -> bool:
    result = _both(tokens)
    while tokens[:1] == [("or", False)]:
        del tokens[0]
        result = _both(tokens) or result
    return result


def _both(tokens: list[tuple[str, bool]]) -> bool:
    result = _one(tokens)
    while tokens[:1] == [("and", False)]:
        del tokens[0]
        result = _one(tokens) and result
    return result


def _one(tokens: list[tuple[str, bool]]) -> bool:
    if tokens[:1] == [("(", False)]:
        del tokens[0]
        result = _either(tokens)
        if tokens[:1] != [(")", False)]:
            raise Invalid("a bracket in the marker is not closed")
        del tokens[0]
        return result
    if len(tokens) < 3 or tokens[1][0] not in COMPARISONS or tokens[1][1]:
        raise Invalid("a marker compares two things, such as python_version >= '3.12'")
    left, (operator, _), right = tokens[:3]
    del tokens[:3]
    if left[1] == right[1]:
        raise Invalid("a marker compares a name, such as sys_platform, with a text in quotes")
    values = [text if quoted else _value(text) for text, quoted in (left, right)]
    return _compares(values[0], operator, values[1])


def _value(name: str) -> str:
    """What a name in a marker stands for here.

    Raises:
        Invalid: no marker knows that name.
    """
    known = {
        "os_name": os.name,
        "sys_platform": sys.platform,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "python_full_version": platform.python_version(),
        "implementation_name": sys.implementation.name,
        "implementation_version": platform.python_version(),
        "extra": "",
    }
    if name not in known:
        raise Invalid(f"no marker is called '{name}'; there are {', '.join(known)}")
    return known[name]


def _compares(left: str, operator: str, right: str) -> bool:
    """As versions if both are; else as texts."""
    if operator in ("in", "not in"):
        return (left in right) == (operator == "in")
    try:
        conditions = specifiers(operator + right)
        version(left)
    except Invalid:
        order = {
            **dict.fromkeys(("==", "==="), left == right),
            **{"!=": left != right, "<": left < right, ">": left > right},
            **{"<=": left <= right, ">=": left >= right},
        }
        if operator not in order:
            raise Invalid(f"'{operator}' compares versions only") from None
        return order[operator]
    return satisfies(left, conditions)
