"""sitemap.xml: every page, and where the same page is in the other language."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import quoteattr

from handbook.building.render import Rendered

HREFLANG = {"zh": "zh-Hans"}
DEFAULT = "en"

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)


def write_sitemap(editions: tuple[Rendered, ...], out: Path) -> None:
    """Write `out`/sitemap.xml, with an entry for each page of each edition.

    A page's alternates are the pages at the same address in the other editions; x-default is the
    English one. Nothing is written if an edition has no address, as in a preview.
    """
    if not all(edition.url for edition in editions):
        return
    lines = [_HEAD]
    for edition in editions:
        for page in edition.pages:
            lines.append(f"<url><loc>{_text(edition.url + page.url)}</loc>\n")
            for language, url in alternates(editions, page.url):
                lines.append(
                    f'<xhtml:link rel="alternate" hreflang="{language}" href={quoteattr(url)}/>\n'
                )
            lines.append("</url>\n")
    lines.append("</urlset>\n")
    (out / "sitemap.xml").write_text("".join(lines), encoding="utf-8")


def alternates(editions: tuple[Rendered, ...], url: str) -> list[tuple[str, str]]:
    """(language, full address) of the page at `url` in each edition that has it, and x-default."""
    found = {
        edition.tag: edition.url + url
        for edition in editions
        if any(page.url == url for page in edition.pages)
    }
    links = [(HREFLANG.get(tag, tag), address) for tag, address in found.items()]
    default = found.get(DEFAULT) or next(iter(found.values()))
    return [*links, ("x-default", default)]


def _text(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
