"""The Python-Markdown extension that puts the GPU catalogue's numbers on a page.

- `[[gpu:rtx-4090.memory]]`: the number, linked to its source;
- `[[gpu:rtx-4090]]`: the product's name, linked to its row of the table.

Both stand anywhere in running text and in the cells of a table, and nothing is replaced in code.

On a line of its own stands what is made of the whole catalogue: `[[gpu-table]]`, `[[gpu-summary]]`,
`[[gpu-download]]`, `[[gpu-chooser]]`, and `[[gpu-chart:memory-price]]` or another of
`handbook.charts.CHARTS`.
"""

from __future__ import annotations

import contextlib
import difflib
import html
import logging
import posixpath
import re
from collections.abc import Callable, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.postprocessors import Postprocessor

from gpuguide import GpuguideError
from gpuguide.catalogue import Gpu, find, load
from gpuguide.export import gpus_csv, gpus_json
from handbook import charts, gpu_table
from handbook.catalogue_words import say
from handbook.chooser import panel
from handbook.number_text import FIELDS, as_html, as_markdown, shown
from neverstale import directive

# A child of MkDocs' logger: under `mkdocs build --strict` a warning fails the build.
log = logging.getLogger("mkdocs.handbook")

TABLE = "guide/table"
REFERENCE = re.compile(r"\[\[gpu:(?P<id>[^\]\s.]+)(?:\.(?P<field>[^\]\s]+))?\]\]")
BOARD = re.compile(r"\[\[gpu-[a-z0-9:-]+\]\]")
LOOKALIKE = re.compile(r"\[\[gpu[^\]<]{0,60}\]{0,2}")
CODE = re.compile(r"<(?P<tag>code|pre)\b.*?</(?P=tag)>", re.DOTALL)


class Mistake(ValueError):
    """A reference that stands for nothing; `str()` says why."""


class Numbers(Extension):
    """Settings: `edition` (required) and `root` (address of the site's root)."""

    def __init__(self, **settings: Any) -> None:
        self.config = {
            "edition": ["", "language of the pages"],
            "root": ["/", "address of the site's root, ending in a slash"],
        }
        super().__init__(**settings)

    def extendMarkdown(self, md: Markdown) -> None:
        """Register after code in a line (190), before escapes (180) and links (160)."""
        edition, root = self.getConfig("edition"), self.getConfig("root")
        table = f"{root}{edition}/{TABLE}/"
        md.inlinePatterns.register(_Reference(md, edition, table), "gpu-number", 185)
        md.parser.blockprocessors.register(_Board(md, edition, root), "gpu-board", 75)
        md.postprocessors.register(_LeftOver(md), "gpu-left-over", 1)


class _Reference(InlineProcessor):
    def __init__(self, md: Markdown, edition: str, table: str) -> None:
        super().__init__(REFERENCE.pattern, md)
        self.edition = edition
        self.table = table

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element | str, int, int]:
        try:
            gpu, field = resolve(m["id"], m["field"])
            if field is None:
                text = f'<a href="{self.table}#{gpu.id}">{html.escape(gpu.name, quote=False)}</a>'
            else:
                text = as_html(shown(gpu, field, self.edition), self.edition)
        except (Mistake, GpuguideError) as error:
            log.warning("'%s': %s", m[0], " ".join(str(error).split()))
            text = f'<span class="ns-error">{html.escape(str(error))}</span>'
        return self.md.htmlStash.store(text), m.start(0), m.end(0)


class _Board(BlockProcessor):
    """Comes after code by indentation (80): a line of its own."""

    def __init__(self, md: Markdown, edition: str, root: str) -> None:
        super().__init__(md.parser)
        self.md = md
        self.edition = edition
        self.root = root

    def test(self, parent: Element, block: str) -> bool:
        return BOARD.fullmatch(block.strip()) is not None

    def run(self, parent: Element, blocks: list[str]) -> None:
        block = blocks.pop(0).strip()
        try:
            text = board(block, self.edition, self.root)
        except (Mistake, GpuguideError) as error:
            log.warning("'%s': %s", block, " ".join(str(error).split()))
            text = f'<p class="ns-error">{html.escape(str(error))}</p>'
        SubElement(parent, "p").text = self.md.htmlStash.store(text)


class _LeftOver(Postprocessor):
    """Whatever looks like a reference and was not read, in a caption or misspelt, is a mistake."""

    def run(self, text: str) -> str:
        for found in dict.fromkeys(LOOKALIKE.findall(CODE.sub("", text))):
            log.warning(
                "'%s': not understood; write [[gpu:rtx-4090.memory]] in running text", found
            )
        return text


def resolve(name: str, field: str | None) -> tuple[Gpu, str | None]:
    """The entry that a reference means, and the field, which the catalogue may not know.

    Raises:
        Mistake: no such field, or the entry's id is written differently.
        GpuguideError: no such entry.
    """
    by_id = {gpu.id: gpu for gpu in load()}
    if name not in by_id:
        raise Mistake(f"write the id of {find(name).name}, {find(name).id}")
    if field is not None and field not in FIELDS:
        near = difflib.get_close_matches(field, FIELDS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(FIELDS)}"
        raise Mistake(f"no field {field!r}; {hint}")
    return by_id[name], field


def board(block: str, language: str, root: str = "/", *, plain: bool = False) -> str:
    """What a line such as `[[gpu-table]]` stands for.

    Args:
        block: the line.
        language: of the page.
        root: address of the site's root, ending in a slash.
        plain: as Markdown, for a page's twin.

    Raises:
        Mistake: there is no such thing.
        GpuguideError: the catalogue cannot be read.
    """
    name, _, which = block.strip("[]").removeprefix("gpu-").partition(":")
    gpus = load()
    if name == "table" and not which:
        assets = f"{root}{language}/assets/"
        if plain:
            return gpu_table.markdown(gpus, language)
        return gpu_table.table(gpus, language, assets)
    if name == "chooser" and not which:
        return panel.markdown(gpus, language) if plain else panel.show(gpus, language, root)
    if name == "chart" and which in charts.CHARTS:
        make = charts.markdown if plain else charts.figure
        return make(gpus, which, language)
    if name == "summary" and not which:
        text = summary(gpus, language)
        return text if plain else f"<p>{text}</p>"
    if name == "download" and not which:
        return downloads(gpus, language, root, plain=plain)
    known = (
        "table",
        "chooser",
        "summary",
        "download",
        *(f"chart:{chart}" for chart in charts.CHARTS),
    )
    raise Mistake(f"known are {', '.join(f'[[gpu-{one}]]' for one in known)}")


def summary(gpus: Sequence[Gpu], language: str) -> str:
    """How much there is, and of what kind the sources are, counted anew at each build."""
    sources = [number.source for gpu in gpus for number in gpu.quantities().values()]
    sources += [fact.source for gpu in gpus for fact in gpu.facts().values()]
    own = sum(source.vendor for source in sources)
    quoted = sum(bool(source.via) for source in sources)
    third = len(sources) - own - quoted
    counts = {"own": own, "quoted": quoted, "third": third}
    return say(
        "summary",
        language,
        entries=len(gpus),
        numbers=f"{len(sources):,}",
        missing=f"{sum(len(gpu.unknown()) for gpu in gpus):,}",
        **counts,
        **{f"{name}_share": f"{count / len(sources):.0%}" for name, count in counts.items()},
    )


def downloads(gpus: Sequence[Gpu], language: str, root: str, *, plain: bool) -> str:
    """The catalogue's files, as the site offers them."""
    items = []
    for name, text in (("gpus.json", gpus_json(gpus)), ("gpus.csv", gpus_csv(gpus))):
        link = f"[{name}]({root}{name})" if plain else f'<a href="{root}{name}" download>{name}</a>'
        size = f"{len(text.encode()) / 1000:.0f}"
        line = say("download", language, name=link, what=say(name, language), size=size)
        items.append(f"- {line}" if plain else f"<li>{line}</li>")
    return "\n".join(items) if plain else f"<ul>{''.join(items)}</ul>"


def expand(text: str, language: str, source: str) -> str:
    """Markdown with every reference outside code replaced, for a page's Markdown twin.

    Args:
        text: Markdown of the page, code blocks and all.
        language: of the page.
        source: its file below the edition's folder, `guide/memory.md`.
    """
    table = posixpath.relpath(f"{TABLE}.md", posixpath.dirname(source) or ".")

    def put(match: re.Match[str]) -> str:
        # The page itself has told of mistakes.
        try:
            gpu, field = resolve(match["id"], match["field"])
        except (Mistake, GpuguideError):
            return match[0]
        if field is None:
            return f"[{gpu.name}]({table}#{gpu.id})"
        return as_markdown(shown(gpu, field, language), language)

    free = {number for number, _ in directive.outside_fences(text)}
    lines = text.split("\n")
    result = []
    for number, line in enumerate(lines, 1):
        if number in free and BOARD.fullmatch(line.strip()):
            with contextlib.suppress(Mistake, GpuguideError):
                line = board(line.strip(), language, plain=True)
        elif number in free:
            line = _outside_code(line, lambda part: REFERENCE.sub(put, part))
        result.append(line)
    return "\n".join(result)


def _outside_code(line: str, change: Callable[[str], str]) -> str:
    parts: list[str] = []
    start = 0
    for code in directive.INLINE_CODE.finditer(line):
        parts += [change(line[start : code.start()]), code[0]]
        start = code.end()
    return "".join([*parts, change(line[start:])])


def makeExtension(**settings: Any) -> Numbers:
    """Called by Python-Markdown."""
    return Numbers(**settings)
