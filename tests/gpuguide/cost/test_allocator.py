"""The allocator's replay against sequences worked out by hand from its rules."""

from __future__ import annotations

import pytest

from gpuguide.cost.allocator import MIB, replay, rounded, segment_size
from gpuguide.step.events import Allocation, Event, Release


def take(storage: int, nbytes: int) -> Allocation:
    return Allocation(storage, nbytes, "activations", "forward")


@pytest.mark.parametrize(
    ("nbytes", "block"), [(1, 512), (512, 512), (513, 1024), (8519680, 8519680)]
)
def test_rounding(nbytes: int, block: int) -> None:
    assert rounded(nbytes) == block


@pytest.mark.parametrize(
    ("size", "segment"),
    [
        (512, 2 * MIB),
        (MIB, 2 * MIB),
        (MIB + 512, 20 * MIB),
        (10 * MIB - 512, 20 * MIB),
        (10 * MIB, 10 * MIB),
        (11 * MIB, 12 * MIB),
        (33 * MIB, 34 * MIB),
    ],
)
def test_segments(size: int, segment: int) -> None:
    assert segment_size(size) == segment


SEQUENCES: dict[str, tuple[list[Event], int, int]] = {
    "two small ones share a segment": ([take(0, 40000), take(1, 40)], 40448 + 512, 2 * MIB),
    "small and large have separate pools": ([take(0, 1), take(1, 2 * MIB)], 2097664, 22 * MIB),
    "a freed block is used again": (
        [take(0, 15 * MIB), Release(0), take(1, 15 * MIB)],
        16 * MIB,  # 15 MiB from a segment of 16: the rest of 1 MiB is too small to split off
        16 * MIB,
    ),
    "neighbours merge": (
        [take(0, 6 * MIB), take(1, 6 * MIB), Release(0), Release(1), take(2, 20 * MIB)],
        20 * MIB,
        20 * MIB,
    ),
    "what is in use between them keeps them apart": (
        [take(0, 5 * MIB), take(1, 5 * MIB), take(2, 5 * MIB), Release(0), Release(2),
         take(3, 11 * MIB)],
        5 * MIB + 12 * MIB,
        20 * MIB + 12 * MIB,
    ),
    "the smallest fitting block is taken": (
        [take(0, 30 * MIB), take(1, 12 * MIB), Release(0), Release(1), take(2, 12 * MIB),
         take(3, 30 * MIB)],
        42 * MIB,
        42 * MIB,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SEQUENCES)
def test_sequences_by_hand(name: str) -> None:
    events, allocated, reserved = SEQUENCES[name]
    found = replay(events)
    assert (found.allocated, found.reserved) == (allocated, reserved)


def test_a_published_snapshot() -> None:
    """discuss.pytorch.org 178671: blocks of 40448, 512, 4096 and 512 bytes in 2 MiB, and a cuBLAS
    workspace of 8,519,680 bytes in a segment of 20,971,520."""
    events = [take(0, 40000), take(1, 40), take(2, 4000), take(3, 40), take(4, 8519680)]
    found = replay(events)
    assert found.allocated == 45568 + 8519680
    assert found.reserved == 2097152 + 20971520


def test_everything_comes_back() -> None:
    sizes = [1, 600_000, 3 * MIB, 25 * MIB, 512, 9 * MIB]
    events: list[Event] = [take(i, size) for i, size in enumerate(sizes)]
    events += [Release(i) for i in (3, 0, 5, 2, 1, 4)]
    again = [*events, *(take(10 + i, size) for i, size in enumerate(sizes))]
    assert replay(again).reserved == replay(events).reserved


def test_releasing_what_was_never_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        replay([Release(7)])


def test_near_the_limit_unused_segments_go_back_first() -> None:
    """30 MiB come and go, then 40: without a limit both segments stay, with 60 the first goes."""
    events: list[Event] = [
        Allocation(0, 30 * MIB, "inputs", "forward"), Release(0),
        Allocation(1, 40 * MIB, "inputs", "forward"),
    ]  # fmt: skip
    free, near = replay(events), replay(events, 60 * MIB)
    assert (free.reserved, free.emptied, free.fits) == (70 * MIB, 0, True)
    assert (near.reserved, near.emptied, near.fits) == (40 * MIB, 1, True)
    assert not replay(events, 39 * MIB).fits


def test_a_segment_with_a_block_in_use_does_not_go_back() -> None:
    events: list[Event] = [
        Allocation(0, 10 * MIB, "inputs", "forward"), Allocation(1, 2 * MIB, "inputs", "forward"),
        Allocation(2, 3 * MIB, "inputs", "forward"), Release(1), Release(0),
        Allocation(3, 25 * MIB, "inputs", "forward"),
    ]  # fmt: skip
    near = replay(events, 50 * MIB)
    assert near.emptied == 1 and near.reserved == replay(events).reserved - 10 * MIB
