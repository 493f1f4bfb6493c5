"""How the whole site stands, as HTML: a line, a table of snippets, a list of illustrations."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from neverstale.page.block import Place
from neverstale.proof import reach, verification
from neverstale.wording import MARKS


def summary(place: Place) -> str:
    """How many snippets are proved, on which devices, when last."""
    say = place.say
    entries = verification.entries(place.statuses)
    good = [entry for entry in entries if entry["status"] == "verified"]
    if not good:
        return f'<p class="ns-summary" data-board="summary">{say["summary-none"]}</p>'
    gpu = sum(entry["device"] == "cuda" for entry in good)
    text = say["summary-both" if "cuda" in place.project.devices else "summary"].format(
        good=sum(entry["device"] == "cpu" for entry in good),
        all=len({entry["snippet"] for entry in entries}),
        gpu=say["summary-gpu" if gpu else "summary-no-gpu"].format(gpu=gpu),
        date=max(entry["date"] for entry in good),
        devices=html.escape(say["between"].join(sorted({entry["device_name"] for entry in good}))),
    )
    return f'<p class="ns-summary" data-board="summary">{text}</p>'


def table(place: Place) -> str:
    """One row per snippet and device."""
    say = place.say
    heads = [say[key] for key in ("snippet", "device", "state", "date", "time", "memory", "ran")]
    heads.insert(3, say["comma"].join((*place.project.named, "Python")))
    rows = []
    last = ""
    for entry in verification.entries(place.statuses):
        # The first row of a snippet carries the id that its proof lines link to.
        slug = place.sources.snippets[entry["snippet"]].slug
        anchor = "" if slug == last else f' id="{slug}"'
        last = slug
        rows.append(f"<tr{anchor}>{''.join(_cells(place, entry))}</tr>")
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    return (
        '<div class="ns-table" data-board="table" data-search-exclude tabindex="0" role="region" '
        f'aria-label="{say["snippet"]}"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def reached(place: Place) -> str:
    """How many of the statements shown have run, where, and why the rest has not."""
    say = place.say
    found = [each for name in place.sources.snippets for each in reach.of(place.statuses, name)]
    text = say["reach"].format(
        all=len(found),
        own=sum(bool(each.devices) for each in found),
        through=sum(bool(each.through) and not each.devices for each in found),
        awaited=sum(bool(each.awaited) for each in found),
        excused=sum(each.reason is not None for each in found),
    )
    return f'<p class="ns-summary" data-board="reach">{text}</p>'


def illustrations(place: Place) -> str:
    """Every piece of code that is shown without being run, and why."""
    say = place.say
    found = [
        (page, fence)
        for page in place.sources.pages
        if page.edition == place.edition
        for fence in page.fences
    ]
    if not found:
        none = say["illustrations-none"]
        return f'<p class="ns-summary" data-board="illustrations">{none}</p>'
    items = "".join(
        f"<li>{html.escape(f'{page.name}:{fence.line}')}{say['colon']}"
        f"{html.escape(fence.reason or '')}</li>"
        for page, fence in found
    )
    count = say["illustrations"].format(count=len(found))
    return (
        '<div class="ns-summary" data-board="illustrations" data-search-exclude>'
        f"<p>{count}</p><ul>{items}</ul></div>"
    )


def excuses(place: Place) -> str:
    """Whatever a check does not demand of a snippet, why, and until when."""
    say = place.say
    found = list(_excuses(place))
    if not found:
        none = say["excuses-none"]
        return f'<p class="ns-summary" data-board="excuses">{none}</p>'
    heads = [say[key] for key in ("snippet", "excused", "reason", "last-day")]
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    body = ""
    language = place.project.reasons_in
    lang = f' lang="{html.escape(language)}"' if language else ""
    for name, what, reason, until in found:
        said = f"<td{lang}>{html.escape(reason)}</td>"
        cells = f"<td>{what}</td>{said}<td>{until}</td>"
        body += f'<tr><th scope="row">{_breakable(name)}</th>{cells}</tr>'
    return (
        '<div class="ns-table" data-board="excuses" data-search-exclude tabindex="0" role="region" '
        f'aria-label="{say["excused"]}"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _excuses(place: Place) -> Iterator[tuple[str, str, str, str]]:
    """Snippet, what it is excused from, why, and the last day or ""."""
    say = place.say
    for low in place.project.rules:
        what = say["excuse-rule"].format(rule=low.rule, level=low.level)
        yield ", ".join(low.paths), what, low.reason, low.until.isoformat() if low.until else ""
    if place.project.unconfined:
        yield "*", say["excuse-unconfined"], place.project.unconfined, ""
    for one in place.project.elsewhere:
        what = say["excuse-elsewhere"].format(device=say[one.device])
        yield one.snippet, what, one.reason, one.until.isoformat()
    for name, item in place.sources.snippets.items():
        options = item.options
        for device, skip in options.skip.items():
            what = say["excuse-skip"].format(device=say[device])
            yield name, what, skip.reason, skip.until.isoformat()
        for key in ("measured", "gpu_differs"):
            if reason := getattr(options, key):
                yield name, say[f"excuse-{key}"], reason, ""
        for key in ("varies", "allow_warnings", "allow_stderr"):
            for one in getattr(options, key):
                what = f"{say[f'excuse-{key}']} <code>{html.escape(one.match)}</code>"
                yield name, what, one.reason, ""
        if options.tolerance is not None:
            yield name, f"{say['excuse-tolerance']} {options.tolerance:.2%}", "", ""


def _breakable(name: str) -> str:
    """A path that a narrow column breaks."""
    return re.sub(r"(?<=[/_])", "<wbr>", name)


def _cells(place: Place, entry: dict[str, Any]) -> list[str]:
    say = place.say
    state = entry["status"]
    name = say[state]
    if entry["device"] == "cuda" and state in ("missing", "stale"):
        name = say["waiting-gpu"]
    if entry["unconfined"]:
        name += f" · {say['unconfined']}"
    mark = f'<span class="ns-mark" aria-hidden="true">{MARKS[state]}</span> {name}'
    versions = ", ".join(filter(None, (*map(entry.get, place.project.named), entry["python"])))
    seconds = entry["seconds"]
    memory = entry["peak_memory_bytes"]
    ran, shown = (entry["statements"][key] for key in ("reached", "shown"))
    device = say[entry["device"]]
    if entry["device_name"]:
        device += f" {html.escape(entry['device_name'])}"
    title = _breakable(entry["snippet"])
    if files := place.project.downloads:
        title = f'<a href="{place.root}{files}/{entry["snippet"]}">{title}</a>'
    return [
        f'<th scope="row">{title}</th>',
        f"<td>{device}</td>",
        f'<td data-status="{state}">{mark}</td>',
        f"<td>{versions}</td>",
        f"<td>{entry['date'] or ''}</td>",
        f"<td>{'' if seconds is None else f'{seconds:.2g} s'}</td>",
        f"<td>{'' if memory is None else f'{memory / 2**20:,.0f} MiB'}</td>",
        f"<td>{'' if memory is None else f'{ran} / {shown}'}</td>",
    ]


# One of directive.BOARDS each.
MAKERS = {
    "summary": summary,
    "reach": reached,
    "table": table,
    "illustrations": illustrations,
    "excuses": excuses,
}
