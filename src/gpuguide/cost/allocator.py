"""Allocations and releases → what torch's CUDA caching allocator would hold.

Rules and constants are those of the pinned torch 2.13: `c10/core/AllocatorConfig.h` (which its
wheel ships) and `DeviceCachingAllocator` in `c10/cuda/CUDACachingAllocator.cpp`: default settings,
one stream, `expandable_segments` off. Where memory runs out, segments without a block in use go
back to the driver first (`release_cached_blocks`).
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass

from gpuguide.step.events import Allocation, Event, Release

KIB, MIB = 1024, 1024**2
MIN_BLOCK = 512
"""Sizes are rounded up to a multiple of this (kMinBlockSize)."""
SMALL_SIZE = MIB
"""The largest request that comes from the pool of small blocks (kSmallSize)."""
SMALL_SEGMENT = 2 * MIB
"""What the small pool asks the driver for (kSmallBuffer)."""
MIN_LARGE = 10 * MIB
"""Below this the large pool asks for LARGE_SEGMENT, from here on for the size (kMinLargeAlloc)."""
LARGE_SEGMENT = 20 * MIB
"""What the large pool asks the driver for (large_segment_size)."""
ROUND_LARGE = 2 * MIB
"""Segments above MIN_LARGE are a multiple of this (kRoundLarge)."""


@dataclass(frozen=True)
class Held:
    """Peaks over a sequence of events, in bytes.

    Attributes:
        requested: sum of what was asked for; no rounding.
        allocated: as `torch.cuda.max_memory_allocated()`: blocks in use.
        reserved: as `torch.cuda.max_memory_reserved()`: segments taken from the driver.
        by_kind: kind of storage → requested bytes at the moment when `allocated` peaked.
        by_phase: phase → the same within that phase, `rounding` included.
        emptied: how often unused segments went back to the driver since memory ran out.
        fits: whether all of it found a place; if not, `reserved` is what it would have taken.
    """

    requested: int
    allocated: int
    reserved: int
    by_kind: dict[str, int]
    by_phase: dict[str, dict[str, int]]
    emptied: int = 0
    fits: bool = True


@dataclass
class _Block:
    segment: int
    address: int
    size: int
    free: bool = True
    before: _Block | None = None
    after: _Block | None = None


def replay(events: Iterable[Event], limit: float = math.inf) -> Held:
    """Run allocations and releases through the allocator; operators are passed over.

    Args:
        events: of a trace.
        limit: bytes that the driver has for segments.

    Raises:
        KeyError: a storage is released that was never allocated.
    """
    state = _State(limit)
    for event in events:
        if isinstance(event, Allocation):
            state.allocate(event)
        elif isinstance(event, Release):
            state.release(event.storage)
    state.unlink()
    return Held(
        state.most_requested,
        state.most_allocated,
        state.reserved,
        state.at_peak,
        {phase: kinds for phase, (_, kinds) in state.phases.items()},
        state.emptied,
        state.fits,
    )


def rounded(nbytes: int) -> int:
    """Bytes of the block that a request gets: at least 512, and a multiple of it."""
    return max(MIN_BLOCK, -(-nbytes // MIN_BLOCK) * MIN_BLOCK)


def segment_size(size: int) -> int:
    """Bytes the driver is asked for when no cached block fits a rounded size."""
    if size <= SMALL_SIZE:
        return SMALL_SEGMENT
    if size < MIN_LARGE:
        return LARGE_SEGMENT
    return -(-size // ROUND_LARGE) * ROUND_LARGE


class _State:
    """The allocator while events pass through it."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.reserved = self._held = self._next = 0
        self.emptied, self.fits = 0, True
        self.most_requested = self.most_allocated = 0
        self.at_peak: dict[str, int] = {}
        self.phases: dict[str, tuple[int, dict[str, int]]] = {}
        self._requested = self._allocated = 0
        self._kinds: dict[str, int] = {}
        self._used: dict[int, tuple[Allocation, _Block]] = {}
        self._free: dict[bool, list[tuple[int, int]]] = {True: [], False: []}
        self._at: dict[int, _Block] = {}

    def allocate(self, event: Allocation) -> None:
        size = rounded(event.nbytes)
        small = size <= SMALL_SIZE
        block = self._best(size, small) or self._segment(size)
        rest = block.size - size
        if rest >= MIN_BLOCK if small else rest > SMALL_SIZE:
            self._split(block, size, small)
        block.free = False
        self._used[event.storage] = (event, block)
        self._requested += event.nbytes
        self._allocated += block.size
        self._kinds[event.kind] = self._kinds.get(event.kind, 0) + event.nbytes
        self.most_requested = max(self.most_requested, self._requested)
        if self._allocated > self.most_allocated:
            self.most_allocated = self._allocated
            self.at_peak = dict(self._kinds)
        if self._allocated > self.phases.get(event.phase, (0, {}))[0]:
            slack = {"rounding": self._allocated - self._requested}
            self.phases[event.phase] = (self._allocated, self._kinds | slack)

    def release(self, storage: int) -> None:
        event, block = self._used.pop(storage)
        self._requested -= event.nbytes
        self._allocated -= block.size
        self._kinds[event.kind] -= event.nbytes
        small = rounded(event.nbytes) <= SMALL_SIZE
        block.free = True
        if block.before is not None and block.before.free:
            block = self._merge(block.before, block, small, block.before)
        if block.after is not None and block.after.free:
            block = self._merge(block, block.after, small, block.after)
        insort(self._free[small], (block.size, block.address))

    def unlink(self) -> None:
        """Leave no rings of blocks behind, which only Python's search for garbage would find."""
        for block in self._at.values():
            block.before = block.after = None

    def _best(self, size: int, small: bool) -> _Block | None:
        """The smallest free block that is large enough; of equal ones the lowest address."""
        pool = self._free[small]
        place = bisect_left(pool, (size, -1))
        return self._at[pool.pop(place)[1]] if place < len(pool) else None

    def _segment(self, size: int) -> _Block:
        whole = segment_size(size)
        if self._held + whole > self.limit:
            self._empty()
            self.fits = self.fits and self._held + whole <= self.limit
        block = _Block(self._next, self._next, whole)
        self._next += whole
        self._held += whole
        self.reserved = max(self.reserved, self._held)
        self._at[block.address] = block
        return block

    def _empty(self) -> None:
        """Give segments back that no block in use lies in."""
        for pool in self._free.values():
            whole = [
                one for one in pool
                if self._at[one[1]].before is None and self._at[one[1]].after is None
            ]  # fmt: skip
            for one in whole:
                pool.remove(one)
                del self._at[one[1]]
                self._held -= one[0]
                self.emptied += 1

    def _split(self, block: _Block, size: int, small: bool) -> None:
        rest = _Block(block.segment, block.address + size, block.size - size)
        rest.before, rest.after = block, block.after
        if rest.after is not None:
            rest.after.before = rest
        block.after, block.size = rest, size
        self._at[rest.address] = rest
        insort(self._free[small], (rest.size, rest.address))

    def _merge(self, left: _Block, right: _Block, small: bool, cached: _Block) -> _Block:
        pool = self._free[small]
        del pool[bisect_left(pool, (cached.size, cached.address))]
        del self._at[right.address]
        left.size += right.size
        left.after = right.after
        if left.after is not None:
            left.after.before = left
        return left
