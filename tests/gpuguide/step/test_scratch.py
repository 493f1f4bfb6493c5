"""Scratch memory, against what an H200 was seen to take: `records/calibration.json.gz`."""

from __future__ import annotations

import gzip
import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch

from gpuguide.step.recorder import Recorder
from gpuguide.step.scratch import scratch

RECORD = Path(__file__).parents[3] / "records" / "calibration.json.gz"
SAMPLES = json.loads(gzip.decompress(RECORD.read_bytes()))["samples"]


def tensor(leaf: Any) -> torch.Tensor:
    shape, dtype, contiguous = leaf
    found = torch.empty(shape, dtype=getattr(torch, dtype), device="meta")
    return found if contiguous else found.transpose(0, 1).contiguous().transpose(0, 1)


def seen(name: str) -> list[dict[str, Any]]:
    found = {json.dumps(one["shapes"]): one for one in SAMPLES if one["name"] == f"aten.{name}"}
    return list(found.values())


@pytest.mark.parametrize("one", seen("sum"), ids=lambda one: str(one["shapes"][0][:2]))
def test_sums_over_rows(one: dict[str, Any]) -> None:
    x = tensor(one["shapes"][0])
    dims = [leaf for leaf in one["shapes"][1:] if type(leaf) is int]
    out = x.sum(dims, True)
    found = sum(scratch("sum", (x, dims, True), out))
    assert found == pytest.approx(one["scratch"], rel=0.01, abs=512)


@pytest.mark.parametrize(
    "one", seen("embedding_dense_backward"), ids=lambda one: str(one["shapes"])
)
def test_gradients_of_embeddings(one: dict[str, Any]) -> None:
    grad, tokens, words = tensor(one["shapes"][0]), tensor(one["shapes"][1]), one["shapes"][2]
    found = sum(scratch("embedding_dense_backward", (grad, tokens, words), None))
    assert found == pytest.approx(one["scratch"], rel=0.03, abs=2**20)


def convolutions(name: str) -> list[tuple[int, int]]:
    """Predicted and seen, for all convolutions of a kind in the calibration."""
    pairs = []
    for one in seen(name):
        tensors = [tensor(leaf) for leaf in one["shapes"] if isinstance(leaf, list)]
        numbers = [leaf for leaf in one["shapes"] if type(leaf) is int]
        if name == "convolution":
            stride, padding = numbers[:2], numbers[2:4]
            transposed = tensors[0].shape[1] != tensors[1].shape[1]
            if transposed:
                continue  # its shape does not say what it was
            out = torch.nn.functional.conv2d(*tensors[:2], None, stride, padding)
            args = [*tensors[:2], None, stride, padding, [1, 1], False, [0, 0], 1]
            pairs.append((sum(scratch(name, args, out)), one["scratch"]))
        else:
            stride = numbers[1:3]
            args = [*tensors[:3], None, stride, [0, 0], [1, 1], False, [0, 0], 1]
            pairs.append((sum(scratch(name, args, None)), one["scratch"]))
    return pairs


@pytest.mark.parametrize(("name", "share"), [("convolution", 0.8), ("convolution_backward", 0.55)])
def test_most_convolutions_take_what_is_said(name: str, share: float) -> None:
    """cuDNN chooses by rules of its own: most are met to 15 %, and all together to as much."""
    pairs = convolutions(name)
    near = [abs(said - was) <= max(0.15 * was, 2**20) for said, was in pairs]
    assert len(pairs) > 50 and sum(near) >= share * len(near)
    assert sum(said for said, _ in pairs) == pytest.approx(sum(was for _, was in pairs), rel=0.15)


def test_no_copy_for_channels_last_or_one_channel_a_group() -> None:
    x, weight = torch.empty(8, 64, 32, 32, device="meta"), torch.empty(64, 64, 3, 3, device="meta")
    more = ([1, 1], [1, 1], [1, 1], False, [0, 0])
    assert (
        sum(scratch("convolution", (x, weight, None, *more, 1), x)) == 2 * x.nbytes + weight.nbytes
    )
    last = x.to(memory_format=torch.channels_last)
    assert scratch("convolution", (last, weight, None, *more, 1), last) == ()
    assert scratch("convolution", (x, weight[:, :1], None, *more, 64), x) == ()


def test_a_pointwise_convolution_of_single_places_is_a_product_and_takes_none() -> None:
    """vgg13 at 512 images has 4096 channels there: a gradient each would be 34 GB."""
    x = torch.empty(512, 4096, 1, 1, dtype=torch.float16, device="meta")
    weight = torch.empty(4096, 4096, 1, 1, dtype=torch.float16, device="meta")
    more = (None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1)
    assert scratch("convolution_backward", (x, x, weight, *more), None) == ()
    wide = x.expand(512, 4096, 2, 2).contiguous()
    copies = 2 * wide.nbytes
    assert scratch("convolution_backward", (wide, wide, weight, *more), None) == (copies,)


def test_an_operator_without_a_formula_takes_none() -> None:
    assert scratch("relu", (torch.empty(3),), torch.empty(3)) == ()


def test_a_recorder_writes_it_down_and_gives_it_back() -> None:
    recorder = Recorder("meta")
    with recorder:
        torch.empty(9216, 2048, device="meta").sum(0)
    sizes = [getattr(one, "nbytes", None) for one in recorder.events()]
    assert math.prod((4, 2048, 132, 128)) in sizes
