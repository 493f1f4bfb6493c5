"""How each tool is set up and called: as its manual says, with the strictest of what that offers.

Tests run under `pytest -W error`, which makes every warning a failure, MkDocs under `--strict`.
"""

from __future__ import annotations

import doctest
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path

from bs4 import BeautifulSoup

import neverstale
from others import notation
from others.cases import TRUE, Document
from others.notation import PLAIN, Fence, Notation

PYTEST = ("pytest", "-q", "-W", "error", "-p", "no:cacheprovider")
MKDOCS = ("mkdocs", "build", "--strict")
SETTINGS = """\
site_name: x
docs_dir: docs
site_dir: site
theme: {{ name: null, custom_dir: theme }}
markdown_extensions: [{extensions}attr_list, pymdownx.highlight, pymdownx.superfences]
plugins: [{plugins}]
"""
FRAME = "<!doctype html>\n<html><body>\n{{ page.content }}\n</body></html>\n"
SECONDS = 300
COLOUR = r"\x1b\[[0-9;]*m"
AGG = {**os.environ, "MPLBACKEND": "agg"}
QUARTO = os.environ.get("QUARTO") or shutil.which("quarto") or ""


@dataclass(frozen=True)
class Outcome:
    """What a tool did with a document.

    Attributes:
        refused: whether it failed.
        said: what it printed.
        page: the text of the built page, and of its pictures; empty if nothing was built.
        code: the text of its first block.
    """

    refused: bool
    said: str
    page: str = ""
    code: str = ""

    def shows(self, pattern: str) -> bool:
        """Whether a line of the page is so."""
        return re.search(pattern, self.page, re.MULTILINE) is not None

    def copied(self) -> str:
        """What the code prints that a reader copies from the page."""
        code = self.code
        if code.startswith(">>> "):
            examples = doctest.DocTestParser().get_examples(code)
            code = "".join(example.source for example in examples)
        return printed(code)


def printed(code: str) -> str:
    """What plain Python prints of it, with the hash seed of the first day."""
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": "0"}, text=True,
        stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    return done.stdout


@cache
def drawn(code: str) -> str:
    """The picture that plain Python draws of it."""
    with tempfile.TemporaryDirectory(prefix="others") as folder:
        subprocess.run([sys.executable, "-c", code], cwd=folder, env=AGG, check=True)
        return (Path(folder) / "plot.svg").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Tool(ABC):
    """A tool.

    Attributes:
        package: whose version is recorded.
        command: how it is called, for readers.
        write: a document as its notation has it.
        writes: whether it writes the outputs itself, so that nobody can type one.
        files: what else its folder needs.
        block: what it says of a block that stops with `ValueError: 10`.
    """

    package: str
    command: str
    write: Notation
    writes: bool = False
    files: Mapping[str, str] = field(default_factory=dict)
    block: str = "ValueError: 10|^10$"

    @property
    def version(self) -> str:
        """Of the package that is installed."""
        return version(self.package)

    def lay(self, folder: Path, document: Document, fence: Fence = PLAIN) -> None:
        """Write the pages, and what the tool needs, into a folder."""
        texts = {**self.files, "docs/b.md": f"# Page\n\n{self.write(document, fence)}"}
        if document.before:
            before = self.write(Document(document.before), PLAIN)
            texts["docs/a.md"] = f"# Page\n\n{before}"
        if document.picture and not self.writes:
            texts["docs/plot.svg"] = drawn(document.picture)
        for name, text in texts.items():
            _put(folder / name, text)

    @abstractmethod
    def run(self, folder: Path, seed: int) -> Outcome:
        """Test, or build, what lies in the folder."""

    def typed(self, folder: Path, document: Document, first: Outcome) -> Outcome:
        """What becomes of a claim that is typed; in most notations it is on the page already."""
        return first

    def edited(self, folder: Path, document: Document) -> Outcome:
        """What becomes of a page whose code was changed after a run, and of nothing else."""
        self.lay(folder, document)
        return self.run(folder, 0)


class Tested(Tool):
    """A tool that tests pages; MkDocs then publishes them as they are."""

    def run(self, folder: Path, seed: int) -> Outcome:
        """Test, then build."""
        _put(folder / "mkdocs.yml", SETTINGS.format(extensions="", plugins=""))
        tested = _call(folder, seed, *self.command.split())
        return tested if tested.refused else _built(folder, seed)


class Built(Tool):
    """A tool that runs code while MkDocs builds."""

    def run(self, folder: Path, seed: int) -> Outcome:
        """Build."""
        _put(folder / "mkdocs.yml", SETTINGS.format(extensions="", plugins=self.package))
        return _built(folder, seed)


class Ours(Tool):
    """This engine: snippets are run, pages checked, built, and read back."""

    def lay(self, folder: Path, document: Document, fence: Fence = PLAIN) -> None:
        """Write snippets, and pages that show them; in another fence, the code is in the page."""
        _put(folder / "pyproject.toml", OURS)
        texts = {"b": '--8<-- "b.py"\n'}
        if document.picture:
            texts["b"] += '\n![plot](figure:b.py/plot.svg "plot")\n'
        if fence is PLAIN:
            _put(folder / "snippets/b.py", HEAD + document.code)
        else:
            _put(folder / "snippets/b.py", HEAD + TRUE.code)
            texts["b"] += f"\n{fence.around(document.code)}"
        if document.before:
            _put(folder / "snippets/a.py", HEAD + Document(document.before).code)
            texts["a"] = '--8<-- "a.py"\n'
        for name, text in texts.items():
            _put(folder / f"docs/{name}.md", f"# Page {{#page}}\n\n{text}")

    def typed(self, folder: Path, document: Document, first: Outcome) -> Outcome:
        """The one place that an output has is the record: it is put in there, by hand."""
        if document.picture:
            _put(folder / "records/b.cpu/plot.svg", drawn(document.picture))
            return self._read(folder, 0)
        path = folder / "records/b.cpu.json"
        data = json.loads(path.read_text(encoding="utf-8"))
        data["output"][-1][1] = document.output
        _put(path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")
        return self._read(folder, 0)

    def edited(self, folder: Path, document: Document) -> Outcome:
        """The snippet is another; the record is as it was."""
        self.lay(folder, document)
        return self._read(folder, 0)

    def run(self, folder: Path, seed: int) -> Outcome:
        """Run, then read what is there."""
        ran = _call(folder, seed, "neverstale", "run", "--all", "--hash-seed", str(seed))
        return ran if ran.refused else self._read(folder, seed)

    @property
    def version(self) -> str:
        """Of the engine that is tried."""
        return neverstale.__version__

    def _read(self, folder: Path, seed: int) -> Outcome:
        """Check, build and read back."""
        settings = SETTINGS.format(extensions="neverstale.markdown: {edition: en}, ", plugins="")
        _put(folder / "mkdocs.yml", settings)
        checked = _call(folder, seed, "neverstale", "check")
        if checked.refused:
            return checked
        built = _built(folder, seed)
        if built.refused:
            return built
        published = _call(folder, seed, "neverstale", "published")
        return Outcome(published.refused, published.said, built.page, built.code)


class Quarto(Tool):
    """A program that runs code while it makes the pages; no package holds it."""

    @property
    def version(self) -> str:
        """Of the program, and of the Pandoc that it calls."""
        quarto, pandoc = (
            subprocess.run([QUARTO, *asked, "--version"], text=True, stdout=subprocess.PIPE,
                           check=True).stdout.split()
            for asked in ([], ["pandoc"])
        )  # fmt: skip
        return f"{quarto[0]} (Pandoc {pandoc[1]})"

    def lay(self, folder: Path, document: Document, fence: Fence = PLAIN) -> None:
        """Its pages have a name of their own."""
        super().lay(folder, document, fence)
        for page in (folder / "docs").glob("*.md"):
            page.rename(page.with_suffix(".qmd"))

    def run(self, folder: Path, seed: int) -> Outcome:
        """Run and build, one page after the other, as a project of it."""
        environment = {key: AGG[key] for key in AGG if key != "MPLBACKEND"}  # it draws into pages
        environment |= {"PYTHONHASHSEED": str(seed), "QUARTO_PYTHON": sys.executable}
        built = _done(folder, environment, QUARTO, *self.command.split()[1:])
        if built.refused:
            return built
        return _page(folder / "docs/site/b.html", built.said)


OURS = """\
[tool.neverstale]
imports = []
constraints = false
translations = false
possible = false
preload = []

[tool.neverstale.editions]
en = "docs"
"""
HEAD = '# /// script\n# dependencies = ["matplotlib", "numpy"]\n# ///\n'


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _built(folder: Path, seed: int) -> Outcome:
    _put(folder / "theme/main.html", FRAME)
    built = _call(folder, seed, *MKDOCS)
    if built.refused:
        return built
    return _page(folder / "site/b/index.html", built.said)


def _page(file: Path, said: str) -> Outcome:
    """What a reader sees there."""
    soup = BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")
    pictures = soup.find_all("svg")
    for picture in soup.find_all("img"):
        text = (file.parent / str(picture["src"])).read_text(encoding="utf-8")
        pictures += BeautifulSoup(text[text.index("<svg") :], "html.parser").find_all("svg")
    words = [word.text for picture in pictures for word in picture.find_all("text")]
    for picture in pictures:
        picture.decompose()
    text = re.sub("^#> ", "", soup.text, flags=re.MULTILINE)
    code = first.text if (first := soup.pre) else ""
    return Outcome(False, said, "\n".join([text, *words]), code)


def _call(folder: Path, seed: int, module: str, *arguments: str) -> Outcome:
    """Run a module of this Python in the folder."""
    environment = {**AGG, "PYTHONHASHSEED": str(seed)}
    return _done(folder, environment, sys.executable, "-m", module, *arguments)


def _done(folder: Path, environment: Mapping[str, str], *command: str) -> Outcome:
    done = subprocess.run(
        command, cwd=folder, env=environment, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=SECONDS,
    )  # fmt: skip
    return Outcome(done.returncode != 0, re.sub(COLOUR, "", done.stdout))


EXAMPLES = """\
import pytest
from pytest_examples import CodeExample, EvalExample, find_examples


@pytest.mark.parametrize("example", list(find_examples("docs")), ids=str)
def test_docs(example: CodeExample, eval_example: EvalExample):
    eval_example.lint(example)
    eval_example.run_print_check(example)
"""
SYBIL = """\
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()], patterns=["*.md"]
).pytest()
"""
MKTESTDOCS = """\
import pathlib

import pytest
from mktestdocs import check_md_file


@pytest.mark.parametrize("path", sorted(pathlib.Path("docs").glob("**/*.md")), ids=str)
def test_docs(path):
    check_md_file(fpath=path, memory=True)
"""
QMD = """\
project: {type: default, output-dir: site}
format: {html: {minimal: true, fig-format: svg}}
"""
_pytest = " ".join(PYTEST)
OUR_STEPS = (
    "neverstale run --all && neverstale check && mkdocs build --strict && neverstale published"
)

TOOLS: dict[str, Tool] = {
    "neverstale": Ours("neverstale", OUR_STEPS, notation.with_output, writes=True,
                       block=r"b\.md:\d+"),
    "pytest-codeblocks": Tested(
        "pytest-codeblocks", f"{_pytest} --codeblocks docs", notation.with_expected_output,
        files={"pytest.ini": "[pytest]\n"},
    ),
    "pytest-examples": Tested(
        "pytest-examples", f"{_pytest} test_docs.py", notation.with_prints,
        files={"pytest.ini": "[pytest]\n", "test_docs.py": EXAMPLES},
    ),
    "Sybil": Tested(
        "sybil", f"{_pytest} docs", notation.with_prompts,
        files={"pytest.ini": "[pytest]\n", "docs/conftest.py": SYBIL},
    ),
    "markdown-exec": Built("markdown-exec", " ".join(MKDOCS), notation.executed, writes=True),
    "mktestdocs": Tested(
        "mktestdocs", f"{_pytest} test_docs.py", notation.with_output,
        files={"pytest.ini": "[pytest]\n", "test_docs.py": MKTESTDOCS},
    ),
    "Quarto": Quarto(
        "quarto", "quarto render docs --no-execute-daemon --fail-if-warnings", notation.as_cell,
        writes=True, files={"docs/_quarto.yml": QMD},
    ),
}  # fmt: skip
"""Name → tool."""
