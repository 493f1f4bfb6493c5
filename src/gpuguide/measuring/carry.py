"""Operators timed on one GPU, and steps that others measured on two → what holds on any GPU.

On the GPU that was calibrated, what held an operator up cannot be told from its share of the
bandwidth or of the peak alone: it may be the memory or the multiprocessors. A share is therefore
written down as clock cycles of a multiprocessor per byte or FLOP. What is left to know, how much of
the bandwidth and of the peak operators reach where those are what they wait for, comes from GPUs
with less of both: from `records/public-steps.json.gz`, steps of image models that the timm project
measured (`gpuguide.measuring.public`). Only models of the split `fit` are used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.optimize import least_squares  # type: ignore[import-untyped]

from gpuguide.cost.speed import (
    MEASURED,
    TOGETHER,
    bytes_per_second,
    class_of,
    clocks,
    entry,
    peak,
    precision,
)
from gpuguide.measuring.steps import Step
from gpuguide.step.events import ARITHMETIC

SHARES = (
    "convolution", "convolution-backward", "pointwise", "pointwise-backward", "grouped",
    "grouped-backward", "attention",
)  # fmt: skip
"""Classes whose share of the peak is fitted, as a share of what matrix products reach."""
PULL = 0.05
"""How strongly a figure is held to where the search starts: an error of 5 % in one row weighs as
much as a figure e times as great. It matters only where the rows say nothing."""
TYPES = {"half": "float16", "tf32": "float32", "float32": "float32"}

Own = Mapping[str, Mapping[str, tuple[float, float, float]]]
"""Class → precision → start, share of the peak, share of the bandwidth, on the calibrated GPU."""
Figures = dict[str, dict[str, tuple[float, float, float, float, float]]]
"""Class → precision → what `gpuguide.cost.speed.figures` returns."""


def figures(own: Own, found: Mapping[str, float]) -> Figures:
    """The table of operators.

    Args:
        own: what the calibration gave.
        found: what `fit` gave.
    """
    model = entry(MEASURED)
    assert model.bandwidth is not None
    cycles, bandwidth = clocks(model), bytes_per_second(model.bandwidth)
    plain = cycles / (_peak("float32") * own["matmul"]["float32"][1])
    table: Figures = {}
    for name, kinds in own.items():
        table[name] = {}
        for kind, (start, share, memory) in kinds.items():
            products = own["matmul"][kind][1]
            most = max(share, found.get(f"share {name}", 0.0) * products)
            most = share if kind == "float32" else most / products if kind == "half" else most
            flop = cycles / (_peak(kind) * share)
            byte = cycles / (bandwidth * memory)
            of = name.removesuffix("-backward")
            if of not in ARITHMETIC:
                most, flop = 1.0, 0.0
            elif of == "matmul":
                flop = 0.0  # a library has kernels of their own for every generation
            elif of == "depthwise":
                most, flop = 1.0, plain  # not on tensor cores
            table[name][kind] = start, most, flop, max(memory, found["memory"]), byte
    return table


def _peak(kind: str) -> float:
    found = peak(entry(MEASURED), "matmul", TYPES[kind], kind == "tf32")
    assert isinstance(found, float)
    return found


def fit(
    rows: Sequence[Step], own: Own, host: Mapping[str, tuple[float, float]]
) -> dict[str, float]:
    """What cannot be known from the calibration, closest to measured steps in proportion.

    Returns:
        `memory`: share of the bandwidth that is reached where it is waited for. `matmul GPU`:
        share of the peak that matrix products reach. `share CLASS` for `SHARES`.
    """
    gpus = sorted({row.gpu for row in rows})
    first = {"memory": 0.85} | {f"matmul {gpu}": 0.9 for gpu in gpus}
    first |= {f"share {name}": 0.6 for name in SHARES}
    steps = Steps(rows, host)
    start = np.log(list(first.values()))

    def off(logs: Any) -> Any:
        found = dict(zip(first, np.exp(logs), strict=True))
        wrong = np.log(steps.seconds(figures(own, found), found)) - np.log(steps.measured)
        return np.concatenate([wrong, PULL * (logs - start)])

    best = least_squares(off, start, loss="soft_l1", f_scale=0.2, max_nfev=60)
    return dict(zip(first, (float(one) for one in np.exp(best.x)), strict=True))


class Steps:
    """Steps as columns of numbers, so that a guess takes milliseconds: `speed.time_of`, at once.

    Args:
        rows: measured steps.
        host: class → the processor's seconds per operator and per launch.
    """

    def __init__(self, rows: Sequence[Step], host: Mapping[str, tuple[float, float]]) -> None:
        self.measured = np.array([row.seconds for row in rows])
        self._cells: list[tuple[str, str]] = []
        known: dict[tuple[str, str], int] = {}
        columns = []
        for place, row in enumerate(rows):
            gpu = entry(row.gpu)
            assert gpu.bandwidth is not None
            bandwidth, cycles = bytes_per_second(gpu.bandwidth), clocks(gpu)
            for one in row.groups:
                kind = precision(gpu, one.kind, one.dtype)
                cell = class_of(one.kind, one.phase), kind
                rate = peak(gpu, one.kind, one.dtype) if one.flops else 1.0
                assert isinstance(rate, float)
                each, launch = host[cell[0]]
                columns.append(
                    (
                        place, known.setdefault(cell, len(known)), one.flops / rate,
                        one.flops / cycles, one.nbytes / bandwidth, one.nbytes / cycles,
                        one.launches, one.count * each + one.launches * launch,
                    )
                )  # fmt: skip
        self._cells = list(known)
        self._gpus = [row.gpu for row in rows]
        data = np.array(columns).T
        self._row, self._cell = data[0].astype(int), data[1].astype(int)
        self._work, self._host = data[2:7], np.bincount(self._row, data[7], len(rows))

    def seconds(self, figures: Figures, found: Mapping[str, float]) -> Any:
        """One number per step, for a table of operators and shares of matrix products."""
        cells = np.array([figures[name][kind] for name, kind in self._cells])
        start, share, flop, memory, byte = cells[self._cell].T
        half = np.array([kind == "half" for _, kind in self._cells])[self._cell]
        products = np.array([found[f"matmul {gpu}"] for gpu in self._gpus])[self._row]
        ideal, cycles, moved, moving, launches = self._work
        arithmetic = np.maximum(ideal / (share * np.where(half, products, 1.0)), cycles * flop)
        work = np.maximum(arithmetic, np.maximum(moved / memory, moving * byte))
        busy = np.bincount(self._row, launches * start + work, len(self.measured))
        longer = np.maximum(busy, self._host)
        ratio = np.minimum(busy, self._host) / longer
        return longer * (1 + ratio**TOGETHER) ** (1 / TOGETHER)
