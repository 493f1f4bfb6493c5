"""The built site read back: does every number, and all that is made of data, stand as it was made?

`neverstale published` does the same for code, output and figures. A theme, a hook or a plugin could
change a number, or its source, on its way from the page's source to the reader.
"""

from __future__ import annotations

import html
import re
from collections import Counter

from handbook import boards, numbers, root
from handbook.number_text import as_html, shown
from neverstale import directive, pages
from neverstale.pages import Page
from neverstale.problem import Problem
from neverstale.project import Project

# As `as_html` writes it.
NUMBER = re.compile(r'<a class="hb-number"[^>]*>[^<]*</a>')


def check(project: Project) -> list[Problem]:
    """What stands otherwise in `site/` than in the catalogue, page by page."""
    problems = []
    for page in pages.read_all(project):
        if not page.name.endswith(".md"):
            continue
        name = page.name.removesuffix(".md").removesuffix("index").strip("/")
        file = project.site / page.edition / name / "index.html"
        if not file.is_file():
            problems.append(Problem(page.path, 0, f"no {project.relative(file)} was built"))
            continue
        problems += [
            Problem(project.relative(file), 0, message)
            for message in _check(project, page, file.read_text(encoding="utf-8"))
        ]
    return problems


def _check(project: Project, page: Page, text: str) -> list[str]:
    problems = []
    place = boards.Place(project, page.edition, root.base_path())
    wanted: Counter[str] = Counter()
    for line, content in directive.outside_fences(page.text):
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
                found = field and shown(gpu, field, page.edition)
                if found:
                    wanted[as_html(found, page.edition)] += 1
        except boards.ERRORS:
            continue  # which the build tells of
    built = Counter(NUMBER.findall(text))
    problems += [f"{_plain(each)} belongs there, and is not" for each in wanted - built]
    problems += [f"{_plain(each)} stands there, and does not belong" for each in built - wanted]
    return problems


def _plain(link: str) -> str:
    """The number and its source, for a message."""
    text = re.sub(r"<[^>]*>", "", link)
    address = re.search(r'href="([^"]*)"', link)
    return f"'{html.unescape(text)}' ({html.unescape(address[1]) if address else 'no source'})"
