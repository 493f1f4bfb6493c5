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
# A letter, a number or a sign of a formula, and what another in its place looks like.
SYMBOL = re.compile(r"(?<=<(?P<tag>m[ino])>)[^<]+(?=</)")
OTHER = {"mi": "ξ", "mn": "4713", "mo": "∓"}
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
    for path, text in random.sample(list(_pages(scratch, random)), 40):
        article = ARTICLE.search(text)
        found = list(PROSE.finditer(text, *article.span("inside"))) if article else []
        if found:
            match = random.choice(found)
            edited = f"{text[: match.end()]} not{text[match.end() :]}"
            yield _fault("built text", path, scratch, edited)


def formulas(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A letter, a number or a sign of a formula."""
    pages = [(path, text) for path, text in _pages(scratch) if "<math" in text]
    for path, text in random.sample(pages, min(24, len(pages))):
        match = random.choice(list(SYMBOL.finditer(text)))
        edited = f"{text[: match.start()]}{OTHER[match['tag']]}{text[match.end() :]}"
        yield _fault("built formula", path, scratch, edited)


def named(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """What a page is found by: its title, its description; or what is said on a tooltip."""
    for path, text in random.sample(list(_pages(scratch, random)), 40):
        pattern = random.choice((TITLE, DESCRIPTION, TOOLTIP))
        match = pattern.search(text) or TITLE.search(text)
        if match:
            end = match.end("said") if "said" in match.groupdict() else match.end()
            yield _fault("built title", path, scratch, f"{text[:end]} 2x{text[end:]}")


def added(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A sentence, a script or a picture of a template's own, round the text."""
    for path, text in random.sample(list(_pages(scratch, random)), 24):
        places = [text.index("<article"), text.index("</article>"), text.index("</body>")]
        at = random.choice(places)
        yield _fault("frame's word", path, scratch, text[:at] + random.choice(ADDED) + text[at:])


def downloads(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A file to take along or to search in: one character of it."""
    site = scratch.project.site
    found = sorted(path for path in site.rglob("*.*") if path.suffix in TEXTS)
    # The theme's own, the same in every site of it, are many.
    ours = [path for path in found if not THEME.intersection(path.relative_to(site).parts[2:3])]
    pages = {path for path, _ in _pages(scratch)}
    for path in random.sample([path for path in ours if path not in pages], 40):
        text = path.read_text(encoding="utf-8")
        if places := list(re.finditer(r"\w", text)):
            at = random.choice(places).start()
            other = "7" if text[at] != "7" else "8"
            edited = f"{text[:at]}{other}{text[at + 1 :]}"
            yield _fault("built file", path, scratch, edited)


THEME = {"javascripts", "stylesheets"}
TEXTS = {
    *(".html", ".css", ".js", ".json", ".csv", ".txt", ".xml", ".md", ".py", ".ipynb", ".svg"),
}


def _pages(scratch: Scratch, random: Random | None = None) -> Iterator[tuple[Path, str]]:
    """Every built page, and its text; with a generator, one edition of each."""
    site = scratch.project.site
    for path in sorted((site / TAGS[0]).rglob("index.html")):
        name = path.relative_to(site / TAGS[0])
        for tag in (random.choice(TAGS),) if random else TAGS:
            yield site / tag / name, (site / tag / name).read_text(encoding="utf-8")


def _fault(kind: str, path: Path, scratch: Scratch, text: str) -> Fault:
    where = scratch.project.relative(path)
    return Fault(kind, where, {where: text}, READBACK)


SITE_KINDS: dict[str, Maker] = {
    "built text": prose,
    "built formula": formulas,
    "built title": named,
    "frame's word": added,
    "built file": downloads,
}
