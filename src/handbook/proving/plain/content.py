"""A page's content: does every number, formula and board stand there as it is made?

An extension or a hook could change a number, or its source, on its way from the page's source to
its content; and HTML that `neverstale check` does not make out in the source, such as a tag over
two lines, is HTML here.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from handbook.boards import markdown as boards
from handbook.boards import numbers
from handbook.boards.number_text import as_html, shown
from handbook.building import root
from handbook.errors import Mistake
from handbook.formulas import mathml, words
from neverstale.problem import Problem
from neverstale.project import Project
from neverstale.source import directive, formula
from neverstale.source.pages import Page
from neverstale.source.sources import Sources

# As `as_html` writes it, or as a page might imitate it.
NUMBER = re.compile(r"<(?P<tag>\w+)\b[^>]*\bhb-(?:number|unknown)\b[^>]*>.*?</(?P=tag)>", re.DOTALL)
# Figures, which `published` compares letter by letter, and what Markdown puts there.
MADE = re.compile(
    r'<figure class="ns-figure".*?</figure>|<!--[^<>]*-->'
    r"|(?<=<t[dh]) style=\"text-align: \w+;\"|<input [^>]*\bid=\"__tabbed_[^>]*>",
    re.DOTALL,
)
TYPED = re.compile(rf"{directive.RAW_TAG.pattern}|<!", re.IGNORECASE)


def check(sources: Sources, folder: Path) -> list[Problem]:
    """What stands otherwise than in the catalogue, or was typed, page by page.

    Args:
        sources: the pages.
        folder: where each page's content was built: en/cnn/pooling/index.html.
    """
    project = sources.project
    problems = []
    for page in sources.pages:
        name = page.name.rpartition(".")[0].removesuffix("index").strip("/")
        file = folder / page.edition / name / "index.html"
        if not file.is_file():
            problems.append(Problem(page.path, 0, f"no {project.relative(file)} was built"))
            continue
        problems += [
            Problem(project.relative(file), 0, message)
            for message in _check(project, page, file.read_text(encoding="utf-8"))
        ]
    return problems


def typed(text: str) -> Iterator[str]:
    """A picture, script or style that nothing stands behind, in HTML without boards."""
    rest = MADE.sub("", text)
    if found := TYPED.search(rest):
        there = " ".join(rest[found.start() :].split())[:60]
        yield f"'{there}' is a picture, script or style that nothing stands behind"


def _check(project: Project, page: Page, text: str) -> list[str]:
    problems = []
    place = boards.Place(project, page.edition, root.base_path())
    wanted: Counter[str] = Counter()
    # The catalogue's references stand for nothing in a lab.
    lines = directive.outside_fences(page.text) if page.name.endswith(".md") else ()
    for line, content in lines:
        content = directive.INLINE_CODE.sub("", content)
        try:
            if boards.LINE.fullmatch(content.strip()):
                board = boards.show(content.strip(), place)
                if board not in text:
                    told = f"{content.strip()} is not there as it was made"
                    problems.append(f"{told} ({page.path}:{line})")
                text = text.replace(board, "", 1)
                continue
            for match in numbers.REFERENCE.finditer(content):
                gpu, field = numbers.resolve(match["id"], match["field"])
                if field:
                    wanted[as_html(shown(gpu, field, page.edition), page.edition)] += 1
        except boards.ERRORS:
            continue  # which the build tells of
    problems += _formulas(page, text)
    built = Counter(match[0] for match in NUMBER.finditer(text))
    problems += [f"{_plain(each)} belongs there, and is not" for each in wanted - built]
    problems += [f"{_plain(each)} stands there, and does not belong" for each in built - wanted]
    return [*problems, *typed(text)]


def _formulas(page: Page, text: str) -> list[str]:
    """Formulas that a page should have and has not, and the other way round."""
    try:
        wanted = Counter(
            mathml.mathml(each.tex, each.block) for each in formula.formulas(page.text)
        )
    except Mistake:
        return []  # which the build tells of
    built = Counter(words.MATH.findall(text))
    return [
        *(f"the formula '{words.say(each)}' belongs there, and is not" for each in wanted - built),
        *(f"'{words.told(each)}' is no formula of the page's" for each in built - wanted),
    ]


def _plain(link: str) -> str:
    """The number and its source, for a message."""
    text = re.sub(r"<[^>]*>", "", link)
    address = re.search(r'href="([^"]*)"', link)
    return f"'{html.unescape(text)}' ({html.unescape(address[1]) if address else 'no source'})"
