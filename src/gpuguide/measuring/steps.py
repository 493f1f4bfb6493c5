"""Steps that others measured, from `records/public-steps.json.gz`; needs neither torch nor timm.

`gpuguide.measuring.public` makes the record and says what it looks like.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gpuguide.cost.speed import Group

FILE = Path("records/public-steps.json.gz")
FAMILIES = ("cnn", "transformer", "hybrid")
FITTED = ("rtx-3090", "rtx-5090")
"""GPUs whose steps figures are fitted to; those of others only test them."""


def held_out(model: str) -> bool:
    """Whether nothing is fitted to a model, on any GPU: half of them, by a digest of the name."""
    return hashlib.sha256(model.encode()).digest()[-1] % 2 == 1


@dataclass(frozen=True)
class Step:
    """One step that was measured.

    Attributes:
        gpu: id of the catalogue.
        model: as timm calls it.
        family: `cnn`, `transformer` or `hybrid`.
        training: whether it is a training step.
        batch: images at once.
        seconds: measured.
        groups: of its operators.
    """

    gpu: str
    model: str
    family: str
    training: bool
    batch: int
    seconds: float
    groups: tuple[Group, ...]

    @property
    def fit(self) -> bool:
        """Whether figures may be fitted to it."""
        return self.gpu in FITTED and not held_out(self.model)


def steps(data: Mapping[str, Any]) -> list[Step]:
    """The steps of a record; `gpuguide.measuring.public` says what it looks like."""
    found = []
    for gpu, place, batch, seconds in data["rows"]:
        model = data["models"][place]
        groups = tuple(
            Group(kind, phase, dtype, flops * batch, fixed + each * batch, launches, count)
            for kind, phase, dtype, flops, fixed, each, launches, count in model["work"]
        )
        name, family, training = model["name"], model["family"], model["training"]
        found.append(Step(gpu, name, family, training, batch, seconds, groups))
    return found


def read(path: Path = FILE) -> list[Step]:
    """The steps of a file."""
    return steps(json.loads(gzip.decompress(path.read_bytes())))
