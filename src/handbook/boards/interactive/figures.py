"""Which interactive figures there are: what readers can set, and which numbers they get."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from handbook.boards.interactive.controls import Choice, Control, Grid, Number, Slider


@dataclass(frozen=True)
class Figure:
    """One of them.

    Attributes:
        controls: what readers can set, in order.
        numbers: what they get → how many digits are shown; 0 for words.
        files: what the script needs besides → its file among the assets.
        drawn: words that the script draws or tells.
    """

    controls: tuple[Control, ...]
    numbers: Mapping[str, int]
    files: Mapping[str, str] = field(default_factory=dict)
    drawn: tuple[str, ...] = ()


FIGURES = {
    "kernel": Figure(
        (
            Choice("preset", ("vertical", "horizontal", "blur", "sharpen", "own")),
            Grid("weights", -99, 99, ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1))),
            Number("divisor", 1, 99, 1),
            Slider("row", 0, 77, 23),
            Slider("column", 0, 77, 26),
        ),
        {"here": 3, "least": 3, "most": 3, "mean": 3, "black": 1, "white": 1},
        {"photo": "tower.png"},
    ),
    "window": Figure(
        (
            Slider("size", 3, 12, 7),
            Slider("kernel", 1, 5, 3),
            Slider("stride", 1, 3, 2),
            Slider("padding", 0, 2, 1),
            Slider("dilation", 1, 3, 1),
            Slider("row", 0, 15, 0),
            Slider("column", 0, 15, 1),
        ),
        {"side": 0, "formula": 0, "rows": 0, "columns": 0, "zeros": 0},
        drawn=("input", "output", "nowhere"),
    ),
}
"""Name → the figure. `words.py` has its words; `overrides/assets/interactive-NAME.js` draws it."""
