"""The browser that prints the books and that tests look with: Chromium without its windows."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium-headless-shell", "chromium")
"""On the PATH, the first that is there. The shell is the same engine, and opens a page of this site
with a third of the processor time: it draws no windows."""

# No sandbox: containers often run as root. Letters are as wide as their font says, not whole
# pixels. The rest keeps it from calling its maker.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--font-render-hinting=none",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def program() -> str | None:
    """Its path: what CHROMIUM names, or what is on the PATH; None if there is none."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
