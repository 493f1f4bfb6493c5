"""What stands on a page for one snippet: HTML for its output, its proof and its figures."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from neverstale.project import Project
from neverstale.proof import figure, record
from neverstale.proof.record import Record
from neverstale.proof.status import Status, Statuses
from neverstale.source.snippet import Snippet
from neverstale.source.sources import Sources
from neverstale.wording import MARKS, words


@dataclass(frozen=True)
class Place:
    """Where blocks are shown.

    Attributes:
        statuses: how every snippet stands.
        edition: language of the page.
        root: address of the site's root, ending in a slash.
        source: address below which the repository shows its files, ending in a slash; or "".
    """

    statuses: Statuses
    edition: str
    root: str = "/"
    source: str = ""

    @property
    def project(self) -> Project:
        """The settings."""
        return self.sources.project

    @property
    def sources(self) -> Sources:
        """What people wrote."""
        return self.statuses.sources


def recorded(place: Place, item: Snippet) -> Record | None:
    """The record whose output the page shows."""
    return shown_record(item, place.statuses.by_name[item.name])


def shown_record(item: Snippet, found: Sequence[Status]) -> Record | None:
    """The record whose output is shown: the first device's that ran this very text.

    The output of an earlier text would stand under the wrong lines.
    """
    now = record.hash_text(item.text)
    return next((s.record for s in found if s.record and s.record.text == now), None)


def output(
    place: Place, text: str, name: str, section: str | None = None, cell: int | None = None
) -> str:
    """What a block (a section, or the n-th code cell of a lab) printed; "" if nothing."""
    if not text.strip():
        return ""
    label = words(place.edition)["output"]
    which = f'data-cell="{cell}"' if cell else f'data-section="{section or ""}"'
    return (
        f'<div class="ns-output" data-snippet="{name}" {which}>'
        f'<pre tabindex="0" role="group" aria-label="{label}">{html.escape(text.rstrip())}\n</pre>'
        "</div>"
    )


def proof(place: Place, item: Snippet, found: Sequence[Status]) -> str:
    """The quiet line under a block: what was proved, where and when; and the file."""
    return "".join(_proof(place, item, status, last=status is found[-1]) for status in found)


def _proof(place: Place, item: Snippet, status: Status, last: bool) -> str:
    say = words(place.edition)
    name = say[status.state]
    if status.device == "cuda" and status.state in ("missing", "stale"):
        name = say["waiting-gpu"]
    board = f"{place.root}{place.edition}/verification/#{item.slug}"
    parts = [
        f'<span class="ns-mark" aria-hidden="true">{MARKS[status.state]}</span> '
        f'<a href="{board}">{name}</a>'
    ]
    found = status.record if status.state == "verified" else None
    if found:
        parts.append(html.escape(f"{say[status.device]} {found.device_name}"))
        if found.torch:
            parts.append(f"torch {found.torch}")
        parts.append(f"Python {found.python}")
        parts.append(say["seconds"].format(seconds=f"{found.seconds:.2g}"))
        parts.append(f'<time datetime="{found.date}">{found.date}</time>')
    elif status.state == "skipped":
        until = item.options.skip[status.device].until
        parts.append(say["until"].format(date=f'<time datetime="{until}">{until}</time>'))
    if last:
        parts += _links(place, item)
    text = ' <span aria-hidden="true">·</span> '.join(parts)
    return (
        f'<p class="ns-proof" data-status="{status.state}" data-device="{status.device}" '
        f"data-search-exclude>{text}</p>"
    )


def _links(place: Place, item: Snippet) -> list[str]:
    say = words(place.edition)
    links = []
    if place.source:
        folder = place.project.relative(place.project.snippets)
        links.append(f'<a href="{place.source}{folder}/{item.name}">{say["file"]}</a>')
    if item.options.lab:
        address = f"{place.root}{place.edition}/{item.lab_page.removesuffix('.ipynb')}/"
        file = item.lab_page.rpartition("/")[2]
        links.append(f'<a href="{address}{file}" download>{say["notebook"]}</a>')
    else:
        links.append(f'<a href="{place.root}snippets/{item.name}" download>{say["download"]}</a>')
    folder = item.name.rpartition("/")[0]
    needed = [f"{folder}/{name}" for name in item.options.files]
    if not item.options.lab:
        needed += item.siblings
    for name in needed:
        file = name.rpartition("/")[2]
        links.append(f'<a href="{place.root}snippets/{name}" download>{file}</a>')
    return links


def drawn(
    place: Place, item: Snippet, found: Record, name: str, alt: str, caption: str, number: int
) -> str:
    """A figure that a snippet drew.

    Args:
        place: where it is shown.
        item: the snippet.
        found: its record.
        name: file name of the figure, one of the record's.
        alt: alternative text.
        caption: caption, or "".
        number: which figure of the page it is; keeps ids apart.
    """
    path = record.figure_path(place.project, item.name, found.device, name)
    svg = figure.inline(
        path.read_text(encoding="utf-8"),
        alt=alt,
        prefix=f"f{number}-",
        colours=place.project.colours,
        labels=item.options.labels.get(place.edition, {}),
    )
    data = f'data-snippet="{item.name}" data-figure="{name}" data-hash="{found.figures[name]}"'
    return _figure(svg, caption, data)


def diagram(place: Place, name: str, alt: str, caption: str, number: int) -> str:
    """A diagram made by hand.

    Raises:
        FileNotFoundError: there is no such diagram.
    """
    svg, labels = figure.diagram(place.project, name, place.edition)
    drawing = figure.inline(
        svg, alt=alt, prefix=f"f{number}-", colours=place.project.colours, labels=labels
    )
    return _figure(drawing, caption, f'data-diagram="{name}"')


def _figure(svg: str, caption: str, data: str) -> str:
    below = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    return f'<figure class="ns-figure" data-search-exclude {data}>{svg}{below}</figure>'
