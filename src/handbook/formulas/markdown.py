"""The Python-Markdown extension that makes MathML of the formulas on a page.

What counts as one, `neverstale.source.formula` says. It knows nothing of MkDocs, and nothing is
left for a script to do in the browser.
"""

from __future__ import annotations

import logging
import re
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.util import AtomicString

from handbook.formulas import shown
from neverstale.source import formula
from neverstale.source.formula import Formula

# A child of MkDocs' logger: under `mkdocs build --strict` a warning fails the build.
log = logging.getLogger("mkdocs.handbook")


class Formulas(Extension):
    """No settings."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register after code in a line (190), before escapes (180); a block before lists (40)."""
        md.ESCAPED_CHARS = [*md.ESCAPED_CHARS, "$"]
        md.preprocessors.register(_Strays(md), "formula-strays", 29)  # before code is stashed (28)
        md.parser.blockprocessors.register(_Block(md), "formula-block", 75)
        md.inlinePatterns.register(_Inline(formula.INLINE, md), "formula", 187)


class _Strays(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        for _, told in formula.strays("\n".join(lines)):
            log.warning("%s", told)
        return lines


class _Block(BlockProcessor):
    def __init__(self, md: Markdown) -> None:
        super().__init__(md.parser)
        self.md = md

    def test(self, parent: Element, block: str) -> bool:
        return formula.BLOCK.fullmatch(block) is not None

    def run(self, parent: Element, blocks: list[str]) -> None:
        match = formula.BLOCK.fullmatch(blocks.pop(0))
        assert match is not None
        made = shown.show(Formula(0, match["tex"].strip(), True))
        SubElement(parent, "p").text = AtomicString(self.md.htmlStash.store(made))


class _Inline(InlineProcessor):
    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[str, int, int]:
        made = shown.show(Formula(0, m["tex"], False))
        return self.md.htmlStash.store(made), m.start(0), m.end(0)


def makeExtension(**settings: Any) -> Formulas:
    """Called by Python-Markdown."""
    return Formulas(**settings)
