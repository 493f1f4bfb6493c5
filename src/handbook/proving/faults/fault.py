"""A fault: one thing made wrong, and the ordinary check that must notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One injected fault.

    Attributes:
        kind: what sort of fault, a key of `kinds.KINDS`.
        target: the page, snippet, record or number that it is about.
        edits: file below the root → its new text.
        check: the ordinary check that must fail, as arguments of `python -m`.
        before: what `make check` does by itself before that one; it may go through.
    """

    kind: str
    target: str
    edits: Mapping[str, str]
    check: tuple[str, ...]
    before: tuple[str, ...] = ()
