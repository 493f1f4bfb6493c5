"""A GPU's number that an extension or a hook changed on its way into a page's content is found."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from handbook.boards import markdown as boards
from handbook.boards import numbers
from handbook.boards.number_text import as_html, shown
from handbook.formulas.mathml import mathml
from handbook.proving.plain import content
from neverstale.problem import Problem
from neverstale.project import load
from neverstale.source import sources

PAGE = (
    "# A {#a}\n\nIt has [[gpu:rtx-4090.memory]], not `[[gpu:rtx-4090.power]]`.\n\n[[gpu-summary]]\n"
    "\nIt is $x^2$.\n"
)
EDITS: dict[str, tuple[Callable[[str], str], str]] = {
    "number": (
        lambda text: re.sub(r">[^<]*</a>", ">48 GB</a>", text, count=1),
        "'48 GB' (http",
    ),
    "source": (
        lambda text: re.sub(r'href="[^"]*"', 'href="https://example.org/"', text, count=1),
        "(https://example.org/) stands there, and does not belong",
    ),
    "number as text": (
        lambda text: re.sub(r'<a class="hb-number".*?</a>', "48 GB", text),
        "belongs there, and is not",
    ),
    "number twice": (
        lambda text: text.replace("</p>", f" {link()}</p>", 1),
        "stands there, and does not belong",
    ),
    "number imitated": (
        lambda text: text + '<a href="https://example.org/" class="x hb-number"><b>9 GB</b></a>',
        "'9 GB' (https://example.org/) stands there, and does not belong",
    ),
    "tag over two lines": (
        lambda text: text + '<div\nstyle="font-family: monospace">accuracy 0.99</div>',
        """'<div style="font-family: monospace">accuracy 0.99</div>' is a picture, script or""",
    ),
    "picture after code that ends elsewhere": (
        lambda text: text + "<p><code>a</code> <img src='x.png'></p>",
        "'<img src='x.png'></p>' is a picture, script or style",
    ),
    "proof in what only some take for a comment": (
        lambda text: text + "<!-- --!> <p class='ns-proof'>verified</p> -->",
        "'<!-- --!> <p",
    ),
    "formula": (
        lambda text: text.replace("<mn>2</mn>", "<mn>3</mn>"),
        "the formula 'x^2' belongs there, and is not",
    ),
    "formula typed as HTML": (
        lambda text: text + "<math display='block'><mi>y</mi></math>",
        "'y' is no formula of the page's",
    ),
    "formula gone": (
        lambda text: re.sub("<math.*</math>", "x²", text),
        "the formula 'x^2' belongs there, and is not",
    ),
    "board": (
        lambda text: re.sub(r"\d+(?=\D*$)", "99", text),
        "[[gpu-summary]] is not there as it was made (docs/en/index.md:5)",
    ),
}


def link() -> str:
    gpu, field = numbers.resolve("rtx-4090", "memory")
    assert field
    return as_html(shown(gpu, field, "en"), "en")


@pytest.fixture
def built(project_root: Path) -> Path:
    """A project with one page of numbers in one edition, as it is built."""
    for page in (project_root / "docs").rglob("*.md"):
        page.unlink()
    for edition in ("zh", "en"):
        (project_root / f"docs/{edition}/index.md").write_text(PAGE, encoding="utf-8")
        file = project_root / f"site/{edition}/index.html"
        file.parent.mkdir(parents=True)
        gpu, field = numbers.resolve("rtx-4090", "memory")
        assert field
        number = as_html(shown(gpu, field, edition), edition)
        board = boards.show("[[gpu-summary]]", boards.Place(load(project_root), edition, "/"))
        formula = mathml("x^2", False)
        file.write_text(f"<p>It is {formula}. {number}.</p>\n{board}", encoding="utf-8")
    return project_root


def check(root: Path) -> list[Problem]:
    return content.check(sources.read(load(root)), root / "site")


def test_what_was_built_from_the_catalogue_is_good(built: Path) -> None:
    assert check(built) == []


@pytest.mark.parametrize("name", EDITS)
def test_what_was_changed_on_its_way_is_found(built: Path, name: str) -> None:
    change, told = EDITS[name]
    file = built / "site/en/index.html"
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
    problems = [str(problem) for problem in check(built)]
    assert any(told in problem for problem in problems), problems
    assert all(problem.startswith("site/en/index.html: ") for problem in problems)


def test_a_page_that_was_not_built(built: Path) -> None:
    (built / "site/zh/index.html").unlink()
    [problem] = check(built)
    assert str(problem) == "docs/zh/index.md: no site/zh/index.html was built"
