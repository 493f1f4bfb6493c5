"""The built site read back: is what a reader gets exactly what was proved?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import zip_longest
from pathlib import Path

from neverstale.page import block, board, notebook
from neverstale.page.block import Place
from neverstale.problem import NeverstaleError, Problem
from neverstale.project import Project
from neverstale.proof import record
from neverstale.proof import status as statuses
from neverstale.proof.record import Record
from neverstale.source import fingerprint, pages, snippet
from neverstale.source.directive import Directive
from neverstale.source.pages import Page
from neverstale.source.snippet import Snippet
from neverstale.wording import words

VOID = set(re.findall(r"\w+", "area base br col embed hr img input link meta source track wbr"))
KINDS = {"proved": "code", "ns-output": "output", "illustration": "illustration",
         "ns-proof": "proof", "ns-figure": "figure"}  # fmt: skip


@dataclass
class Block:
    """A block found on a built page.

    Attributes:
        kind: `code`, `output`, `proof`, `figure`, `board`, `illustration`, or `bare`: code that
            nothing stands behind.
        line: number of its line in the HTML file.
        attributes: its HTML attributes.
        text: its text; of a figure, nothing.
    """

    kind: str
    line: int
    attributes: dict[str, str]
    text: str = ""


@dataclass
class _Reader(HTMLParser):
    """Collects the blocks of a page. A block ends with the element that began it."""

    blocks: list[Block] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    within: tuple[Block, int] | None = None
    collecting: int = 0

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        classes = attributes.get("class", "").split()
        if tag in VOID:
            return
        self.open.append(tag)
        if self.within is None:
            kind = next((KINDS[name] for name in classes if name in KINDS), None)
            if "data-board" in attributes:
                kind = "board"
            if kind is None and tag == "pre":
                kind = "bare"
            if kind:
                self.within = Block(kind, self.getpos()[0], attributes), len(self.open)
        if tag == "pre" and self.within:
            self.collecting = len(self.open)
            if self.within[0].kind in ("figure", "proof", "board"):  # where no code belongs
                self.blocks.append(Block("bare", self.getpos()[0], attributes))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.open:
            return
        while self.open.pop() != tag:
            pass
        if len(self.open) < self.collecting:
            self.collecting = 0
        if self.within and len(self.open) < self.within[1]:
            self.blocks.append(self.within[0])
            self.within = None

    def handle_data(self, data: str) -> None:
        if self.within and (self.collecting or self.within[0].kind in ("proof", "board")):
            self.within[0].text += data


def read(file: Path) -> list[Block]:
    """The blocks of a built page, in order."""
    return _read(file.read_text(encoding="utf-8"))


def _read(text: str) -> list[Block]:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.blocks


def check(project: Project) -> list[Problem]:
    """What is published without proof, or other than proved, in all editions."""
    problems: list[Problem] = []
    sources = {(page.edition, page.name): page for page in pages.read_all(project)}
    checked = 0
    for edition in project.editions:
        folder = project.site / edition
        if not folder.is_dir():
            problems.append(Problem(project.relative(folder), 0, "not built; build the site first"))
            continue
        expected = {_built(project, page): page for key, page in sources.items()
                    if key[0] == edition}  # fmt: skip
        for file in sorted({*folder.rglob("*.html"), *expected}):
            if not file.is_file():
                page = expected[file]
                problems.append(Problem(page.path, 0, f"no {project.relative(file)} was built"))
                continue
            checked += 1
            if file not in expected:
                message = "no page of the sources becomes this; remove what put it there"
                problems.append(Problem(project.relative(file), 0, message))
            problems += _check_page(project, edition, file, expected.get(file))
    for file in sorted(project.site.rglob("*.htm*")):  # the root's pages show no snippets
        if file.relative_to(project.site).parts[0] not in project.editions:
            problems += [
                Problem(
                    project.relative(file),
                    item.line,
                    "a block of code or proof outside of the editions",
                )
                for item in read(file)
            ]
    if not checked:
        problems.append(Problem(project.relative(project.site), 0, "no page was found"))
    return sorted(set(problems))


def _built(project: Project, page: Page) -> Path:
    """The HTML file that a page becomes: `a/b.md` → `a/b/index.html`."""
    stem = page.name.rpartition(".")[0]
    parts = stem.split("/")
    if parts[-1] == "index":
        parts.pop()
    return project.site.joinpath(page.edition, *parts, "index.html")


def _check_page(project: Project, edition: str, file: Path, page: Page | None) -> list[Problem]:
    where = project.relative(file)
    found = read(file)
    problems: list[Problem] = []
    for item in found:

        def complain(message: str, line: int = item.line) -> None:
            problems.append(Problem(where, line, message))

        first = item.text.strip().partition("\n")[0][:60]
        if item.kind == "bare":
            complain(f"code without a proof: '{first}'")
        elif item.kind == "illustration" and not item.attributes.get("data-reason"):
            complain(f"illustration without a reason: '{first}'")
        elif item.kind == "code":
            for message in _check_code(project, edition, item):
                complain(message)
        elif item.kind == "output":
            for message in _check_output(project, item):
                complain(message)
    if page is not None:
        shown = [_shown(edition, item, item.line) for item in found if _title(item)]
        wanted = _wanted(project, page)
        nothing = _Shown("nothing", 0)
        for given, asked in zip_longest(shown, wanted, fillvalue=nothing):
            message = ""
            if given.title != asked.title:
                message = f"shows {given.title} where {asked.title} belongs"
            elif given.words != asked.words:
                message = f"{given.title} {_unlike(given.words, asked.words)}"
            if message:
                problems.append(Problem(where, given.line, f"{message} ({page.path}:{asked.line})"))
                break
        figures = _wanted_figures(project, page)
        problems += _check_figures(project, page, file, figures)
        problems += _check_order(
            where, [item for item in found if item.kind in ("figure", "illustration")],
            {"figure": [name for name, _, _ in figures],
             "illustration": [fence.text.strip() for fence in page.fences if fence.reason]},
        )  # fmt: skip
    return problems


def _check_order(where: str, found: list[Block], wanted: Mapping[str, list[str]]) -> list[Problem]:
    """Figures and illustrations: those that the source asks for, in order, and no others."""
    problems = []
    for kind, names in wanted.items():
        shown = [
            (_figure_name(item) if kind == "figure" else item.text.strip(), item.line)
            for item in found
            if item.kind == kind and (kind == "figure" or item.attributes.get("data-reason"))
        ]
        for i in range(max(len(shown), len(names))):
            given, line = shown[i] if i < len(shown) else (None, 0)
            name = names[i] if i < len(names) else None
            if given != name:
                message = f"shows {_short(given)} where {_short(name)} belongs among its {kind}s"
                problems.append(Problem(where, line, message))
                break
    return problems


def _figure_name(item: Block) -> str:
    """`cnn/kernel.py/edges.svg`, or the name of a diagram."""
    parts = (item.attributes.get(f"data-{name}", "") for name in ("snippet", "figure", "diagram"))
    return "/".join(part for part in parts if part)


def _short(text: str | None) -> str:
    """What it is, on one line."""
    return "nothing" if text is None else f"'{text.partition(chr(10))[0][:60]}'"


@dataclass(frozen=True)
class _Shown:
    """A block that has its place in the order of a page's blocks.

    Attributes:
        title: what it is, in words.
        line: where it stands, or where the source asks for it.
        words: what a proof line or a board says; code and output are compared by themselves.
    """

    title: str
    line: int
    words: str = ""


def _title(item: Block) -> str:
    """What a block is, in words; "" for kinds that have no place in the order of blocks."""
    snippet, section, cell, device, status = (
        item.attributes.get(f"data-{name}", "")
        for name in ("snippet", "section", "cell", "device", "status")
    )
    if item.kind == "proof":
        return f"a proof line ({device} {status})"
    if item.kind == "board":
        return f"the board {item.attributes['data-board']}"
    if item.kind not in ("code", "output"):
        return ""
    return f"the {item.kind} of {snippet}{section and ':' + section}{cell and ', cell ' + cell}"


def _shown(edition: str, item: Block, line: int) -> _Shown:
    if item.kind not in ("proof", "board"):
        return _Shown(_title(item), line)
    text = " ".join(item.text.split())
    if item.kind == "proof":  # whether there is a link to the source is a setting of the site
        text = text.replace(f" · {words(edition)['file']}", "", 1)
    return _Shown(_title(item), line, text)


def _unlike(given: str, asked: str) -> str:
    """Where two texts part, in words."""
    pairs = enumerate(zip(given, asked, strict=False))
    same = next((i for i, (a, b) in pairs if a != b), min(len(given), len(asked)))
    start = max(0, same - 20)
    parts = (each[start : same + 20].strip() for each in (given, asked))
    return "says '{}', not '{}'; build the site again, or mend the theme".format(*parts)


def _wanted(project: Project, page: Page) -> list[_Shown]:
    """What a page's source asks for, in order, each at its line in the source."""
    if not page.name.endswith(".ipynb"):
        asked = [item for item in page.directives if item.kind in ("snippet", "board")]
        return [each for item in asked for each in _of_directive(project, page.edition, item)]
    lab = next(item for item in pages.labs(project) if item.lab_page == page.name)
    proved = _proved(project, lab)
    wanted: list[_Shown] = []
    for number, cell in enumerate(notebook.code_cells(lab), 1):
        where = {"data-snippet": lab.name, "data-cell": str(number)}
        wanted.append(_Shown(_title(Block("code", 0, where)), cell.first))
        if proved and proved.printed(cell.first, cell.last).strip():
            wanted.append(_Shown(_title(Block("output", 0, where)), cell.first))
        if number == 1:
            wanted += _proofs(project, page.edition, lab, cell.first)
    return wanted


def _of_directive(project: Project, edition: str, item: Directive) -> Iterator[_Shown]:
    if item.kind == "board":
        if item.name in board.MAKERS:
            for each in _read(board.MAKERS[item.name](Place(project, edition))):
                yield _shown(edition, each, item.line)
        return
    where = {"data-snippet": item.name, "data-section": item.section or ""}
    yield _Shown(_title(Block("code", 0, where)), item.line)
    try:
        target = snippet.load(project, item.name)
        first, last = target.span(item.section)
    except (NeverstaleError, KeyError):
        return  # told of the block, if there is one, and by `check`
    proved = _proved(project, target)
    if item.output and proved and proved.printed(first, last).strip():
        yield _Shown(_title(Block("output", 0, where)), item.line)
    yield from _proofs(project, edition, target, item.line)


def _proofs(project: Project, edition: str, target: Snippet, line: int) -> list[_Shown]:
    found = statuses.on_each_device(project, target)
    proof = block.proof(Place(project, edition), target, found)
    return [_shown(edition, each, line) for each in _read(proof)]


def _check_code(project: Project, edition: str, item: Block) -> list[str]:
    name = item.attributes.get("data-snippet", "")
    try:
        target = snippet.load(project, name)
        first, last = _span(target, item)
    except (NeverstaleError, KeyError, IndexError):
        return [f"shows '{name}', of which there is no such snippet or section"]
    messages = []
    if item.attributes.get("data-fingerprint") != fingerprint.of(project, target):
        messages.append(f"was built from an earlier {name}; build the site again")
    elif item.text.rstrip("\n") != target.shown_lines(edition, first, last).rstrip("\n"):
        messages.append(f"text differs from {name}; build the site again, or mend the theme")
    for status in statuses.on_each_device(project, target):
        if statuses.forbids(target, status):
            device = status.device
            messages.append(f"{name} is {status.state} on {device}: {status.reason}")
    return messages


def _span(target: Snippet, item: Block) -> tuple[int, int]:
    cell = item.attributes.get("data-cell")
    if cell:
        chosen = notebook.code_cells(target)[int(cell) - 1]
        return chosen.first, chosen.last
    return target.span(item.attributes.get("data-section") or None)


def _check_output(project: Project, item: Block) -> list[str]:
    name = item.attributes.get("data-snippet", "")
    try:
        target = snippet.load(project, name)
        printed = _proved(project, target)
        expected = printed.printed(*_span(target, item)) if printed else ""
    except (NeverstaleError, KeyError, IndexError):
        return [f"shows output of '{name}', of which there is no such snippet or section"]
    if item.text.rstrip() != expected.rstrip():
        return [f"output differs from the record of {name}; build the site again"]
    return []


def _proved(project: Project, target: Snippet) -> Record | None:
    found = statuses.on_each_device(project, target)
    return block.shown_record(target, found)


def _wanted_figures(project: Project, page: Page) -> list[tuple[str, int, str]]:
    """Name, line in the source, and HTML of every figure that a page's source asks for, in order.

    The HTML is "" if it cannot be shown, which is a problem of its own.
    """
    wanted = []
    directives = [item for item in page.directives if item.kind in ("figure", "diagram")]
    for number, item in enumerate(directives, 1):
        name = f"{item.name}/{item.figure}" if item.figure else item.name
        try:
            shown = _figure(project, page.edition, item, number)
        except (NeverstaleError, OSError, KeyError):
            shown = ""
        wanted.append((name, item.line, shown))
    if not page.name.endswith(".ipynb"):
        return wanted
    lab = next(item for item in pages.labs(project) if item.lab_page == page.name)
    proved = _proved(project, lab)
    for cell in notebook.code_cells(lab) if proved else ():
        assert proved
        for name in notebook.figures_of(lab, cell, proved):
            place, alt = Place(project, page.edition), lab.options.figures[name][page.edition]
            number = list(proved.figures).index(name) + 1
            shown = block.drawn(place, lab, proved, name, alt, "", number)
            wanted.append((f"{lab.name}/{name}", cell.first, shown))
    return sorted(wanted, key=lambda each: each[1])


def _check_figures(
    project: Project, page: Page, file: Path, wanted: list[tuple[str, int, str]]
) -> list[Problem]:
    """Every figure must stand in the file exactly as its record gives it."""
    text = file.read_text(encoding="utf-8")
    problems = []
    for name, line, expected in wanted:
        if not expected:
            problems.append(Problem(page.path, line, f"figure {name} cannot be shown"))
        elif expected not in text:
            message = f"figure {name} is not there as it was drawn ({page.path}:{line})"
            problems.append(Problem(project.relative(file), 0, message))
    return problems


def _figure(project: Project, edition: str, item: Directive, number: int) -> str:
    place = Place(project, edition)
    if item.kind == "diagram":
        return block.diagram(place, item.name, item.alt, item.caption, number)
    target = snippet.load(project, item.name)
    found = _proved(project, target)
    if found is None or item.figure not in found.figures:
        raise FileNotFoundError(record.path_of(project, item.name, "cpu").name)
    return block.drawn(place, target, found, item.figure, item.alt, item.caption, number)
