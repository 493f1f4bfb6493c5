"""Tables of text."""

from __future__ import annotations

from bs4 import BeautifulSoup

from handbook.boards.tables import Table, region, to_html, to_markdown

TABLE = Table(
    ("名", "Count", "What"), [("a < b", "1,200", "shown | so"), ("乙", "**0.5**", "随便")]
)


def test_cells_are_escaped_and_numbers_set_right() -> None:
    page = BeautifulSoup(to_html([TABLE]), "html.parser")
    first, second = page.tbody.find_all("tr")  # type: ignore[union-attr]
    assert [cell.text for cell in first.find_all(["th", "td"])] == ["a < b", "1,200", "shown | so"]
    assert [cell.get("style") for cell in second.find_all("td")] == ["text-align: right;", None]
    assert second.strong is not None and second.strong.text == "0.5"


def test_a_long_formula_may_be_broken() -> None:
    assert "<td>2·<wbr>N</td>" in to_html([Table(("a", "b"), [("c", "2·N")])])


def test_words_in_latin_letters_are_english() -> None:
    page = BeautifulSoup(to_html([TABLE]), "html.parser")
    assert [cell.text for cell in page.find_all(lang="en")] == ["Count", "What", "shown | so"]


def test_a_bar_does_not_end_a_cell_of_markdown() -> None:
    assert to_markdown([TABLE]) == [
        "", "| 名 | Count | What |", "| --- | --- | --- |",
        "| a < b | 1,200 | shown \\| so |", "| 乙 | **0.5** | 随便 |",
    ]  # fmt: skip


def test_code_is_told_from_words_and_nothing_is_markup() -> None:
    page = BeautifulSoup(region("A", Table(("a", "b"), [("`x < 1`", "<b>")])), "html.parser")
    assert page.tbody.code.text == "x < 1" and page.td.text == "<b>"  # type: ignore[union-attr]
    assert page.div["aria-label"] == "A" and page.div["tabindex"] == "0"  # type: ignore[index]
