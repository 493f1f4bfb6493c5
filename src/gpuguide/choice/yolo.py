"""A detector like YOLO11m by its published sizes: 20,114,688 parameters for 80 kinds of objects.

Widths, depths and the order of blocks are those of the model's published configuration
(docs.ultralytics.com/models/yolo11, read 2026-11-30); the code is this project's own.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

BINS = 16  # a side of a box is a distribution over so many distances


class Conv(nn.Sequential):
    """A convolution without bias, batch norm, and SiLU unless `plain`."""

    def __init__(
        self, inputs: int, outputs: int, size: int = 1, stride: int = 1, groups: int = 1,
        *, plain: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(
            nn.Conv2d(inputs, outputs, size, stride, size // 2, groups=groups, bias=False),
            nn.BatchNorm2d(outputs),
            nn.Identity() if plain else nn.SiLU(inplace=True),
        )


class Pair(nn.Module):
    """Two 3 × 3 convolutions with a shortcut."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(Conv(width, width, 3), Conv(width, width, 3))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = x + self.body(x)
        return out


class Cross(nn.Module):
    """Two pairs on one half, nothing on the other, both joined."""

    def __init__(self, width: int) -> None:
        super().__init__()
        half = width // 2
        self.left, self.right = Conv(width, half), Conv(width, half)
        self.pairs, self.join = nn.Sequential(Pair(half), Pair(half)), Conv(2 * half, width)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.join(torch.cat((self.pairs(self.left(x)), self.right(x)), 1))
        return out


class Split(nn.Module):
    """Both halves and what a `Cross` makes of the second, joined."""

    def __init__(self, inputs: int, outputs: int, share: float = 0.5) -> None:
        super().__init__()
        half = int(outputs * share)
        self.enter, self.cross = Conv(inputs, 2 * half), Cross(half)
        self.join = Conv(3 * half, outputs)

    def forward(self, x: Tensor) -> Tensor:
        first, second = self.enter(x).chunk(2, 1)
        out: Tensor = self.join(torch.cat((first, second, self.cross(second)), 1))
        return out


class Pool(nn.Module):
    """What is seen at a point in windows of four sizes."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.enter, self.join = Conv(width, width // 2), Conv(2 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        seen = [self.enter(x)]
        for _ in range(3):
            seen.append(functional.max_pool2d(seen[-1], 5, 1, 2))
        out: Tensor = self.join(torch.cat(seen, 1))
        return out


class Look(nn.Module):
    """Attention of each point to all, on half the channels, and a feed-forward network."""

    def __init__(self, width: int) -> None:
        super().__init__()
        half = width // 2
        self.heads = half // 64
        self.enter, self.join = Conv(width, 2 * half), Conv(2 * half, width)
        self.values = Conv(half, 2 * half, plain=True)  # queries and keys are half as wide
        self.place = Conv(half, half, 3, 1, half, plain=True)
        self.out = Conv(half, half, plain=True)
        self.feed = nn.Sequential(Conv(half, 2 * half), Conv(2 * half, half, plain=True))

    def forward(self, x: Tensor) -> Tensor:
        kept, y = self.enter(x).chunk(2, 1)
        batch, width, high, wide = y.shape
        parts = self.values(y).view(batch, self.heads, 128, high * wide).transpose(2, 3)
        q, k, v = parts.split((32, 32, 64), -1)
        seen = functional.scaled_dot_product_attention(q, k, v).transpose(2, 3)
        value = v.transpose(2, 3).reshape(batch, width, high, wide)
        y = y + self.out(seen.reshape(batch, width, high, wide) + self.place(value))
        out: Tensor = self.join(torch.cat((kept, y + self.feed(y)), 1))
        return out


class Head(nn.Module):
    """For each point of a map: the four sides of a box, and what is in it."""

    def __init__(self, inputs: int, boxes: int, middle: int, kinds: int) -> None:
        super().__init__()
        self.box = nn.Sequential(
            Conv(inputs, boxes, 3), Conv(boxes, boxes, 3), nn.Conv2d(boxes, 4 * BINS, 1)
        )
        self.kind = nn.Sequential(
            Conv(inputs, inputs, 3, 1, inputs), Conv(inputs, middle),
            Conv(middle, middle, 3, 1, middle), Conv(middle, middle), nn.Conv2d(middle, kinds, 1),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat((self.box(x), self.kind(x)), 1).flatten(2)


def twice(x: Tensor) -> Tensor:
    """A map of twice the width and height."""
    return functional.interpolate(x, scale_factor=2.0)


class Yolo(nn.Module):
    """Input: images (N, 3, S, S); output (N, 64 + kinds, points of the maps S/8, S/16 and S/32)."""

    def __init__(self, kinds: int = 80) -> None:
        super().__init__()
        self.start = nn.Sequential(
            Conv(3, 64, 3, 2), Conv(64, 128, 3, 2), Split(128, 256, 0.25), Conv(256, 256, 3, 2),
            Split(256, 512, 0.25),
        )  # fmt: skip
        self.middle = nn.Sequential(Conv(512, 512, 3, 2), Split(512, 512))
        self.end = nn.Sequential(Conv(512, 512, 3, 2), Split(512, 512), Pool(512), Look(512))
        self.up = nn.ModuleList((Split(1024, 512), Split(1024, 256)))
        self.shrink = nn.ModuleList((Conv(256, 256, 3, 2), Conv(512, 512, 3, 2)))
        self.down = nn.ModuleList((Split(768, 512), Split(1024, 512)))
        maps = (256, 512, 512)
        boxes, middle = max(16, maps[0] // 4, 4 * BINS), max(maps[0], min(kinds, 100))
        self.heads = nn.ModuleList(Head(width, boxes, middle, kinds) for width in maps)
        # The mean of a distribution over distances is a convolution with weights that are fixed.
        self.mean = nn.Conv2d(BINS, 1, 1, bias=False).requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        fine = self.start(x)
        medium = self.middle(fine)
        coarse = self.end(medium)
        joined = self.up[0](torch.cat((twice(coarse), medium), 1))
        small = self.up[1](torch.cat((twice(joined), fine), 1))
        medium = self.down[0](torch.cat((self.shrink[0](small), joined), 1))
        coarse = self.down[1](torch.cat((self.shrink[1](medium), coarse), 1))
        maps = zip(self.heads, (small, medium, coarse), strict=True)
        return torch.cat([head(one) for head, one in maps], 2)
