"""Hold the built site against the plain one: every page's content, and every other file whole."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

from handbook.building.edition import Edition, editions
from handbook.proving.plain import content, frame
from handbook.taking import links
from neverstale.problem import Problem
from neverstale.project import Project

ARTICLE = re.compile(r"<article\b.*?</article>", re.DOTALL)
# partials/actions.html, at the article's beginning.
RUN = re.compile(r'(<article[^>]*>\s*)<p class="hb-run">.*?</p>', re.DOTALL)
ACTIONS = re.compile(r'<p class="hb-actions">.*?</p>', re.DOTALL)  # partials/source-file.html


def check(project: Project, plain: Path) -> list[Problem]:
    """What differs between `site/` and what it must be.

    Args:
        project: the settings.
        plain: the folder that `make` gives.
    """
    site = project.site
    tags = [edition.tag for edition in editions(project)]
    wanted = {path.relative_to(plain) for path in plain.rglob("*") if path.is_file()}
    found = {path.relative_to(site) for path in site.rglob("*") if path.is_file()}
    problems = [
        Problem(project.relative(site / name), 0, "not built") for name in sorted(wanted - found)
    ]
    for edition in editions(project):
        pages = [name for name in sorted(wanted) if _is_page(name, edition)]
        problems += _pages(project, plain, edition, [name for name in pages if name in found])
        wanted -= set(pages)
    for name in sorted(found & wanted):
        if (site / name).read_bytes() != (plain / name).read_bytes():
            where = project.relative(site / name)
            problems.append(Problem(where, 0, _unlike(site / name, plain / name)))
    taken = {Path(name) for name in links.names(tuple(tags))}  # `handbook.taking` checks those
    for name in sorted(found - wanted - taken):
        if name.name == "index.html" and name.parts[0] in tags:
            continue  # a page: `neverstale published` tells of one that nothing becomes
        ours = project.root / "overrides" / Path(*name.parts[1:])
        if not ours.is_file() or ours.read_bytes() != (site / name).read_bytes():
            message = "nothing of the sources or the theme becomes this file"
            problems.append(Problem(project.relative(site / name), 0, message))
    return problems


def _is_page(name: Path, edition: Edition) -> bool:
    return name.name == "index.html" and name.parts[0] == edition.tag


def _pages(project: Project, plain: Path, edition: Edition, names: list[Path]) -> Iterator[Problem]:
    """Each page of an edition: its content, and what stands round it."""
    made = {name: (plain / name).read_text(encoding="utf-8").split("\n", 4) for name in names}
    known = frame.words_of(edition)
    known |= {html.unescape(name) for _, name, *_ in made.values()}
    for name, (*told, inner) in made.items():
        where = project.relative(project.site / name)
        text = (project.site / name).read_text(encoding="utf-8")
        if name == Path(edition.tag, "index.html"):
            text = links.emptied(project.site, edition.tag, text)
        if text.count(inner) != 1:
            yield Problem(where, *_parting(text, inner))
            continue
        title, _, description, headings = map(html.unescape, told)
        words = {*known, *headings.split("\t")}
        expected = frame.Expected(title, description, words)
        around = text.replace(inner, "\n" * inner.count("\n"))
        yield from (Problem(where, *each) for each in frame.check(around, expected))
        yield from (Problem(where, 0, each) for each in content.typed(_article(around)))


def _article(text: str) -> str:
    """What stands in a page's article beside its content and what the theme puts there."""
    article = ARTICLE.search(text)
    return ACTIONS.sub("", RUN.sub(r"\1", article[0], count=1), count=1) if article else text


def _parting(text: str, content: str) -> tuple[int, str]:
    """The line at which a page parts from its content, and how."""
    low, high = 0, len(content)  # of these, the first is in the page, the last is not
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if content[:middle] in text else (low, middle)
    at = text.find(content[:low]) + low
    start = max(0, low - 20)
    given, wanted = text[at - (low - start) : at + 30], content[start : low + 30]
    return text.count("\n", 0, at) + 1, _told(given, wanted)


def _unlike(built: Path, plain: Path) -> str:
    """Where two files part, in words."""
    given, wanted = built.read_bytes(), plain.read_bytes()
    pairs = enumerate(zip(given, wanted, strict=False))
    at = next((i for i, (a, b) in pairs if a != b), min(len(given), len(wanted)))
    parts = (each[max(0, at - 20) : at + 30].decode(errors="replace") for each in (given, wanted))
    return _told(*parts)


def _told(given: str, wanted: str) -> str:
    said, made = (" ".join(each.split()) for each in (given, wanted))
    told = f"says '{said}' where its source makes '{made}'"
    return f"{told}; build the site again, or mend what changed it"
