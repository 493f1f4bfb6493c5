"""How much of a site that others made can be proved, and how fast, beside what one would use else.

    make adopt SITES="../fastapi ../typer"      # checkouts; writes records/adopted.json

Of each site, whose settings are in `adopting/`, every file of code that its pages show runs as it
stands, with the arguments that its page calls it with; other tools get the same files, each as a
block of a page of its own. Nothing of a site is changed or kept. What its pages tell a reader to
put beside a file, and its own tests make, is in a folder of the site's name beside the settings.
"""

from __future__ import annotations

import argparse
import ast
import fnmatch
import importlib.metadata
import json
import os
import re
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from others.tools import SYBIL

import neverstale
from neverstale import machine, project
from neverstale.proof import record as proved
from neverstale.source import statements

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = Path(__file__).with_name("adopting")
RECORD = ROOT / "records" / "adopted.json"
SAMPLE = 60  # files, of which the time is told
ROUNDS = 3
SECONDS = 60  # that a file may take; as in a head that says nothing of it
INCLUDE = re.compile(r"\{\* (?:\.\./)*(?P<file>\S+\.py)")
CALL = re.compile(r"^\s*\$ .*\bpython main\.py(?P<arguments>.*)$")
PYTEST = [
    sys.executable,
    "-m",
    "pytest",
    "-q",
    "-p",
    "no:cacheprovider",
]
MKDOCS = """\
site_name: x
plugins: [markdown-exec]
markdown_extensions: [pymdownx.superfences]
theme: { name: null, custom_dir: theme }
"""
MARKS = """\
import builtins, os
if "RAN" in os.environ:
    file = os.open(os.environ["RAN"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    seen = set()
    def __ran__(name, line):
        if (name, line) not in seen:
            seen.add((name, line))
            os.write(file, f"{name}:{line}\\n".encode())
    builtins.__ran__ = __ran__
"""


@dataclass(frozen=True)
class Site:
    """A copy of somebody's site.

    Attributes:
        name: of its folder.
        root: the copy.
        commit: what was checked out.
        snippets: folder of its code.
        files: the files of code with a statement in them, below that folder.
        calls: file → arguments that its page calls it with, time after time; or the settings.
        argv: file → those with which it runs, see `settle`.
    """

    name: str
    root: Path
    commit: str
    snippets: Path
    files: tuple[str, ...]
    calls: dict[str, list[list[str]]]
    argv: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Ran:
    """What a tool did with files.

    Attributes:
        good: those that it calls good.
        reached: file → lines at which a statement begins that ran.
        failed: file → what it says of each of the others.
    """

    good: frozenset[str]
    reached: dict[str, set[int]]
    failed: dict[str, str]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sites", nargs="+", type=Path, help="folders with a checkout each")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="adopt-") as folder:
        (Path(folder) / "sitecustomize.py").write_text(MARKS, "utf-8")
        os.environ["PYTHONPATH"] = f"{folder}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
        for path in options.sites:
            load = round(os.getloadavg()[0], 1)
            found = measure(Path(folder), path)
            keep(path.name, {"date": datetime.now(UTC).date().isoformat(), "load": load, **found})
    return 0


def keep(name: str, found: dict[str, Any]) -> None:
    """Put a site into the record, beside those that were measured in the same way."""
    new = how()
    old = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    sites = old.pop("sites", {})
    new["sites"] = dict(sorted({**(sites if old == new else {}), name: found}.items()))
    RECORD.write_text(json.dumps(new, indent=1, ensure_ascii=False) + "\n", "utf-8")


def measure(folder: Path, checkout: Path) -> dict[str, Any]:
    """What is recorded of a site."""
    site = copy(folder / checkout.name, checkout)
    choose(site)
    settle(site)
    begun = clock()
    one_by_one = plain(site, folder)
    slow = since(begun)
    ways = {"neverstale": ours(site)} | {name: paged(site, folder, name) for name in TOOLS}
    ways["python"] = one_by_one
    seconds = times(site, folder) | {"python": slow}
    tried = {name: sample(site) if name == "python" else site.files for name in ways}
    left = Counter(cause(message) for message in ways["neverstale"].failed.values())
    entry = {
        "commit": site.commit,
        "files": len(site.files),
        "called": len(site.argv),
        "first_day": first_day(site),
        "ways": {
            name: {
                "tried": len(tried[name]),
                "statements": sum(len(statements.of(code(site, f))) for f in tried[name]),
                "good": len(ran.good),
                "reached": sum(len(lines) for lines in ran.reached.values()),
                "seconds": round(seconds[name][0], 2),
                "cpu": round(seconds[name][1], 2),
            }
            for name, ran in ways.items()
        },
        "left": dict(left.most_common()),
    }
    print(site.name, json.dumps(entry, indent=1), flush=True)
    return entry


def copy(root: Path, checkout: Path) -> Site:
    """Put a site's committed files, and what its pages want beside them, into a folder."""
    git = ["git", "-C", str(checkout)]
    commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    root.mkdir()
    archive = subprocess.run([*git, "archive", "HEAD"], check=True, capture_output=True)
    subprocess.run(["tar", "x", "-C", str(root)], input=archive.stdout, check=True)
    wanted = SETTINGS / root.name
    if wanted.is_dir():
        shutil.copytree(wanted, root, dirs_exist_ok=True)
    said = (SETTINGS / f"{root.name}.toml").read_text(encoding="utf-8")
    settings = tomllib.loads(said)["tool"]["neverstale"]
    snippets = root / settings["snippets"]
    paths = sorted(snippets.rglob("*.py"))
    files = [path for path in paths if statements.of(path.read_bytes())]
    names = tuple(path.relative_to(snippets).as_posix() for path in files)
    told = calls(root / each for each in settings["editions"].values())
    place = settings["snippets"]
    known = {name: told.get(plain_name(f"{place}/{name}"), []) for name in names}
    for head in settings.get("heads", []):
        for name in names:
            if any(fnmatch.fnmatchcase(f"{place}/{name}", each) for each in head["paths"]):
                known[name] = [head["argv"]] if "argv" in head else known[name]
    return Site(root.name, root, commit.stdout.strip(), snippets, names, known)


def settle(site: Site) -> None:
    """Write the site's settings: ours, and the arguments that its files run with."""
    said = (SETTINGS / f"{site.name}.toml").read_text(encoding="utf-8")
    place = site.snippets.relative_to(site.root).as_posix()
    heads = [
        f"\n[[tool.neverstale.heads]]\npaths = {json.dumps([f'{place}/{file}'])}\n"
        f"argv = {json.dumps(words)}\n"
        for file, words in site.argv.items()
    ]
    with (site.root / "pyproject.toml").open("a", encoding="utf-8") as project:
        project.write("".join(["\n", *heads, "\n", said]))


def calls(folders: Iterable[Path]) -> dict[str, list[list[str]]]:
    """File → arguments that pages call it with; what only asks for help comes last."""
    found: dict[str, list[list[str]]] = {}
    for page in (page for folder in folders for page in sorted(folder.rglob("*.md"))):
        file = ""
        for line in page.read_text(encoding="utf-8").splitlines():
            if match := INCLUDE.search(line):
                file = plain_name(match["file"])
            elif match := CALL.match(line):
                told = re.sub(r"<.*?>", "", match["arguments"])
                found.setdefault(file, []).append(shlex.split(told))
    return {file: sorted(each, key=lambda words: "--help" in words) for file, each in found.items()}


def plain_name(file: str) -> str:
    """What the pages call a file, whether it is written with Annotated or without."""
    return re.sub(r"_an(?=_py\d+|/|\.py)", "", file)


def code(site: Site, file: str) -> str:
    """What a file holds."""
    return (site.snippets / file).read_text(encoding="utf-8")


def sample(site: Site) -> list[str]:
    """Files drawn evenly."""
    return [site.files[i * len(site.files) // SAMPLE] for i in range(SAMPLE)]


def engine(site: Site, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The engine, as it is called in the site's folder."""
    return call([sys.executable, "-m", "neverstale", *arguments], site.root, seconds=3600)


def ours(site: Site) -> Ran:
    """Run everything, and read the records."""
    told = json.loads(engine(site, "run", "--json").stdout)
    good = {one["snippet"] for one in told if one["verdict"] == "verified"} & {*site.files}
    settings = project.load(site.root)
    found = {name: proved.read(settings, name, "cpu") for name in good}
    reached = {name: one.reached(name) for name, one in found.items() if one}
    failed = {one["snippet"]: one["problem"] for one in told if one["verdict"] == "failed"}
    return Ran(frozenset(good), reached, failed)


def first_day(site: Site) -> int:
    """Errors that are left when all that `adopt` accepts is accepted, without a record yet."""
    for old in ("records", ".neverstale"):
        shutil.rmtree(site.root / old)
    engine(site, "adopt")
    told = json.loads(engine(site, "check", "--json").stdout)
    return sum(one["level"] == "error" for one in told) + engine(site, "run").returncode


def cause(message: str) -> str:
    """A failure without its place, and without what is only of this file and this run."""
    if " in a second run" in message:
        return "another output in a second run"
    text = re.sub(r"^\S+ ", "", message.partition("\n")[0])
    return re.split(r"\. |; | \(|: '", text)[0][:100]


def choose(site: Site) -> None:
    """Which of the calls that its page shows is that of a file: the first that ends well."""

    def good(file: str) -> list[str]:
        every = site.calls[file] or [[]]
        ended = (words for words in every[1:] and every if alone(site.snippets / file, words, {}))
        return next(ended, every[0])

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = dict(zip(site.files, pool.map(good, site.files), strict=True))
    site.argv.update({file: words for file, words in found.items() if words})


def plain(site: Site, folder: Path) -> Ran:
    """`python file.py` of each of the sample, in an empty folder."""
    copied, said = folder / f"{site.name}-marked", folder / f"{site.name}-ran"
    shutil.copytree(site.snippets, copied)
    for file in site.files:
        (copied / file).write_text(marked(site, file), encoding="utf-8")
    files = sample(site)
    told = {"RAN": str(said)}
    good = {file for file in files if alone(copied / file, site.argv.get(file, []), told)}
    return Ran(frozenset(good), without_end(reached_lines(said)), {})


def clock() -> tuple[float, float]:
    """Seconds of the wall, and of processors that programs took which have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter(), used.ru_utime + used.ru_stime


def since(begun: tuple[float, float]) -> tuple[float, float]:
    """How much of both has passed."""
    now = clock()
    return now[0] - begun[0], now[1] - begun[1]


def alone(path: Path, words: list[str], more: dict[str, str]) -> bool:
    """Whether a file runs in a process and a folder of its own."""
    with tempfile.TemporaryDirectory() as work:
        try:
            return call([sys.executable, str(path), *words], Path(work), more).returncode == 0
        except subprocess.TimeoutExpired:
            return False


def paged(site: Site, folder: Path, tool: str) -> Ran:
    """A tool on a page for each file; good is what came to its end."""
    pages, said = folder / f"{site.name}-{tool}", folder / f"{site.name}-{tool}-ran"
    lay(site, pages, tool, site.files, marks=True)
    done = call(TOOLS[tool], pages, {"RAN": str(said)}, seconds=3600)
    if not said.exists():
        raise SystemExit(f"{tool} ran nothing:\n{done.stdout}{done.stderr}")
    reached = reached_lines(said)
    good = {file for file, lines in reached.items() if 0 in lines}
    return Ran(frozenset(good), without_end(reached), {})


def lay(site: Site, pages: Path, tool: str, files: Iterable[str], marks: bool) -> None:
    """Write a page for each file, and what the tool needs."""
    for name in ("docs", "theme"):
        (pages / name).mkdir(parents=True)
    (pages / "mkdocs.yml").write_text(MKDOCS, "utf-8")
    (pages / "theme" / "main.html").write_text("{{ page.content }}", "utf-8")
    (pages / "pytest.ini").write_text("[pytest]\n", "utf-8")
    if tool == "sybil":
        (pages / "docs" / "conftest.py").write_text(SYBIL, "utf-8")
    option = ' exec="1"' if tool == "markdown-exec" else ""
    for number, file in enumerate(files):
        text = marked(site, file) if marks else code(site, file)
        page = f"# {number}\n\n```python{option}\n{text.rstrip()}\n```\n"
        (pages / "docs" / f"page{number}.md").write_text(page, encoding="utf-8")


def marked(site: Site, file: str) -> str:
    """The code, with a mark before each statement, and one (0) at its end."""
    text = code(site, file)
    tree = ast.parse(text)
    lines = {each.first for each in statements.of(text)}
    for node in list(ast.walk(tree)):
        for block in ("body", "orelse", "finalbody"):
            held = getattr(node, block, None)
            if isinstance(held, list):
                marks = [[*_mark(file, each, lines), each] for each in held]
                if isinstance(node, ast.ExceptHandler | ast.match_case) and block == "body":
                    marks.insert(0, _mark(file, node, lines))
                setattr(node, block, [each for pair in marks for each in pair])
    tree.body += ast.parse(f"__ran__({file!r}, 0)").body
    return ast.unparse(ast.fix_missing_locations(tree))


def _mark(file: str, node: ast.AST, lines: set[int]) -> list[ast.stmt]:
    line = statements.first(node)
    return ast.parse(f"__ran__({file!r}, {line})").body if line in lines else []


def reached_lines(said: Path) -> dict[str, set[int]]:
    """File → lines whose marks were met."""
    found: dict[str, set[int]] = {}
    for each in said.read_text(encoding="utf-8").splitlines():
        file, _, line = each.rpartition(":")
        found.setdefault(file, set()).add(int(line))
    return found


def without_end(reached: dict[str, set[int]]) -> dict[str, set[int]]:
    """The same without the mark at the end."""
    return {file: lines - {0} for file, lines in reached.items()}


def times(site: Site, folder: Path) -> dict[str, tuple[float, float]]:
    """Seconds that each way takes for the sample, of the wall and of processors: the least of each
    in a few rounds. The engine compares with the records of `ours`, as on any day but the first."""
    files = sample(site)
    best = dict.fromkeys(["neverstale", *TOOLS], (float("inf"), float("inf")))
    for tool in TOOLS:
        lay(site, folder / f"{site.name}-{tool}-sample", tool, files, marks=False)
    paths = [str(site.snippets / file) for file in files]
    for _ in range(ROUNDS):  # in turn, so that what else the machine does falls on all alike
        for name in best:
            begun = clock()
            if name == "neverstale":
                engine(site, "run", "--all", *paths)
            else:
                call(TOOLS[name], folder / f"{site.name}-{name}-sample", seconds=3600)
            wall, cpu = since(begun)
            best[name] = min(best[name][0], wall), min(best[name][1], cpu)
    return best


def call(
    command: list[str], folder: Path, more: dict[str, str] | None = None, seconds: float = SECONDS
) -> subprocess.CompletedProcess[str]:
    """Run a program without input."""
    return subprocess.run(
        command, cwd=folder, env={**os.environ, "NO_MKDOCS_2_WARNING": "1", **(more or {})},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds,
    )  # fmt: skip


TOOLS = {
    "pytest-codeblocks": [*PYTEST, "--codeblocks", "docs"],
    "sybil": [*PYTEST, "docs"],
    "markdown-exec": [sys.executable, "-m", "mkdocs", "build", "-q"],
}


def how() -> dict[str, Any]:
    """Where, and with what, sites are measured."""
    packages = ("pytest-codeblocks", "sybil", "markdown-exec")
    versions = {name: importlib.metadata.version(name) for name in packages}
    return {
        "cpu": machine.cpu_name(),
        "cores": os.cpu_count(),
        "rounds": ROUNDS,
        "sample": SAMPLE,
        "python": sys.version.split()[0],
        "tools": {"neverstale": neverstale.__version__, **versions},
    }


if __name__ == "__main__":
    sys.exit(main())
