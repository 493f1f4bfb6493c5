"""Settings of a site, from `[tool.neverstale]` in its pyproject.toml."""

from __future__ import annotations

import datetime
import fnmatch
import os
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from neverstale import excuse, pinned, rules, wording
from neverstale.problem import NeverstaleError, Problem
from neverstale.rules import Lowered
from neverstale.setting import FIGURE_KEYS, PROTECTING, SETTINGS


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
class Head:
    """What a snippet's head would say, of files that have none.

    Attributes:
        paths: patterns of the files, in which `*` stands for anything, `/` as well.
        table: what would stand under `[tool.neverstale]` there.
    """

    paths: tuple[str, ...]
    table: Mapping[str, Any]


@dataclass(frozen=True)
class Numerals:
    """How the languages of a site write numbers in words.

    Attributes:
        times: (word, number by which it multiplies the one before it).
        months: the names of the twelve, once for each language that has any.
    """

    times: tuple[tuple[str, float], ...] = ()
    months: tuple[tuple[str, ...], ...] = ()


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
        repeat_environment: variables that the second of two agreeing runs sees: what should make
            no difference.
        editions: language tag → folder of its pages, in the order in which comments come.
        style: matplotlib style file of the figures, or None.
        diagrams: folder of hand-made SVG diagrams, or None.
        translations: the lock of confirmed translations, or None to let them drift.
        navigation: edition → the file that lists its pages, for `neverstale new`.
        colours: colour in a figure (`#rrggbb`) → name of the CSS variable that replaces it.
        elsewhere: failures of this machine's that are passed over while a record is fresh.
        at: edition → folder of its built pages below `site`, which is also their address below the
            site's root; "" for the root itself.
        directory_urls: whether a page becomes `page/index.html`, not `page.html`.
        downloads: address below the site's root at which the snippets' files lie, or None.
        devices: on which devices snippets may be proved: `cpu`, `cuda`.
        named: packages that proof lines and lists of runs name first.
        deprecations: packages whose deprecations fail a snippet, wherever they are caused.
        words: edition → what the engine says on its pages, where that is not as built in.
        turning: edition → words that by themselves turn what a sentence says: no change of one is
            a slip of the pen.
        numerals: how its languages write numbers in words, so that all can say the same.
        rules: rules that do not hold as errors everywhere; the first that fits counts.
        compilers: names of what turns code into other programs; where a file says one, shapes that
            comments inside its functions say are not held against values.
        reasons_in: language of the reasons in settings and heads, or None if that is not said.
        line_length: how many columns a line of shown code may take, or None for any number.
        heads: what is said of snippets without a head; of each key the first that fits counts.
        possible: `module:function` that says of a GPU's name and what a run told of it (see
            `neverstale.proof.possible`) why that cannot be, or None.
        unconfined: why runs without a sandbox, and records of them, are accepted; None if they are
            not.
        unsaid: settings that protect and of which nothing is said, not even `false`: such a line
            may have been lost.
        package: the distribution that pyproject.toml itself describes, or "".
    """

    root: Path
    snippets: Path
    records: Path
    site: Path
    editions: dict[str, Path]
    at: dict[str, str] = field(default_factory=dict)
    directory_urls: bool = True
    downloads: str | None = None
    devices: tuple[str, ...] = ("cpu",)
    named: tuple[str, ...] = ()
    deprecations: tuple[str, ...] = ()
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    imports: tuple[Path, ...] = ()
    constraints: Path | None = None
    preload: tuple[str, ...] = ()
    repeat_environment: dict[str, str] = field(default_factory=dict)
    style: Path | None = None
    diagrams: Path | None = None
    translations: Path | None = None
    navigation: dict[str, Path] = field(default_factory=dict)
    colours: dict[str, str] = field(default_factory=dict)
    elsewhere: tuple[Elsewhere, ...] = ()
    line_length: int | None = None
    possible: str | None = None
    turning: dict[str, frozenset[str]] = field(default_factory=dict)
    numerals: Numerals = Numerals()
    compilers: tuple[str, ...] = ()
    reasons_in: str | None = None
    rules: tuple[Lowered, ...] = ()
    heads: tuple[Head, ...] = ()
    unconfined: str | None = None
    unsaid: tuple[str, ...] = ()
    package: str = ""

    def excuse(self, snippet: str, device: str, said: str) -> Elsewhere | None:
        """Why a failure that says this is the machine's, not the snippet's; None if it is not."""
        today = datetime.date.today()
        for one in self.elsewhere:
            here = (one.snippet, one.device) == (snippet, device)
            if here and one.error in said and today <= one.until:
                return one
        return None

    def head(self, path: str) -> Mapping[str, Any]:
        """What the settings say of a file, as the head that it lacks would; empty if nothing."""
        found: dict[str, Any] = {}
        for one in reversed(self.heads):
            if any(fnmatch.fnmatchcase(path, pattern) for pattern in one.paths):
                found |= one.table
        return found

    def address(self, edition: str, page: str) -> str:
        """Where a page stands below the site's root: `en/cnn/pooling/`, or `cnn/pooling.html`."""
        folder, _, name = page.rpartition("/")
        stem = name.rpartition(".")[0]
        index = stem in ("index", "README")
        if self.directory_urls:
            parts = [self.at[edition], folder, "" if index else stem]
            return "".join(f"{part}/" for part in parts if part)
        parts = [self.at[edition], folder, f"{'index' if index else stem}.html"]
        return "/".join(part for part in parts if part)

    def built(self, edition: str, page: str) -> Path:
        """The HTML file that a page becomes."""
        address = self.address(edition, page)
        return self.site / (address if address.endswith(".html") else f"{address}index.html")

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
        """Package name → version that `constraints` pins; empty without such a file.

        Raises:
            NeverstaleError: it is a lock file that cannot be read.
        """
        if self.constraints is None or not self.constraints.exists():
            return {}
        text = self.constraints.read_text(encoding="utf-8")
        return pinned.read(self.relative(self.constraints), text)


DEVICES = ("cpu", "cuda")


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
                return _project(folder, settings, str(data.get("project", {}).get("name", "")))
    raise NeverstaleError(
        Problem("pyproject.toml", 0, f"no [tool.neverstale] at or above {start}: run in a project")
    )


def _project(root: Path, settings: dict[str, Any], package: str) -> Project:
    def complain(key: str, message: str) -> NeverstaleError:
        return NeverstaleError(Problem("pyproject.toml", 0, f"[tool.neverstale] {key}: {message}"))

    figures = settings.get("figures", {})
    kinds = {key: setting.kind for key, setting in SETTINGS.items()}
    for table, keys in ((settings, kinds), (figures, FIGURE_KEYS)):
        for key, value in table.items():
            if key not in keys:
                raise complain(key, f"unknown setting; known are {', '.join(keys)}")
            if value is False and key in PROTECTING:
                continue
            if value == "" and key != "possible":  # which says itself what it must be
                raise complain(key, "is empty")
            if not isinstance(value, keys[key]) or (keys[key] is int and value is True):
                raise complain(key, f"must be a {keys[key].__name__}")
    if settings.get("line-length", 1) < 1:
        raise complain("line-length", "must be at least 1")
    if "unconfined" in settings and excuse.unworded(settings["unconfined"]):
        raise complain("unconfined", "must be the reason, in words; left out, it is refused")
    for name, value in settings.get("repeat-environment", {}).items():
        if not isinstance(value, str):
            raise complain("repeat-environment", f"{name} must be text in quotation marks")
    if not settings.get("editions"):
        raise complain("editions", "missing; name at least one, such as en = 'docs'")
    editions, at = _editions(root, settings["editions"], complain)
    devices = tuple(settings.get("devices", ["cpu"]))
    if "cpu" not in devices or not set(devices) <= set(DEVICES):
        raise complain("devices", f"must be {' or '.join(DEVICES)}, and cpu among them")
    applying = {"imports", "constraints"}
    applying |= {"translations"} if len(editions) > 1 else set()
    applying |= {"possible"} if "cuda" in devices else set()

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

    for entry in settings.get("heads", []):
        paths = entry.get("paths") if isinstance(entry, dict) else None
        if not isinstance(paths, list) or not paths or not all(isinstance(p, str) for p in paths):
            raise complain("heads", "each needs paths, a list of patterns such as 'snippets/old/*'")

    def below(name: str | bool | None) -> Path | None:
        return root / name if isinstance(name, str) else None

    return Project(
        root=root,
        snippets=root / settings.get("snippets", "snippets"),
        records=root / settings.get("records", "records"),
        site=root / settings.get("site", "site"),
        editions=editions,
        at=at,
        directory_urls=settings.get("directory-urls", True),
        downloads=settings.get("downloads"),
        devices=devices,
        named=tuple(settings.get("named", [])),
        deprecations=tuple(settings.get("deprecations", [])),
        turning=_turning(settings.get("turning", {}), editions, complain),
        numerals=_numerals(settings.get("numerals", {}), editions, complain),
        compilers=tuple(settings.get("compilers", [])),
        reasons_in=settings.get("reasons-in"),
        words=_words(settings.get("words", {}), editions, complain),
        imports=tuple(root / folder for folder in settings.get("imports") or []),
        constraints=below(settings.get("constraints")),
        preload=tuple(settings.get("preload", [])),
        repeat_environment=dict(settings.get("repeat-environment", {})),
        style=below(figures.get("style")),
        diagrams=below(figures.get("diagrams")),
        translations=below(settings.get("translations")),
        navigation={name: root / file for name, file in settings.get("navigation", {}).items()},
        colours={key.lower(): value for key, value in figures.get("colours", {}).items()},
        elsewhere=tuple(Elsewhere(**entry) for entry in elsewhere),
        rules=_rules(settings.get("rules", []), complain),
        heads=tuple(
            Head(tuple(one["paths"]), {key: one[key] for key in one if key != "paths"})
            for one in settings.get("heads", [])
        ),
        line_length=settings.get("line-length"),
        possible=None if settings.get("possible") is False else settings.get("possible"),
        unconfined=settings.get("unconfined"),
        unsaid=tuple(key for key in PROTECTING if key in applying and key not in settings),
        package=package,
    )


def _rules(
    entries: list[Any], complain: Callable[[str, str], NeverstaleError]
) -> tuple[Lowered, ...]:
    try:
        return tuple(rules.read(entry) for entry in entries)
    except rules.Invalid as wrong:
        raise complain("rules", str(wrong)) from None


def _editions(
    root: Path, table: dict[str, Any], complain: Callable[[str, str], NeverstaleError]
) -> tuple[dict[str, Path], dict[str, str]]:
    """Edition → folder of its pages, and → where its built pages lie: one fills the whole site,
    of several each has a folder of its own, unless something else is said."""
    pages: dict[str, Path] = {}
    at: dict[str, str] = {}
    for name, value in table.items():
        said = {"pages": value} if isinstance(value, str) else value
        if not isinstance(said, dict) or not {"pages"} <= set(said) <= {"pages", "at"}:
            raise complain("editions", f"{name} needs a folder, or {{ pages = …, at = … }}")
        pages[name] = root / said["pages"]
        at[name] = str(said.get("at", name if len(table) > 1 else "")).strip("/")
    if len(set(at.values())) < len(at):
        raise complain("editions", "two have their built pages in one folder; give each an 'at'")
    return pages, at


def _turning(
    table: dict[str, Any],
    editions: Collection[str],
    complain: Callable[[str, str], NeverstaleError],
) -> dict[str, frozenset[str]]:
    for edition, words in table.items():
        if edition not in editions or not isinstance(words, str):
            raise complain("turning", f"'{edition}' must be an edition, and hold words as one text")
    return {edition: frozenset(words.casefold().split()) for edition, words in table.items()}


def _numerals(
    table: dict[str, Any],
    editions: Collection[str],
    complain: Callable[[str, str], NeverstaleError],
) -> Numerals:
    times: dict[str, float] = {}
    months = []
    for edition, said in table.items():
        if edition not in editions or not isinstance(said, dict) or set(said) - {"times", "months"}:
            raise complain("numerals", f"'{edition}' must be an edition, with times or months")
        found = said.get("times", {})
        if not isinstance(found, dict) or not all(
            type(number) in (int, float) for number in found.values()
        ):
            raise complain("numerals", f"{edition}: times must be words with their numbers")
        times |= {word: float(number) for word, number in found.items()}
        names = str(said.get("months", "")).split()
        if len(names) not in (0, 12):
            raise complain("numerals", f"{edition}: months must be twelve names in one text")
        months += [tuple(names)] if names else []
    return Numerals(tuple(times.items()), tuple(months))


def _words(
    table: dict[str, Any],
    editions: Collection[str],
    complain: Callable[[str, str], NeverstaleError],
) -> dict[str, dict[str, str]]:
    for edition, texts in table.items():
        if edition not in editions or not isinstance(texts, dict):
            raise complain("words", f"'{edition}' must be an edition, and hold texts by key")
        for key, text in texts.items():
            if wrong := wording.unfit(key, text):
                raise complain("words", f"{edition}.{key}: {wrong}")
    return table
