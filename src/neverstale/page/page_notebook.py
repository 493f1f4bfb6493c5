"""A page as a notebook: its text, and its snippets as cells with the outputs of their records.

It stands alone: what its code imports or reads of ours comes with it, in cells that write files.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from neverstale.page import export, footnotes, notebook
from neverstale.page.block import Place
from neverstale.proof import figure, record
from neverstale.proof.status import shown
from neverstale.source import directive, formula, headings
from neverstale.source.directive import Directive
from neverstale.source.snippet import Snippet

BLOCK = re.compile(r'(?:!!!|\?\?\?\+?) *(?P<kind>[\w -]*?) *(?:"(?P<title>.*)")?\s*$')
WRAPPER = re.compile(r"<div\b[^>]*\bmarkdown\b[^>]*>\s*$|</div>\s*$")
INFO = re.compile(r"^(?P<before>\s*(?:`{3,}|~{3,})) *\{ *\.(?P<language>[\w+-]+)[^}]*\} *$")
INDENT = "    "
Cell = dict[str, Any]
Ink = Callable[[str], str]


def snippets(place: Place, name: str) -> list[Snippet]:
    """The snippets of a page's cells, each once, in order; none if it is no page of text."""
    for page in place.sources.pages:
        if (page.edition, page.name) == (place.edition, name):
            named = [item.name for item in page.directives if item.kind == "snippet"]
            found = [place.sources.snippet(each) for each in dict.fromkeys(named)]
            return [item for item in found if _fits(item)]
    return []


def _fits(item: Snippet) -> bool:
    """Whether a cell can do what the file does: it gets no arguments, and must not fail."""
    options = item.options
    return not (options.argv or options.environment or options.raises or options.exit)


def build(place: Place, name: str, ink: Ink = lambda svg: svg) -> dict[str, Any]:
    """The notebook of a page that shows snippets, as nbformat 4.5.

    Args:
        place: the edition, and how every snippet stands.
        name: the page below the edition's folder: `cnn/pooling.md`.
        ink: puts colours in the place of their names, which no style sheet of ours explains there.
    """
    text = (place.project.editions[place.edition] / name).read_text(encoding="utf-8-sig")
    text = formula.money_escaped(footnotes.numbered(headings.FRONT.sub("", text)))
    reader = _Reader(place, text, ink)
    reader.read()
    shown_here = snippets(place, name)
    cells = reader.cells
    cells[1:1] = files(place, shown_here)
    return notebook.whole(with_ids(cells), {"page": name, "edition": place.edition})


def files(place: Place, items: Sequence[Snippet]) -> list[Cell]:
    """Cells that write what the code of these snippets needs of ours beside the notebook."""
    found: dict[str, str] = {}
    for item in items:
        siblings = (place.sources.snippet(sibling).path for sibling in item.siblings)
        beside = {path.name: path for path in siblings} | item.data()
        found |= {name: path.read_text(encoding="utf-8") for name, path in beside.items()}
    cells: list[Cell] = []
    folders = sorted({name.rpartition("/")[0] for name in found} - {""})
    if folders:
        made = "".join(f"os.makedirs({each!r}, exist_ok=True)\n" for each in folders)
        cells.append(_hidden(_cell("code", f"import os\n\n{made}".rstrip())))
    for name, text in found.items():
        cells.append(_text(place.say["notebook-file"].format(file=f"`{name}`")))
        cells.append(_hidden(_cell("code", f"%%writefile {name}\n{text.removesuffix(chr(10))}")))
    return cells


class _Reader:
    """Goes through a page line by line and makes its cells."""

    def __init__(self, place: Place, text: str, ink: Ink) -> None:
        self.place = place
        self.ink = ink
        self.lines = text.split("\n")
        self.free = dict(directive.outside_fences(text))
        self.linked = set(re.findall(r"\]\(#([\w-]+)\)", text))
        self.cells: list[Cell] = []
        self.block: re.Match[str] | None = None  # of what is indented: a note, an answer
        self.told = False  # whether its title was
        self.pending: list[str] = []
        self.drawn: set[tuple[str, str]] = set()
        self.runs = 0

    def read(self) -> None:
        for number, line in enumerate(self.lines, 1):
            if self.block and line.strip() and not line.startswith(INDENT):
                self._flush()
                self.block = None
            line = line.removeprefix(INDENT) if self.block else line
            found = directive.read_line(line, number) if number in self.free else None
            if found is not None:
                self._flush()
                self._directive(found)
            elif number in self.free and (match := BLOCK.match(line)):
                self._flush()
                self.block, self.told = match, False
            elif number in self.free and line.startswith("#"):
                self.pending.append(export.plain_heading(line, self.linked))
            elif not (number in self.free and WRAPPER.match(line)):
                self.pending.append(INFO.sub(r"\g<before>\g<language>", line))
        self._flush()

    @property
    def folded(self) -> bool:
        """Whether a reader of the page opens this first."""
        return self.block is not None and directive.FOLD.match(self.block[0]) is not None

    def _flush(self) -> None:
        """End a cell of text."""
        text = "\n".join(self.pending).strip("\n")
        self.pending = []
        if not text.strip():
            return
        self.cells.append(_text(self._titled(text)))

    def _titled(self, text: str) -> str:
        """What stands in a block: folded as on the page, or below its title."""
        if self.block is None:
            return text
        title = html.escape(self.block["title"] or self.block["kind"].capitalize(), quote=False)
        first, self.told = not self.told, True
        if self.folded:
            return f"<details><summary>{title}</summary>\n\n{text}\n\n</details>"
        return f"**{title}**\n\n{text}" if first else text

    def _directive(self, item: Directive) -> None:
        if item.kind == "snippet" and not _fits(self.place.sources.snippet(item.name)):
            self.cells.append(_text("\n".join(export.code(self.place, item))))
        elif item.kind == "snippet":
            if self.block and not self.told:
                self.pending.append(f"**{self.block['title'] or self.block['kind']}**")
                self.told = True
                self.cells.append(_text(self.pending.pop()))
            self.cells.append(self._code(item))
        elif item.kind in ("figure", "diagram"):
            self.cells.append(_text("\n\n".join(self._picture(item))))

    def _code(self, item: Directive) -> Cell:
        target = self.place.sources.snippet(item.name)
        first, last = target.span(item.section)
        code = target.shown(self.place.edition, item.section).rstrip("\n")
        self.runs += 1
        cell = _cell("code", code)
        cell["execution_count"] = self.runs
        cell["metadata"]["neverstale"] = {"snippet": item.name, "section": item.section or ""}
        runs = shown(target, self.place.statuses.by_name[item.name])
        for found in runs[:1]:
            names = notebook.named_in(target, first, last, found)
            printed = found.printed(first, last) if item.output else ""
            cell["outputs"] = notebook.outputs(
                self.place.project, self.place.edition, target, found, printed, names
            )
            self.drawn |= {(item.name, name) for name in names}
        return _hidden(cell) if self.folded else cell

    def _picture(self, item: Directive) -> Iterator[str]:
        """A picture that no cell above has drawn, and what is said below it."""
        if item.kind == "diagram":
            drawing = figure.diagram(self.place.project, item.name, self.place.edition)
            yield _image(self.ink(figure.alone(*drawing)), item.alt)
        elif (item.name, item.figure) not in self.drawn:
            target = self.place.sources.snippet(item.name)
            for found in shown(target, self.place.statuses.by_name[item.name]):
                if item.figure in found.figures:
                    path = record.figure_path(
                        self.place.project, item.name, found.device, item.figure
                    )
                    labels = target.options.labels.get(self.place.edition, {})
                    yield _image(figure.alone(path.read_text(encoding="utf-8"), labels), item.alt)
                    break
        if item.caption:
            yield f"*{item.caption}*"


def _image(svg: str, alt: str) -> str:
    """A picture inside the text: notebooks keep no SVG as attachment."""
    data = base64.b64encode(svg.encode()).decode()
    return f'<img alt="{html.escape(alt)}" src="data:image/svg+xml;base64,{data}">'


def _text(source: str) -> Cell:
    return _cell("markdown", source)


def _cell(kind: str, source: str) -> Cell:
    cell: Cell = {"cell_type": kind, "metadata": {}, "source": source}
    return {**cell, "execution_count": None, "outputs": []} if kind == "code" else cell


def _hidden(cell: Cell) -> Cell:
    cell["metadata"]["jupyter"] = {"source_hidden": True}
    if cell["outputs"]:
        cell["metadata"]["jupyter"]["outputs_hidden"] = True
    return cell


def with_ids(cells: Sequence[Cell]) -> list[Cell]:
    """The cells, each with a name of its own that does not change unless its place or text does."""
    return [
        {**cell, "id": cell.get("id") or f"c{number}-{_digest(cell['source'])}"}
        for number, cell in enumerate(cells, 1)
    ]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
