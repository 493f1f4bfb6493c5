"""What stands on a page for one run of a snippet: HTML for its output and its figures."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass

from neverstale import script
from neverstale.project import Project
from neverstale.proof import figure, record
from neverstale.proof.record import Record
from neverstale.proof.status import Statuses
from neverstale.source.snippet import Snippet
from neverstale.source.sources import Sources
from neverstale.wording import words


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
    def say(self) -> Mapping[str, str]:
        """The engine's words in the page's language."""
        return words(self.edition, self.project.words)

    @property
    def sources(self) -> Sources:
        """What people wrote."""
        return self.statuses.sources


def output(
    place: Place,
    item: Snippet,
    found: Record,
    lines: tuple[int, int],
    section: str | None = None,
    cell: int | None = None,
) -> str:
    """What a block (a section, or the n-th code cell of a lab) printed in a run; "" if nothing."""
    printed = item.said(place.edition, found.printed(*lines))
    if not printed.strip():
        return ""
    label = place.say["output"]
    which = f'data-cell="{cell}"' if cell else f'data-section="{section or ""}"'
    columns = 'class="ns-columns" ' if script.aligned(printed) else ""
    return (
        f'<div class="ns-output" data-snippet="{item.name}" {which} data-device="{found.device}">'
        f'<pre {columns}tabindex="0" role="group" aria-label="{label}">'
        f"{html.escape(printed.rstrip())}\n</pre></div>"
    )


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
        prefix=f"f{number}-" if found.device == "cpu" else f"f{number}-{found.device}-",
        colours=place.project.colours,
        labels=item.options.labels.get(place.edition, {}),
        where=place.project.relative(path),
    )
    data = f'data-snippet="{item.name}" data-figure="{name}" data-hash="{found.figures[name]}"'
    data += f' data-device="{found.device}"'
    return _figure(svg, caption, data)


def diagram(place: Place, name: str, alt: str, caption: str, number: int) -> str:
    """A diagram made by hand.

    Raises:
        FileNotFoundError: there is no such diagram.
        NeverstaleError: it holds what no figure may.
    """
    svg, labels = figure.diagram(place.project, name, place.edition)
    drawing = figure.inline(
        svg,
        alt=alt,
        prefix=f"f{number}-",
        colours=place.project.colours,
        labels=labels,
        where=name,
    )
    return _figure(drawing, caption, f'data-diagram="{name}"')


def _figure(svg: str, caption: str, data: str) -> str:
    below = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    return f'<figure class="ns-figure" data-search-exclude {data}>{svg}{below}</figure>'
