"""Patterns between two signs, looked for in a time that grows with the text and no faster."""

from __future__ import annotations

import re
from dataclasses import dataclass
from re import Pattern
from typing import Protocol


class Searcher(Protocol):
    """What can be looked for: a pattern, or one of the below."""

    def search(self, string: str, /) -> object:
        """Something if it is there, else None."""


@dataclass(frozen=True)
class Inside:
    """A pattern somewhere after an opening sign and before the next closing one.

    `<[a-z][^>]*x` says the same, but looks through the whole text once more for every `<`.
    Most lines have no such sign, and are seen to have none at once.
    """

    sign: str  # which `opening` begins with
    opening: Pattern[str]
    closing: str
    pattern: Pattern[str]

    def search(self, text: str, /) -> object:
        """What it finds first, or None."""
        for part in text.split(self.closing) if self.sign in text else ():
            begun = self.opening.search(part)
            if begun and (found := self.pattern.search(part, begun.end())):
                return found
        return None


@dataclass(frozen=True)
class Either:
    """Several of them."""

    patterns: tuple[Searcher, ...]

    def search(self, text: str, /) -> object:
        """What the first that finds something finds, or None."""
        for each in self.patterns:
            if found := each.search(text):
                return found
        return None


TAG, LIST = re.compile("<[a-z]", re.IGNORECASE), re.compile(r"\{")


def in_tag(pattern: str) -> Inside:
    """Inside an HTML tag."""
    return Inside("<", TAG, ">", re.compile(pattern, re.IGNORECASE))


def in_list(pattern: str) -> Inside:
    """Inside a list of attributes, in braces."""
    return Inside("{", LIST, "}", re.compile(pattern, re.IGNORECASE))
