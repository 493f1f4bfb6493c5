"""The Python-Markdown extension that puts the GPU catalogue's numbers on a page.

- `[[gpu:rtx-4090.memory]]`: the number, linked to its source;
- `[[gpu:rtx-4090]]`: the product's name, linked to its row of the table.

Both stand anywhere in running text and in the cells of a table, and nothing is replaced in code.

What is made of the whole catalogue and stands on a line of its own is one of
`handbook.boards.markdown`.
"""

from __future__ import annotations

import difflib
import html
import logging
import posixpath
import re
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.postprocessors import Postprocessor

from gpuguide import GpuguideError
from gpuguide.catalogue import Gpu, find, load
from handbook.boards.number_text import FIELDS, as_html, as_markdown, shown
from handbook.errors import Mistake
from neverstale.source import directive

# A child of MkDocs' logger: under `mkdocs build --strict` a warning fails the build.
log = logging.getLogger("mkdocs.handbook")

TABLE = "guide/table"
REFERENCE = re.compile(r"\[\[gpu:(?P<id>[^\]\s.]+)(?:\.(?P<field>[^\]\s]+))?\]\]")
LOOKALIKE = re.compile(r"\[\[gpu[^\]<]{0,60}\]{0,2}")
CODE = re.compile(r"<(?P<tag>code|pre)\b.*?</(?P=tag)>", re.DOTALL)


class Numbers(Extension):
    """Settings: `edition` (required) and `root` (address of the site's root)."""

    def __init__(self, **settings: Any) -> None:
        self.config = {
            "edition": ["", "language of the pages"],
            "root": ["/", "address of the site's root, ending in a slash"],
        }
        super().__init__(**settings)

    def extendMarkdown(self, md: Markdown) -> None:
        """Register after code in a line (190), before escapes (180) and links (160)."""
        edition = self.getConfig("edition")
        table = f"{self.getConfig('root')}{edition}/{TABLE}/"
        md.inlinePatterns.register(_Reference(md, edition, table), "gpu-number", 185)
        md.postprocessors.register(_LeftOver(md), "gpu-left-over", 1)


class _Reference(InlineProcessor):
    def __init__(self, md: Markdown, edition: str, table: str) -> None:
        super().__init__(REFERENCE.pattern, md)
        self.edition = edition
        self.table = table

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element | str, int, int]:
        try:
            gpu, field = resolve(m["id"], m["field"])
            if field is None:
                text = f'<a href="{self.table}#{gpu.id}">{html.escape(gpu.name, quote=False)}</a>'
            else:
                text = as_html(shown(gpu, field, self.edition), self.edition)
        except (Mistake, GpuguideError) as error:
            log.warning("'%s': %s", m[0], " ".join(str(error).split()))
            text = f'<span class="ns-error">{html.escape(str(error))}</span>'
        return self.md.htmlStash.store(text), m.start(0), m.end(0)


class _LeftOver(Postprocessor):
    """Whatever looks like a reference and was not read, in a caption or misspelt, is a mistake."""

    def run(self, text: str) -> str:
        for found in dict.fromkeys(LOOKALIKE.findall(CODE.sub("", text))):
            log.warning(
                "'%s': not understood; write [[gpu:rtx-4090.memory]] in running text", found
            )
        return text


def resolve(name: str, field: str | None) -> tuple[Gpu, str | None]:
    """The entry that a reference means, and the field, which the catalogue may not know.

    Raises:
        Mistake: no such field, or the entry's id is written differently.
        GpuguideError: no such entry.
    """
    by_id = {gpu.id: gpu for gpu in load()}
    if name not in by_id:
        raise Mistake(f"write the id of {find(name).name}, {find(name).id}")
    if field is not None and field not in FIELDS:
        near = difflib.get_close_matches(field, FIELDS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(FIELDS)}"
        raise Mistake(f"no field {field!r}; {hint}")
    return by_id[name], field


def expand(text: str, language: str, source: str) -> str:
    """Markdown with every reference outside code replaced, for a page's Markdown twin.

    Args:
        text: Markdown of the page, code blocks and all.
        language: of the page.
        source: its file below the edition's folder, `guide/memory.md`.
    """
    table = posixpath.relpath(f"{TABLE}.md", posixpath.dirname(source) or ".")

    def put(match: re.Match[str]) -> str:
        # The page itself has told of mistakes.
        try:
            gpu, field = resolve(match["id"], match["field"])
        except (Mistake, GpuguideError):
            return match[0]
        if field is None:
            return f"[{gpu.name}]({table}#{gpu.id})"
        return as_markdown(shown(gpu, field, language), language)

    return directive.outside_code(text, lambda part: REFERENCE.sub(put, part))


def makeExtension(**settings: Any) -> Numbers:
    """Called by Python-Markdown."""
    return Numbers(**settings)
