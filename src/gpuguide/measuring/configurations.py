"""What `make validate` measures: networks × batches × precisions × optimizers, fit and report.

Rows with split `fit` may be used to fit a figure (efficiencies, launch costs, workspaces, the CUDA
context); the error is reported on the others. The two have no network in common, so what is
reported is how well the estimate does on networks that nothing was fitted to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import torch
from torch import Tensor, nn

from gpuguide.step.models import (
    BERT_BASE,
    Autoencoder,
    Perceptron,
    PlainCNN,
    Recurrent,
    ResNet,
    Shape,
    SimpleCNN,
    Transformer,
    UNet,
)
from gpuguide.step.trace import Recipe

GPT = Shape(12, 768, 12, 12, 3072, 50257, positions=1024, causal=True, dropout=0.1)
"""GPT-2 small: 12 blocks of width 768, 50,257 words, 1024 positions."""
GATED = Shape(16, 2048, 32, 8, 8192, 128256, gated=True, causal=True)
"""As Llama 3.2 1B: grouped-query attention and a gated feed-forward network."""

ENCODER = Shape(6, 512, 8, 8, 2048, 16000, positions=256, dropout=0.1)
DECODER = Shape(8, 640, 10, 10, 2560, 20000, positions=512, causal=True, dropout=0.1)
GROUPED = Shape(8, 1536, 24, 6, 4096, 32000, gated=True, causal=True)
"""Transformers of no particular name, to fit figures on."""

Make = Callable[[], nn.Module]
Sizes = Callable[[int], tuple[tuple[tuple[int, ...], torch.dtype], ...]]


def _images(channels: int, side: int) -> Sizes:
    return lambda batch: (((batch, channels, side, side), torch.float32),)


def _vectors(width: int) -> Sizes:
    return lambda batch: (((batch, width), torch.float32),)


def _tokens(steps: int) -> Sizes:
    return lambda batch: (((batch, steps), torch.int64),)


def _recurrent(kind: str) -> Make:
    return lambda: Recurrent(kind, words=10000)


MODELS: dict[str, tuple[str, Make, Sizes]] = {
    "simple-cnn": ("cnn", SimpleCNN, _images(1, 28)),
    "resnet50": ("cnn", ResNet, _images(3, 224)),
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
    "plain-cnn": ("cnn", PlainCNN, _images(3, 112)),
    "resnet26": ("cnn", lambda: ResNet(48, (2, 2, 2, 2)), _images(3, 192)),
    "autoencoder": ("cnn", Autoencoder, _images(3, 128)),
    "lstm-small": ("rnn", lambda: Recurrent("lstm", 4000, 384, 512, 1), _tokens(48)),
    "lstm-deep": ("rnn", lambda: Recurrent("lstm", 2000, 768, 768, 3), _tokens(256)),
    "gru-small": ("rnn", lambda: Recurrent("gru", 4000, 384, 512, 2), _tokens(48)),
    "rnn-small": ("rnn", lambda: Recurrent("rnn", 4000, 384, 512, 2), _tokens(48)),
    "encoder": ("transformer", lambda: Transformer(ENCODER, 10), _tokens(192)),
    "decoder": ("transformer", lambda: Transformer(DECODER), _tokens(384)),
    "decoder-checkpointed": (
        "transformer",
        lambda: Transformer(replace(DECODER, checkpointed=True)),
        _tokens(384),
    ),
    "grouped": ("transformer", lambda: Transformer(GROUPED).to(torch.bfloat16), _tokens(768)),
    "perceptron": ("transformer", lambda: Perceptron(4096, 4), _vectors(4096)),
}
"""Name → family, how to build it, and sizes and types of its inputs for a batch."""

Plan = tuple[tuple[str, tuple[int, ...], tuple[str, ...], tuple[str | None, ...]], ...]

REPORT: Plan = (
    ("simple-cnn", (64, 512), ("fp32", "bf16"), ("adamw", None)),
    ("simple-cnn", (512,), ("fp32",), ("sgd",)),
    ("resnet50", (16, 64), ("fp32", "bf16"), ("momentum", None)),
    ("resnet50", (64,), ("fp32", "bf16"), ("adamw",)),
    ("unet", (2, 8), ("fp32", "bf16"), ("adam", None)),
    ("lstm", (20, 80), ("fp32", "bf16"), ("adamw", None)),
    ("lstm", (80,), ("fp32",), ("sgd",)),
    ("gru", (20, 80), ("fp32",), ("adamw",)),
    ("gru", (80,), ("fp32",), (None,)),
    ("rnn", (20, 80), ("fp32",), ("adamw",)),
    ("lstm-long", (16, 64), ("fp32", "fp16"), ("adam",)),
    ("bert-base", (8, 32), ("fp32", "bf16"), ("adamw", None)),
    ("bert-base", (32,), ("bf16",), ("sgd",)),
    ("gpt2", (4, 8), ("fp32", "bf16"), ("adamw",)),
    ("gpt2", (8,), ("fp32", "bf16"), (None,)),
    ("gpt2", (8,), ("fp16",), ("adamw",)),
    ("gpt2-checkpointed", (8, 16), ("bf16",), ("adamw",)),
    ("llama-1b", (1, 4), ("fp32",), ("adamw", None)),
)
"""Model, batches, precisions, optimizers; None is inference. To report on."""

FIT: Plan = (
    ("plain-cnn", (4, 64), ("fp32", "bf16"), ("momentum", None)),
    ("resnet26", (4, 48), ("fp32", "bf16"), ("adamw", None)),
    ("autoencoder", (32,), ("fp32", "bf16"), ("adam",)),
    ("lstm-small", (8, 64), ("fp32", "bf16"), ("sgd", None)),
    ("lstm-deep", (32,), ("fp32", "fp16"), ("adam",)),
    ("gru-small", (32,), ("fp32", "bf16"), ("adamw",)),
    ("rnn-small", (32,), ("fp32", "bf16"), ("adamw",)),
    ("encoder", (4, 48), ("fp32", "bf16"), ("adamw", None)),
    ("decoder", (2, 16), ("fp32", "bf16"), ("adamw",)),
    ("decoder", (16,), ("fp16",), ("sgd",)),
    ("decoder-checkpointed", (16,), ("bf16",), ("adamw",)),
    ("grouped", (1, 6), ("fp32",), ("adamw", None)),
    ("perceptron", (256, 8192), ("fp32", "tf32", "bf16", "fp16"), ("sgd",)),
)
"""The same, to fit on."""


@dataclass(frozen=True)
class Configuration:
    """One row of the validation.

    Attributes:
        model: a key of `MODELS`.
        batch: items a step.
        precision: see `gpuguide.step.trace.PRECISIONS`; `llama-1b` has bf16 weights.
        optimizer: see `gpuguide.step.trace.OPTIMIZERS`, or None for inference.
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
        loss = "mse" if self.model in ("unet", "autoencoder", "perceptron") else "cross_entropy"
        return Recipe(training, self.precision, self.optimizer, loss, self.accumulate)

    def build(self, device: str) -> tuple[nn.Module, tuple[Tensor, ...]]:
        """The model and its inputs on a device: `meta`, `cpu` or `cuda`.

        Inputs are random: on zeros a product takes less power, and so less time, and an embedding's
        gradient is summed up in one row.
        """
        _, make, sizes = MODELS[self.model]
        with torch.device(device):
            model = make()
            inputs = tuple(
                torch.randn(size) if dtype.is_floating_point else torch.randint(1000, size)
                for size, dtype in sizes(self.batch)
            )
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
    """All rows: those to report, then those to fit on."""
    fit = [replace(one, split="fit") for one in _planned(FIT)]
    return [*_planned(REPORT), *ACCUMULATING, *fit]


def _planned(plan: Plan) -> Iterator[Configuration]:
    for model, batches, precisions, optimizers in plan:
        for batch, precision, optimizer in product(batches, precisions, optimizers):
            yield Configuration(model, batch, precision, optimizer)


ACCUMULATING = (
    Configuration("bert-base", 8, "bf16", "adamw", accumulate=4),
    Configuration("resnet50", 16, "fp32", "momentum", accumulate=4),
)
