"""Lets Python's search for garbage pass over what was there before."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def elders_at_rest() -> Iterator[None]:
    """What exists already is not searched for garbage meanwhile.

    A trace makes many small objects, so that a full search falls due; it would go through all of
    torch, which took half the time of an estimate.
    """
    ours = gc.get_freeze_count() == 0
    if ours:
        gc.freeze()
    try:
        yield
    finally:
        if ours:
            gc.unfreeze()
