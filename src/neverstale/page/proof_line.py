"""The quiet line under a block: what was proved, where and when. It opens to the rest."""

from __future__ import annotations

import html
import shlex
from collections.abc import Iterable

from neverstale.page.block import Place
from neverstale.proof import reach
from neverstale.proof.record import Record
from neverstale.proof.status import Status
from neverstale.source.snippet import Snippet
from neverstale.wording import MARKS

SEPARATOR = ' <span aria-hidden="true">·</span> '


def proof_lines(place: Place, item: Snippet, found: Iterable[Status]) -> str:
    """A line for each status of a snippet."""
    return "".join(proof_line(place, item, status) for status in found)


def proof_line(place: Place, item: Snippet, status: Status) -> str:
    """Mark, status, device and day in one line; opened, versions, costs and files."""
    say = place.say
    found = status.record if status.state == "verified" else None
    waits = status.device == "cuda" and status.state in ("missing", "stale")
    told = [say["waiting-gpu"] if waits else say[status.state]]
    if found:
        gpu = f" {found.device_name}" if found.device == "cuda" else ""
        told.append(html.escape(f"{say[status.device]}{gpu}"))
        told.append(_day(found.date))
        if found.unconfined:
            told.append(say["unconfined"])
        rest = [*_costs(place, found), _ran(place, item, found)]
        rest += [*_command(place, item), *_files(place, item)]
    elif waits:
        rest = [_how(place, item)]
    else:
        if status.state == "skipped":
            until = item.options.skip[status.device].until
            told.append(say["until"].format(date=_day(until.isoformat())))
        rest = _files(place, item)
    if board := place.sources.boards.get((place.edition, "table")):
        address = f"{place.root}{place.project.address(place.edition, board)}#{item.slug}"
        rest.append(f'<a href="{address}">{say["all-runs"]}</a>')
    mark = f'<span class="ns-mark" aria-hidden="true">{MARKS[status.state]}</span> '
    return (
        f'<details class="ns-proof" data-status="{status.state}" data-device="{status.device}" '
        f"data-search-exclude><summary>{mark}{SEPARATOR.join(told)}</summary>"
        f"<p>{' · '.join(rest)}</p></details>"
    )


def _day(date: str) -> str:
    return f'<time datetime="{date}">{date}</time>'


def _costs(place: Place, found: Record) -> list[str]:
    """The machine, the versions, and what the run took."""
    say = place.say
    parts = [html.escape(found.device_name)]
    named = place.project.named
    for name in sorted(found.packages, key=lambda each: (each not in named, each)):
        parts.append(html.escape(f"{name} {found.packages[name]}"))
    if found.cuda:
        parts.append(f"CUDA {found.cuda}")
    parts.append(f"Python {found.python}")
    parts.append(say["seconds"].format(seconds=f"{found.seconds:.2g}"))
    memory = say["gpu-memory" if found.device == "cuda" else "cpu-memory"]
    parts.append(memory.format(size=f"{found.peak_memory_bytes / 2**20:,.1f} MiB"))
    return parts


def _command(place: Place, item: Snippet) -> list[str]:
    """With which arguments and variables it was run, and how it ended, if not as usual."""
    told = []
    if item.options.argv or item.options.environment:
        set_to = item.options.environment.items()
        before = "".join(f"{name}={shlex.quote(text)} " for name, text in set_to)
        told.append(f"<code>{html.escape(before)}python {html.escape(_start(item))}</code>")
    if item.options.exit:
        told.append(place.say["exit"].format(code=item.options.exit))
    return told


def _start(item: Snippet) -> str:
    """Its file's name and its arguments, as a shell takes them."""
    return shlex.join((item.name.rpartition("/")[2], *item.options.argv))


def _ran(place: Place, item: Snippet, found: Record) -> str:
    """How many of the statements the run reached, and whose runs alone reached others."""
    say = place.say
    reaches = reach.of(place.statuses, item.name)
    own = sum(found.device in each.devices for each in reaches)
    told = say["ran-of"].format(own=own, all=len(reaches))
    through = [each.through for each in reaches if each.through and not each.devices]
    if not through:
        return told
    names = sorted({name.rpartition("/")[2] for each in through for name in each})
    more = say["ran-through"].format(count=len(through), names=say["comma"].join(names))
    return f"{told}{say['between']}{more}"


def _how(place: Place, item: Snippet) -> str:
    """That a run is awaited, and how to make one."""
    say = place.say
    file = html.escape(_start(item))
    start = say["notebook-start"] if item.options.lab else say["file-start"].format(file=file)
    files = say["comma"].join(_downloads(place, item) or [f"<code>{item.name}</code>"])
    return say["waiting-gpu-how"].format(files=files, start=start, name=item.name)


def _files(place: Place, item: Snippet) -> list[str]:
    """Links to the file where the source is kept, and to what a reader downloads."""
    links = []
    if place.source:
        folder = place.project.relative(place.project.snippets)
        say = place.say
        links.append(f'<a href="{place.source}{folder}/{item.name}">{say["file"]}</a>')
    for name, each in item.options.prefetched.items():
        links.append(f'<a href="{html.escape(each.address)}">{html.escape(name)}</a>')
    return links + _downloads(place, item)


def _downloads(place: Place, item: Snippet) -> list[str]:
    """Links to the file, or the notebook, and to the files that it needs."""
    say = place.say
    folder = item.name.rpartition("/")[0]
    needed = [(name, f"{folder}/{name}".lstrip("/")) for name in item.data()]
    files = place.project.downloads
    links = []
    if item.options.lab:
        address = f"{place.root}{place.project.address(place.edition, item.lab_page)}"
        file = item.lab_page.rpartition("/")[2]
        links = [f'<a href="{address}{file}" download>{say["notebook"]}</a>']
    elif files:
        links = [f'<a href="{place.root}{files}/{item.name}" download>{say["download"]}</a>']
        needed += [(name.rpartition("/")[2], name) for name in item.siblings]
    for file, name in needed if files else ():
        links.append(f'<a href="{place.root}{files}/{name}" download>{file}</a>')
    return links
