"""The table of all GPUs, whole and static: scripts only sort, filter and compare what is there."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence

from gpuguide.catalogue import Gpu, Quantity, Source
from gpuguide.catalogue.model import FACTS
from gpuguide.catalogue.terms import WORDS
from gpuguide.choice.buying import on_sale
from handbook.boards.catalogue_words import FIELDS as FIELD_WORDS
from handbook.boards.catalogue_words import name, say, state, unit
from handbook.boards.number_text import COLUMN_UNITS, as_markdown, known, number, origin, shown

TEXTS = ("memory_type", "architecture", "form")
SHOWN = (
    "availability",
    "memory",
    "memory_type",
    "bandwidth",
    "bf16",
    "power",
    "seen_new",
    "seen_used",
    "price",
    "release",
)
FOLDED = (
    "rent",
    "price_cny",
    "seen_new_cny",
    "seen_used_cny",
    "rent_cny",
    "fp8",
    "fp32",
    "tf32",
    "fp16",
    "fp16_acc16",
    "fp8_acc16",
    "fp4",
    "int8",
    "bus_width",
    "data_rate",
    "interconnect",
    "pcie",
    "length",
    "slots",
    "supply",
    "compute_capability",
    "restricted",
    "architecture",
    "form",
)
COLUMNS = (*SHOWN, *FOLDED)
BEFORE = 2  # columns that come first and always show: the name, and vendor with line
MEMORIES = (8, 12, 16, 24, 32, 48, 80, 96, 128, 192)
GIB = 2**30 / 10**9
SALE = ("new", "used", "laptop", "data centre", "announced", "")
"""Availability, what one can buy first; "" is unknown."""


def in_order(gpus: Iterable[Gpu]) -> list[Gpu]:
    """What one can buy first, then what is built in, then the rest; the fastest memory first."""

    def key(gpu: Gpu) -> tuple[int, float]:
        speed = -magnitude(gpu.bandwidth) if gpu.bandwidth else math.inf
        return SALE.index(on_sale(gpu)), speed

    return sorted(gpus, key=key)


def magnitude(found: Quantity) -> float:
    """The number to sort by; a rate in GiB/s is turned into GB/s, a capacity stays as published.

    Vendors mean the same chips by 16 GB and 16 GiB of memory.
    """
    return found.value * GIB if found.unit == "GiB/s" else found.value


def table(gpus: Sequence[Gpu], language: str, assets: str) -> str:
    """The table with what finds and compares in it, which stays hidden without scripts.

    Args:
        gpus: the entries.
        language: of the page.
        assets: address of the folder with the script and style, ending in a slash.
    """
    folded = " ".join(f"h{index}" for index in _places(FOLDED))
    label = say("table", language)
    heads = "".join(_head(field, language) for field in ("name", "line", *COLUMNS))
    sources: dict[Source, int] = {}
    rows = "".join(_row(gpu, language, sources) for gpu in in_order(gpus))
    return (
        f'<link rel="stylesheet" href="{assets}gpu-table.css">'
        f'<div class="hb-gpus" {_words(language)}>{_form(gpus, language)}'
        f'<div class="hb-gpus__frame" tabindex="0" role="region" aria-label="{label}">'
        f'<table class="hb-gpus__table sortable n-last {folded}">'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        f'<p class="hb-gpus__stated">{say("stated", language)}</p>'
        f'<div class="hb-gpus__bar" hidden><span role="status"></span> '
        f'<a href="#compare">{say("go", language)}</a> '
        f'<button type="button">{say("clear", language)}</button></div>'
        f'<section class="hb-gpus__compare" id="compare" tabindex="-1" hidden '
        f'aria-label="{say("compare", language)}"></section>{_sources(sources, language)}</div>'
        f'<script type="module" src="{assets}gpu-table.js"></script>'
    )


def markdown(gpus: Sequence[Gpu], language: str) -> str:
    """The table for the page's Markdown twin, every number linked to its source."""
    words = FIELD_WORDS[language]
    lines = [
        "| " + " | ".join([words["name"], words["line"], *(_label(f, language) for f in SHOWN)]),
        "|---" * (len(SHOWN) + BEFORE),
    ]
    for gpu in in_order(gpus):
        cells = [gpu.name, maker(gpu, language)]
        for field in SHOWN:
            if field in TEXTS:
                cells.append(name(getattr(gpu, field), language))
            else:
                cells.append(as_markdown(shown(gpu, field, language, short=True), language))
        lines.append("| " + " | ".join(cells))
    return "\n".join(f"{line} |" for line in lines)


def maker(gpu: Gpu, language: str) -> str:
    """Vendor and line, and the market that a model is made for alone."""
    vendor, line = name(gpu.vendor, language), name(gpu.line, language)
    if gpu.market:
        market = name(gpu.market, language)
        return say("maker-only", language, vendor=vendor, line=line, market=market)
    return say("maker", language, vendor=vendor, line=line)


def _places(fields: Iterable[str]) -> list[int]:
    return [BEFORE + 1 + COLUMNS.index(field) for field in fields]


def _label(field: str, language: str) -> str:
    return FIELD_WORDS[language][field] + (f" ({_unit(field)})" if _unit(field) else "")


def _unit(field: str) -> str:
    if field in (*TEXTS, *FACTS, "name", "line"):
        return ""
    found = COLUMN_UNITS.get(field, COLUMN_UNITS["rates"])
    return {"USD": "US$", "CNY": "CN¥"}.get(found, found)


def _head(field: str, language: str) -> str:
    words = FIELD_WORDS[language]
    text = say("line-of", language) if field == "line" else words[field]
    text += f" <small>{unit(_unit(field), language)}</small>" if _unit(field) else ""
    # A name sorts from A first, a number from the largest.
    kind = ' data-text=""' if field in (*TEXTS, "name", "line", *WORDS) else ""
    return f'<th scope="col" data-field="{field}"{kind}>{text}</th>'


def _row(gpu: Gpu, language: str, sources: dict[Source, int]) -> str:
    cells = [f'<th scope="row">{html.escape(gpu.name, quote=False)}{_note(gpu, language)}</th>']
    cells.append(f"<td>{maker(gpu, language)}</td>")
    cells += [_cell(gpu, field, language, sources) for field in COLUMNS]
    return (
        f'<tr id="{gpu.id}" data-vendor="{gpu.vendor}" data-line="{gpu.line}" '
        f'data-sale="{on_sale(gpu)}">{"".join(cells)}</tr>'
    )


def _note(gpu: Gpu, language: str) -> str:
    if language not in gpu.note:
        return ""
    text = html.escape(gpu.note[language])
    return f' <a class="hb-note" href="#{gpu.id}" title="{text}">{say("note", language)}</a>'


def _cell(gpu: Gpu, field: str, language: str, sources: dict[Source, int]) -> str:
    """A number with its basis, linked to its source in the list below the table."""
    if field in TEXTS:
        return f"<td>{html.escape(name(getattr(gpu, field), language), quote=False)}</td>"
    seen = shown(gpu, field, language, short=True)
    if seen is None:
        return f'<td class="hb-unknown" data-sort="" title="{say("unknown", language)}">–</td>'
    found = known(gpu, field)
    assert found is not None
    place = sources.setdefault(found.source, len(sources) + 1)
    sort, mark = "", ""
    if isinstance(found, Quantity):
        plain = f"{magnitude(found):.10g}"
        sort = f' data-sort="{plain}"' if plain != seen.value else ""
        mark = "*" if "sparsity not stated" in found.basis else ""
        sort = f' data-sort="{plain}"' if mark else sort
    elif field == "availability":
        sort = f' data-sort="{SALE.index(found.value)}"'
    basis = f' title="{html.escape(seen.basis)}"' if seen.basis else ""
    return f'<td{sort}><a href="#source-{place}"{basis}>{seen.value}{mark}</a></td>'


def _sources(sources: dict[Source, int], language: str) -> str:
    """Every document that a number of the table was read in, once."""
    items = "".join(
        f'<li id="source-{place}"><a href="{html.escape(source.url)}">'
        f"{html.escape(source.title, quote=False)}</a>"
        f"<span>{origin(source, language)}</span></li>"
        for source, place in sources.items()
    )
    label = say("sources", language, count=len(sources))
    return f"<details><summary>{label}</summary><ol data-search-exclude>{items}</ol></details>"


def _words(language: str) -> str:
    keys = ("count", "pick", "picked", "comma", "full", "compare", "remove", "note")
    raw = {key: say(key, language, **{k: f"{{{k}}}" for k in PLACES}) for key in keys}
    return " ".join(f'data-{key}="{html.escape(text)}"' for key, text in raw.items())


PLACES = ("shown", "all", "name", "names")  # filled in by the script


def _form(gpus: Sequence[Gpu], language: str) -> str:
    words = FIELD_WORDS[language]
    lines: dict[str, list[str]] = {}
    for gpu in gpus:
        found = lines.setdefault(gpu.vendor, [])
        if gpu.line not in found:
            found.append(gpu.line)
    options = "".join(
        f'<optgroup label="{name(vendor, language)}">'
        f'<option value="{vendor}">{name(vendor, language)}</option>'
        + "".join(
            f'<option value="{vendor}/{line}">'
            f"{say('maker', language, vendor=name(vendor, language), line=name(line, language))}"
            "</option>"
            for line in found
        )
        + "</optgroup>"
        for vendor, found in sorted(lines.items(), key=lambda item: item[0])
    )
    anything = f'<option value="">{say("any", language)}</option>'
    sales = "".join(f'<option value="{one}">{state(one, language)}</option>' for one in SALE if one)
    memories = "".join(f'<option value="{size}">{number(size)} GB</option>' for size in MEMORIES)
    boxes = "".join(
        f'<label><input type="checkbox" name="columns" value="{field}"'
        f"{' checked' if field in SHOWN else ''}> {words[field]}</label>"
        for field in COLUMNS
    )
    return (
        '<form class="hb-gpus__find" role="search">'
        f'<label>{say("search", language)} <input type="search" name="find" autocomplete="off" '
        f'placeholder="{say("search-hint", language)}"></label>'
        f"<label>{say('line-of', language)} "
        f'<select name="line">{anything}{options}</select></label>'
        f"<label>{say('on-sale', language)} "
        f'<select name="sale"><option value="buy">{say("buyable", language)}</option>'
        f'<option value="any">{say("any", language)}</option>{sales}</select></label>'
        f"<label>{say('memory-from', language)} "
        f'<select name="memory">{anything}{memories}</select></label>'
        f'<button type="reset">{say("reset", language)}</button>'
        f"<details><summary>{say('columns', language)}</summary><div>{boxes}</div></details>"
        '<p role="status"></p></form>'
    )
