"""`[[cards]]`: how far off the time is, by GPU and family, on models nothing was fitted to.

The measurements are `records/public-steps.json.gz`; the predictions are made when the page is.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gpuguide.catalogue import find
from gpuguide.choice.choose import middle
from gpuguide.cost.memory import Range
from gpuguide.cost.speed import time_of
from gpuguide.measuring.steps import FAMILIES, FILE, Step, read
from neverstale.project import Project

WORDS = {
    "en": {
        "title": "Errors of the time, by GPU and family",
        "what": "GPU and use",
        "family": "Models",
        "count": "Runs",
        "median": "Median error",
        "percentile90": "90th percentile",
        "inside": "In the range",
        "training": "{gpu}, training",
        "inference": "{gpu}, inference",
        "all": "all",
        "cnn": "convolutional",
        "transformer": "transformers",
        "hybrid": "hybrids of both",
    },
    "zh": {
        "title": "时间的误差，按 GPU 和模型类别",
        "what": "GPU 与用途",
        "family": "模型",
        "count": "测量数",
        "median": "误差中位数",
        "percentile90": "第 90 百分位",
        "inside": "落在范围内",
        "training": "{gpu}，训练",
        "inference": "{gpu}，推理",
        "all": "全部",
        "cnn": "卷积网络",
        "transformer": "Transformer",
        "hybrid": "两者兼有",
    },
}
COLUMNS = ("what", "family", "count", "median", "percentile90", "inside")


@dataclass(frozen=True)
class Errors:
    """How far off times are, without their signs.

    Attributes:
        gpu: id of the catalogue.
        training: whether the steps train.
        family: one of `FAMILIES`, or `all`.
        rows: how many steps.
        median, percentile90: of |predicted / measured - 1|.
        inside: share of the measurements that lie in the range predicted.
    """

    gpu: str
    training: bool
    family: str
    rows: int
    median: float
    percentile90: float
    inside: float


@cache
def errors(path: Path) -> tuple[Errors, ...]:
    """Of every GPU and use in a record, all models first, then each family."""
    cases: dict[tuple[str, bool], list[tuple[str, float, bool]]] = {}
    for step in read(path):
        if not step.fit:
            case = cases.setdefault((step.gpu, step.training), [])
            case.append((step.family, *_error(step)))
    return tuple(_all(cases))


def _all(cases: dict[tuple[str, bool], list[tuple[str, float, bool]]]) -> Iterator[Errors]:
    for (gpu, training), rows in cases.items():
        for family in ("all", *FAMILIES):
            found = [(error, inside) for one, error, inside in rows if family in ("all", one)]
            if found:
                off = sorted(error for error, _ in found)
                last = off[min(len(off) - 1, int(0.9 * len(off)))]
                share = sum(inside for _, inside in found) / len(found)
                yield Errors(gpu, training, family, len(off), statistics.median(off), last, share)


def _error(step: Step) -> tuple[float, bool]:
    """How far off a prediction is, and whether the measurement lies in its range."""
    found = time_of(step.groups, find(step.gpu))
    assert isinstance(found, Range)
    inside = found.low <= step.seconds <= found.high
    return abs(middle(found) / step.seconds - 1), inside


def show(project: Project, language: str, root: str) -> str:
    """The table as HTML; `root` is the address of the site's root, ending in a slash."""
    words, head, bodies = WORDS[language], "", list[str]()
    for key in COLUMNS:
        head += f'<th scope="col">{words[key]}</th>'
    for one in errors(project.root / FILE):
        name, *cells = _cells(one, language)
        line = "".join(f"<td>{text}</td>" for text in cells)
        if one.family == "all":
            bodies.append("")
        bodies[-1] += f'<tr><th scope="row">{name}</th>{line}</tr>'
    body = "".join(f"<tbody>{rows}</tbody>" for rows in bodies)
    return (
        f'<link rel="stylesheet" href="{root}{language}/assets/validation.css">'
        '<div class="hb-validation"><div class="hb-validation__frame" data-search-exclude '
        f'tabindex="0" role="region" aria-label="{words["title"]}">'
        f'<table class="hb-validation__errors"><thead><tr>{head}</tr></thead>'
        f"{body}</table></div></div>"
    )


def markdown(project: Project, language: str) -> str:
    """The same as Markdown."""
    rows = [_cells(one, language) for one in errors(project.root / FILE)]
    lines = [[WORDS[language][key] for key in COLUMNS], ["---"] * len(COLUMNS), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _cells(one: Errors, language: str) -> list[str]:
    words = WORDS[language]
    use = words["training" if one.training else "inference"].format(gpu=find(one.gpu).name)
    shares = [f"{value:.0%}" for value in (one.median, one.percentile90, one.inside)]
    return [use, words[one.family], str(one.rows), *shares]
