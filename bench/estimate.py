"""How long does an estimate take, beside plain steps on tensors without bytes? Prints a table.

    PYTHONPATH=src .venv/bin/python bench/estimate.py          # or some of the models' names

The floor is what a step costs Python and torch: two plain training steps (forward, backward,
AdamW) of the same model on the `meta` device, with nothing that looks on. Both are timed in turn,
in CPU time, which other programs on the machine disturb less; the ratio is that of the medians.
Nothing here is a test.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from gpuguide.cost.estimate import estimate
from gpuguide.step.models import BERT_BASE, ResNet, Shape, Transformer
from gpuguide.step.trace import STEPS

ROUNDS = 7
LLAMA_8B = Shape(32, 4096, 32, 8, 14336, 128256, gated=True, causal=True)
"""Sizes as in the config.json of meta-llama/Llama-3.1-8B; rotary positions hold no weights."""


class Layer(nn.Module):
    """One layer of a vision transformer, as timm writes it."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        )

    def forward(self, x: Tensor) -> Tensor:  # (N, T, C)
        parts = self.qkv(self.norm1(x)).unflatten(-1, (3, self.heads, -1))
        q, k, v = parts.permute(2, 0, 3, 1, 4).unbind(0)  # (N, heads, T, C / heads) each
        y = functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
        x = x + self.out(y)
        return x + self.mlp(self.norm2(x))


class ViT(nn.Module):
    """ViT-B/16 (arXiv 2010.11929), 86,567,656 parameters. Input (N, 3, 224, 224)."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 768, 16, 16)
        self.token = nn.Parameter(torch.zeros(1, 1, 768))
        self.positions = nn.Parameter(torch.zeros(1, 197, 768))
        self.layers = nn.Sequential(*(Layer(768, 12) for _ in range(12)))
        self.norm, self.head = nn.LayerNorm(768), nn.Linear(768, 1000)

    def forward(self, x: Tensor) -> Tensor:
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.positions
        out: Tensor = self.head(self.norm(self.layers(x))[:, 0])
        return out


MODELS: dict[str, Callable[[], tuple[nn.Module, Tensor]]] = {
    "ResNet-50": lambda: (ResNet(), torch.empty(32, 3, 224, 224)),
    "ViT-B/16": lambda: (ViT(), torch.empty(32, 3, 224, 224)),
    "BERT-base": lambda: (Transformer(BERT_BASE), torch.empty(8, 128, dtype=torch.int64)),
    "Llama 8B": lambda: (
        Transformer(LLAMA_8B).bfloat16(),
        torch.empty(1, 2048, dtype=torch.int64),
    ),
}


def plain(model: nn.Module, inputs: Tensor) -> None:
    """The floor."""
    optimizer = torch.optim.AdamW(model.parameters(), foreach=True)
    for _ in range(STEPS):
        optimizer.zero_grad()
        model(inputs).float().mean().backward()
        optimizer.step()
    model.zero_grad()


def traced(model: nn.Module, inputs: Tensor) -> None:
    """What is measured against it."""
    estimate(model, inputs, optimizer="adamw")


def seconds(work: Callable[..., None], *arguments: object) -> float:
    """CPU time of a call."""
    start = time.process_time()
    work(*arguments)
    return time.process_time() - start


def main() -> int:
    """Print a row for each model."""
    words = sys.argv[1:]
    torch.set_num_threads(1)
    print(f"{'model':<10} {'floor':>8} {'estimate':>9} {'ratio':>6}   ratio in each round")
    for name, build in MODELS.items():
        if words and not any(word.lower() in name.lower() for word in words):
            continue
        with torch.device("meta"):
            case = build()
        plain(*case)
        traced(*case)
        pairs = [(seconds(plain, *case), seconds(traced, *case)) for _ in range(ROUNDS)]
        floor, ours = (statistics.median(times) for times in zip(*pairs, strict=True))
        each = " ".join(f"{b / a:.2f}" for a, b in pairs)
        print(
            f"{name:<10} {floor:>6.3f} s {ours:>7.3f} s {ours / floor:>6.2f}   {each}", flush=True
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"torch {torch.__version__}; peak memory of the process {peak:.0f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
