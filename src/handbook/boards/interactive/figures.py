"""Which interactive figures there are: what readers can set, and which numbers they get."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from handbook.boards.interactive.controls import Choice, Control, Gpus, Grid, Number, Slider


@dataclass(frozen=True)
class Figure:
    """One of them.

    Attributes:
        controls: what readers can set, in order.
        numbers: what they get → how many digits are shown; 0 for words.
        files: what the script needs besides → its file among the assets.
        drawn: words that the script draws or tells.
        legend: kinds of line that have a name among the words.
    """

    controls: tuple[Control, ...]
    numbers: Mapping[str, int]
    files: Mapping[str, str] = field(default_factory=dict)
    drawn: tuple[str, ...] = ()
    legend: tuple[str, ...] = ()


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
    "shift": Figure(
        (
            Choice(
                "pooling",
                ("max2", "max4", "max8", "mean2", "mean4", "mean8", "mean80", "max1"),
            ),
            Slider("shift", 0, 8, 1),
        ),
        {"change": 3, "cells": 3, "along": 3},
        {"photo": "china.png"},
        ("before", "after", "differ", "between"),
    ),
    "gates": Figure(
        (
            Choice("cell", ("keep", "sum", "fresh", "open", "own")),
            Choice("sequence", ("pulses", "wave", "block", "drawn")),
            Grid("weights", -99, 99, ((30, 0, -6), (-30, 0, 6), (1, 0, 0), (0, 0, 4)), heads=True),
            Slider("at", 0, 29, 8),
            Slider("value", -1, 1, 0, 0.05),
        ),
        {"x": 2, "i": 3, "f": 3, "g": 3, "o": 3, "c": 3, "h": 3},
        drawn=("x", "opening", "states", "step"),
        legend=("a", "b", "c"),
    ),
    "gradient": Figure(
        (
            Slider("weight", 0, 2.5, 0.8, 0.05),
            Slider("size", 0, 1, 0.5, 0.05),
            Slider("bias", -2, 6, 1, 0.5),
            Slider("steps", 0, 50, 50),
        ),
        {"plain": 2, "gated": 2, "forget": 3},
        drawn=("across", "up"),
        legend=("a", "b"),
    ),
    "roofline": Figure(
        (
            Gpus("gpu", ("bandwidth",), ("bf16", "fp16", "tf32", "fp32"), "rtx-4090"),
            Choice("format", ("bf16", "fp16", "tf32", "fp32")),
            Number("peak", 0.001, 100000, 1),
            Number("bandwidth", 0.1, 100000, 1),
            Number("rows", 1, 1000000, 16),
            Number("inputs", 1, 1000000, 4096),
            Number("outputs", 1, 1000000, 4096),
        ),
        {"intensity": 3, "ridge": 3, "rate": 3, "share": 3, "time": 3, "bound": 0},
        drawn=("across", "up", "memory", "compute"),
        legend=("a", "b"),
    ),
    "rent": Figure(
        (
            Gpus("gpu", ("power",), ("seen_new", "seen_used"), "rtx-5090"),
            Number("price", 0, 1000000, 2000),
            Number("resale", 0, 1000000, 600),
            Number("rate", 0, 10000, 0.8),
            Number("watts", 0, 100000, 450),
            Number("rest", 0, 100000, 250),
            Number("kwh", 0, 100, 0.15),
            Number("weekly", 0.1, 168, 20),
            Slider("years", 0, 6, 3, 0.5),
        ),
        {
            "running": 3,
            "saved": 3,
            "even": 4,
            "even_years": 2,
            "rented": 4,
            "bought": 4,
            "cheaper": 0,
        },
        drawn=("renting", "buying", "never", "across", "up"),
        legend=("a", "b"),
    ),
}
"""Name → the figure. `words.py` has its words; `overrides/assets/interactive-NAME.js` draws it."""
