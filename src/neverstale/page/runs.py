"""Output and figures of a snippet on each device that ran it: one, or a CPU and a GPU as two tabs.

The tabs are radio buttons: they need no script, and a keyboard moves between them.
"""

from __future__ import annotations

from collections.abc import Mapping

from neverstale.page import block, notebook, unreached
from neverstale.page.block import Place
from neverstale.page.proof_line import proof_line, proof_lines
from neverstale.proof.status import shown
from neverstale.source.snippet import Cell, Snippet


def results(
    place: Place, item: Snippet, section: str | None, output: bool = True, again: int = 0
) -> str:
    """What stands below a section's code: its output, unless not wanted, the proof lines, and which
    of the lines no run has reached. `again` as in `unreached.key`.

    Raises:
        KeyError: there is no such section.
    """
    found = place.statuses.by_name[item.name]
    first, last = item.span(section)
    outputs = {
        each.device: block.output(place, item, each, (first, last), section)
        for each in shown(item, found)
        if output
    }
    key = unreached.key(item, section, again=again)
    note = unreached.note(place, item, first, last, key)
    if len(outputs) < 2 or not any(outputs.values()):
        return "".join(outputs.values()) + proof_lines(place, item, found) + note
    panels = {
        status.device: outputs[status.device] + proof_line(place, item, status) for status in found
    }
    return _tabs(place, key.removeprefix("unreached-"), panels) + note


def cell_output(place: Place, item: Snippet, cell: Cell, number: int) -> str:
    """What the `number`-th code cell of a lab printed on each device, and what nothing reached."""
    outputs = {
        each.device: block.output(place, item, each, (cell.first, cell.last), cell=number)
        for each in shown(item, place.statuses.by_name[item.name])
    }
    note = unreached.note(place, item, cell.first, cell.last, unreached.key(item, cell=number))
    if len(outputs) < 2 or not any(outputs.values()):
        return "".join(outputs.values()) + note
    return _tabs(place, f"{item.slug}-cell-{number}", outputs) + note


def cell_figures(place: Place, lab: Snippet, cell: Cell) -> list[tuple[str, str, int]]:
    """Name, alternative text and number of the figures that a lab's cell names."""
    found = next(iter(shown(lab, place.statuses.by_name[lab.name])), None)
    return [
        (name, lab.options.figures[name][place.edition], list(found.figures).index(name) + 1)
        for name in notebook.figures_of(lab, cell, found)
        if found
    ]


def figures(
    place: Place, item: Snippet, name: str, alt: str, caption: str, number: int
) -> dict[str, str]:
    """Device → the figure as it was drawn there; empty if it was drawn nowhere.

    Args:
        place: where it is shown.
        item: the snippet.
        name: file name of the figure.
        alt: alternative text.
        caption: caption, or "".
        number: which figure of the page it is; keeps ids apart.
    """
    return {
        each.device: block.drawn(place, item, each, name, alt, caption, number)
        for each in shown(item, place.statuses.by_name[item.name])
        if name in each.figures
    }


def figure(place: Place, item: Snippet, name: str, alt: str, caption: str, number: int) -> str:
    """The same, put together.

    Raises:
        FileNotFoundError: no run of this text has drawn it.
    """
    drawn = figures(place, item, name, alt, caption, number)
    if not drawn:
        raise FileNotFoundError(f"{item.name} has drawn no {name} yet")
    return next(iter(drawn.values())) if len(drawn) == 1 else _tabs(place, f"f{number}", drawn)


def _tabs(place: Place, name: str, panels: Mapping[str, str]) -> str:
    """Panels of which one is seen, by device, and what picks it."""
    say = place.say
    picks = inside = ""
    for device, content in panels.items():
        checked = "" if picks else " checked"
        own = f"run-{name}-{device}"
        picks += (
            f'<input class="ns-pick" type="radio" name="run-{name}" id="{own}" '
            f'data-device="{device}"{checked}><label for="{own}">{say[device]}</label>'
        )
        # Its name is for ears, and for paper, where all panels stand and no tab does.
        inside += (
            f'<div class="ns-run" role="group" aria-label="{say[device]}" '
            f'data-device="{device}">{content}</div>'
        )
    return f'<fieldset class="ns-runs"><legend>{say["runs"]}</legend>{picks}{inside}</fieldset>'
