"""A built page read back: the blocks that stand in its HTML, in order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

VOID = set(re.findall(r"\w+", "area base br col embed hr img input link meta source track wbr"))
KINDS = {"proved": "code", "ns-output": "output", "illustration": "illustration",
         "ns-proof": "proof", "ns-figure": "figure", "ns-unreached": "unreached"}  # fmt: skip

SAYING = ("proof", "unreached", "board")  # whose words count wherever they stand in it
MARKED = "ns-unreached-line"  # class of a mark at a line
COUNT = re.compile(r"[\d\s]*")
NUMBERS = {"linenos", "linenodiv"}  # classes of what counts lines, and is no code


@dataclass
class Block:
    """A block found on a built page.

    Attributes:
        kind: `code`, `output`, `proof`, `unreached`, `figure`, `board`, `illustration`, or `bare`:
            code that nothing stands behind.
        line: number of its line in the HTML file.
        attributes: its HTML attributes.
        text: its text; of a figure, nothing.
        marks: numbers of the lines of its code that are marked as not reached.
        highlighted: which lines of code stand out, from 1.
    """

    kind: str
    line: int
    attributes: dict[str, str]
    text: str = ""
    marks: list[int] = field(default_factory=list)
    highlighted: tuple[int, ...] = ()

    def data(self, name: str) -> str:
        """Its attribute `data-<name>`, or ""."""
        return self.attributes.get(f"data-{name}", "")


@dataclass
class _Reader(HTMLParser):
    """Collects the blocks of a page. A block ends with the element that began it."""

    blocks: list[Block] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    within: tuple[Block, int] | None = None
    collecting: int = 0
    counting: int = 0  # inside numbers of lines
    beside: int = 0  # the same, of code that nothing stands behind

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        classes = attributes.get("class", "").split()
        if tag in VOID:
            return
        self.open.append(tag)
        if self.within and not self.counting and not NUMBERS.isdisjoint(classes):
            self.counting = len(self.open)
        if not self.within and not self.beside and not NUMBERS.isdisjoint(classes):
            self.beside = len(self.open)
        if MARKED in classes and self.within:
            self.within[0].marks.append(self.within[0].text.count("\n") + 1)
        if "hll" in classes and self.within and self.collecting:
            line = self.within[0].text.count("\n") + 1
            self.within[0].highlighted += (line,)
        if self.within is None:
            kind = next((KINDS[name] for name in classes if name in KINDS), None)
            if "data-board" in attributes:
                kind = "board"
            if kind is None and tag == "pre":
                kind = "numbers" if self.beside else "bare"
            if kind:
                self.within = Block(kind, self.getpos()[0], attributes), len(self.open)
        if tag == "code" and self.within and self.collecting and "data-snippet" in attributes:
            block = self.within[0]  # a highlighter that puts them there, and marks no lines itself
            block.kind, block.attributes = "code", attributes
            block.highlighted = tuple(map(int, re.findall(r"\d+", attributes.get("hl_lines", ""))))
        if tag == "pre" and self.within:
            self.collecting = len(self.open)
            if self.within[0].kind in ("figure", *SAYING):  # where no code belongs
                self.blocks.append(Block("bare", self.getpos()[0], attributes))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.open:
            return
        while self.open.pop() != tag:
            pass
        if len(self.open) < self.counting:
            self.counting = 0
        if len(self.open) < self.beside:
            self.beside = 0
        if len(self.open) < self.collecting:
            self.collecting = 0
        if self.within and len(self.open) < self.within[1]:
            block, self.within = self.within[0], None
            if block.kind == "numbers":
                if COUNT.fullmatch(block.text):
                    return
                block.kind = "bare"  # it only looks like numbers of lines
            self.blocks.append(block)

    def handle_data(self, data: str) -> None:
        if self.within and not self.counting and (self.collecting or self.within[0].kind in SAYING):
            self.within[0].text += data


def read(file: Path) -> list[Block]:
    """The blocks of a built page."""
    return parse(file.read_text(encoding="utf-8"))


def parse(text: str) -> list[Block]:
    """The blocks in HTML text."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.blocks
