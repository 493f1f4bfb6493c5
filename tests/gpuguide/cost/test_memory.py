"""From a trace to a GPU's memory, against figures that others published."""

from __future__ import annotations

import re
from datetime import date

import pytest
import torch
from torch import nn

from gpuguide.catalogue import find
from gpuguide.cost.estimate import estimate
from gpuguide.cost.measured import source, table
from gpuguide.cost.memory import (
    Range,
    Unknown,
    capacity,
    context_sources,
    cublas_workspace,
    cuda_context,
    memory,
)
from gpuguide.step.events import Allocation, Release, Trace


def meta(*shape: int) -> torch.Tensor:
    return torch.empty(shape, device="meta")


def test_a_tiny_linear_layer_takes_a_workspace_of_8_mib() -> None:
    """pytorch issue 95668: 8,519,680 bytes more after the first product."""
    found = estimate(nn.Linear(10, 10), meta(1, 10), training=False).memory
    assert found.parts["workspaces"] == 8_519_680
    convolution = estimate(nn.Conv2d(3, 4, 3), meta(1, 3, 8, 8), training=False).memory
    assert "workspaces" not in convolution.parts


def test_a_backward_pass_has_a_thread_and_a_workspace_of_its_own() -> None:
    found = estimate(nn.Linear(10, 10), meta(1, 10)).memory
    assert found.parts["workspaces"] == 2 * 8_519_680


@pytest.mark.parametrize(
    ("gpu", "nbytes"),
    [("rtx-4090", 8_519_680), ("h100-sxm-80gb", 32 * 1024**2), ("rtx-5090", 32 * 1024**2)],
)
def test_the_workspace_follows_the_architecture(gpu: str, nbytes: int) -> None:
    assert cublas_workspace(find(gpu)) == nbytes


def test_parts_add_up() -> None:
    found = estimate(nn.Linear(300, 70), meta(9, 300), optimizer="adam").memory
    assert sum(found.parts.values()) == found.allocated <= found.reserved
    assert isinstance(found.device, Range) and isinstance(found.context, Range)
    assert found.device.low == found.reserved + found.context.low


def test_near_the_cards_limit_what_is_reserved_stays_on_the_card() -> None:
    """8 GB come and go, then 12: together they are more than the card has, one by one not."""
    events = (
        Allocation(0, 8 * 10**9, "inputs", "forward"), Release(0),
        Allocation(1, 12 * 10**9, "inputs", "forward"),
    )  # fmt: skip
    card, trace = find("rtx-4080"), Trace(events, 1)
    free, near = memory(trace), memory(trace, card)
    assert free.reserved > capacity(card) > near.reserved >= near.allocated == free.allocated
    assert isinstance(near.device, Range) and near.device.high <= capacity(card)
    assert any(note.startswith("Memory is tight") for note in near.notes)
    more = memory(Trace((*events, Allocation(2, 9 * 10**9, "inputs", "forward")), 1), card)
    assert more.reserved > capacity(card) and not any("tight" in note for note in more.notes)


def test_what_is_not_measured_is_unknown_with_a_reason() -> None:
    found = estimate(nn.Linear(10, 10), meta(1, 10), training=False).on(find("mi300x")).memory
    assert found.context == found.device == Unknown("nothing measured on AMD's GPUs")
    assert str(found.device) == "unknown: nothing measured on AMD's GPUs"
    assert any("AMD's libraries" in note for note in found.notes)
    assert isinstance(cuda_context(find("tpu-v5e")), Unknown)


def test_a_convolution_says_that_cudnn_chooses() -> None:
    notes = estimate(nn.Conv2d(3, 4, 3), meta(1, 3, 8, 8)).memory.notes
    assert any("cuDNN's workspace" in note for note in notes)


@pytest.mark.parametrize("name", ["overheads", "efficiency"])
def test_every_figure_names_a_source_that_is_listed(name: str) -> None:
    data = table(name)
    for key, entry in data["sources"].items():
        assert entry["url"].startswith("https://") and entry["title"]
        assert entry["read"] <= date.today()
        assert source(name, key)

    def walk(value: object, place: str) -> None:
        if isinstance(value, dict):
            for key, one in value.items():
                if re.search(r"(^|_)source$", key) or key == "checked_with":
                    assert one in data["sources"], f"{place}.{key}"
                walk(one, f"{place}.{key}")

    for key, value in data.items():
        if key != "sources":
            walk(value, key)


def test_the_context_names_its_sources() -> None:
    assert all("https://github.com/" in one for one in context_sources())


def test_a_range_has_an_order() -> None:
    with pytest.raises(ValueError, match="is not a range"):
        Range(2, 1)
