"""The Python-Markdown extension for `[[validation]]`: how right the estimates are, on a page."""

from __future__ import annotations

import html
import logging
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension

from handbook.errors import HandbookError
from handbook.validation import table
from handbook.validation.data import read
from neverstale import project
from neverstale.project import Project

# A child of MkDocs' logger: under `mkdocs build --strict` a warning fails the build.
log = logging.getLogger("mkdocs.handbook")

LINE = "[[validation]]"


class ValidationBlock(Extension):
    """Settings: `edition` (required) and `root` (address of the site's root)."""

    def __init__(self, **settings: Any) -> None:
        self.config = {
            "edition": ["", "language of the pages"],
            "root": ["/", "address of the site's root, ending in a slash"],
        }
        super().__init__(**settings)

    def extendMarkdown(self, md: Markdown) -> None:
        """Register after code by indentation (80), as a line of its own."""
        settings = project.load(Path.cwd())
        block = _Block(md, settings, self.getConfig("edition"), self.getConfig("root"))
        md.parser.blockprocessors.register(block, "validation", 75)


class _Block(BlockProcessor):
    def __init__(self, md: Markdown, settings: Project, edition: str, root: str) -> None:
        super().__init__(md.parser)
        self.md = md
        self.project = settings
        self.edition = edition
        self.root = root

    def test(self, parent: Element, block: str) -> bool:
        return block.strip() == LINE

    def run(self, parent: Element, blocks: list[str]) -> None:
        blocks.pop(0)
        try:
            text = table.show(read(self.project), self.edition, self.root)
        except HandbookError as error:
            for one in error.problems:
                log.warning("%s:%d: %s", one.path, one.line, one.message)
            text = f'<p class="ns-error">{html.escape(str(error))}</p>'
        SubElement(parent, "p").text = self.md.htmlStash.store(text)


def makeExtension(**settings: Any) -> ValidationBlock:
    """Called by Python-Markdown."""
    return ValidationBlock(**settings)
