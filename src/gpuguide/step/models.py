"""Small definitions of well-known networks, for presets, validation and tests.

They have the layers and sizes of the originals and no weights; only shapes and types matter here.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint


class SimpleCNN(nn.Module):
    """The tutorial's network: two convolutions and two linear layers on 28 × 28 images.

    Input (N, 1, 28, 28), output (N, 10).
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3, padding=1)
        self.conv2 = nn.Conv2d(32, 64, 3, padding=1)
        self.fc1 = nn.Linear(64 * 7 * 7, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.max_pool2d(functional.relu(self.conv1(x)), 2)
        x = functional.max_pool2d(functional.relu(self.conv2(x)), 2)
        x = functional.relu(self.fc1(x.flatten(1)))
        out: Tensor = self.fc2(x)
        return out


class Bottleneck(nn.Module):
    """1×1, 3×3, 1×1 convolutions with a shortcut; stride in the 3×3 (ResNet v1.5)."""

    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__()
        outputs = 4 * width
        self.body = nn.Sequential(
            nn.Conv2d(inputs, width, 1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
            nn.Conv2d(width, width, 3, stride, 1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
            nn.Conv2d(width, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        self.relu = nn.ReLU(inplace=True)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x: Tensor) -> Tensor:
        y = self.body(x)
        y += self.shortcut(x)
        out: Tensor = self.relu(y)
        return out


class ResNet(nn.Module):
    """ResNet v1.5 (arXiv 1512.03385; stride 2 in the 3×3) of bottleneck blocks.

    Input (N, 3, H, W), output (N, 1000). The defaults are ResNet-50, 25,557,032 parameters.

    Args:
        width: channels of the first stage; each further one has twice as many.
        blocks: blocks per stage.
    """

    def __init__(self, width: int = 64, blocks: tuple[int, ...] = (3, 4, 6, 3)) -> None:
        super().__init__()
        layers: list[nn.Module] = [
            nn.Conv2d(3, width, 7, 2, 3, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(3, 2, 1),
        ]
        inputs = width
        for stage, count in enumerate(blocks):
            for block in range(count):
                stride = 2 if stage and block == 0 else 1
                layers.append(Bottleneck(inputs, width << stage, stride))
                inputs = 4 * width << stage
        self.features = nn.Sequential(*layers)
        self.head = nn.Linear(inputs, 1000)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.adaptive_avg_pool2d(self.features(x), 1)
        out: Tensor = self.head(x.flatten(1))
        return out


class PlainCNN(nn.Module):
    """3×3 convolutions with batch norm between poolings, then two linear layers, as in VGG.

    Input (N, 3, H, W) with H and W multiples of 16, output (N, 100).
    """

    def __init__(self, width: int = 48) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = 3
        for stage in range(4):
            for _ in range(2):
                outputs = width << stage
                layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs)]
                layers.append(nn.ReLU())
                inputs = outputs
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.head = nn.Sequential(
            nn.Linear(16 * inputs, 1024), nn.ReLU(), nn.Dropout(), nn.Linear(1024, 100)
        )

    def forward(self, x: Tensor) -> Tensor:
        x = functional.adaptive_avg_pool2d(self.features(x), 4)
        out: Tensor = self.head(x.flatten(1))
        return out


class Autoencoder(nn.Module):
    """Strided convolutions down, transposed convolutions up.

    Input and output (N, 3, H, W) with H and W multiples of 16.
    """

    def __init__(self, width: int = 40) -> None:
        super().__init__()
        widths = [3, *(width << stage for stage in range(4))]
        down = [nn.Conv2d(a, b, 4, 2, 1) for a, b in pairwise(widths)]
        up = [nn.ConvTranspose2d(a, b, 4, 2, 1) for a, b in pairwise(widths[::-1])]
        layers = [nn.Sequential(one, nn.ReLU()) for one in (*down, *up[:-1])]
        self.layers = nn.Sequential(*layers, up[-1])

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.layers(x)
        return out


class Perceptron(nn.Module):
    """Linear layers of one width with ReLU between. Input and output (N, width)."""

    def __init__(self, width: int, layers: int) -> None:
        super().__init__()
        inner = [nn.Sequential(nn.Linear(width, width), nn.ReLU()) for _ in range(layers - 1)]
        self.layers = nn.Sequential(*inner, nn.Linear(width, width))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.layers(x)
        return out


def _double(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
        nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class UNet(nn.Module):
    """U-Net (arXiv 1505.04597) with padding and batch norm, widths 64 to 1024.

    Input (N, 3, H, W) with H and W multiples of 16, output (N, classes, H, W).
    """

    def __init__(self, classes: int = 2) -> None:
        super().__init__()
        widths = (64, 128, 256, 512, 1024)
        self.down = nn.ModuleList(_double(a, b) for a, b in zip((3, *widths), widths, strict=False))
        pairs = list(zip(widths[::-1], widths[-2::-1], strict=False))
        self.up = nn.ModuleList(nn.ConvTranspose2d(a, b, 2, 2) for a, b in pairs)
        self.merge = nn.ModuleList(_double(a, b) for a, b in pairs)
        self.head = nn.Conv2d(64, classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        kept: list[Tensor] = []
        for level, block in enumerate(self.down):
            x = block(functional.max_pool2d(x, 2) if level else x)
            kept.append(x)
        kept.pop()
        for up, merge in zip(self.up, self.merge, strict=True):
            x = merge(torch.cat([kept.pop(), up(x)], 1))
        out: Tensor = self.head(x)
        return out


class Recurrent(nn.Module):
    """Embedding, LSTM (or GRU, RNN), linear: a language model over (N, T) token numbers.

    Output (N, T, words).
    """

    def __init__(
        self,
        kind: str = "lstm",
        words: int = 33278,
        width: int = 650,
        hidden: int = 650,
        layers: int = 2,
    ) -> None:
        super().__init__()
        self.embed = nn.Embedding(words, width)
        cell = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[kind]
        self.rnn = cell(width, hidden, layers, batch_first=True)
        self.head = nn.Linear(hidden, words)

    def forward(self, tokens: Tensor) -> Tensor:
        out: Tensor = self.head(self.rnn(self.embed(tokens))[0])
        return out


@dataclass(frozen=True)
class Shape:
    """Sizes of a transformer.

    Attributes:
        layers: blocks.
        width: of the residual stream.
        heads: attention heads.
        kv_heads: heads of keys and values, fewer than `heads` with grouped-query attention.
        inner: width inside the feed-forward network.
        words: vocabulary.
        positions: learned positions, 0 if rotary.
        gated: whether the feed-forward network is gated (SwiGLU: three matrices).
        causal: whether a token sees only earlier ones.
        checkpointed: whether each block is computed anew in the backward pass.
        dropout: share of values dropped.
    """

    layers: int
    width: int
    heads: int
    kv_heads: int
    inner: int
    words: int
    positions: int = 0
    gated: bool = False
    causal: bool = False
    checkpointed: bool = False
    dropout: float = 0.0

    @property
    def head(self) -> int:
        """Width of one attention head."""
        return self.width // self.heads

    def parameters(self) -> int:
        """Parameters by arithmetic: `Transformer` has as many."""
        keys = self.kv_heads * self.head
        attention = 2 * self.width * self.width + 2 * self.width * keys
        inner = (3 if self.gated else 2) * self.width * self.inner
        norms = (1 if self.gated else 2) * self.width
        if not self.gated:
            attention += 2 * self.width + 2 * keys
            inner += self.inner + self.width
        block = attention + inner + 2 * norms
        ends = 2 * self.words * self.width if self.gated else self.words * self.width
        return self.layers * block + ends + self.positions * self.width + norms


class Block(nn.Module):
    """Attention and feed-forward network, each after a norm and added to the stream."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape, bias = shape, not shape.gated
        keys = shape.kv_heads * shape.head
        self.norm1 = _norm(shape)
        self.query = nn.Linear(shape.width, shape.width, bias)
        self.key = nn.Linear(shape.width, keys, bias)
        self.value = nn.Linear(shape.width, keys, bias)
        self.out = nn.Linear(shape.width, shape.width, bias)
        self.norm2 = _norm(shape)
        self.rise = nn.Linear(shape.width, shape.inner, bias)
        self.gate = nn.Linear(shape.width, shape.inner, bias) if shape.gated else None
        self.fall = nn.Linear(shape.inner, shape.width, bias)

    def forward(self, x: Tensor, past: tuple[Tensor, Tensor] | None = None) -> Tensor:
        x = x + self._drop(self.out(self._attend(self.norm1(x), past)))
        y = self.norm2(x)
        inner = self.rise(y)
        if self.gate is None:
            inner = functional.gelu(inner)
        else:
            inner = functional.silu(self.gate(y)) * inner
        return x + self._drop(self.fall(inner))

    def _drop(self, x: Tensor) -> Tensor:
        return functional.dropout(x, self.shape.dropout, self.training)

    def _attend(self, x: Tensor, past: tuple[Tensor, Tensor] | None) -> Tensor:
        shape, (batch, steps, _) = self.shape, x.shape
        q = self.query(x).view(batch, steps, shape.heads, shape.head).transpose(1, 2)
        k, v = (
            one(x).view(batch, steps, shape.kv_heads, shape.head).transpose(1, 2)
            for one in (self.key, self.value)
        )
        if past is not None:
            past[0][:, :, -steps:] = k
            past[1][:, :, -steps:] = v
            k, v = past
        out = functional.scaled_dot_product_attention(
            q, k, v, is_causal=shape.causal and past is None,
            enable_gqa=shape.kv_heads != shape.heads,
        )  # fmt: skip
        return out.transpose(1, 2).reshape(batch, steps, shape.width)


class Transformer(nn.Module):
    """A transformer over (N, T) token numbers.

    Encoder and decoder alike; rotary positions are left out, since they hold no weights and little
    memory. Output (N, T, words), or (N, classes) if `classes` is given. With `past`, a list of
    (keys, values), each (N, kv_heads, T_max, head), it decodes.
    """

    def __init__(self, shape: Shape, classes: int = 0) -> None:
        super().__init__()
        self.shape, self.classes = shape, classes
        self.embed = nn.Embedding(shape.words, shape.width)
        self.positions = nn.Embedding(shape.positions, shape.width) if shape.positions else None
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = _norm(shape)
        self.head = nn.Linear(shape.width, classes or shape.words, bias=False)
        if not classes and not shape.gated:
            self.head.weight = self.embed.weight

    def forward(self, tokens: Tensor, past: list[tuple[Tensor, Tensor]] | None = None) -> Tensor:
        x = self.embed(tokens)
        if self.positions is not None:
            x = x + self.positions(torch.arange(tokens.shape[1], device=tokens.device))
        for place, block in enumerate(self.blocks):
            if self.shape.checkpointed and self.training:
                x = checkpoint(block, x, use_reentrant=False)
            else:
                x = block(x, None if past is None else past[place])
        x = self.norm(x)
        out: Tensor = self.head(x[:, 0] if self.classes else x)
        return out


def _norm(shape: Shape) -> nn.Module:
    return nn.RMSNorm(shape.width) if shape.gated else nn.LayerNorm(shape.width)


class LowRank(nn.Module):
    """LoRA (arXiv 2106.09685): a frozen linear layer plus two thin trained ones of rank r."""

    def __init__(self, frozen: nn.Linear, rank: int) -> None:
        super().__init__()
        self.frozen = frozen.requires_grad_(False)
        kind = {"device": frozen.weight.device, "dtype": frozen.weight.dtype, "bias": False}
        self.down = nn.Linear(frozen.in_features, rank, **kind)  # type: ignore[arg-type]
        self.up = nn.Linear(rank, frozen.out_features, **kind)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.frozen(x) + self.up(self.down(x))
        return out


def with_lora(model: nn.Module, rank: int) -> nn.Module:
    """Freeze a transformer and add low-rank layers to its four attention projections."""
    model.requires_grad_(False)
    for block in model.modules():
        if isinstance(block, Block):
            for name in ("query", "key", "value", "out"):
                setattr(block, name, LowRank(getattr(block, name), rank))
    return model


BERT_BASE = Shape(12, 768, 12, 12, 3072, 30522, positions=512, dropout=0.1)
"""12 layers of width 768, 12 heads, 4 · 768 inside, 512 positions (sizes as in the BERT README of
NVIDIA's DeepLearningExamples); vocabulary of 30,522 WordPieces."""
