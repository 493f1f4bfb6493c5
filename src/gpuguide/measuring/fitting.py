"""What `make calibrate` and `make validate` measured → `measured/efficiency.toml`.

Only operators and rows of the split `fit` are used. For each class of operators: the time before
work starts, and the shares of the peak rate and of the bandwidth that come closest to the measured
times, in proportion; `gpuguide.measuring.carry` makes of them what holds on other GPUs. For the
processor: what launching one took alone, and what is added to it in whole steps that the processor,
not the GPU, held up.
"""

from __future__ import annotations

import gzip
import json
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import least_squares, nnls  # type: ignore[import-untyped]

from gpuguide.catalogue import find
from gpuguide.catalogue.model import Gpu
from gpuguide.cost.estimate import estimate
from gpuguide.cost.speed import (
    TENSOR_FLOAT,
    Group,
    bytes_per_second,
    class_of,
    group_of,
    peak,
    precision,
)
from gpuguide.measuring import carry
from gpuguide.measuring.configurations import Configuration, configurations
from gpuguide.measuring.steps import read
from gpuguide.step.events import CLASSES
from gpuguide.step.recorder import idle, kind_of
from gpuguide.step.recurrent import Shape, persists

CALIBRATION = Path("records/calibration.json.gz")
VALIDATION = Path("records/validation.json")
HOST_BOUND = 0.75
"""The processor holds a step up if the GPU's operators together take less of it than this."""
PRECISIONS = ("half", "tf32", "float32")
FEW = 4
"""Classes with fewer samples than this take another's figures."""
Shares = tuple[float, float, float]


@dataclass(frozen=True)
class Timed:
    """A group of operators and how long it took."""

    group: Group
    tf32: bool
    seconds: float
    host: float
    count: int
    configuration: str


def samples(data: dict[str, Any]) -> list[Timed]:
    """The operators of a calibration, classed as they are today."""
    return [_timed(one) for one in data["samples"]]


def operators(timed: Iterable[Timed], gpu: Gpu) -> dict[str, dict[str, Shares]]:
    """Class → precision → start, share of the rate, share of the bandwidth."""
    found: dict[tuple[str, str], list[Timed]] = defaultdict(list)
    for one in timed:
        group = one.group
        kind = precision(gpu, group.kind, group.dtype, one.tf32)
        found[class_of(group.kind, group.phase), kind].append(one)
    fitted = {key: _fit(rows, gpu) for key, rows in found.items() if len(rows) >= FEW}
    for (name, kind), (start, compute, memory) in fitted.items():
        most = fitted["memory", kind][2]  # in a network nothing moves more than a plain operator
        if memory > most or _bound(found[name, kind], gpu, compute, memory) < FEW:
            fitted[name, kind] = start, compute, most
    return {name: {kind: _nearest(fitted, name, kind) for kind in PRECISIONS} for name in NAMES}


def _nearest(fitted: dict[tuple[str, str], Shares], name: str, kind: str) -> Shares:
    """A class's own figures, or those of another precision, or of its forward pass.

    Without tensor cores a convolution is as good as a matrix product.
    """
    plain = name.removesuffix("-backward")
    if plain in LIKE:
        return _nearest(fitted, name.replace(plain, LIKE[plain]), kind)
    if kind == "float32" and plain in TENSOR_FLOAT:
        start, _, memory = _nearest(fitted, name, "tf32")
        return start, fitted["matmul", "float32"][1], memory
    others = [kind, *(one for one in ("float32", "tf32", "half") if one != kind)]
    for where in (name, plain, "matmul" if plain in ("attention",) else "memory"):
        for one in others:
            if (where, one) in fitted:
                return fitted[where, one]
    raise ValueError(f"nothing was measured for {name}")


def _fit(rows: Sequence[Timed], gpu: Gpu) -> Shares:
    assert gpu.bandwidth is not None
    bandwidth = bytes_per_second(gpu.bandwidth)
    launches = np.array([one.group.launches for one in rows], float)
    arithmetic = np.array([_ideal(one, gpu) for one in rows], float)
    moving = np.array([one.group.nbytes / bandwidth for one in rows], float)
    seconds = np.array([one.seconds for one in rows], float)
    weight = np.sqrt(seconds * [one.count for one in rows])
    weight /= weight.mean()

    def off(logs: Any) -> Any:
        start, compute, memory = np.exp(logs)
        guess = start * launches + np.maximum(arithmetic / compute, moving / memory)
        return (np.log(guess) - np.log(seconds)) * weight

    first = np.log([2e-6, 0.5, 0.5])
    bounds = (np.log([1e-8, 0.01, 0.01]), np.log([1e-3, 1.0, 1.0]))
    best = least_squares(off, first, bounds=bounds, loss="soft_l1", f_scale=0.2)
    start, compute, memory = (float(one) for one in np.exp(best.x))
    return start, compute if arithmetic.any() else 1.0, memory


def _bound(rows: Iterable[Timed], gpu: Gpu, compute: float, memory: float) -> int:
    """How many are held up by the bandwidth: with few, its share cannot be told from them."""
    assert gpu.bandwidth is not None
    bandwidth = bytes_per_second(gpu.bandwidth)
    return sum(one.group.nbytes / bandwidth / memory > _ideal(one, gpu) / compute for one in rows)


def _ideal(one: Timed, gpu: Gpu) -> float:
    if not one.group.flops:
        return 0.0
    rate = peak(gpu, one.group.kind, one.group.dtype, one.tf32)
    assert isinstance(rate, float)
    return one.group.flops / rate


def host(rows: Iterable[dict[str, Any]], timed: Sequence[Timed]) -> dict[str, tuple[float, float]]:
    """Class → the processor's seconds per operator and per launch.

    What launching takes was measured operator by operator; what Python and autograd add to that
    within a step is read off whole steps that the processor held up.

    Args:
        rows: of `validation.json`; those with split `fit` are used.
        timed: operators of the same configurations.
    """
    found: dict[str, list[Timed]] = defaultdict(list)
    busy: dict[str, float] = defaultdict(float)
    for one in timed:
        found[class_of(one.group.kind, one.group.phase)].append(one)
        busy[one.configuration] += one.seconds * one.count
    alone = {name: _alone(same) for name, same in found.items()}
    costs = {name: _same(alone, name) for name in NAMES}
    known = {one.name: one for one in configurations()}
    table, wanted = [], []
    for row in rows:
        name, seconds = row["configuration"]["name"], row["step_time"]["measured"]
        if row["split"] != "fit" or busy[name] > HOST_BOUND * seconds:
            continue
        rest, added = seconds, dict.fromkeys(ADDED, 0.0)
        for group in _groups(known[name]):
            kind = class_of(group.kind, group.phase)
            each, launch = costs[kind]
            rest -= group.count * each + group.launches * launch
            if term := _term(kind):
                added[term] += group.count
        table.append([count / seconds for count in added.values()])
        wanted.append(rest / seconds)
    more = dict(zip(ADDED, nnls(np.array(table), np.array(wanted))[0], strict=True))
    return {
        name: (each + float(more.get(_term(name), 0.0)), launch)
        for name, (each, launch) in costs.items()
    }


def _same(alone: dict[str, tuple[float, float]], name: str) -> tuple[float, float]:
    """A class's own costs, or those of its forward pass, or of a convolution."""
    plain = name.removesuffix("-backward")
    return alone.get(name) or alone.get(plain) or alone["convolution"]


LIKE = {"grouped": "convolution", "depthwise": "normalization"}
"""Classes that the configurations to fit on have none of → the one whose figures they take. A
depthwise convolution is no matrix product: it goes over its input once, as a normalization does."""
NAMES = [class_of(kind, phase) for kind in CLASSES for phase in ("forward", "backward")]
"""Rows of the table of operators."""
ADDED = ("optimizer", "recurrent", "backward")
"""Where Python or autograd add to launching; beside a forward pass's launches theirs is not seen.

Of 48 ways to tell operators apart here this came closest on networks left out of the rows to fit
on, one at a time (mean error 16 %)."""


def _term(name: str) -> str:
    """Which of `ADDED` a class belongs to; none if empty."""
    kind = name.removesuffix("-backward")
    if kind in ("recurrent", "persistent"):
        return "recurrent"
    if kind == "optimizer":
        return kind
    return "backward" if kind != name else ""


def _alone(rows: Sequence[Timed]) -> tuple[float, float]:
    """Of the operators of a class, each by itself: seconds of any, and per launch.

    Per launch only where launches go into the hundreds; of the others the median.
    """
    if rows[0].group.kind not in ("recurrent", "optimizer"):
        times = [one.host for one in rows for _ in range(one.count)]
        return statistics.median(times), 0.0
    table = np.array([[1.0, one.group.launches] for one in rows])
    table /= np.array([[one.host] for one in rows])
    (each, launch), _ = nnls(table, np.ones(len(rows)))
    return float(each), float(launch)


def _groups(one: Configuration) -> list[Group]:
    model, inputs = one.build("meta")
    recipe = one.recipe
    found = estimate(
        model, inputs, optimizer=recipe.optimizer, precision=recipe.precision,
        training=recipe.training, loss=recipe.loss, accumulate=recipe.accumulate,
    )  # fmt: skip
    return [group_of(operator) for operator in found.trace.operators()]


def _timed(one: dict[str, Any]) -> Timed:
    name = one["name"].removeprefix("aten.")
    tensors = [leaf for leaf in one["shapes"] if isinstance(leaf, list) and leaf[0] != []]
    shapes = [leaf[0] for leaf in tensors if isinstance(leaf[0], list)]
    numbers = [leaf for leaf in one["shapes"] if type(leaf) is int]
    # A convolution's first two numbers are its stride, in a backward pass after the bias's size.
    strides = numbers[1:3] if name == "convolution_backward" else numbers[:2]
    flags = [leaf for leaf in one["shapes"] if isinstance(leaf, bool)]
    training = name.endswith("backward") or "batch_norm" not in name or flags[0]
    groups = numbers[-1] if "convolution" in name else 1
    kind = kind_of(name, shapes, strides, training, groups)
    flops, launches = one["flops"], one["launches"]
    if kind == "recurrent":
        kind, flops, launches = _recurrent(one, name)
    elif kind == "optimizer":
        launches = max(1, len(tensors) // OPERANDS.get(name, 1))
    phase = "backward" if "backward" in name else "forward"
    moved = one["nbytes"] + idle(kind, shapes, one["nbytes"])
    group = Group(kind, phase, one["dtype"], flops, moved, launches, 1)
    return Timed(
        group,
        "-tf32-" in one["configuration"],
        one["seconds"],
        one["host"],
        one["count"],
        one["configuration"],
    )


OPERANDS = {
    "_foreach_add_": 2, "_foreach_lerp_": 2, "_foreach_div_": 1, "_foreach_mul_": 1,
    "_foreach_addcmul_": 3, "_foreach_addcdiv_": 3, "_foreach_sqrt": 1,
}  # fmt: skip
"""Lists of tensors that a `foreach` operator takes in torch's optimizers."""


MODES = ("rnn_relu", "rnn_tanh", "lstm", "gru")
"""cuDNN's numbers for them."""


def _recurrent(one: dict[str, Any], name: str) -> tuple[str, float, int]:
    """Class, FLOPs, and time steps × layers of one of cuDNN's operators, in one direction."""
    (sequences, steps, inputs), *_ = (leaf[0] for leaf in one["shapes"] if isinstance(leaf, list))
    strided = one["shapes"].index(4)  # tensors per layer; it stands behind the weights
    mode, hidden, _, layers = [leaf for leaf in one["shapes"][strided + 1 :] if type(leaf) is int]
    shape = Shape(MODES[mode], inputs, hidden, hidden, layers, 1)
    again = 2 if name.endswith("backward") else 1
    alone = persists(shape, sequences, one["dtype"] == "float16")
    kind = "persistent" if alone else "recurrent"
    return kind, shape.flops(sequences * steps) * again, steps * layers * again


def overheads(stages: Iterable[dict[str, Any]]) -> dict[str, int]:
    """What CUDA takes, and what matrix products and cuDNN take in each thread, in bytes."""
    taken = [one["taken"] - one["reserved"] for one in stages if one["stage"] in STAGES]
    context, *rest = taken
    product, product_back, convolution, convolution_back = (
        now - before for before, now in pairwise([context, *rest])
    )
    return {
        "context": context,
        "blas": (product + product_back) // 2,
        "cudnn": (convolution + convolution_back) // 2,
    }


STAGES = (
    "context", "product", "product, backward", "convolution", "convolution, backward",
)  # fmt: skip
"""The first use of each, in order."""


def main() -> int:
    """Fit anew and print what `measured/efficiency.toml` must say."""
    calibration = json.loads(gzip.decompress(CALIBRATION.read_bytes()))
    validation = json.loads(VALIDATION.read_text(encoding="utf-8"))
    gpu = find(calibration["gpu"])
    timed = samples(calibration)
    print(f"# measured/overheads.toml\n[gpu.{gpu.id}]")
    for name, size in overheads(calibration["stages"]).items():
        print(f"{name} = {size}")
    print("\n# measured/efficiency.toml\n[matmul]")
    costs, own = host(validation["rows"], timed), operators(timed, gpu)
    found = carry.fit([one for one in read() if one.fit], own, costs)
    print(f"{gpu.id} = {own['matmul']['half'][1]:.3g}")
    for name in sorted(found):
        if name.startswith("matmul "):
            print(f"{name.removeprefix('matmul ')} = {found[name]:.3g}")
    for name, kinds in carry.figures(own, found).items():
        print(f"\n[operators.{name}]")
        for kind, values in {"host": costs[name], **kinds}.items():
            print(f"{kind} = [{', '.join(f'{value:.3g}' for value in values)}]")
    return 0


if __name__ == "__main__":
    sys.exit(main())
