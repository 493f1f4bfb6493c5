"""The Python-Markdown extension for `[[faults]]`: the table of injected faults, on a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension

from handbook.prove import table
from neverstale import project
from neverstale.project import Project

LINE = "[[faults]]"


class Faults(Extension):
    """Setting: `edition` (required)."""

    def __init__(self, **settings: Any) -> None:
        self.config = {"edition": ["", "language of the pages"]}
        super().__init__(**settings)

    def extendMarkdown(self, md: Markdown) -> None:
        """Register after code by indentation (80), as a line of its own."""
        settings = project.load(Path.cwd())
        block = _Block(md, settings, self.getConfig("edition"))
        md.parser.blockprocessors.register(block, "faults", 75)


class _Block(BlockProcessor):
    def __init__(self, md: Markdown, settings: Project, edition: str) -> None:
        super().__init__(md.parser)
        self.md = md
        self.project = settings
        self.edition = edition

    def test(self, parent: Element, block: str) -> bool:
        return block.strip() == LINE

    def run(self, parent: Element, blocks: list[str]) -> None:
        blocks.pop(0)
        text = table.show(self.project, self.edition)
        SubElement(parent, "p").text = self.md.htmlStash.store(text)


def makeExtension(**settings: Any) -> Faults:
    """Called by Python-Markdown."""
    return Faults(**settings)
