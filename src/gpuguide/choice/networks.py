"""Networks that only presets are made of: image models by their published sizes."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from gpuguide.step.models import Block, Shape


class Diffusion(nn.Module):
    """A diffusion transformer like DiT-XL/2 (arXiv 2212.09748): 28 blocks of width 1152.

    Input: noisy latents (N, 4, S, S) and a condition (N, 1152); output (N, T, 32) for T = S²/4
    patches. Each block's shift and scale come from the condition, as adaLN-Zero does.
    """

    def __init__(self, depth: int = 28, width: int = 1152, heads: int = 16) -> None:
        super().__init__()
        shape = Shape(depth, width, heads, heads, 4 * width, 1)
        self.patch = nn.Conv2d(4, width, 2, 2)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(depth))
        self.adapt = nn.ModuleList(nn.Linear(width, 6 * width) for _ in range(depth))
        self.head = nn.Linear(width, 32)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        x = self.patch(x).flatten(2).transpose(1, 2)
        for block, adapt in zip(self.blocks, self.adapt, strict=True):
            shift, scale, *_ = adapt(nn.functional.silu(condition)).unsqueeze(1).chunk(6, -1)
            x = block(x * (1 + scale) + shift)
        out: Tensor = self.head(x)
        return out


class VisionTransformer(nn.Module):
    """ViT-B/16 (arXiv 2010.11929): 12 blocks of width 768 over 14 × 14 patches and a class token.

    Input: images (N, 3, 224, 224); output (N, 1000).
    """

    def __init__(self, depth: int = 12, width: int = 768, heads: int = 12) -> None:
        super().__init__()
        shape = Shape(depth, width, heads, heads, 4 * width, 1)
        self.patch = nn.Conv2d(3, width, 16, 16)
        self.token = nn.Parameter(torch.zeros(1, 1, width))
        self.positions = nn.Parameter(torch.zeros(1, 197, width))
        self.blocks = nn.ModuleList(Block(shape) for _ in range(depth))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, 1000)

    def forward(self, x: Tensor) -> Tensor:
        x = self.patch(x).flatten(2).transpose(1, 2)
        x = torch.cat((self.token.expand(x.shape[0], -1, -1), x), 1) + self.positions
        for block in self.blocks:
            x = block(x)
        out: Tensor = self.head(self.norm(x)[:, 0])
        return out


class Stream(nn.Module):
    """One of the two streams of FLUX.1, text or image: what is its own in a double block."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.adapt = nn.Linear(width, 6 * width)
        self.values = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.rise, self.fall = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.norm = nn.LayerNorm(width, elementwise_affine=False)

    def enter(self, x: Tensor, condition: Tensor) -> tuple[Tensor, list[Tensor]]:
        changes = list(self.adapt(functional.silu(condition)).unsqueeze(1).chunk(6, -1))
        return self.values(self.norm(x) * (1 + changes[1]) + changes[0]), changes

    def leave(self, x: Tensor, attended: Tensor, changes: list[Tensor]) -> Tensor:
        x = x + changes[2] * self.out(attended)
        inner = functional.gelu(self.rise(self.norm(x) * (1 + changes[4]) + changes[3]))
        out: Tensor = x + changes[5] * self.fall(inner)
        return out


class Single(nn.Module):
    """A block of FLUX.1 for both streams as one: attention and feed-forward side by side."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.adapt = nn.Linear(width, 3 * width)
        self.values, self.rise = nn.Linear(width, 3 * width), nn.Linear(width, 4 * width)
        self.fall = nn.Linear(5 * width, width)
        self.norm = nn.LayerNorm(width, elementwise_affine=False)

    def forward(self, x: Tensor, condition: Tensor, heads: int) -> Tensor:
        shift, scale, gate = self.adapt(functional.silu(condition)).unsqueeze(1).chunk(3, -1)
        y = self.norm(x) * (1 + scale) + shift
        both = torch.cat((attend(self.values(y), heads), functional.gelu(self.rise(y))), -1)
        out: Tensor = x + gate * self.fall(both)
        return out


def attend(values: Tensor, heads: int) -> Tensor:
    """Attention of everything to everything: (N, T, 3 · width) → (N, T, width)."""
    batch, steps, width = values.shape
    split = values.view(batch, steps, 3, heads, width // 3 // heads).permute(2, 0, 3, 1, 4)
    found = functional.scaled_dot_product_attention(split[0], split[1], split[2])
    return found.transpose(1, 2).reshape(batch, steps, width // 3)


class Flux(nn.Module):
    """The image model of FLUX.1 by its published sizes: 19 double and 38 single blocks, width 3072.

    Input: patches of noisy latents (N, 4096, 64), text (N, 512, 4096) and its summary (N, 768);
    output (N, 4096, 64). Norms of queries and keys and rotations, which weigh nothing, are left
    out; so is the embedding of time, of which one vector remains.
    """

    def __init__(self, double: int = 19, single: int = 38, width: int = 3072) -> None:
        super().__init__()
        self.heads = width // 128
        self.image, self.text = nn.Linear(64, width), nn.Linear(4096, width)
        self.summary = nn.Sequential(nn.Linear(768, width), nn.SiLU(), nn.Linear(width, width))
        self.told = nn.ModuleList(Stream(width) for _ in range(double))
        self.drawn = nn.ModuleList(Stream(width) for _ in range(double))
        self.singles = nn.ModuleList(Single(width) for _ in range(single))
        self.head = nn.Linear(width, 64)

    def forward(self, image: Tensor, text: Tensor, summary: Tensor) -> Tensor:
        x, words, condition = self.image(image), self.text(text), self.summary(summary)
        told = words.shape[1]
        for text_stream, image_stream in zip(self.told, self.drawn, strict=True):
            assert isinstance(text_stream, Stream) and isinstance(image_stream, Stream)
            a, changed = text_stream.enter(words, condition)
            b, other = image_stream.enter(x, condition)
            both = attend(torch.cat((a, b), 1), self.heads)
            words = text_stream.leave(words, both[:, :told], changed)
            x = image_stream.leave(x, both[:, told:], other)
        x = torch.cat((words, x), 1)
        for block in self.singles:
            x = block(x, condition, self.heads)
        out: Tensor = self.head(x[:, told:])
        return out
