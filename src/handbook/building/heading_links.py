"""MkDocs hook: beside each heading, the same heading in the other edition, for who has no scripts.

With scripts the switcher in the header keeps the place; without them a browser drops the fragment
of a plain link, so each heading carries a link of its own, which the style sheet hides otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

HEADING = re.compile(
    r'(?P<open><h[2-6] id="(?P<id>[\w-]+)"[^>]*>)(?P<text>.*?)(?P<close></h[2-6]>)'
)


def on_page_content(content: str, page: Page, config: MkDocsConfig, **_: Any) -> str:
    """Add the links to a page's HTML."""
    url = "" if page.url == "./" else page.url
    return add(content, "../" * (url.count("/") + 1), url, config.extra["other"])


def add(content: str, root: str, url: str, other: Mapping[str, str]) -> str:
    """A page's HTML with the links.

    Args:
        content: its HTML.
        root: the way from it to where both editions stand ("../../../").
        url: its address below the edition ("cnn/pooling/"; "" for the home page).
        other: the other edition, as the settings name it in `extra`.
    """

    def link(match: re.Match[str]) -> str:
        made = (
            f'<a class="hb-heading-language" data-search-exclude hreflang="{other["hreflang"]}" '
            f'lang="{other["lang"]}" href="{root}{other["folder"]}/{url}#{match["id"]}">'
            f"{other['name']}</a>"
        )
        return f"{match['open']}{match['text']}{made}{match['close']}"

    return HEADING.sub(link, content)
