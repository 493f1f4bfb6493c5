"""What `make validate` measures: networks × batches × precisions × optimizers, fit and report.

Rows with split `fit` may be used to fit a figure (so far the CUDA context alone); the error is
reported on the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import torch
from torch import Tensor, nn

from gpuguide.models import BERT_BASE, Recurrent, ResNet50, Shape, SimpleCNN, Transformer, UNet
from gpuguide.trace import Recipe

GPT = Shape(12, 768, 12, 12, 3072, 50257, positions=1024, causal=True, dropout=0.1)
"""GPT-2 small: 12 blocks of width 768, 50,257 words, 1024 positions."""
GATED = Shape(16, 2048, 32, 8, 8192, 128256, gated=True, causal=True)
"""As Llama 3.2 1B: grouped-query attention and a gated feed-forward network."""

Make = Callable[[], nn.Module]
Sizes = Callable[[int], tuple[tuple[tuple[int, ...], torch.dtype], ...]]


def _images(channels: int, side: int) -> Sizes:
    return lambda batch: (((batch, channels, side, side), torch.float32),)


def _tokens(steps: int) -> Sizes:
    return lambda batch: (((batch, steps), torch.int64),)


def _recurrent(kind: str) -> Make:
    return lambda: Recurrent(kind, words=10000)


MODELS: dict[str, tuple[str, Make, Sizes]] = {
    "simple-cnn": ("cnn", SimpleCNN, _images(1, 28)),
    "resnet50": ("cnn", ResNet50, _images(3, 224)),
    "unet": ("cnn", UNet, _images(3, 256)),
    "lstm": ("rnn", _recurrent("lstm"), _tokens(35)),
    "gru": ("rnn", _recurrent("gru"), _tokens(35)),
    "rnn": ("rnn", _recurrent("rnn"), _tokens(35)),
    "lstm-long": ("rnn", lambda: Recurrent("lstm", 1000, 512, 1024, 3), _tokens(512)),
    "bert-base": ("transformer", lambda: Transformer(BERT_BASE, 2), _tokens(128)),
    "gpt2": ("transformer", lambda: Transformer(GPT), _tokens(512)),
    "gpt2-checkpointed": (
        "transformer",
        lambda: Transformer(replace(GPT, checkpointed=True)),
        _tokens(512),
    ),
    "llama-1b": ("transformer", lambda: Transformer(GATED).to(torch.bfloat16), _tokens(1024)),
}
"""Name → family, how to build it, and sizes and types of its inputs for a batch."""

PLAN: tuple[tuple[str, tuple[int, ...], tuple[str, ...], tuple[str | None, ...]], ...] = (
    ("simple-cnn", (64, 512), ("fp32", "bf16"), ("sgd", "adamw", None)),
    ("resnet50", (16, 64), ("fp32", "bf16"), ("momentum", "adamw", None)),
    ("unet", (2, 8), ("fp32", "bf16"), ("adam", None)),
    ("lstm", (20, 80), ("fp32", "bf16"), ("sgd", "adamw", None)),
    ("gru", (20, 80), ("fp32",), ("adamw", None)),
    ("rnn", (20, 80), ("fp32",), ("adamw",)),
    ("lstm-long", (16, 64), ("fp32", "fp16"), ("adam",)),
    ("bert-base", (8, 32), ("fp32", "bf16"), ("adamw", "sgd", None)),
    ("gpt2", (4, 8), ("fp32", "bf16"), ("adamw", None)),
    ("gpt2", (8,), ("fp16",), ("adamw",)),
    ("gpt2-checkpointed", (8, 16), ("bf16",), ("adamw",)),
    ("llama-1b", (1, 4), ("fp32",), ("adamw", None)),
)
"""Model, batches, precisions, optimizers; None is inference."""


@dataclass(frozen=True)
class Configuration:
    """One row of the validation.

    Attributes:
        model: a key of `MODELS`.
        batch: items a step.
        precision: see `gpuguide.trace.PRECISIONS`; `llama-1b` has bf16 weights.
        optimizer: see `gpuguide.trace.OPTIMIZERS`, or None for inference.
        accumulate: passes per optimizer step.
        split: `fit` or `report`.
    """

    model: str
    batch: int
    precision: str
    optimizer: str | None
    accumulate: int = 1
    split: str = "report"

    @property
    def name(self) -> str:
        """Unique among all configurations."""
        what = self.optimizer or "inference"
        more = f"-x{self.accumulate}" if self.accumulate > 1 else ""
        return f"{self.model}-{self.batch}-{self.precision}-{what}{more}"

    @property
    def family(self) -> str:
        """`cnn`, `rnn` or `transformer`."""
        return MODELS[self.model][0]

    @property
    def recipe(self) -> Recipe:
        """How a step is done."""
        training = self.optimizer is not None
        loss = "mse" if self.model == "unet" else "cross_entropy"
        return Recipe(training, self.precision, self.optimizer, loss, self.accumulate)

    def build(self, device: str) -> tuple[nn.Module, tuple[Tensor, ...]]:
        """The model and its inputs on a device: `meta`, `cpu` or `cuda`."""
        _, make, sizes = MODELS[self.model]
        with torch.device(device):
            model = make()
            inputs = tuple(torch.zeros(size, dtype=dtype) for size, dtype in sizes(self.batch))
        return model, inputs

    def to_json(self) -> dict[str, Any]:
        """The configuration as it stands in `validation.json`."""
        return {
            "name": self.name,
            "family": self.family,
            "model": self.model,
            "batch": self.batch,
            "precision": self.precision,
            "optimizer": self.optimizer,
            "training": self.optimizer is not None,
            "accumulate": self.accumulate,
        }


def configurations() -> list[Configuration]:
    """All rows; every fourth is for fitting."""
    return [
        replace(one, split="fit" if place % 4 == 0 else "report")
        for place, one in enumerate([*_planned(PLAN), *_accumulating()])
    ]


def _planned(plan: Iterable[Any]) -> Iterator[Configuration]:
    for model, batches, precisions, optimizers in plan:
        for batch, precision, optimizer in product(batches, precisions, optimizers):
            yield Configuration(model, batch, precision, optimizer)


def _accumulating() -> Iterator[Configuration]:
    yield Configuration("bert-base", 8, "bf16", "adamw", accumulate=4)
    yield Configuration("resnet50", 16, "fp32", "momentum", accumulate=4)
