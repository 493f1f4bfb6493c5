"""What turns latents into a picture: the decoder of Stable Diffusion's and FLUX's autoencoders.

By the published sizes: widths 128, 256, 512, 512 and three residual blocks each, 49,490,179
parameters for 4 latent channels (`vae/config.json` of Stable Diffusion XL).
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional


class Residual(nn.Module):
    """Two convolutions and a shortcut; between them comes a condition, if it has a width."""

    def __init__(self, inputs: int, outputs: int, condition: int = 0) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.GroupNorm(32, inputs), nn.GroupNorm(32, outputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.condition = nn.Linear(condition, outputs) if condition else None
        alike = inputs == outputs
        self.shortcut = nn.Identity() if alike else nn.Conv2d(inputs, outputs, 1)

    def forward(self, x: Tensor, condition: Tensor | None = None) -> Tensor:
        y = self.conv1(functional.silu(self.norm1(x)))
        if self.condition is not None:
            assert condition is not None
            y = y + self.condition(functional.silu(condition))[:, :, None, None]
        out: Tensor = self.shortcut(x) + self.conv2(functional.silu(self.norm2(y)))
        return out


class Look(nn.Module):
    """Attention of every point to all, in one head."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(32, width)
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(x).flatten(2).transpose(1, 2)
        parts = (one(y).unsqueeze(1) for one in (self.query, self.key, self.value))
        found = self.out(functional.scaled_dot_product_attention(*parts).squeeze(1))
        out: Tensor = x + found.transpose(1, 2).view_as(x)
        return out


class Decoder(nn.Module):
    """Input: latents (N, channels, S, S); output: pictures (N, 3, 8 · S, 8 · S)."""

    def __init__(self, channels: int = 4) -> None:
        super().__init__()
        self.enter = nn.Conv2d(channels, 512, 3, padding=1)
        self.middle = nn.Sequential(Residual(512, 512), Look(512), Residual(512, 512))
        self.rise = nn.ModuleList()
        self.grow = nn.ModuleList()
        width = 512
        for outputs in (512, 512, 256, 128):
            blocks = [Residual(width, outputs), *(Residual(outputs, outputs) for _ in range(2))]
            self.rise.append(nn.Sequential(*blocks))
            width = outputs
            if outputs != 128:
                self.grow.append(nn.Conv2d(width, width, 3, padding=1))
        self.norm, self.leave = nn.GroupNorm(32, 128), nn.Conv2d(128, 3, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.middle(self.enter(x))
        for place, blocks in enumerate(self.rise):
            x = blocks(x)
            if place < len(self.grow):
                x = self.grow[place](functional.interpolate(x, scale_factor=2.0))
        out: Tensor = self.leave(functional.silu(self.norm(x)))
        return out
