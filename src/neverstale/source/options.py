"""What a snippet says of itself: the PEP 723 block and its `[tool.neverstale]` table."""

from __future__ import annotations

import datetime
import math
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from types import MappingProxyType
from typing import Any

from neverstale import excuse
from neverstale.problem import Problem
from neverstale.project import DEVICES
from neverstale.source import prefetched, requirement
from neverstale.source.prefetched import Prefetched
from neverstale.source.requirement import Requirement

BLOCK = re.compile(r"(?m)^# /// script\s*$\n(?P<content>(?:^#(?:| .*)$\n)+?)^# ///\s*$")
UNITS = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "kB": 10**3, "MB": 10**6, "GB": 10**9}
LOOSEST = 0.5  # a number that may be half as much again says nothing
# Lines as snippets print them. A pattern that finds something in two of these is no description.
ORDINARY = (
    "loss 0.6931",
    "tensor([[1., -2.], [3., 4.]])",
    "Size([8, 3, 32, 32])",
    "accuracy: 97%",
    "True",
    "CNN parameters  1,234,567",
    "≈ 3 ± 1",
    "hello",
)


@dataclass(frozen=True)
class Skip:
    """Why a snippet is not run on a device, and until when that excuse holds."""

    reason: str
    until: datetime.date


@dataclass(frozen=True)
class Exemption:
    """What a rule does not hold for, as a regular expression, and why."""

    match: str
    reason: str


@dataclass(frozen=True)
class Unreached:
    """Statements that no run need reach, and why.

    Attributes:
        match: a regular expression; means each statement whose first lines it finds something in,
            with all that lies inside it.
        reasons: edition → why, as readers of that edition are told.
    """

    match: str
    reasons: Mapping[str, str]


@dataclass(frozen=True)
class Options:
    """The metadata of one snippet.

    Attributes:
        dependencies: packages the snippet imports, as PEP 508 requirements.
        requires_python: versions of Python that it is for, such as `>=3.11`; "" for any.
        devices: where it must be proved, of `cpu` and `cuda`.
        timeout: seconds of wall time after which it is ended.
        memory: bytes that it may hold beyond the preloaded libraries.
        tolerance: share by which numbers in the output may differ, run against record; None if no
            more than the last printed digit may.
        gpu_tolerance: the same, GPU against CPU.
        gpu_differs: reason why the output on a GPU is not compared with the CPU's.
        gpu_prints: regular expressions that the output of a run on a GPU must match, line by line.
            Their named groups are rates of that device, such as `bandwidth`: what is not possible
            there is refused. A group may hold several numbers; the largest counts.
        files: data files beside the snippet, and folders of them (`static/`), put into its working
            folder before it runs.
        prefetched: name in its working folder → data that it reads and no repository holds.
        argv: arguments that it gets, after its own name.
        environment: variables that it sees besides the usual ones.
        raises: the exception that must end it, by its name; its last line is shown as output.
        exit: the exit code that it must end with; None to run to its last line.
        measured: reason why numbers in the output are measurements and are not compared.
        loopback: whether it gets a network of its own, in which nobody else is.
        lab: whether the file is a percent script that becomes a notebook.
        skip: device → why it is not run there.
        allow_warnings: warnings that are accepted.
        allow_stderr: lines on standard error that are accepted, although no page shows them.
        varies: lines of the output that differ from run to run and are not compared; of a pattern
            with a group named `varies`, only what that stands for.
        unreached: statements that no run need reach.
        labels: edition → text in a figure → that text in the edition's language.
        words: edition → words that `print(…)` holds → those words in the edition's language.
        figures: figure file → edition → alternative text; labs only.
    """

    dependencies: tuple[str, ...] = ()
    requires_python: str = ""
    devices: tuple[str, ...] = ("cpu",)
    timeout: float = 60.0
    memory: int = 2 * 2**30
    tolerance: float | None = None
    gpu_tolerance: float = 1e-2
    gpu_differs: str | None = None
    gpu_prints: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    prefetched: Mapping[str, Prefetched] = field(default_factory=dict)
    argv: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    raises: str | None = None
    exit: int | None = None
    measured: str | None = None
    loopback: bool = False
    lab: bool = False
    skip: Mapping[str, Skip] = field(default_factory=dict)
    allow_warnings: tuple[Exemption, ...] = ()
    allow_stderr: tuple[Exemption, ...] = ()
    varies: tuple[Exemption, ...] = ()
    unreached: tuple[Unreached, ...] = ()
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    figures: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def requirements(self) -> tuple[Requirement, ...]:
        """What it demands of packages."""
        return tuple(requirement.parse(each) for each in self.dependencies)


class _Invalid(Exception):
    """A value that does not fit: the key to point at, and what is wrong."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key
        self.message = message


def parse(
    path: str, text: str, said: Mapping[str, Any] = MappingProxyType({})
) -> tuple[Options, list[Problem]]:
    """Read the metadata block of a snippet.

    Args:
        path: the file, for messages.
        text: the whole file.
        said: what the settings say of it; holds if it has no such block.

    Returns:
        The options (defaults where the block is wrong, or not there) and what is wrong, with line
        numbers.
    """
    matches = list(BLOCK.finditer(text))
    if not matches:
        try:
            return _options({"tool": {"neverstale": dict(said)}}), []
        except _Invalid as wrong:
            message = f"[tool.neverstale] heads: {path}: {wrong.message}"
            return Options(), [Problem("pyproject.toml", 0, message)]
    if len(matches) > 1:
        line = text.count("\n", 0, matches[1].start()) + 1
        return Options(), [Problem(path, line, "second '# /// script' block; keep one")]
    first = text.count("\n", 0, matches[0].start()) + 2
    content = [line[2:] for line in matches[0]["content"].split("\n")]
    try:
        block = tomllib.loads("\n".join(content))
    except tomllib.TOMLDecodeError as error:
        what, _, where = str(error).partition(" (at ")
        at = re.match(r"line (\d+)", where)
        line = first + int(at[1]) - 1 if at else first
        return Options(), [Problem(path, line, f"metadata is not TOML: {what}")]
    try:
        return _options(block), []
    except _Invalid as wrong:
        line = next(
            (
                i
                for i, text in enumerate(content)
                if re.search(rf"(?<![\w-]){re.escape(wrong.key)}(?![\w-])", text)
            ),
            0,
        )
        return Options(), [Problem(path, first + line, wrong.message)]


def _options(block: dict[str, Any]) -> Options:
    for key in block:
        if key not in ("requires-python", "dependencies", "tool"):
            raise _Invalid(key, f"unknown key '{key}'; PEP 723 knows requires-python, dependencies")
    if not isinstance(block.get("requires-python", ""), str):
        raise _Invalid("requires-python", "'requires-python' must be a string such as \">=3.11\"")
    tools = block.get("tool", {})
    table = tools.get("neverstale", {}) if isinstance(tools, dict) else None
    if not isinstance(table, dict):
        raise _Invalid("tool", "write a table: [tool.neverstale]")
    values: dict[str, Any] = {
        "dependencies": tuple(_strings(block, "dependencies")),
        "requires_python": block.get("requires-python", ""),
    }
    key = "dependencies"
    try:
        for text in values["dependencies"]:
            requirement.parse(text)
        key = "requires-python"
        requirement.specifiers(values["requires_python"])
    except requirement.Invalid as wrong:
        raise _Invalid(key, f"'{key}': {wrong}") from None
    for key, value in table.items():
        if key not in _READERS:
            known = ", ".join(_READERS)
            raise _Invalid(key, f"unknown key '{key}' in [tool.neverstale]; known are {known}")
        values[key.replace("-", "_")] = _READERS[key](value)
    if "raises" in values and "exit" in values:
        raise _Invalid("exit", "a snippet ends once: state 'raises' or 'exit'")
    if values.get("lab") and values.keys() & {"raises", "exit", "argv", "environment"}:
        raise _Invalid("lab", "a notebook gets no arguments or variables and runs to its end")
    return Options(**values)


def _strings(table: dict[str, Any], key: str) -> list[str]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _Invalid(key, f"'{key}' must be a list of strings")
    return value


def _devices(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or any(item not in DEVICES for item in value):
        raise _Invalid("devices", f"'devices' must be a list of {' and '.join(DEVICES)}")
    # The CPU first, whose run anyone can repeat: a page shows the output of the first.
    return tuple(device for device in DEVICES if device in value)


def _files(value: Any) -> tuple[str, ...]:
    names = value if isinstance(value, list) else [""]
    if not all(isinstance(name, str) and re.fullmatch(r"[\w-][\w.-]*/?", name) for name in names):
        message = "'files' must be a list of names of files, or folders/, beside the snippet"
        raise _Invalid("files", message)
    return tuple(names)


def _prefetched(value: Any) -> dict[str, Prefetched]:
    try:
        return prefetched.read(value)
    except ValueError as error:
        raise _Invalid("prefetched", f"'prefetched': {error}") from None


def _positive(key: str, value: Any) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or value <= 0:
        raise _Invalid(key, f"'{key}' must be a number above 0")
    return float(value)


def _share(key: str, value: Any) -> float:
    number = _positive(key, value)
    if number > LOOSEST:
        message = f"'{key}' must be at most {LOOSEST}; for measurements there is 'measured'"
        raise _Invalid(key, message)
    return number


def _memory(value: Any) -> int:
    match = re.fullmatch(r"(\d+(?:\.\d+)?) ?(\w+)", value) if isinstance(value, str) else None
    if match is None or match[2] not in UNITS or not float(match[1]):
        raise _Invalid("memory", "'memory' must be a size such as \"2 GiB\"")
    return int(float(match[1]) * UNITS[match[2]])


def _gpu_prints(value: Any) -> tuple[str, ...]:
    patterns: list[Any] = value if isinstance(value, list) and value else [None]
    for pattern in patterns:
        try:
            re.compile(pattern)
        except (re.error, TypeError) as error:
            message = f"'gpu-prints' must be a list of regular expressions: {error}"
            raise _Invalid("gpu-prints", message) from None
    return tuple(patterns)


def _reason(key: str, value: Any) -> str:
    if excuse.unworded(value):
        raise _Invalid(key, f"'{key}' must be the reason, in words")
    return str(value)


def _argv(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(
        isinstance(word, str) and word.isprintable() for word in value
    ):
        raise _Invalid("argv", "'argv' must be a list of strings, each on one line")
    return tuple(value)


def _environment(value: Any) -> dict[str, str]:
    pairs = value.items() if isinstance(value, dict) else [("", None)]
    for name, text in pairs:
        if not re.fullmatch(r"[A-Z_][A-Z0-9_]*", name) or not isinstance(text, str):
            raise _Invalid("environment", "'environment' must be a table such as { MODE = \"a\" }")
        if not text.isprintable():
            raise _Invalid(name, f"'environment' {name}: must stand on one line")
        if name in ("PATH", "HOME", "TMPDIR") or name.startswith(("PYTHON", "LD_")):
            raise _Invalid(name, f"'environment' {name}: is the sandbox's, not the snippet's")
    return dict(pairs)


def _raises(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z_][\w.]*", value):
        raise _Invalid("raises", "'raises' must be an exception's name, such as \"ValueError\"")
    if value in ("BaseException", "Exception", "KeyboardInterrupt", "SystemExit"):
        raise _Invalid("raises", f"'raises' must name one exception; {value} says too little")
    return value


def _exit(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= 255:
        raise _Invalid("exit", "'exit' must be an exit code from 0 to 255")
    return value


def _flag(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Invalid(key, f"'{key}' must be true or false")
    return value


def _skip(value: Any) -> dict[str, Skip]:
    skips: dict[str, Skip] = {}
    for device, entry in value.items() if isinstance(value, dict) else [("", None)]:
        if device not in DEVICES or not isinstance(entry, dict):
            raise _Invalid(
                "skip", "write [tool.neverstale.skip.cpu] or [tool.neverstale.skip.cuda]"
            )
        reason, until = entry.get("reason"), entry.get("until")
        if set(entry) != {"reason", "until"}:
            raise _Invalid(
                "skip", f"skip.{device} needs a 'reason' and an 'until' date, and no more"
            )
        if excuse.unworded(reason):
            raise _Invalid("reason", f"skip.{device}: 'reason' must be the reason, in words")
        if type(until) is not datetime.date:  # a datetime is a date, too, but does not compare
            raise _Invalid("until", f"skip.{device}: 'until' must be a date such as 2027-03-01")
        if far := excuse.too_far(until):
            raise _Invalid("until", f"skip.{device}: {far}")
        skips[device] = Skip(str(reason), until)
    return skips


def _exemptions(key: str, value: Any) -> tuple[Exemption, ...]:
    allowed = []
    for entry in value if isinstance(value, list) else [None]:
        if not isinstance(entry, dict) or set(entry) != {"match", "reason"}:
            raise _Invalid(key, f"each of {key} needs 'match' and 'reason'")
        match, reason = entry["match"], entry["reason"]
        if excuse.unworded(reason):
            raise _Invalid("reason", f"'reason' of {key} must be the reason, in words")
        _pattern(match)
        matched = [line for line in ORDINARY if re.search(match, line)]
        if len(matched) > 1:
            message = f"'match' must be of certain lines only; it also matches '{matched[0]}'"
            raise _Invalid("match", message)
        allowed.append(Exemption(match, reason))
    return tuple(allowed)


def _pattern(value: Any) -> str:
    try:
        re.compile(value)
    except (re.error, TypeError) as error:
        raise _Invalid("match", f"'match' must be a regular expression: {error}") from None
    return str(value)


def _unreached(value: Any) -> tuple[Unreached, ...]:
    found = []
    for entry in value if isinstance(value, list) else [{}]:
        if not isinstance(entry, dict) or "match" not in entry or len(entry) < 2:
            message = "each of unreached needs 'match' and, per language, the reason for readers"
            raise _Invalid("unreached", message)
        reasons = {str(key): value for key, value in entry.items() if key != "match"}
        for edition, reason in reasons.items():
            if excuse.unworded(reason):
                raise _Invalid(edition, f"'{edition}' of unreached must be the reason, in words")
        found.append(Unreached(_pattern(entry["match"]), reasons))
    return tuple(found)


def _translations(key: str, value: Any) -> dict[str, dict[str, str]]:
    if not isinstance(value, dict) or not all(isinstance(table, dict) for table in value.values()):
        raise _Invalid(key, f'write [tool.neverstale.{key}.en] with "text" = "its translation"')
    found = {e: {str(k): str(v) for k, v in table.items()} for e, table in value.items()}
    for table in found.values():
        for text, translation in table.items():
            if re.findall(r"\d", text) != re.findall(r"\d", translation):
                raise _Invalid(text, f"'{translation}' has other digits than '{text}'")
            others = [each for each in table if each != text]
            if translation in others or translation in [table[each] for each in others]:
                raise _Invalid(text, f"'{translation}' stands for another text, too")
    return found


def _figures(value: Any) -> dict[str, dict[str, str]]:
    for name, texts in value.items() if isinstance(value, dict) else [("figures", None)]:
        if not isinstance(texts, dict) or not all(isinstance(alt, str) for alt in texts.values()):
            raise _Invalid(
                name, f'write [tool.neverstale.figures."{name}"] with en = "what the figure shows"'
            )
    return {str(name): dict(texts) for name, texts in value.items()}


_READERS: dict[str, Callable[[Any], Any]] = {
    "devices": _devices,
    "timeout": partial(_positive, "timeout"),
    "memory": _memory,
    "tolerance": partial(_share, "tolerance"),
    "gpu-tolerance": partial(_share, "gpu-tolerance"),
    "gpu-differs": partial(_reason, "gpu-differs"),
    "gpu-prints": _gpu_prints,
    "files": _files,
    "prefetched": _prefetched,
    "argv": _argv,
    "environment": _environment,
    "raises": _raises,
    "exit": _exit,
    "measured": partial(_reason, "measured"),
    "loopback": partial(_flag, "loopback"),
    "lab": partial(_flag, "lab"),
    "skip": _skip,
    "allow-warnings": partial(_exemptions, "allow-warnings"),
    "allow-stderr": partial(_exemptions, "allow-stderr"),
    "varies": partial(_exemptions, "varies"),
    "unreached": _unreached,
    "labels": partial(_translations, "labels"),
    "words": partial(_translations, "words"),
    "figures": _figures,
}
