"""The image model of Stable Diffusion XL by its published sizes: 2,567,463,684 parameters.

The counts of blocks, widths and heads are those of the model's `unet/config.json`; what is built of
them is the arrangement of a latent diffusion U-Net (arXiv 2112.10752 and 2307.01952).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from gpuguide.choice.decoder import Residual

CONDITION = 1280  # width of what time, size and text's summary are turned into
TEXT = 2048  # width of a token of the text


class Attention(nn.Module):
    """Heads of 64; keys and values come from the picture itself or from the text."""

    def __init__(self, width: int, source: int) -> None:
        super().__init__()
        self.heads = width // 64
        self.query = nn.Linear(width, width, bias=False)
        self.key = nn.Linear(source, width, bias=False)
        self.value = nn.Linear(source, width, bias=False)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor, source: Tensor) -> Tensor:
        q, k, v = (
            one.unflatten(-1, (self.heads, 64)).transpose(1, 2)
            for one in (self.query(x), self.key(source), self.value(source))
        )
        found = functional.scaled_dot_product_attention(q, k, v)
        out: Tensor = self.out(found.transpose(1, 2).flatten(2))
        return out


class Layer(nn.Module):
    """Attention to the picture, attention to the text, and a gated feed-forward network."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.own, self.text = Attention(width, width), Attention(width, TEXT)
        self.rise, self.fall = nn.Linear(width, 8 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor, text: Tensor) -> Tensor:
        y = self.norms[0](x)
        x = x + self.own(y, y)
        x = x + self.text(self.norms[1](x), text)
        value, gate = self.rise(self.norms[2](x)).chunk(2, -1)
        out: Tensor = x + self.fall(value * functional.gelu(gate))
        return out


class Looks(nn.Module):
    """Layers over a picture's points as a sequence."""

    def __init__(self, width: int, depth: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(32, width)
        self.enter, self.leave = nn.Linear(width, width), nn.Linear(width, width)
        self.layers = nn.ModuleList(Layer(width) for _ in range(depth))

    def forward(self, x: Tensor, text: Tensor) -> Tensor:
        y = self.enter(self.norm(x).flatten(2).transpose(1, 2))
        for layer in self.layers:
            y = layer(y, text)
        out: Tensor = x + self.leave(y).transpose(1, 2).view_as(x)
        return out


class Step(nn.Module):
    """A residual block and, if `depth` is above 0, layers of attention after it."""

    def __init__(self, inputs: int, outputs: int, depth: int) -> None:
        super().__init__()
        self.residual = Residual(inputs, outputs, CONDITION)
        self.looks = Looks(outputs, depth) if depth else None

    def forward(self, x: Tensor, condition: Tensor, text: Tensor) -> Tensor:
        y: Tensor = self.residual(x, condition)
        return y if self.looks is None else self.looks(y, text)


class StableDiffusionXL(nn.Module):
    """Input: noisy latents (N, 4, 128, 128), text (N, 77, 2048), time (N, 320), and the sizes with
    the text's summary (N, 2816); output like the latents.
    """

    def __init__(
        self, widths: tuple[int, ...] = (320, 640, 1280), depths: tuple[int, ...] = (0, 2, 10)
    ) -> None:
        super().__init__()
        first, last = widths[0], widths[-1]
        self.enter = nn.Conv2d(4, first, 3, padding=1)
        self.time = nn.Sequential(
            nn.Linear(first, CONDITION), nn.SiLU(), nn.Linear(CONDITION, CONDITION)
        )
        self.sizes = nn.Sequential(
            nn.Linear(2816, CONDITION), nn.SiLU(), nn.Linear(CONDITION, CONDITION)
        )
        self.down, self.shrink = nn.ModuleList(), nn.ModuleList()
        kept, width = [first], first
        for outputs, depth in zip(widths, depths, strict=True):
            self.down.append(
                nn.ModuleList((Step(width, outputs, depth), Step(outputs, outputs, depth)))
            )
            kept += [outputs, outputs]
            width = outputs
            if outputs != last:
                self.shrink.append(nn.Conv2d(width, width, 3, stride=2, padding=1))
                kept.append(width)
        self.middle = Step(last, last, depths[-1])
        self.after = Residual(last, last, CONDITION)
        self.up, self.grow = nn.ModuleList(), nn.ModuleList()
        for outputs, depth in zip(reversed(widths), reversed(depths), strict=True):
            steps = nn.ModuleList()
            for _ in range(3):
                steps.append(Step(width + kept.pop(), outputs, depth))
                width = outputs
            self.up.append(steps)
            if outputs != first:
                self.grow.append(nn.Conv2d(width, width, 3, padding=1))
        self.norm, self.leave = nn.GroupNorm(32, first), nn.Conv2d(first, 4, 3, padding=1)

    def forward(self, x: Tensor, text: Tensor, time: Tensor, sizes: Tensor) -> Tensor:
        condition = self.time(time) + self.sizes(sizes)
        x = self.enter(x)
        kept = [x]
        for place, steps in enumerate(self.down):
            assert isinstance(steps, nn.ModuleList)
            for step in steps:
                x = step(x, condition, text)
                kept.append(x)
            if place < len(self.shrink):
                x = self.shrink[place](x)
                kept.append(x)
        x = self.after(self.middle(x, condition, text), condition)
        for place, steps in enumerate(self.up):
            assert isinstance(steps, nn.ModuleList)
            for step in steps:
                x = step(torch.cat((x, kept.pop()), 1), condition, text)
            if place < len(self.grow):
                x = self.grow[place](functional.interpolate(x, scale_factor=2.0))
        out: Tensor = self.leave(functional.silu(self.norm(x)))
        return out
