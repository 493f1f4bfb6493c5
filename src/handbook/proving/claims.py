"""Numbers in prose, and what may stand behind one: a source, a run, arithmetic, the catalogue."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from handbook.formulas import words
from neverstale.proof import record
from neverstale.proof.status import Statuses
from neverstale.source import directive
from neverstale.source.pages import Page

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
UNIT = (
    r"(?:[PTGMk]i?B(?:/s)?|[PTG]?FLOP(?:S|/s)?|TOPS|kWh?|Wh?|nm|[GM]Hz|Gbit/s|[mµn]?s|mm|min|h|%|°C"
    r"|times|percent|seconds?|minutes?|hours?|years?|cycles|watts?|euros?|dollars?|tokens?(?:/s)?"
    r"|秒|毫秒|微秒|纳秒|分钟|小时|年|倍|元|美元|欧元|瓦|周期|个百分点)"
)
# A quantity, a price or a date. Counts ("8 steps") and shapes are no claims about products.
CLAIM = re.compile(
    r"(?:(?:US)?\$|[€¥￥]) ?\d[\d,.]*"
    rf"|(?<![\w.^])(?!(?:19|20)\d\d ?年)\d[\d,]*(?:\.\d+)?[ -]?{UNIT}(?![A-Za-z/])"
    rf"|\b20[12]\d-\d\d(?:-\d\d)?\b|\b20[12]\d ?年 ?\d+ ?月|\b(?:{MONTHS}) 20[12]\d"
)
# What a run prints and prose quotes. A version after a name is no quantity.
DECIMAL = re.compile(
    r"(?<![\w.])(?<!PyTorch )(?<!torch )(?<!Python )(?<!CUDA )(?<!ROCm )(?<!PCIe )"
    r"\d[\d,]*(?:\.\d+(?![\w.]*\d)(?: ?%)?| ?%)"
)
WHOLE = ("0%", "100%", "0 %", "100 %")  # all and nothing need no source
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
FOOTNOTE = re.compile(r"^\[\^([\w-]+)\]: ", re.MULTILINE)
NOTED = re.compile(r"\[\^([\w-]+)\]")
LINK = re.compile(r"\]\((?:https?://|[\w./-]+\.(?:md|ipynb)|#)")
OPEN = re.compile(r"\b[Aa]s of\b|截至|unknown|未知|不知道|没有查到|未公布|not published")
# The end of a sentence, its closing marks and notes included.
SENTENCE = re.compile(r"((?:[。！？]|[.!?](?=\s|\[\^|[*”\"]|$))[”」*)）\"]*(?:\[\^[\w-]+\])*)")
OPERATOR = r"[=≈×÷+−/⌊√(]"
NOT_PROSE = re.compile(r"`[^`]*`|(?<=\])\([^)]*\)|\{[^}]*\}|\[\[[^\]]*\]\]|https?://\S+")


@dataclass(frozen=True)
class Claim:
    """A number in prose.

    Attributes:
        line: of the paragraph, list item or table row that it stands in.
        text: the number, with its unit.
        sentence: where it stands; of a table, the whole row.
        at: where it ends there.
        before: the paragraph before a table.
    """

    line: int
    text: str
    sentence: str
    at: int
    before: str

    @property
    def number(self) -> str:
        """The digits alone."""
        found = NUMBER.search(self.text)
        assert found is not None
        return found[0].rstrip(",").replace(",", "")


def blocks(text: str) -> Iterator[tuple[int, str]]:
    """(line, text) of every paragraph, list item and table row of the running text."""
    number, block = 0, ""
    for line, content in directive.outside_fences(words.prose(text)):
        starts = re.match(r"\s*(?:[-*]|\d+\.|\|) ?", content)
        if not content.strip() or starts or FOOTNOTE.match(content):
            if block:
                yield number, block
            number, block = line, ""
        if content.strip():
            number = number if block else line
            block += content + "\n"
    if block:
        yield number, block


def claims(page: Page, what: re.Pattern[str]) -> Iterator[Claim]:
    """Every number of a kind in a page's running text."""
    before = ""
    for line, block in blocks(page.text):
        row = block.lstrip().startswith("|")
        aside = block.startswith(("#", "---", "description:")) or "](diagram:" in block
        if not FOOTNOTE.match(block) and not aside and "](figure:" not in block:
            for sentence in [block] if row else sentences(block):
                prose = NOT_PROSE.sub(lambda match: " " * len(match[0]), sentence)
                for match in what.finditer(prose):
                    yield Claim(line, match[0], sentence, match.end(), before if row else "")
        before = before if row else block


def sentences(block: str) -> list[str]:
    """The sentences of a paragraph, each with its notes."""
    parts = SENTENCE.split(block)
    return [a + b for a, b in zip(parts[::2], [*parts[1::2], ""], strict=True)]


def sourced(claim: Claim, notes: set[str]) -> bool:
    """Whether a source stands in the number's sentence: a link, or a note after the number.

    Args:
        claim: the number.
        notes: names of the page's footnotes.
    """
    row = claim.sentence.lstrip().startswith("|")
    after = claim.sentence if row else claim.sentence[claim.at :]
    named = any(name in notes for name in NOTED.findall(after + claim.before))
    places = claim.sentence + claim.before
    catalogued = row and "[[gpu:" in claim.sentence
    return bool(named or catalogued or LINK.search(places) or OPEN.search(claim.sentence))


def reckoned(claim: Claim) -> bool:
    """Whether the number is a part of arithmetic that a reader can follow."""
    digits = NUMBER.search(claim.text)
    assert digits is not None
    quoted = rf"(?<![\d.,]){re.escape(digits[0])}(?![\d.,]*\d)"
    return bool(
        re.search(rf"{OPERATOR}\s*[(（~]?{quoted}", claim.sentence)
        or re.search(rf"{quoted}(?: ?[%\w]+)?\s*[⌋)）]?\s*[=≈×÷+−/⁰-⁹²³]", claim.sentence)
    )


def behind(statuses: Statuses, page: Page) -> set[str]:
    """Every number in the code, the outputs, the figures and the diagrams that a page shows."""
    project, found = statuses.sources.project, ""
    names = {d.name for d in page.directives if d.kind in ("snippet", "figure")}
    if page.name.endswith(".ipynb"):
        lab = next(lab for lab in statuses.sources.labs() if lab.lab_page == page.name)
        names.add(lab.name)
    for name in names & statuses.sources.snippets.keys():
        item = statuses.sources.snippets[name]
        cells = [cell for cell in item.cells if cell.edition is None]
        spans = [(cell.first, cell.last) for cell in cells] or [item.span(None)]
        found += "\n".join(item.shown_lines(page.edition, *span) for span in spans)
        for status in statuses.by_name[name]:
            if status.record:
                found += status.record.whole_output
                for figure in status.record.figures:
                    path = record.figure_path(project, name, status.device, figure)
                    found += drawn(path)
    for asked in page.directives:
        if asked.kind == "diagram" and project.diagrams:
            found += drawn(project.diagrams / asked.name)
    return numbers(found)


def drawn(path: Path) -> str:
    """The words of an SVG; matplotlib leaves them in comments."""
    found = re.findall(r"<!--(.*?)-->|>([^<]+)<", path.read_text(encoding="utf-8"))
    return "\n".join(comment or text for comment, text in found)


def numbers(text: str) -> set[str]:
    """Every number of a text, without the marks between thousands."""
    return {each.rstrip(",").replace(",", "") for each in NUMBER.findall(text)}


def among(claim: Claim, found: set[str]) -> bool:
    """Whether a number is one of those, rounded to its digits; of a share, in percent too."""
    value = float(claim.number)
    half = 0.5 * 10.0 ** -len(claim.number.partition(".")[2]) + 1e-9
    shares = "%" in claim.text or "point" in claim.sentence or "百分点" in claim.sentence
    for each in map(float, found):
        if abs(each - value) <= half:
            return True
        if shares and min(abs(each * 100 - value), abs((1 - each) * 100 - value)) <= half:
            return True
    return False


def listed(file: Path) -> dict[tuple[str, str], str]:
    """(page below an edition, number) → why nothing need stand behind it."""
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    return {(each["page"], each["number"]): each["reason"] for each in data["typed"]}
