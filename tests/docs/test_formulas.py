"""Every formula of every page is TeX that can be made, of characters that the font has."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from handbook.errors import Mistake
from handbook.formulas.mathml import mathml
from neverstale.project import Project
from neverstale.source import formula, pages
from neverstale.source.pages import Page
from neverstale.source.sources import Sources

FONT = "overrides/assets/vendor/stix-two-math/characters.txt"
RANGE = re.compile(r"^U\+([0-9A-F]+)(?:-([0-9A-F]+))?$", re.MULTILINE)


def characters(text: str) -> set[str]:
    """Those that the list names."""
    ranges = [(int(a, 16), int(b or a, 16)) for a, b in RANGE.findall(text)]
    return {chr(code) for first, last in ranges for code in range(first, last + 1)}


def wrong(page: Page, known: set[str]) -> Iterator[str]:
    """What is wrong with the formulas of a page, each in a line."""
    for line, told in formula.strays(page.text):
        yield f"{page.path}:{line}: {told}"
    for each in formula.formulas(page.text):
        try:
            made = mathml(each.tex, each.block)
        except Mistake as error:
            yield f"{page.path}:{each.line}: {each.source}: {error}"
            continue
        # Words in a formula are set in the font of the text.
        shown = re.sub(r"<mtext>.*?</mtext>|<[^>]*>|&\w+;", "", made)
        for letter in sorted(set(shown) - known):
            yield f"{page.path}:{each.line}: {each.source}: add U+{ord(letter):04X} to {FONT}"


def test_every_formula_can_be_made(site: Project, written: Sources) -> None:
    known = characters((site.root / FONT).read_text(encoding="utf-8"))
    found = written.pages
    problems = [told for page in found for told in wrong(page, known)]
    assert not problems, "\n".join(problems)
    assert sum(1 for page in found for _ in formula.formulas(page.text)) > 100


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("$x$", []),
        (r"$\text{输出}$", []),
        (r"$\foo$", [r'x.md:3: $\foo$: Unknown command "\foo", at \foo; mend the TeX']),
        ("$\\aleph$", [f"x.md:3: $\\aleph$: add U+2135 to {FONT}"]),
    ],
)
def test_a_wrong_formula_is_told(text: str, told: list[str]) -> None:
    page = pages.parse("en", "cnn/x.md", "x.md", f"# X {{#x}}\n\n{text}\n")
    assert list(wrong(page, set("x"))) == told
