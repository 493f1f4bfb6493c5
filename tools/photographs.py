"""Writes the photographs of the interactive figures, shrunk as the tutorial's snippets do it.

`overrides/assets/tower.png` is the one of `snippets/cnn/photo_filters.py`, `china.png` that of
`snippets/cnn/shift.py`; a test compares them.
"""

from __future__ import annotations

from pathlib import Path

import torch.nn.functional as F
from PIL import Image
from sklearn.datasets import load_sample_image
from torch import Tensor, tensor

ASSETS = Path(__file__).parents[1] / "overrides" / "assets"


def photographs() -> dict[str, Tensor]:
    """File name → a picture of shape (H, W), from 0 to 255."""
    photo = tensor(load_sample_image("china.jpg")).float().mean(dim=-1)  # (427, 640)
    return {
        "tower.png": F.avg_pool2d(photo[None, 20:420, 10:410], 5)[0],
        "china.png": F.avg_pool2d(photo[None], 4)[0],
    }


if __name__ == "__main__":
    for name, picture in photographs().items():
        Image.fromarray(picture.round().byte().numpy()).save(ASSETS / name, optimize=True)
