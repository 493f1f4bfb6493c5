"""Two pictures, pixel by pixel."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from neverstale.proof import picture


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "L", "LA", "P"])
def test_a_png_is_read_as_another_library_reads_it(mode: str) -> None:
    values = np.random.default_rng(0).integers(0, 256, (40, 30, 4), dtype=np.uint8)
    values[10:30] = np.linspace(0, 255, 30)[None, :, None]  # smooth: other filters are chosen
    drawn = Image.fromarray(values, "RGBA").convert("RGB" if mode == "P" else mode)
    drawn = drawn.quantize(200) if mode == "P" else drawn
    file = io.BytesIO()
    drawn.save(file, format="png")
    found = picture.read(file.getvalue())
    assert (found.width, found.height) == (30, 40)
    assert found.pixels == drawn.convert("RGBA").tobytes()


def test_a_few_levels_and_few_pixels_may_differ(png: Callable[..., str]) -> None:
    black = [[0] * 10 for _ in range(10)]
    assert picture.difference(png(black), png([[4] * 10] * 10), 1e-4) is None
    assert picture.difference(png(black), png([[5] * 10] * 10), 1e-4)
    one = [row[:] for row in black]
    one[3][7] = 255
    told = picture.difference(png(black), png(one), 1e-4)
    assert told == "differs in 1 of 100 pixels, the first in row 4, column 8"
    assert picture.difference(png(black), png(one), 0.01) is None  # one in a hundred
    assert picture.difference(png(black), png([[25] * 10] * 10), 0.1) is None
    assert picture.difference(png(black), png([[26] * 10] * 10), 0.1)


def test_another_size_is_another_picture(png: Callable[..., str]) -> None:
    told = picture.difference(png([[0] * 4] * 4), png([[0] * 5] * 4), 0.5)
    assert told == "has 5 × 4 pixels, not 4 × 4"


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", b"x" * 99])
def test_what_cannot_be_read_is_another(png: Callable[..., str], data: bytes) -> None:
    told = picture.difference(png([[0]]), base64.b64encode(data).decode(), 0.5)
    assert told == "is another, of a form that is not read pixel by pixel"
