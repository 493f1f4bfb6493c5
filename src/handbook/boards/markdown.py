"""The Python-Markdown extension for what is made of data and stands on a line of its own.

`[[gpu-table]]`, `[[gpu-chooser]]`, `[[gpu-answer]]`, `[[gpu-needs]]`, `[[gpu-summary]]`, `[[gpu-
download]]`, and `[[gpu-chart:memory-price]]` or another of `handbook.boards.charts.CHARTS` show the
GPU catalogue; `[[validation]]` how right the estimates are, `[[cards]]` the time on other GPUs;
`[[zoo]]` what an estimate makes of others' models; `[[counters]]` what counters of FLOPs say;
`[[others]]` which untruths tools let through; `[[adopted]]` others' sites, run as they stand;
`[[faults]]` what caught which injected fault; `[[gpuguide-install]]` and `[[neverstale-install]]`
how to install them; `[[neverstale-settings]]` and `[[neverstale-rules]]` what a site may say to the
engine; `[[rooms:neverstale]]` or another package, what is where in its tree;
`[[interactive:kernel]]` or another of `handbook.boards.interactive.figures.FIGURES` is a figure
that readers change.
"""

from __future__ import annotations

import contextlib
import html
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension

from gpuguide import GpuguideError
from gpuguide.catalogue import load
from gpuguide.catalogue.export import gpus_csv, gpus_json
from handbook.boards import (
    adopted,
    cards,
    charts,
    counters,
    faults,
    gpu_table,
    needs,
    others,
    rooms,
    settings,
    take,
    wheel,
    zoo,
)
from handbook.boards.catalogue_words import say
from handbook.boards.chooser import panel
from handbook.boards.inline_code import keep_whole
from handbook.boards.interactive import panel as interactive
from handbook.boards.interactive.figures import FIGURES
from handbook.boards.validation import table as validation
from handbook.boards.validation.data import read
from handbook.errors import HandbookError, Mistake
from neverstale import project
from neverstale.problem import NeverstaleError
from neverstale.project import Project
from neverstale.source import directive

# A child of MkDocs' logger: under `mkdocs build --strict` a warning fails the build.
log = logging.getLogger("mkdocs.handbook")

LINE = re.compile(r"\[\[(?:(?:gpu-chart|interactive|rooms):)?[a-z0-9-]+\]\]")
ERRORS = (Mistake, GpuguideError, HandbookError, NeverstaleError)


@dataclass(frozen=True)
class Place:
    """Where a board stands.

    Attributes:
        project: the settings.
        language: of the page.
        root: address of the site's root, ending in a slash.
    """

    project: Project
    language: str
    root: str


class Boards(Extension):
    """Settings: `edition` (required) and `root` (address of the site's root)."""

    def __init__(self, **settings: Any) -> None:
        self.config = {
            "edition": ["", "language of the pages"],
            "root": ["/", "address of the site's root, ending in a slash"],
        }
        super().__init__(**settings)

    def extendMarkdown(self, md: Markdown) -> None:
        """Register after code by indentation (80): a line of its own."""
        settings = project.load(Path.cwd())
        place = Place(settings, self.getConfig("edition"), self.getConfig("root"))
        md.parser.blockprocessors.register(_Block(md, place), "boards", 75)


class _Block(BlockProcessor):
    def __init__(self, md: Markdown, place: Place) -> None:
        super().__init__(md.parser)
        self.md = md
        self.place = place

    def test(self, parent: Element, block: str) -> bool:
        return LINE.fullmatch(block.strip()) is not None

    def run(self, parent: Element, blocks: list[str]) -> None:
        line = blocks.pop(0).strip()
        try:
            text = show(line, self.place)
        except (HandbookError, NeverstaleError) as error:
            for one in error.problems:
                log.warning("%s:%d: %s", one.path, one.line, one.message)
            text = f'<p class="ns-error">{html.escape(str(error))}</p>'
        except (Mistake, GpuguideError) as error:
            log.warning("'%s': %s", line, " ".join(str(error).split()))
            text = f'<p class="ns-error">{html.escape(str(error))}</p>'
        SubElement(parent, "p").text = self.md.htmlStash.store(text)


def show(line: str, place: Place) -> str:
    """What such a line stands for, as HTML, as it will stand on the page.

    Raises:
        Mistake: there is no such thing.
        GpuguideError, HandbookError, NeverstaleError: what it is made of cannot be read.
    """
    return keep_whole(_named(line)[0](place))


def expand(text: str, place: Place) -> str:
    """A page's Markdown, for its twin, with every such line outside code replaced.

    Raises:
        HandbookError, NeverstaleError: what it is made of cannot be read.
    """
    lines = text.split("\n")
    for number, line in directive.outside_fences(text):
        if LINE.fullmatch(line.strip()):
            with contextlib.suppress(Mistake, GpuguideError):  # of which the page itself has told
                lines[number - 1] = _named(line.strip())[1](place)
    return "\n".join(lines)


def _named(line: str) -> tuple[Maker, Maker]:
    name = line.strip("[]")
    if name not in BOARDS:
        raise Mistake(f"known are {', '.join(f'[[{one}]]' for one in BOARDS)}")
    return BOARDS[name]


def _summary(language: str) -> str:
    """How much there is, and of what kind the sources are, counted anew at each build."""
    gpus = load()
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


def _downloads(at: Place, *, plain: bool = False) -> str:
    """The catalogue's files, as the site offers them."""
    items = []
    for name, text in (("gpus.json", gpus_json(load())), ("gpus.csv", gpus_csv(load()))):
        to = f"{at.root}{name}"
        link = f"[{name}]({to})" if plain else f'<a href="{to}" download>{name}</a>'
        size = f"{len(text.encode()) / 1000:.0f}"
        line = say("download", at.language, name=link, what=say(name, at.language), size=size)
        items.append(f"- {line}" if plain else f"<li>{line}</li>")
    return "\n".join(items) if plain else f"<ul>{''.join(items)}</ul>"


def _figure(which: str) -> tuple[Maker, Maker]:
    return (
        lambda at: charts.figure(load(), which, at.language),
        lambda at: charts.markdown(load(), which, at.language),
    )


def _interactive(name: str) -> tuple[Maker, Maker]:
    return (
        lambda at: interactive.show(name, at.language, at.root),
        lambda at: interactive.markdown(name, at.language),
    )


def _rooms(package: str) -> tuple[Maker, Maker]:
    return (
        lambda at: rooms.show(package, at.language),
        lambda at: rooms.markdown(package, at.language),
    )


def _wheel(package: str) -> tuple[Maker, Maker]:
    return (
        lambda at: wheel.show(package, at.language, at.root),
        lambda at: wheel.markdown(package, at.language, at.root),
    )


def _settings(which: str) -> tuple[Maker, Maker]:
    return (
        lambda at: settings.show(which, at.language),
        lambda at: settings.markdown(which, at.language),
    )


Maker = Callable[[Place], str]
BOARDS: dict[str, tuple[Maker, Maker]] = {
    "gpu-table": (
        lambda at: gpu_table.table(load(), at.language, f"{at.root}{at.language}/assets/"),
        lambda at: gpu_table.markdown(load(), at.language),
    ),
    "gpu-chooser": (
        lambda at: panel.show(load(), at.language, at.root),
        lambda at: panel.markdown(load(), at.language),
    ),
    "gpu-answer": (
        lambda at: panel.brief(load(), at.language, at.root),
        lambda at: panel.markdown(load(), at.language, "guide/"),
    ),
    "gpu-needs": (
        lambda at: needs.table(at.language),
        lambda at: needs.markdown(at.language),
    ),
    "gpu-summary": (
        lambda at: f"<p>{_summary(at.language)}</p>",
        lambda at: _summary(at.language),
    ),
    "gpu-download": (
        lambda at: _downloads(at),
        lambda at: _downloads(at, plain=True),
    ),
    **{f"gpu-chart:{which}": _figure(which) for which in charts.CHARTS},
    **{f"interactive:{name}": _interactive(name) for name in FIGURES},
    "validation": (
        lambda at: validation.show(read(at.project), at.language, at.root),
        lambda at: validation.markdown(read(at.project), at.language, at.root),
    ),
    "cards": (
        lambda at: cards.show(at.project, at.language, at.root),
        lambda at: cards.markdown(at.project, at.language),
    ),
    "take": (lambda at: take.PLACE, lambda at: ""),
    "faults": (
        lambda at: faults.show(at.project, at.language),
        lambda at: faults.markdown(at.project, at.language),
    ),
    "zoo": (
        lambda at: zoo.show(at.project, at.language),
        lambda at: zoo.markdown(at.project, at.language),
    ),
    "counters": (
        lambda at: counters.show(at.project, at.language),
        lambda at: counters.markdown(at.project, at.language),
    ),
    "adopted": (
        lambda at: adopted.show(at.project, at.language),
        lambda at: adopted.markdown(at.project, at.language),
    ),
    "others": (
        lambda at: others.show(at.project, at.language),
        lambda at: others.markdown(at.project, at.language),
    ),
    **{f"{package}-install": _wheel(package) for package in wheel.VERSIONS},
    **{f"rooms:{package}": _rooms(package) for package in rooms.PACKAGES},
    **{f"neverstale-{which}": _settings(which) for which in settings.TABLES},
}
"""Name → how it is made as HTML for the page, and as Markdown for the page's twin."""


def makeExtension(**settings: Any) -> Boards:
    """Called by Python-Markdown."""
    return Boards(**settings)
