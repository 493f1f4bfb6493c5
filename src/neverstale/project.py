"""Settings of a site, from `[tool.neverstale]` in its pyproject.toml."""

from __future__ import annotations

import datetime
import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from neverstale import excuse
from neverstale.problem import NeverstaleError, Problem


@dataclass(frozen=True)
class Elsewhere:
    """A snippet that some machines cannot run: its record stands, made on another.

    Attributes:
        snippet: its name.
        device: `cpu` or `cuda`.
        error: text in the message or the error output by which such a failure is known.
        reason: why, in words.
        until: the last day on which this holds.
    """

    snippet: str
    device: str
    error: str
    reason: str
    until: datetime.date


@dataclass(frozen=True)
class Project:
    """Where a site keeps what, and how its snippets are run.

    Attributes:
        root: the folder that holds pyproject.toml; all other paths lie below it.
        snippets: folder of the snippet files.
        records: folder of the machine-written records.
        site: folder of the built site, one sub-folder per edition.
        imports: folders whose modules are ours: a change in one makes its users stale.
        constraints: file of `name==version` lines; a CPU record made with another version is stale.
        preload: modules imported once, before the snippets' processes are forked.
        editions: language tag → folder of its pages, in the order in which comments come.
        style: matplotlib style file of the figures, or None.
        diagrams: folder of hand-made SVG diagrams, or None.
        translations: the lock of confirmed translations, or None to let them drift.
        navigation: edition → the file that lists its pages, for `neverstale new`.
        colours: colour in a figure (`#rrggbb`) → name of the CSS variable that replaces it.
        elsewhere: failures of this machine's that are passed over while a record is fresh.
        line_length: how many columns a line of shown code may take, or None for any number.
        possible: `module:function` that says of a GPU's name and what a run told of it (see
            `neverstale.proof.possible`) why that cannot be, or None.
        unsaid: settings that protect and of which nothing is said, not even `false`: such a line
            may have been lost.
    """

    root: Path
    snippets: Path
    records: Path
    site: Path
    editions: dict[str, Path]
    imports: tuple[Path, ...] = ()
    constraints: Path | None = None
    preload: tuple[str, ...] = ()
    style: Path | None = None
    diagrams: Path | None = None
    translations: Path | None = None
    navigation: dict[str, Path] = field(default_factory=dict)
    colours: dict[str, str] = field(default_factory=dict)
    elsewhere: tuple[Elsewhere, ...] = ()
    line_length: int | None = None
    possible: str | None = None
    unsaid: tuple[str, ...] = ()

    def excuse(self, snippet: str, device: str, said: str) -> Elsewhere | None:
        """Why a failure that says this is the machine's, not the snippet's; None if it is not."""
        today = datetime.date.today()
        for one in self.elsewhere:
            here = (one.snippet, one.device) == (snippet, device)
            if here and one.error in said and today <= one.until:
                return one
        return None

    @property
    def scratch(self) -> Path:
        """Folder for locks and failed runs: never committed."""
        return self.root / ".neverstale"

    def relative(self, path: Path) -> str:
        """`path` as it is written in messages: below the root, with forward slashes."""
        text, root = str(path), f"{self.root}{os.sep}"
        if text.startswith(root) and f"{os.sep}.." not in text:  # asks nothing of the disk
            return text.removeprefix(root).replace(os.sep, "/")
        try:
            return path.resolve().relative_to(self.root).as_posix()
        except ValueError:
            return path.as_posix()

    def pins(self) -> dict[str, str]:
        """Package name → version that `constraints` pins; empty without such a file."""
        if self.constraints is None or not self.constraints.exists():
            return {}
        pins: dict[str, str] = {}
        for line in self.constraints.read_text(encoding="utf-8").splitlines():
            requirement = line.split("#")[0].split(";")[0].strip()
            name, separator, version = requirement.partition("==")
            if separator:
                pins[name.strip().lower().replace("_", "-")] = version.strip()
        return pins


KEYS = {
    "snippets": str,
    "records": str,
    "site": str,
    "imports": list,
    "constraints": str,
    "preload": list,
    "editions": dict,
    "translations": str,
    "navigation": dict,
    "figures": dict,
    "elsewhere": list,
    "line-length": int,
    "possible": str,
}
# What checks rest on: who does without says so with `false`, or with an empty list.
PROTECTING = ("imports", "constraints", "translations", "possible")
FIGURE_KEYS = {"style": str, "diagrams": str, "colours": dict}


def load(start: Path) -> Project:
    """Read the settings of the project that `start` lies in.

    Args:
        start: a folder inside the project.

    Raises:
        NeverstaleError: no pyproject.toml with `[tool.neverstale]` at or above `start`, or a
            setting that is unknown, missing or of the wrong type.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        file = folder / "pyproject.toml"
        if file.is_file():
            try:
                data = tomllib.loads(file.read_text(encoding="utf-8"))
            except tomllib.TOMLDecodeError as error:
                raise NeverstaleError(Problem("pyproject.toml", 0, f"not TOML: {error}")) from None
            settings = data.get("tool", {}).get("neverstale")
            if settings is not None:
                return _project(folder, settings)
    raise NeverstaleError(
        Problem("pyproject.toml", 0, f"no [tool.neverstale] at or above {start}: run in a project")
    )


def _project(root: Path, settings: dict[str, Any]) -> Project:
    def complain(key: str, message: str) -> NeverstaleError:
        return NeverstaleError(Problem("pyproject.toml", 0, f"[tool.neverstale] {key}: {message}"))

    figures = settings.get("figures", {})
    for table, keys in ((settings, KEYS), (figures, FIGURE_KEYS)):
        for key, value in table.items():
            if key not in keys:
                raise complain(key, f"unknown setting; known are {', '.join(keys)}")
            if value is False and key in PROTECTING:
                continue
            if value == "" and key != "possible":  # which says itself what it must be
                raise complain(key, "is empty")
            if not isinstance(value, keys[key]) or isinstance(value, bool):
                raise complain(key, f"must be a {keys[key].__name__}")
    if settings.get("line-length", 1) < 1:
        raise complain("line-length", "must be at least 1")
    if not settings.get("editions"):
        raise complain("editions", "missing; name at least one, such as en = 'docs'")

    elsewhere = settings.get("elsewhere", [])
    for entry in elsewhere:
        wanted = {
            "snippet": str,
            "device": str,
            "error": str,
            "reason": str,
            "until": datetime.date,
        }
        if not isinstance(entry, dict) or {k: type(v) for k, v in entry.items()} != wanted:
            raise complain("elsewhere", f"each needs {', '.join(wanted)} (a date), and no more")
        if len(entry["error"].strip()) < 10:  # any failure at all would say that
            raise complain("elsewhere", "'error' must be text that only this failure shows")
        if excuse.unworded(entry["reason"]):
            raise complain("elsewhere", "'reason' must be the reason, in words")
        if far := excuse.too_far(entry["until"]):
            raise complain("elsewhere", f"{entry['snippet']}: {far}")

    def below(name: str | bool | None) -> Path | None:
        return root / name if isinstance(name, str) else None

    return Project(
        root=root,
        snippets=root / settings.get("snippets", "snippets"),
        records=root / settings.get("records", "records"),
        site=root / settings.get("site", "site"),
        editions={name: root / folder for name, folder in settings["editions"].items()},
        imports=tuple(root / folder for folder in settings.get("imports") or []),
        constraints=below(settings.get("constraints")),
        preload=tuple(settings.get("preload", [])),
        style=below(figures.get("style")),
        diagrams=below(figures.get("diagrams")),
        translations=below(settings.get("translations")),
        navigation={name: root / file for name, file in settings.get("navigation", {}).items()},
        colours={key.lower(): value for key, value in figures.get("colours", {}).items()},
        elsewhere=tuple(Elsewhere(**entry) for entry in elsewhere),
        line_length=settings.get("line-length"),
        possible=None if settings.get("possible") is False else settings.get("possible"),
        unsaid=tuple(key for key in PROTECTING if key not in settings),
    )
