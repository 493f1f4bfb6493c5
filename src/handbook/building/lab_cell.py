"""A code cell of a lab as its page shows it: code, output, figures, and the proof below the first.

The proof stands under the first code, where a reader looks for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from neverstale.page import runs, unreached
from neverstale.page.block import Place
from neverstale.page.proof_line import proof_lines
from neverstale.source.snippet import Cell, Snippet


def show(
    place: Place, lab: Snippet, number: int, cell: Cell, code: str, fingerprint: str
) -> Iterator[str]:
    """The HTML of the `number`-th code cell.

    Args:
        place: where it is shown.
        lab: the lab.
        number: which of the lab's code cells it is, from 1.
        cell: its lines.
        code: its code as a highlighter leaves it, each line on one line.
        fingerprint: of the lab that the code was taken from.
    """
    key = unreached.key(lab, cell=number)
    marked = unreached.marked(place, lab, cell.first, cell.last, key, code)
    yield (
        f'<div class="highlight proved" data-snippet="{lab.name}" '
        f'data-cell="{number}" data-fingerprint="{fingerprint}">'
        f"<pre><code>{marked}</code></pre></div>"
    )
    yield runs.cell_output(place, lab, cell, number)
    for name, alt, figure in runs.cell_figures(place, lab, cell):
        yield runs.figure(place, lab, name, alt, "", figure)
    if number == 1:
        yield proof_lines(place, lab, place.statuses.by_name[lab.name])
