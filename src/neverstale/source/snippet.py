"""A snippet: one Python file that readers see, whole or in named sections."""

from __future__ import annotations

import functools
import io
import re
import textwrap
import tokenize
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from neverstale.problem import NeverstaleError, Problem
from neverstale.project import Project
from neverstale.source import invisible
from neverstale.source import options as metadata
from neverstale.source.options import Options

MARKER = re.compile(r"^\s*# --8<-- \[(?P<end>start|end):(?P<name>[\w-]+)\]\s*$")
INLINE = re.compile(r"^from (?P<module>\w+) import [\w, ]+?  # --8<-- (?P<section>[\w-]+)\s*$")
CELL = re.compile(r"^# %%(?P<markdown> \[markdown\] (?P<edition>\w+))?\s*$")

# A line break between Chinese characters or full-width punctuation.
WRAPPED_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff，。；：？！、）」])\n(?=[\u4e00-\u9fff（「])")


@dataclass(frozen=True)
class Cell:
    """One cell of a lab.

    Attributes:
        edition: language of a Markdown cell; None for a code cell, which all editions share.
        first: number of its first line, the one after the `# %%` line.
        last: number of its last line.
    """

    edition: str | None
    first: int
    last: int


@dataclass(frozen=True)
class Snippet:
    """A parsed snippet.

    Attributes:
        name: path below the snippets folder, such as `cnn/convolution.py`.
        path: the file.
        text: its whole text.
        options: its metadata.
        sections: name → numbers of the first and last line between the markers.
        cells: the cells of a lab; empty for others.
        editions: the project's languages, in order.
        inlines: line number → (sibling, section) that a lab shows in place of that import.
        metadata_lines: numbers of the first and last line of the metadata block.
    """

    name: str
    path: Path
    text: str
    options: Options
    editions: tuple[str, ...]
    sections: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    cells: tuple[Cell, ...] = ()
    inlines: Mapping[int, tuple[Snippet, str]] = field(default_factory=dict)
    metadata_lines: tuple[int, int] = (0, 0)

    @property
    def lines(self) -> list[str]:
        """Its lines as Python counts them: a form feed or U+2028 does not end one."""
        return self.text.split("\n")

    @property
    def slug(self) -> str:
        """Its name as an HTML id: `cnn/simple_cnn.py` → `cnn-simple_cnn-py`."""
        return re.sub(r"[^\w-]", "-", self.name)

    @property
    def lab_page(self) -> str:
        """The page that a lab becomes, below an edition's folder."""
        return self.name.removesuffix(".py").replace("_", "-") + ".ipynb"

    def span(self, section: str | None) -> tuple[int, int]:
        """Numbers of the first and last line of a section, or of the file (`None`).

        Raises:
            KeyError: there is no such section.
        """
        if section is None:
            return 1, self.text.count("\n") + 1
        return self.sections[section]

    def shown(self, edition: str, section: str | None = None) -> str:
        """The text that a page shows: one language's comments, no markers, no metadata.

        Args:
            edition: the language of the page.
            section: which section; None for the whole file.

        Returns:
            Text without blank lines at either end, ending in a newline.
        """
        return self.shown_lines(edition, *self.span(section))

    def shown_lines(self, edition: str, first: int, last: int) -> str:
        """The same, for a range of lines (both included)."""
        shown: list[str] = []
        lines = self.lines
        for number in range(first, min(last, len(lines)) + 1):
            line = lines[number - 1]
            if self.metadata_lines[0] <= number <= self.metadata_lines[1] or MARKER.match(line):
                continue
            if number in self.inlines:
                sibling, section = self.inlines[number]
                shown += ["", "", *sibling.shown(edition, section).split("\n")[:-1], "", ""]
                continue
            tag = tagged(line, self.editions)
            if tag is None:
                shown.append(line.rstrip())
            elif tag[0] == edition:
                shown.append(tag[1])
        text = textwrap.dedent("\n".join(shown)).strip("\n")
        return re.sub(r"\n{4,}", "\n\n\n", text) + "\n"


def prose(lab: Snippet, cell: Cell) -> str:
    """The text of a Markdown cell.

    Lines of Chinese are joined: a line break between two Chinese characters is shown as a space.
    """
    text = "\n".join(uncomment(line) for line in lab.lines[cell.first - 1 : cell.last])
    return WRAPPED_CHINESE.sub("", text).strip("\n")


def uncomment(line: str) -> str:
    """A line of a Markdown cell without its comment sign."""
    return line.removeprefix("#").removeprefix(" ")


def tagged(line: str, editions: tuple[str, ...]) -> tuple[str, str] | None:
    """`    # en: why` → (`en`, `    # why`); None for a line that belongs to every language."""
    match = re.match(rf"^(\s*)# ({'|'.join(editions)}):(?: (.*))?$", line)
    if match is None:
        return None
    return match[2], f"{match[1]}# {match[3] or ''}".rstrip()


def find(project: Project) -> list[str]:
    """Names of all snippets of the project, sorted."""
    return sorted(
        path.relative_to(project.snippets).as_posix()
        for path in project.snippets.rglob("*.py")
        if "__pycache__" not in path.parts and path.is_file()
    )


def load(project: Project, name: str) -> Snippet:
    """Read and check one snippet.

    Raises:
        NeverstaleError: the file is missing, not UTF-8, not Python, or its metadata, markers,
            comment pairs or cells are wrong; all that is wrong with it at once.
    """
    path = project.snippets / name
    try:
        stat = path.stat()
    except OSError:
        raise NeverstaleError(
            Problem(project.relative(path), 0, "no such snippet; mind the spelling")
        ) from None
    key = project.snippets, tuple(project.editions), project.root, name, stat.st_mtime_ns
    item = _load(*key)
    if any(load(project, each.name) is not each for each, _ in item.inlines.values()):
        _load.cache_clear()  # what a lab pulls in has changed under it
        item = _load(*key)
    return item


@functools.lru_cache(maxsize=4096)
def _load(folder: Path, editions: tuple[str, ...], root: Path, name: str, _: int) -> Snippet:
    path = folder / name
    where = path.relative_to(root).as_posix()
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise NeverstaleError(Problem(where, line, "not UTF-8; save the file as UTF-8")) from None
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(text, where, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        message = getattr(error, "msg", None) or str(error)
        raise NeverstaleError(Problem(where, line, f"not Python: {message}")) from None
    options, problems = metadata.parse(where, text)
    sections, more = _sections(where, text, options.lab)
    problems += more + _pairs(where, text, editions)
    problems += invisible.check(where, text) + _otherwise(where, path.read_bytes(), text, editions)
    for file in options.files:
        if not (path.parent / file).is_file():
            problems.append(Problem(where, 1, f"'files' names {file}, which is not beside it"))
    cells: tuple[Cell, ...] = ()
    inlines: dict[int, tuple[Snippet, str]] = {}
    if options.lab:
        cells, more = _cells(where, text, editions)
        problems += more
        for number, content in enumerate(text.split("\n"), 1):
            match = INLINE.match(content)
            if match is None:
                continue
            try:
                sibling_name = (Path(name).parent / f"{match['module']}.py").as_posix()
                mtime = (folder / sibling_name).stat().st_mtime_ns
                sibling = _load(folder, editions, root, sibling_name, mtime)
                sibling.span(match["section"])
                inlines[number] = (sibling, match["section"])
            except OSError:
                problems.append(Problem(where, number, f"no sibling snippet {match['module']}.py"))
            except KeyError:
                section = f"{match['module']}.py has no section '{match['section']}'"
                problems.append(Problem(where, number, section))
    if problems:
        raise NeverstaleError(*sorted(problems))
    block = metadata.BLOCK.search(text)
    assert block is not None  # options.parse has complained otherwise
    lines = text.count("\n", 0, block.start()) + 1, text.count("\n", 0, block.end()) + 1
    return Snippet(name, path, text, options, editions, sections, cells, inlines, lines)


def _sections(where: str, text: str, lab: bool) -> tuple[dict[str, tuple[int, int]], list[Problem]]:
    """The sections, and the first mistake in their markers: others mostly follow from it."""
    sections: dict[str, tuple[int, int]] = {}
    problems: list[Problem] = []
    opened: tuple[str, int] | None = None
    for number, line in enumerate(text.split("\n"), 1):
        match = MARKER.match(line)
        if match is None:
            if "--8<--" in line and not (lab and INLINE.match(line)):
                problems.append(
                    Problem(where, number, "marker not understood; write # --8<-- [start:name]")
                )
            continue
        name = match["name"]
        if match["end"] == "start":
            if opened:
                message = f"section '{name}' starts inside '{opened[0]}' (line {opened[1]})"
                problems.append(Problem(where, number, message + "; end that one first"))
            elif name in sections:
                problems.append(Problem(where, number, f"second section named '{name}'"))
            opened = (name, number)
        elif opened is None:
            message = f"section '{name}' ends but was not started"
            problems.append(Problem(where, number, message))
        elif name != opened[0]:
            message = f"section '{name}' ends where '{opened[0]}' (line {opened[1]}) is open"
            problems.append(Problem(where, number, message))
            opened = None
        else:
            sections[opened[0]] = (opened[1] + 1, number - 1)
            opened = None
    if opened:
        message = f"section '{opened[0]}' is not ended; add # --8<-- [end:{opened[0]}]"
        problems.append(Problem(where, opened[1], message))
    return sections, problems[:1]


def _pairs(where: str, text: str, editions: tuple[str, ...]) -> list[Problem]:
    """Comment pairs that lack a language, and tags where none can be."""
    problems = []
    groups: list[list[tuple[int, str]]] = [[]]
    slip = re.compile(rf"^\s*#\s*({'|'.join(editions)})\s*[:：]")
    for number, line in enumerate(text.split("\n"), 1):
        tag = tagged(line, editions)
        if tag is None and (match := slip.match(line)):
            message = f"comment not understood; write '# {match[1]}: …', blanks as here"
            problems.append(Problem(where, number, message))
        if tag:
            groups[-1].append((number, tag[0]))
        elif groups[-1]:
            groups.append([])
    for group in groups:
        runs = [item for i, item in enumerate(group) if i == 0 or group[i - 1][1] != item[1]]
        for i in range(0, len(runs), len(editions)):
            languages = [tag for _, tag in runs[i : i + len(editions)]]
            if tuple(languages) != editions:
                message = (
                    f"comment in {' and '.join(languages)} only or out of order; "
                    f"each place needs {', then '.join(f'# {name}:' for name in editions)}"
                )
                problems.append(Problem(where, runs[i][0], message))
                break
    trailing = re.compile(rf"# ({'|'.join(editions)}):")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and token.line[: token.start[1]].strip():
            match = trailing.search(token.string)
            if match:
                message = f"'{match[0]}' after code; a comment pair takes lines of its own"
                problems.append(Problem(where, token.start[0], message))
    return problems


def _otherwise(where: str, data: bytes, text: str, editions: tuple[str, ...]) -> list[Problem]:
    """What Python reads otherwise than a page shows it."""
    problems = []
    try:
        encoding, read = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        return [Problem(where, 1, f"not Python: {error.msg}")]
    if not encoding.startswith("utf-8"):
        message = f"declares the encoding {encoding}, a page shows it as UTF-8; remove that"
        problems.append(Problem(where, len(read), message))
    comments = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            comments.add(token.start[0])
        elif token.type == tokenize.NAME and not token.string.isascii():
            message = f"the name '{token.string}' may be taken for another; write names in ASCII"
            problems.append(Problem(where, token.start[0], message))
    for number, line in enumerate(text.split("\n"), 1):
        mark = tagged(line, editions) or "--8<--" in line or line.startswith(("# %%", "# ///"))
        if mark and number not in comments:
            message = "stands in a string, where a page does not show it as it is; write it apart"
            problems.append(Problem(where, number, f"'{line.strip()[:40]}' {message}"))
    return problems


def _cells(
    where: str, text: str, editions: tuple[str, ...]
) -> tuple[tuple[Cell, ...], list[Problem]]:
    lines = text.split("\n")
    starts = [(i, match) for i, line in enumerate(lines, 1) if (match := CELL.match(line))]
    problems = [
        Problem(where, i, "cell not understood; write '# %%' or '# %% [markdown] zh'")
        for i, line in enumerate(lines, 1)
        if line.startswith("# %%") and not CELL.match(line)
    ]
    if not starts and not problems:
        problems = [Problem(where, 1, "a lab without cells; begin each with '# %%'")]
    if problems:
        return (), problems
    ends = [number - 1 for number, _ in starts[1:]] + [len(lines)]
    cells = [
        Cell(match["edition"] if match["markdown"] else None, number + 1, end)
        for (number, match), end in zip(starts, ends, strict=True)
    ]
    index = 0
    while index < len(cells):
        if cells[index].edition is None:
            index += 1
            continue
        languages = tuple(cell.edition for cell in cells[index : index + len(editions)])
        if languages != editions:
            message = f"Markdown cells must come in the order {', '.join(editions)}, side by side"
            problems.append(Problem(where, cells[index].first - 1, message))
            break
        index += len(editions)
    return tuple(cells), problems
