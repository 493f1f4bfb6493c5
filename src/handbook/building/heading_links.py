"""MkDocs hook: beside each heading, the same heading in the other edition, for who has no scripts.

With scripts the switcher in the header keeps the place; without them a browser drops the fragment
of a plain link, so each heading carries a link of its own, which the style sheet hides otherwise.
"""

from __future__ import annotations

import re
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

HEADING = re.compile(
    r'(?P<open><h[2-6] id="(?P<id>[\w-]+)"[^>]*>)(?P<text>.*?)(?P<close></h[2-6]>)'
)


def on_page_content(content: str, page: Page, config: MkDocsConfig, **_: Any) -> str:
    """Add the links to a page's HTML."""
    other = config.extra["other"]
    url = "" if page.url == "./" else page.url
    root = "../" * (url.count("/") + 1)

    def add(match: re.Match[str]) -> str:
        link = (
            f'<a class="hb-heading-language" data-search-exclude hreflang="{other["hreflang"]}" '
            f'lang="{other["lang"]}" href="{root}{other["folder"]}/{url}#{match["id"]}">'
            f"{other['name']}</a>"
        )
        return f"{match['open']}{match['text']}{link}{match['close']}"

    return HEADING.sub(add, content)
