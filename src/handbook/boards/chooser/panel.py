"""The chooser put together: the panel on the page, and what its Markdown twin shows of it."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from pathlib import Path

from gpuguide.catalogue import Gpu, load
from gpuguide.choice.known import common, preset
from gpuguide.choice.workload import FIELDS, GREATEST, LONGEST, NUMBERS, PHASES, SPLITS, VERSION
from gpuguide.choice.workload import PARTS as OF_MEMORY
from gpuguide.step.events import CLASSES
from handbook.boards.chooser import presets
from handbook.boards.chooser.answer import CODES, FIRST, Answer
from handbook.boards.chooser.form import Form, at_home
from handbook.boards.chooser.parts import MERGED, PARTS, PATTERNS
from handbook.boards.chooser.templates import TEMPLATES
from handbook.boards.chooser.words import WORDS, say

DEFAULT = "simple-cnn"
FILE = [VERSION, FIELDS, NUMBERS, OF_MEMORY, PHASES, CLASSES, SPLITS, LONGEST, GREATEST]
"""What the script must know to read such a file as `gpuguide.choice.workload.read` does."""
VALIDATION = Path(__file__).parents[4] / "records" / "validation.json"
VALIDATED = "#validation"  # of the page that says how far off the estimates are


def show(gpus: Sequence[Gpu], language: str, root: str) -> str:
    """Questions, answer with the whole ranking, table of presets.

    Args:
        gpus: the entries.
        language: of the page.
        root: address of the site's root, ending in a slash.
    """
    answer = Answer(gpus, language, f"{root}{language}/guide/table/")
    found = answer.of(preset(DEFAULT), at_home(language))
    after = (
        f'<p class="hb-choose__share"><button type="button" name="copy">{say("copy", language)}'
        f'</button> <button type="button" name="reset">{say("reset", language)}</button> '
        f"<span></span></p>"
        f'<div class="hb-choose__notes"><p>{say("notes", language)}</p>'
        f"{_notes(language, root)}</div>{presets.table(gpus, language, answer.table)}"
    )
    return _panel(Form(gpus, language, root).of(preset(DEFAULT)), found, after, answer, root, "")


def brief(gpus: Sequence[Gpu], language: str, root: str) -> str:
    """Three questions and the answer in four sentences; without a script, one for each preset."""
    answer = Answer(gpus, language, f"{root}{language}/guide/table/")
    guide, wishes = f"{root}{language}/guide/", at_home(language)
    found = answer.of(preset(DEFAULT), wishes, guide)
    others = "".join(
        f'<details name="hb-preset"><summary>{html.escape(one.name[language])}</summary>'
        f"{answer.of(one, wishes, guide)}</details>"
        for one in common()
        if one.id != DEFAULT
    )
    after = (
        '<p class="hb-choose__share"><span></span></p>'
        f'<div class="hb-choose__presets"><p>{say("other-presets", language)}</p>{others}</div>'
    )
    form = Form(gpus, language, root).of(preset(DEFAULT), brief=True)
    return _panel(form, found, after, answer, root, guide)


def _panel(form: str, found: str, after: str, answer: Answer, root: str, guide: str) -> str:
    language = answer.language
    assets = f"{root}{language}/assets/"
    patterns = "".join(
        f'<pattern id="hb-{part}" width="6" height="6" patternUnits="userSpaceOnUse">'
        f"{shape}</pattern>"
        for part, shape in PATTERNS.items()
    )
    data = {
        "src": f"{root}choose.json",
        "table": answer.table,
        "guide": guide,
        "language": language,
        "default": DEFAULT,
        "words": _json(WORDS[language]),
        "templates": _json(TEMPLATES),
        "parts": _json([PARTS, MERGED, CODES, FIRST]),
        "file": _json(FILE),
    }
    attributes = " ".join(f'data-{key}="{html.escape(text)}"' for key, text in data.items())
    return (
        f'<link rel="stylesheet" href="{assets}gpu-chooser.css">'
        f'<div class="hb-choose" data-search-exclude {attributes}>'
        f'<svg class="hb-choose__patterns" aria-hidden="true">{patterns}</svg>{form}'
        f'<section class="hb-choose__answer" aria-label="{say("answer", language)}">'
        f'{found}</section><p class="hb-choose__said" role="status"></p>{after}</div>'
        f'<script type="module" src="{assets}gpu-chooser.js"></script>'
    )


def markdown(gpus: Sequence[Gpu], language: str, guide: str = "") -> str:
    """The table of presets, for the Markdown twin of a page from which the guide is at `guide`."""
    heads = ("workload", "presets-need", "presets-cards")
    lines = ["| " + " | ".join(say(head, language) for head in heads), "|---|---:|---"]
    lines += [
        "| " + " | ".join(cells) for cells in presets.rows(gpus, language, f"{guide}table.md")
    ]
    notes = "\n".join(
        f"- {text}" for text in _note_texts(language, f"[{{}}]({guide}estimate.md{VALIDATED})")
    )
    return "\n".join(f"{line} |" for line in lines) + "\n\n" + notes


def _notes(language: str, root: str) -> str:
    to = f'<a href="{root}{language}/guide/estimate/{VALIDATED}">{{}}</a>'
    items = "".join(f"<li>{text}</li>" for text in _note_texts(language, to))
    return f"<ul>{items}</ul>"


def _note_texts(language: str, to: str) -> list[str]:
    """What to know, as HTML or Markdown; `to` makes a link of words, to how far off it is."""
    tested = "note-tested" if VALIDATION.is_file() else "note-untested"
    link = to.format(say("note-link", language))
    keys = (
        "note-memory", "note-time", tested, "note-price", "note-rent", "note-room", "note-unknown",
    )  # fmt: skip
    seen = sum(gpu.seen_new_cny is not None or gpu.seen_used_cny is not None for gpu in load())
    return [say(key, language, link=link, seen=seen) for key in keys]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
