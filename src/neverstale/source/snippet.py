"""A snippet: one Python file that readers see, whole or in named sections."""

from __future__ import annotations

import contextlib
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from tokenize import TokenInfo

from neverstale import script
from neverstale.source import directive, strings, worded
from neverstale.source.options import Options
from neverstale.source.statements import Statement

MARKER = re.compile(r"^\s*# --8<-- \[(?P<end>start|end):(?P<name>[\w-]+)\]\s*$")
INLINE = re.compile(r"^from (?P<module>\w+) import [\w, ]+?  # --8<-- (?P<section>[\w-]+)\s*$")

# `**要点。**接着` is bold in a page, but stars in a notebook: after punctuation, and with no blank
# behind it, nothing ends there by the rules of CommonMark.
STRONG = re.compile(r"\*\*([^*\n]+?)\*\*(?=(\w?))")


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
    """A snippet as it was read, with all of ours that it runs with.

    Attributes:
        name: path below the snippets folder, such as `cnn/convolution.py`.
        path: the file.
        text: its whole text.
        options: its metadata.
        sections: name → numbers of the first and last line between the markers.
        editions: the project's languages, in order.
        tokens: those of its text.
        cells: the cells of a lab; empty for others.
        inlines: line number → (sibling, section) that a lab shows in place of that import.
        metadata_lines: numbers of the first and last line of the metadata block; 0 without one.
        statements: what of it can run, line by line.
        imports: dotted names that it imports itself; relative ones keep their dots.
        runs_with: the files of ours, besides its own, that it runs with; it can read no others.
        siblings: names of the snippets among those: who downloads it needs them too.
        packages: top-level names of all that it imports, through modules of ours too.
        needs: top-level names that the code a reader gets imports: its own, and its siblings'.
        fingerprint: what a record must match to be fresh.
    """

    name: str
    path: Path
    text: str
    options: Options
    editions: tuple[str, ...]
    tokens: Sequence[TokenInfo] = field(repr=False, compare=False)
    sections: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    cells: tuple[Cell, ...] = ()
    inlines: Mapping[int, tuple[Snippet, str]] = field(default_factory=dict)
    metadata_lines: tuple[int, int] = (0, 0)
    statements: tuple[Statement, ...] = ()
    imports: tuple[str, ...] = ()
    runs_with: frozenset[Path] = frozenset()
    siblings: tuple[str, ...] = ()
    packages: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    fingerprint: str = ""

    @cached_property
    def lines(self) -> list[str]:
        """Its lines as Python counts them: a form feed or U+2028 does not end one."""
        return self.text.split("\n")

    @cached_property
    def in_strings(self) -> frozenset[int]:
        """Numbers of the lines that end inside a string, so that their end belongs to it."""
        found = strings.on_several_lines(self.text, self.tokens)
        return frozenset(number for each in found for number in range(each.first, each.last))

    @cached_property
    def _programs(self) -> dict[str, str]:
        words = self.options.words
        return {each: worded.program(self.text, self.tokens, words[each]) for each in words}

    def program(self, edition: str) -> str:
        """Its whole text with an edition's words in its strings: what that edition shows."""
        return self._programs.get(edition, self.text)

    def _lines_in(self, edition: str) -> list[str]:
        own = edition in self.options.words
        return self.program(edition).split("\n") if own else self.lines

    def said(self, edition: str, printed: str) -> str:
        """What it printed, as the edition's program prints it."""
        return worded.exchanged(printed, self.options.words.get(edition, {}))

    def own_files(self) -> set[Path]:
        """The file itself, and the data files beside it."""
        return {self.path, *self.data().values()}

    def data(self) -> dict[str, Path]:
        """The data files beside it: name below its folder → file; of folders all that is not
        hidden."""
        folder, found = self.path.parent, {}
        for name in self.options.files:
            inside = sorted((folder / name).rglob("*")) if name.endswith("/") else [folder / name]
            for file in inside:
                below = file.relative_to(folder).as_posix()
                if not file.is_dir() and "/." not in below:
                    found[below] = file
        return found

    @property
    def headless(self) -> bool:
        """Whether it says nothing of itself: then it runs with whatever is installed."""
        return self.metadata_lines == (0, 0)

    @property
    def slug(self) -> str:
        """Its name as an HTML id: `cnn/simple_cnn.py` → `cnn-simple_cnn-py`."""
        return re.sub(r"[^\w-]", "-", self.name)

    @property
    def lab_page(self) -> str:
        """The page that a lab becomes, below an edition's folder."""
        return self.name.removesuffix(".py").replace("_", "-") + ".ipynb"

    def span(self, section: str | None) -> tuple[int, int]:
        """Numbers of the first and last line of a section, of `8:12`, or of the file (`None`).

        Raises:
            KeyError: there is no such section, or there are no such lines.
        """
        end = self.text.count("\n") + 1
        if section is None:
            return 1, end
        if ":" not in section:
            return self.sections[section]
        first, last = map(int, section.split(":"))
        if not 1 <= first <= last <= end:
            raise KeyError(section)
        return first, last

    def has(self, section: str | None) -> bool:
        """Whether there is such a section, or there are such lines."""
        with contextlib.suppress(KeyError):
            return bool(self.span(section))
        return False

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
        return "\n".join(text for text, _ in self.traced(edition, first, last)) + "\n"

    def traced(self, edition: str, first: int, last: int) -> list[tuple[str, tuple[Snippet, int]]]:
        """Each line of that text, and where it comes from: a file, which may be a sibling, and its
        line."""
        shown: list[tuple[str, tuple[Snippet, int]]] = []
        literal: set[int] = set()  # lines that stay, however many blank ones there are
        lines = self._lines_in(edition)
        for number in range(first, min(last, len(lines)) + 1):
            line, origin = lines[number - 1], (self, number)
            if self.metadata_lines[0] <= number <= self.metadata_lines[1] or MARKER.match(line):
                continue
            if number in self.inlines:
                sibling, section = self.inlines[number]
                pulled = sibling.traced(edition, *sibling.span(section))
                literal.update(range(len(shown) + 2, len(shown) + 2 + len(pulled)))
                shown += [("", origin)] * 2 + pulled + [("", origin)] * 2
                continue
            tag = tagged(line, self.editions)
            if tag is None:
                above = [text for text, _ in shown[-2:]]
                if not line and above == ["", ""] and number in self.in_strings:
                    literal.add(len(shown))
                shown.append((line.rstrip(), origin))
            elif tag[0] == edition:
                shown.append((tag[1], origin))
        texts = textwrap.dedent("\n".join(text for text, _ in shown)).split("\n")
        kept = [
            (text, origin)
            for i, (text, (_, origin)) in enumerate(zip(texts, shown, strict=False))
            if i in literal or i < 2 or any(texts[i - 2 : i + 1])
        ]
        while kept and not kept[0][0]:
            del kept[0]
        while kept and not kept[-1][0]:
            del kept[-1]
        return kept

    def places(self, edition: str, section: str | None = None) -> list[int]:
        """For each line that `shown` gives, the number of its line in the file.

        Of a comment in several languages, the first one's: all editions agree on the places.
        """
        found: list[int] = []
        shown = self.shown(edition, section).split("\n")[:-1]
        first, last = self.span(section)
        group = 0  # the first line of the comment in several languages that goes on
        lines = self._lines_in(edition)
        for number in range(first, min(last, len(lines)) + 1):
            line = lines[number - 1]
            tag = tagged(line, self.editions)
            group = (group or number) if tag else 0
            if self.metadata_lines[0] <= number <= self.metadata_lines[1] or MARKER.match(line):
                continue
            if (tag and tag[0] != edition) or len(found) == len(shown):
                continue
            if (tag[1] if tag else line).strip() == shown[len(found)].strip():
                found.append(group or number)
        return found


def prose(lab: Snippet, cell: Cell) -> str:
    """The text of a Markdown cell.

    Lines are joined where a line break would be shown as a blank between letters of a script that
    has none. Wide punctuation at the end of bold text is put behind it, where notebooks would show
    the stars.
    """
    text = "\n".join(uncomment(line) for line in lab.lines[cell.first - 1 : cell.last])
    return directive.outside_code(script.joined(text).strip("\n"), _ended)


def _ended(text: str) -> str:
    if text.count("**") % 2:  # one of a pair stands beyond some code
        return text
    return STRONG.sub(_mark_behind, text)


def _mark_behind(bold: re.Match[str]) -> str:
    """Bold text, the wide marks at its end behind it, if a letter follows at once."""
    size = len(bold[1])
    while bold[2] and size > 1 and script.wide_mark(bold[1][size - 1]):
        size -= 1
    return f"**{bold[1][:size]}**{bold[1][size:]}"


def uncomment(line: str) -> str:
    """A line of a Markdown cell without its comment sign."""
    return line.removeprefix("#").removeprefix(" ")


@cache
def _tag(editions: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"^(\s*)# ({'|'.join(editions)}):(?: (.*))?$")


def tagged(line: str, editions: tuple[str, ...]) -> tuple[str, str] | None:
    """`    # en: why` → (`en`, `    # why`); None for a line that belongs to every language."""
    if not line.lstrip().startswith("# "):
        return None
    match = _tag(editions).match(line)
    if match is None:
        return None
    return match[2], f"{match[1]}# {match[3] or ''}".rstrip()
