"""Random numbers that decide what a model does: drawn so that all its layers run."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from gpuguide.step.values import ALMOST_ONE, RANDOM


@contextmanager
def every_layer_runs(notes: set[str]) -> Iterator[None]:
    """Python's and NumPy's single draws are just below the most they can be.

    A layer that is left out at random is left out where a draw lies below its rate.
    """
    places: list[tuple[Any, str, Callable[..., Any]]] = [
        (random, "random", lambda: ALMOST_ONE),
        (random, "uniform", _uniform),
    ]
    kept = [(place, name, getattr(place, name)) for place, name, _ in places]

    def noted(draw: Callable[..., Any]) -> Callable[..., Any]:
        def drawn(*args: Any) -> Any:
            notes.add(RANDOM)
            return draw(*args)

        return drawn

    state = random.getstate()
    try:
        for place, name, draw in places:
            setattr(place, name, noted(draw))
        yield
    finally:
        for place, name, draw in kept:
            setattr(place, name, draw)
        random.setstate(state)


def _uniform(low: float, high: float) -> float:
    return low + (high - low) * ALMOST_ONE
