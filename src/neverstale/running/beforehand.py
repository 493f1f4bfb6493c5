"""Before a snippet runs in a process: libraries that take time, and the style of figures."""

from __future__ import annotations

import contextlib
import importlib
import sys


def load(module: str) -> None:
    """Import it, if it can be: a snippet that needs it says itself that it cannot."""
    with contextlib.suppress(ImportError):
        importlib.import_module(module)


def draw_as(style: str | None) -> None:
    """Draw in the project's style, whatever whoever runs this has set for their own figures."""
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib"].rcdefaults()
        sys.modules["matplotlib.pyplot"].switch_backend("svg")
        if style:
            sys.modules["matplotlib.pyplot"].style.use(style)
