"""No number on a page of the guide without a source: note, catalogue, link, run, arithmetic."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from handbook.proving.claims import (
    CLAIM,
    DECIMAL,
    FOOTNOTE,
    NOTED,
    WHOLE,
    Claim,
    among,
    behind,
    blocks,
    claims,
    listed,
    numbers,
    reckoned,
    sourced,
)
from neverstale.project import Project
from neverstale.proof.status import Statuses
from neverstale.source import directive, pages
from neverstale.source.pages import Page
from neverstale.source.sources import Sources

READ = re.compile(r"(?:read (?P<en>\d{4}-\d\d-\d\d)|(?P<zh>\d{4}-\d\d-\d\d) 读取)")
BENCH = re.compile(
    r"<!-- (?P<mark>bench|generators): begin (?P<digest>\w+) -->\n"
    r"(?P<tables>.*?)<!-- (?P=mark): end -->",
    re.DOTALL,
)
TYPED = listed(Path(__file__).with_name("typed_numbers.toml"))
DESCRIPTION = re.compile(r"^description: *(.*)$", re.MULTILINE)
# What a reader sees only when pointing at something, or a machine reads out.
TITLE = re.compile(r"""(?:title|aria-label|alt|data-[\w-]+)=(["'])(.*?)\1|\]\(\S+ "([^"]*)"\)""")


def unsourced(page: Page, found: set[str]) -> list[Claim]:
    """Claims without anything behind them; one place of a number on a page is enough."""
    notes = set(FOOTNOTE.findall(page.text))
    open_to: list[Claim] = []
    good = set(found)
    for claim in claims(page, CLAIM):
        if claim.text in WHOLE:
            continue
        if sourced(claim, notes) or reckoned(claim) or among(claim, found):
            good.add(claim.number)
        else:
            open_to.append(claim)
    return [claim for claim in open_to if claim.number not in good]


def told(page: Page, found: list[Claim]) -> list[str]:
    """What to tell of numbers that nobody excused."""
    return [
        f"{page.path}:{claim.line}: '{claim.text}' has no source in its sentence"
        for claim in found
        if (page.name, claim.text) not in TYPED
    ]


def test_every_quantity_has_something_behind_it(statuses: Statuses) -> None:
    problems = []
    for page in statuses.sources.pages:
        found = unsourced(page, behind(statuses, page))
        if page.name == "contributing/speed.md":
            found = [claim for claim in found if not measured(page, claim)]
        problems += told(page, found)
    assert not problems, "\n".join(problems)


def measured(page: Page, claim: Claim) -> bool:
    """Whether a number stands in what `make bench` wrote, as it wrote it."""
    found = list(BENCH.finditer(page.text))
    assert found, f"{page.path}: no tables by `make bench`"
    return any(_inside(page, claim, sealed) for sealed in found)


def _inside(page: Page, claim: Claim, sealed: re.Match[str]) -> bool:
    digest = hashlib.sha256(sealed["tables"].strip().encode()).hexdigest()[:12]
    first = page.text.count("\n", 0, sealed.start())
    inside = first < claim.line <= first + sealed[0].count("\n") + 1
    return inside and digest == sealed["digest"]


def test_a_benchmark_edited_by_hand_is_told(statuses: Statuses) -> None:
    page = next(p for p in statuses.sources.pages if p.path == "docs/en/contributing/speed.md")
    found = unsourced(page, set())
    assert len(found) > 10 and all(measured(page, claim) for claim in found)
    text = page.text.replace("| 1.4 s |", "| 1.1 s |", 1)
    edited = pages.parse("en", page.name, page.path, text)
    assert text != page.text
    # The tables after these have a seal of their own.
    end = text.count("\n", 0, text.index("<!-- bench: end"))
    inside = [claim for claim in unsourced(edited, set()) if claim.line <= end]
    assert inside and not any(measured(edited, claim) for claim in inside)


def test_every_footnote_is_a_link_with_the_day_it_was_read(written: Sources) -> None:
    wrong = [each for page in written.pages for each in misread(page)]
    assert not wrong, "\n".join(wrong)


def misread(page: Page) -> Iterator[str]:
    """Footnotes of a page that name no source, or one that nobody can have read."""
    for line, text in blocks(page.text):
        if not FOOTNOTE.match(text):
            continue
        days = [match["en"] or match["zh"] for match in READ.finditer(text)]
        where = f"{page.path}:{line}: {text.strip()[:70]}"
        if page.name.startswith("guide/") and not ("](http" in text and days):
            yield f"{where}: no link with the day it was read"
        for day in days:
            tomorrow = datetime.date.today() + datetime.timedelta(days=1)
            if not datetime.date(2020, 1, 1) <= datetime.date.fromisoformat(day) <= tomorrow:
                yield f"{where}: read on {day}, a day that is yet to come, or long ago"


def test_every_note_that_is_named_is_there(written: Sources) -> None:
    missing = [each for page in written.pages for each in undefined(page)]
    assert not missing, "\n".join(missing)


def undefined(page: Page) -> Iterator[str]:
    """Places that name a footnote which the page does not have."""
    there = set(FOOTNOTE.findall(page.text))
    for line, text in directive.outside_fences(page.text):
        for name in NOTED.findall(directive.without_code(text)):
            if name not in there:
                yield f"{page.path}:{line}: there is no footnote [^{name}]"


def test_numbers_apart_from_the_text_stand_in_it_too(statuses: Statuses) -> None:
    """A description, which only search engines show; titles, which need pointing at."""
    problems = [each for page in statuses.sources.pages for each in apart(page)]
    assert not problems, "\n".join(problems)


def apart(page: Page) -> Iterator[str]:
    """Numbers of a page's description and titles that its text does not hold."""
    asides = [(1, each) for each in DESCRIPTION.findall(page.text.partition("\n\n")[0])]
    for line, text in directive.outside_fences(page.text):
        if "](figure:" not in text and "](diagram:" not in text:
            asides += [(line, a or b) for _, a, b in TITLE.findall(directive.without_code(text))]
    body = DESCRIPTION.sub("", TITLE.sub("", page.text))
    for line, aside in asides:
        for match in (*CLAIM.finditer(aside), *DECIMAL.finditer(aside)):
            if not numbers(match[0]) <= numbers(body):
                yield f"{page.path}:{line}: '{match[0]}' stands in no sentence of the page"


def test_what_belongs_to_no_page_claims_nothing(site: Project) -> None:
    """The site's description, and the page that lets a reader choose a language."""
    texts = {
        file.name: yaml.load(file.read_text(encoding="utf-8"), Loose)["site_description"]
        for file in site.navigation.values()
    }
    for file in sorted((site.root / "overrides/root").glob("*.html")):
        text = re.sub(r"(?s)<(style|script).*?</\1>|<[^>]*>", " ", file.read_text(encoding="utf-8"))
        texts[file.name] = text
    assert len(texts) >= 4
    found = [
        f"{name}: '{match[0]}'"
        for name, text in texts.items()
        for match in (*CLAIM.finditer(text), *DECIMAL.finditer(text))
    ]
    assert not found, "\n".join(found)


class Loose(yaml.SafeLoader):
    """Reads MkDocs' settings without their `!ENV` and Python names."""


Loose.add_multi_constructor("", lambda loader, suffix, node: None)


def test_every_number_of_a_diagram_stands_on_its_page(statuses: Statuses) -> None:
    problems = [each for page in statuses.sources.pages for each in of_diagrams(statuses, page)]
    assert not problems, "\n".join(problems)


def of_diagrams(statuses: Statuses, page: Page) -> Iterator[str]:
    """Numbers in a page's diagrams, their texts for readers included, that it does not hold."""
    project = statuses.sources.project
    assert project.diagrams is not None
    shown = [item for item in page.directives if item.kind == "diagram"]
    images = {item.line for item in shown}
    lines = enumerate(page.text.split("\n"), 1)
    body = numbers("\n".join(text for line, text in lines if line not in images))
    runs = [item for item in page.directives if item.kind != "diagram"]
    body |= behind(statuses, Page(page.edition, page.name, page.path, "", tuple(runs), (), (), ()))
    for item in shown:
        svg = (project.diagrams / item.name).read_text(encoding="utf-8")
        words = " ".join(re.findall(r">([^<]+)<", svg))
        for match in CLAIM.finditer(f"{words}\n{item.alt}\n{item.caption}"):
            if not numbers(match[0]) <= body and (page.name, match[0]) not in TYPED:
                yield f"{page.path}:{item.line}: '{match[0]}' of {item.name} is not on the page"


def test_every_excuse_is_needed(statuses: Statuses) -> None:
    """A number that nothing need stand behind is on its page, in one language at least."""
    texts: dict[str, str] = {}
    for page in statuses.sources.pages:
        drawn = (statuses.sources.project.diagrams or Path()).glob("*.svg")
        shown = {item.name for item in page.directives}
        svgs = [file.read_text(encoding="utf-8") for file in drawn if file.name in shown]
        texts[page.name] = "\n".join((texts.get(page.name, ""), page.text, *svgs))
    gone = [f"{page}: {number}" for page, number in TYPED if number not in texts.get(page, "")]
    assert not gone, "\n".join(gone)
    assert all(len(reason) > 15 for reason in TYPED.values())


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It has 24 GB.", 1),
        ("| A | 24 GB |", 1),
        ("- costs US$ 999", 1),
        ("Since 2025-03 it is sold.", 1),
        ("It has 24 GB.[^a]", 0),
        ("It has 24 GB.[^b]", 1),
        ("It has [[gpu:rtx-4090.memory]].", 0),
        ("7 × 2 GB = 14 GB", 0),
        ("It has three parts.", 0),
        ("As of 2026-11 it has 24 GB.", 0),
        ("With a bias of 4 it has 24 GB.", 1),
        ("It takes 3 ms, 4 s or 5%.", 3),
        ("It reaches 2.5 PFLOPS for 900 €, or €900.", 2),
        ("它要 3 毫秒，快 5 倍，900 欧元。", 3),
        ("It has 24 GB, see `memory` and x = y.", 1),
        ("It has 24 GB. It costs US$ 999.[^a]", 1),
        ("It has 24 GB[^a] and costs US$ 999.", 1),
        ("See [there](https://x.org): it has 24 GB.", 0),
        ("See [there](https://x.org). It has 24 GB.", 1),
        ("A line × another; it has 24 GB.", 1),
        ("It has 24 GB.[^a] Those 24 GB are much.", 0),
    ],
)
def test_a_bare_number_is_told(text: str, count: int) -> None:
    note = "[^a]: [A](https://x.org), read 2026-01-01."
    page = pages.parse("en", "guide/x.md", "x.md", f"# X {{#x}}\n\n{text}\n\n{note}\n")
    assert len(told(page, unsourced(page, set()))) == count


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("See.[^b]\n", "x.md:1: there is no footnote [^b]"),
        ("See.[^a]\n\n[^a]: [A](https://x.org), read 2099-01-01.\n", "a day that is yet to come"),
        ("见。[^a]\n\n[^a]: [甲](https://x.org)，2099-01-01 读取。\n", "a day that is yet to come"),
        ("See.[^a]\n\n[^a]: A book.\n", "no link with the day it was read"),
        ("---\ndescription: up to 24 GB\n---\n\n# A {#a}\n", "x.md:1: '24 GB' stands in no"),
        ('[a](b.md "0.99 of all")\n', "x.md:1: '0.99' stands in no sentence"),
        ('<abbr title="24 GB">HBM</abbr>\n', "x.md:1: '24 GB' stands in no sentence"),
        ("See `[^b]`.[^a]\n\n[^a]: [A](https://x.org), read 2026-01-01.\n", ""),
        ("---\ndescription: up to 24 GB\n---\n\n# A {#a}\n\nIt has 24 GB.\n", ""),
    ],
)
def test_a_source_that_is_none_is_told(text: str, problem: str) -> None:
    page = pages.parse("en", "guide/x.md", "x.md", text)
    found = [*undefined(page), *misread(page), *apart(page)]
    assert len(found) == bool(problem) and problem in "".join(found), found
