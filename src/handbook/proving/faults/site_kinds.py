"""Faults in the built site: what a theme, a hook or a plugin could have made of a page or a file.

`kinds` has those in blocks of code, output and proof; these are everywhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

from handbook.proving.faults.fault import Fault
from handbook.proving.faults.kinds import READBACK, Maker, Scratch

ARTICLE = re.compile(r"<article\b[^>]*>(?P<inside>.*)</article>", re.DOTALL)
PROSE = re.compile(r"(?<=>)[^<>]*\w[^<>]*(?=</(?:p|li|td|th|h[1-4]|a|strong|em)>)")
TOOLTIP = re.compile(r' title="(?P<said>[^"#]+)"')
TITLE = re.compile(r"(?<=<title>)[^<]+(?=</title>)")
DESCRIPTION = re.compile(r'(?<=<meta name="description" content=")[^"]+(?=")')
ADDED = (
    "<p>4.7 times faster</p>",
    '<span title="99 %"></span>',
    "<script>document.title += '!'</script>",
    '<img alt="accuracy 0.99" src="data:,">',
)
TAGS = ("zh", "en")


def prose(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """Prose, a heading, a cell of a table, a link's text: one word more."""
    for path, text in _pages(scratch):
        article = ARTICLE.search(text)
        found = list(PROSE.finditer(text, *article.span("inside"))) if article else []
        if found:
            match = random.choice(found)
            edited = f"{text[: match.end()]} not{text[match.end() :]}"
            yield _fault("built text", path, scratch, edited)


def named(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """What a page is found by: its title, its description; or what is said on a tooltip."""
    for path, text in _pages(scratch):
        pattern = random.choice((TITLE, DESCRIPTION, TOOLTIP))
        match = pattern.search(text) or TITLE.search(text)
        if match:
            end = match.end("said") if "said" in match.groupdict() else match.end()
            yield _fault("built title", path, scratch, f"{text[:end]} 2x{text[end:]}")


def added(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A sentence, a script or a picture of a template's own, round the text."""
    for path, text in _pages(scratch):
        places = [text.index("<article"), text.index("</article>"), text.index("</body>")]
        at = random.choice(places)
        yield _fault("frame's word", path, scratch, text[:at] + random.choice(ADDED) + text[at:])


def downloads(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A file to take along or to search in: one character of it."""
    site = scratch.project.site
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site)
        page = name.name == "index.html" and name.parts[0] in TAGS
        if page or not path.is_file() or path.suffix in (".gz", ".png", ".ico", ".woff2"):
            continue
        if "javascripts" in name.parts and "lunr" in name.parts:
            continue  # thirty stemmers of the theme's, of which this site uses none
        text = path.read_text(encoding="utf-8")
        found = list(re.finditer(r"\w", text))
        if found:
            at = random.choice(found).start()
            other = "7" if text[at] != "7" else "8"
            edited = f"{text[:at]}{other}{text[at + 1 :]}"
            yield _fault("built file", path, scratch, edited)


def _pages(scratch: Scratch) -> Iterator[tuple[Path, str]]:
    """Every built page, and its text."""
    for tag in TAGS:
        for path in sorted((scratch.project.site / tag).rglob("index.html")):
            yield path, path.read_text(encoding="utf-8")


def _fault(kind: str, path: Path, scratch: Scratch, text: str) -> Fault:
    where = scratch.project.relative(path)
    return Fault(kind, where, {where: text}, READBACK)


SITE_KINDS: dict[str, Maker] = {
    "built text": prose,
    "built title": named,
    "frame's word": added,
    "built file": downloads,
}
