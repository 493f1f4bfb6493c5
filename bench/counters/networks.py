"""The networks, each with its count by hand."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor, nn
from torch.nn import functional

PAGE = Path(__file__).parents[2] / "snippets" / "cnn" / "simple_cnn.py"


class Attention(nn.Module):
    """Self-attention with four heads, as one writes it today."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:  # (N, L, C)
        q, k, v = self.qkv(x).unflatten(-1, (3, 4, -1)).permute(2, 0, 3, 1, 4)  # (N, 4, L, C / 4)
        y = functional.scaled_dot_product_attention(q, k, v)
        return self.out(y.transpose(1, 2).flatten(2))


@dataclass(frozen=True)
class Network:
    """A network and what its products cost.

    Attributes:
        code: the layers, as a reader would write them.
        build: makes it.
        input: sizes of its input, batch first.
        sizes: what the letters of `formula` stand for.
        formula: FLOPs of the forward pass, a multiply-add counted as 2.
    """

    code: str
    build: Callable[[], nn.Module]
    input: tuple[int, ...]
    sizes: dict[str, int]
    formula: str

    def forward(self) -> int:
        """FLOPs of the forward pass, by hand."""
        return evaluated(self.formula, self.sizes)


def evaluated(formula: str, sizes: dict[str, int]) -> int:
    """The number that a formula with `·` and `−` stands for."""
    return int(eval(formula.replace("·", "*").replace("−", "-"), {}, dict(sizes)))


NETWORKS = {
    "cnn": Network(
        "SimpleCNN()", runpy.run_path(str(PAGE))["SimpleCNN"], (8, 3, 28, 28), {"N": 8},
        "2·N·(27·32·28·28 + 288·64·14·14 + 3136·128 + 128·10)",
    ),
    "lstm": Network(
        "nn.LSTM(64, 128, batch_first=True)", lambda: nn.LSTM(64, 128, batch_first=True),
        (8, 32, 64), {"N": 8, "L": 32, "I": 64, "H": 128},
        "2·N·L·4·H·(I + H)",
    ),
    "attention": Network(
        "nn.Linear(64, 192), scaled_dot_product_attention, nn.Linear(64, 64)",
        lambda: Attention(64), (8, 128, 64), {"N": 8, "L": 128, "C": 64},
        "2·N·L·C·4·C + 2·2·N·L·L·C",
    ),
    "depthwise": Network(
        "nn.Conv2d(64, 64, 3, padding=1, groups=64, bias=False)",
        lambda: nn.Conv2d(64, 64, 3, padding=1, groups=64, bias=False),
        (8, 64, 28, 28), {"N": 8, "C": 64, "H": 28, "W": 28, "K": 3},
        "2·N·C·H·W·K·K",
    ),
    "transposed": Network(
        "nn.ConvTranspose2d(64, 32, 4, stride=2, padding=1, bias=False)",
        lambda: nn.ConvTranspose2d(64, 32, 4, stride=2, padding=1, bias=False),
        (8, 64, 14, 14), {"N": 8, "C": 64, "O": 32, "H": 14, "W": 14, "K": 4},
        "2·N·C·O·H·W·K·K",
    ),
}  # fmt: skip
