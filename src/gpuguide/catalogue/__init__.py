"""The catalogue: what each GPU has, number by number, with source and date.

`load()` gives every entry, `find("rtx-4090")` one of them.
"""

from __future__ import annotations

from gpuguide.catalogue.load import DATA, SCHEMA, find, load
from gpuguide.catalogue.model import Fact, Gpu, Quantity, Source

__all__ = ["DATA", "SCHEMA", "Fact", "Gpu", "Quantity", "Source", "find", "load"]
