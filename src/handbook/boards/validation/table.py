"""The result as HTML for a page, and as Markdown for its twin."""

from __future__ import annotations

import html
from collections.abc import Sequence

from handbook.boards.chooser.digits import three
from handbook.boards.validation import chart
from handbook.boards.validation.data import (
    FAMILIES,
    FILE,
    GOALS,
    QUANTITIES,
    Errors,
    Pair,
    Row,
    Validation,
    errors,
    goals,
)
from handbook.boards.validation.words import FAMILY, say

MIB = 2**20
MINUS = "\u2212"


def show(found: Validation | None, language: str, root: str) -> str:
    """The result as HTML.

    Args:
        found: the result; None if nothing has been measured.
        language: of the page.
        root: address of the site's root, ending in a slash.
    """
    if found is None:
        return f'<p class="ns-summary">{say("none", language)}</p>'
    device = html.escape(found.device, quote=False)
    if found.gpu is not None:
        device = f'<a href="{root}{language}/guide/table/#{html.escape(found.gpu)}">{device}</a>'
    link = f'<a href="{root}{FILE}">{FILE}</a>'
    drawn = "".join(chart.figure(found, quantity, language) for quantity in chart.UNITS)
    return (
        f'<link rel="stylesheet" href="{root}{language}/assets/validation.css">'
        f'<div class="hb-validation"><p class="ns-summary">{_told(found, language, device)}</p>'
        f'{_errors(found, language)}<div class="hb-validation__charts">{drawn}</div>'
        f"{_rows(found, language)}<p>{say('file', language, link=link)}</p></div>"
    )


def markdown(found: Validation | None, language: str, up: str) -> str:
    """The same as Markdown.

    Args:
        found: the result; None if nothing has been measured.
        language: of the page.
        up: address of the site's root as seen from the page's twin, `../../../`.
    """
    if found is None:
        return say("none", language)
    device = found.device if found.gpu is None else f"[{found.device}](table.md#{found.gpu})"
    keys = ("quantity", "count", "median", "percentile90")
    head = [say(key, language) for key in keys]
    body = []
    for quantity in QUANTITIES:
        for family in (None, *FAMILIES):
            one = _of(found, quantity, family)
            cells = _cells(one, None if family else quantity, language)
            name = say(quantity, language)
            if family:
                name = say("of", language, quantity=name, family=FAMILY[family])
            body.append([name, str(one.rows if one else 0), *(" ".join(cell) for cell in cells)])
    names = [say(quantity, language) for quantity in QUANTITIES]
    each = [say(key, language) for key in ("predicted", "measured", "error")]
    rows = [
        [row.name, say("fit" if row.fit else "report", language)]
        + [text for quantity in QUANTITIES for text in _texts(row.pairs[quantity], quantity)]
        for row in found.rows
    ]
    columns = [
        say("of", language, quantity=name, family=one.lower()) for name in names for one in each
    ]
    parts = [
        _told(found, language, device),
        _markdown([head, *body]),
        *(chart.about(found, quantity, language) for quantity in chart.UNITS),
        say("rows-about", language),
        _markdown([[say("name", language), say("use", language), *columns], *rows]),
        say("file", language, link=f"[{FILE}]({up}{FILE})"),
    ]
    return "\n\n".join(parts)


def percent(value: float) -> str:
    """One decimal."""
    return f"{value:.1%}"


def signed(value: float | None) -> str:
    """One decimal, with its sign; empty if there is none."""
    if value is None:
        return ""
    text = percent(abs(value))
    return text if text == "0.0%" else f"{'+' if value > 0 else MINUS}{text}"


def shown(value: float, quantity: str) -> str:
    """Milliseconds, or MiB."""
    if quantity == "step_time":
        return three(value * 1e3)
    return f"{value / MIB:,.1f}" if value < 100 * MIB else f"{value / MIB:,.0f}"


def _told(found: Validation, language: str, device: str) -> str:
    met = goals(found)
    return say(
        "told",
        language,
        date=html.escape(found.date),
        device=device,
        torch=html.escape(found.torch),
        cuda=say("cuda", language, cuda=html.escape(found.cuda)) if found.cuda else "",
        reported=len(found.reported),
        fitted=len(found.rows) - len(found.reported),
        met=sum(met),
        goals=len(met),
    )


def _of(found: Validation, quantity: str, family: str | None) -> Errors | None:
    rows = [row for row in found.reported if family in (None, row.family)]
    return errors(rows, quantity)


def _cells(one: Errors | None, quantity: str | None, language: str) -> list[list[str]]:
    """Median and 90th percentile, each with a sign and words on its goal, if it has one."""
    if one is None:
        return [[say("unknown", language)], [say("unknown", language)]]
    cells = []
    wanted = GOALS.get(quantity or "", (None, None))
    for value, goal in zip((one.median, one.percentile90), wanted, strict=True):
        cells.append([percent(value)])
        if goal is not None:
            key, sign = ("met", "✓") if value <= goal else ("missed", "✗")
            cells[-1].append(f"{sign} {say(key, language, goal=f'{goal:.0%}')}")
    return cells


def _errors(found: Validation, language: str) -> str:
    keys = ("quantity", "count", "median", "percentile90")
    head = "".join(f'<th scope="col">{say(key, language)}</th>' for key in keys)
    bodies = ""
    for quantity in QUANTITIES:
        lines = ""
        for family in (None, *FAMILIES):
            one = _of(found, quantity, family)
            name = FAMILY[family] if family else say(quantity, language)
            cells = _cells(one, None if family else quantity, language)
            lines += f'<tr><th scope="row{"" if family else "group"}">{name}</th>'
            lines += f"<td>{one.rows if one else 0}</td>{''.join(map(_cell, cells))}</tr>"
        bodies += f"<tbody>{lines}</tbody>"
    return _framed(f"<thead><tr>{head}</tr></thead>{bodies}", "errors", say("errors", language))


def _cell(texts: Sequence[str]) -> str:
    goal = ""
    if len(texts) > 1:
        met = "met" if texts[1].startswith("✓") else "missed"
        goal = f' <small data-goal="{met}">{texts[1]}</small>'
    return f"<td>{texts[0]}{goal}</td>"


def _rows(found: Validation, language: str) -> str:
    title = say("rows", language, count=len(found.rows))
    groups = "".join(
        f'<th scope="colgroup" colspan="3">{say(quantity, language)}</th>'
        for quantity in QUANTITIES
    )
    each = "".join(
        f'<th scope="col">{say(key, language)}</th>' for key in ("predicted", "measured", "error")
    )
    body = "".join(
        f'<tr><th scope="row">{html.escape(row.name, quote=False)}</th>'
        f"<td>{say('fit' if row.fit else 'report', language)}</td>"
        + "".join(_three_cells(row, quantity) for quantity in QUANTITIES)
        + "</tr>"
        for row in found.rows
    )
    head = (
        f'<thead><tr><th scope="col" rowspan="2">{say("name", language)}</th>'
        f'<th scope="col" rowspan="2">{say("use", language)}</th>{groups}</tr>'
        f"<tr>{each * len(QUANTITIES)}</tr></thead>"
    )
    return (
        f"<details><summary>{title}</summary>"
        f"<p>{say('rows-about', language)}{say('rows-range', language)}</p>"
        f"{_framed(f'{head}<tbody>{body}</tbody>', 'rows', title)}</details>"
    )


def _three_cells(row: Row, quantity: str) -> str:
    pair = row.pairs[quantity]
    predicted, measured, error = _texts(pair, quantity)
    if pair.low is not None and pair.high is not None:
        ends = f"{shown(pair.low, quantity)}–{shown(pair.high, quantity)}"
        predicted += f" <small>{ends}</small>"
    return f"<td>{predicted}</td><td>{measured}</td><td>{error}</td>"


def _texts(pair: Pair, quantity: str) -> list[str]:
    predicted = "—" if pair.predicted is None else shown(pair.predicted, quantity)
    return [predicted, shown(pair.measured, quantity), signed(pair.error)]


def _framed(table: str, name: str, label: str) -> str:
    """A table that scrolls in its own frame where it is too wide."""
    return (
        f'<div class="hb-validation__frame" data-search-exclude tabindex="0" role="region" '
        f'aria-label="{label}"><table class="hb-validation__{name}">{table}</table></div>'
    )


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    lines = [rows[0], ["---"] * len(rows[0]), *rows[1:]]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
