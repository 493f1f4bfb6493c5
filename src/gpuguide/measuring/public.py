"""Steps that the timm project measured → `records/public-steps.json.gz`, operators and all.

`python -m gpuguide.measuring.public FOLDER` reads the tables of timm's folder `results`, traces
every model that it takes from them, and writes the record. It needs timm, which nothing else here
does; `gpuguide.measuring.carry` fits to the record alone. Half of the models are taken, by a digest
of the name (`taken`): the rest is left for whoever wants to test what was made of these. A model
that today's timm builds with other parameters than those that were measured is left out, and told.

The record: `source`, `url`, `licence`; `models`, each with `name`, `size`, `training`, `family` and
`work`, a list of operators taken together (class, phase, type; FLOPs per image, bytes at none,
bytes per image, launches, operators); `rows`, each a GPU's id, the place of a model, the batch and
the seconds of a step.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch

from gpuguide.choice.traced import group
from gpuguide.cost.estimate import Estimate, estimate
from gpuguide.measuring.steps import FILE, FITTED, held_out
from gpuguide.step.events import Operator

TABLES = {
    "benchmark-train-amp-nchw-pt112-cu113-rtx3090.csv": ("rtx-3090", True),
    "benchmark-infer-amp-nchw-pt240-cu124-rtx3090.csv": ("rtx-3090", False),
    "benchmark-infer-amp-nchw-pt291-cu130-5090.csv": ("rtx-5090", False),
    "benchmark-infer-amp-nchw-pt291-cu128-4090.csv": ("rtx-4090", False),
    "benchmark-infer-amp-nchw-pt291-cu130-pro6000maxq.csv": ("rtx-pro-6000-blackwell-max-q", False),
}
"""File → GPU, and whether it trains."""
BATCHES = (64, 128)
"""Lines over the batch go through these."""
CLOSE = 0.01
"""How far parameters may differ from those of the model that was measured."""
SOURCE = {
    "source": f"timm, results: {', '.join(TABLES)}; "
    "half of the models of each, by a digest of the name",
    "url": "https://github.com/huggingface/pytorch-image-models/tree/aa4b5850/results",
    "licence": "Apache-2.0",
}
CONVOLUTIONS = ("convolution", "pointwise", "grouped", "depthwise")


def taken(model: str) -> bool:
    """Whether a model is of the half that the record takes."""
    return hashlib.sha256(model.encode()).digest()[0] % 2 == 0


def record(folder: Path) -> dict[str, Any]:
    """The whole record. Models that cannot be traced are named and left out.

    Args:
        folder: timm's `results`.

    Raises:
        FileNotFoundError: a table is not there.
        ValueError: most models cannot be traced, so what traces them is at fault.
    """
    models: list[dict[str, Any]] = []
    places: dict[tuple[str, int, bool], int | None] = {}
    rows = []
    measured = list(_rows(folder))
    for number, (gpu, training, row) in enumerate(measured):
        if number % 50 == 0:
            print(f"{number} of {len(measured)} steps", file=sys.stderr)
        key = row["model"], int(row["img_size"]), training
        if key not in places:
            places[key] = None
            try:
                models.append(traced(*key, float(row["param_count"])))
                places[key] = len(models) - 1
            except Exception as error:
                print(f"{row['model']}: {type(error).__name__}: {error}", file=sys.stderr)
        if (place := places[key]) is not None:
            seconds = _short(float(row["step_time"]) / 1e3, 6)
            rows.append([gpu, place, int(row["batch_size"]), seconds])
    if len(models) < len(places) / 2:
        raise ValueError(f"only {len(models)} of {len(places)} models can be traced; see above")
    return SOURCE | {"models": models, "rows": rows}


def _rows(folder: Path) -> Iterator[tuple[str, bool, dict[str, str]]]:
    """(GPU, whether it trains, row) of the models taken, columns without timm's `train_` or
    `infer_`; of GPUs to which nothing is fitted, only those that nothing is fitted to elsewhere."""
    for name, (gpu, training) in TABLES.items():
        with (folder / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                model = row["model"]
                if taken(model) and (gpu in FITTED or held_out(model)):
                    prefix = "train_" if training else "infer_"
                    yield gpu, training, {k.removeprefix(prefix): v for k, v in row.items()}


def traced(name: str, size: int, training: bool, millions: float) -> dict[str, Any]:
    """A model of the record.

    Raises:
        ValueError: it has not the parameters that it had when it was measured.
    """
    low, high = (_estimate(name, size, training, batch) for batch in BATCHES)
    if abs(low.parameters / 1e6 / millions - 1) > CLOSE:
        raise ValueError(f"{low.parameters / 1e6:.2f} M parameters, not {millions}")
    operators = list(low.trace.operators())
    work = [
        [one.kind, one.phase, one.dtype]
        + [
            _short(value)
            for value in (
                one.flops.each, one.nbytes.fixed, one.nbytes.each, one.launches.fixed,
                one.count.fixed,
            )
        ]
        for one in group(BATCHES, operators, high.trace.operators())
    ]  # fmt: skip
    told = {"name": name, "size": size, "training": training, "family": family(operators)}
    return told | {"work": work}


def _estimate(name: str, size: int, training: bool, batch: int) -> Estimate:
    import timm  # type: ignore[import-not-found]
    from timm.layers import set_fused_attn  # type: ignore[import-not-found]

    set_fused_attn(not training)  # the training steps ran on torch 1.12, which had none
    with torch.device("meta"):
        try:
            model = timm.create_model(name, img_size=size)
        except TypeError:  # most convolutional networks take any size, and no such argument
            model = timm.create_model(name)
        images = torch.empty(batch, 3, size, size)
    return estimate(
        model, images, training=training, precision="fp16", loss="cross_entropy",
        optimizer="momentum" if training else None,
    )  # fmt: skip


def family(operators: Sequence[Operator]) -> str:
    """`cnn`, `transformer` or `hybrid`, by what a forward pass does.

    Without attention (a fused kernel, or two softmax and more), `cnn` if it convolves at least four
    times, else `transformer`: networks of matrix products alone are built like those. With it,
    `transformer` if convolutions do less than a fifth of the arithmetic.
    """
    forward = [one for one in operators if one.phase == "forward"]
    fused = any(one.kind == "attention" for one in forward)
    attends = fused or sum("softmax" in one.name for one in forward) >= 2
    convolved = [one for one in forward if one.kind in CONVOLUTIONS]
    if not attends:
        many = sum(one.kind != "pointwise" for one in convolved) >= 4
        return "cnn" if many else "transformer"
    share = sum(one.flops for one in convolved) / max(1, sum(one.flops for one in forward))
    return "transformer" if share < 0.2 else "hybrid"


def _short(value: float, digits: int = 4) -> float:
    """So many digits, as a whole number where it is one."""
    rounded = float(f"{value:.{digits}g}")
    return int(rounded) if rounded.is_integer() else rounded


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the record; 2 without a folder."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 1:
        print("gpuguide.measuring.public: give timm's folder results", file=sys.stderr)
        return 2
    try:
        found = record(Path(given[0]))
    except (OSError, ValueError) as error:
        print(f"gpuguide.measuring.public: nothing is written: {error}", file=sys.stderr)
        return 2
    text = json.dumps(found, separators=(",", ":")).encode()
    FILE.write_bytes(gzip.compress(text, 9, mtime=0))
    print(f"{FILE}; now: python -m gpuguide.measuring.fitting")
    return 0


if __name__ == "__main__":
    sys.exit(main())
