"""A formula as a page shows it, and formulas that another renderer left as they were written."""

from __future__ import annotations

import html
import logging
import re

from handbook.errors import Mistake
from handbook.formulas import mathml
from neverstale.source import formula
from neverstale.source.formula import Formula

# A child of MkDocs' logger: under `mkdocs build --strict` a warning fails the build.
log = logging.getLogger("mkdocs.handbook")

_PARAGRAPH = re.compile(r"<p>\s*\$\$(?P<tex>[^$]+)\$\$\s*</p>")
_APART = re.compile(r"(<(?P<tag>pre|code|math)\b.*?</(?P=tag)>|<[^>]*>)", re.DOTALL)


def show(found: Formula) -> str:
    """Its HTML; of one that is wrong, what is wrong, which is logged as well."""
    try:
        return mathml.html(found)
    except Mistake as error:
        log.warning('"%s": %s', found.source, error)
        return f'<span class="ns-error">{html.escape(str(error))}</span>'


def in_html(content: str) -> str:
    """The HTML of a notebook's text, whose renderer leaves formulas to a script in the browser."""
    content = _PARAGRAPH.sub(lambda match: show(_read(match, True)), content)
    pieces = _APART.split(content)
    # Text, then twice what stands between: the element, and its name.
    pieces[::3] = [
        re.sub(formula.INLINE, lambda match: show(_read(match, False)), piece)
        for piece in pieces[::3]
    ]
    del pieces[2::3]
    return "".join(pieces)


def _read(match: re.Match[str], block: bool) -> Formula:
    return Formula(0, html.unescape(match["tex"]).strip(), block)
