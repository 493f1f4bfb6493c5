"""The browser that prints the books and looks at the site: Chromium without its windows."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium-headless-shell", "chromium")
"""On the PATH, the first that is there. The shell is the same engine, and opens a page of this site
with a third of the processor time: it draws no windows."""


def program() -> str | None:
    """Its path: what CHROMIUM names, or what is on the PATH; None if there is none."""
    found = (shutil.which(name) for name in NAMES)
    return os.environ.get("CHROMIUM") or next(filter(None, found), None)
