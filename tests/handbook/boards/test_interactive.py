"""Interactive figures as HTML: words in both languages, a label for each control, a script each."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from gpuguide.catalogue import load as load_gpus
from handbook.boards import markdown as boards
from handbook.boards.interactive import panel
from handbook.boards.interactive.controls import Gpus
from handbook.boards.interactive.figures import FIGURES
from handbook.boards.interactive.words import COMMON, WORDS
from neverstale.project import load

ROOT = Path(__file__).parents[3]
ASSETS = ROOT / "overrides" / "assets"
EDITIONS = ("zh", "en")


def test_both_languages_have_the_same_words() -> None:
    assert WORDS.keys() == FIGURES.keys()
    for words in (COMMON, *WORDS.values()):
        assert words["zh"].keys() == words["en"].keys()
        assert all(words["zh"].values()) and all(words["en"].values())


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("name", FIGURES)
def test_every_control_has_a_label_and_every_number_a_name(name: str, edition: str) -> None:
    page = BeautifulSoup(panel.show(name, edition, "/"), "html.parser")
    fields = page.select("input, select")
    names = [field["name"] for field in fields]
    assert len(set(names)) == len(names) > 0
    for field in fields:
        label = field.get("aria-label") or (field.find_parent("label") or field).get_text()
        assert str(label).strip(), field
    numbers = {str(place["data-number"]) for place in page.select("dd")}
    assert numbers == set(FIGURES[name].numbers)
    assert all(term.get_text().strip() for term in page.select("dt"))
    assert len(page.select("svg[role=img][aria-label]")) == 1
    assert len(page.select("[role=status]")) == 1


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_its_script_and_files(name: str) -> None:
    script = (ASSETS / f"interactive-{name}.js").read_text(encoding="utf-8")
    assert "export" in script and "attach(root)" in script
    for number in FIGURES[name].numbers:
        assert number in script, number
    for file in FIGURES[name].files.values():
        assert (ASSETS / file).is_file()


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_page_shows_a_figure_and_its_twin_names_it(edition: str) -> None:
    place = boards.Place(load(ROOT), edition, "/book/")
    shown = boards.show("[[interactive:kernel]]", place)
    assert f'data-photo="/book/{edition}/assets/tower.png"' in shown
    title = WORDS["kernel"][edition]["title"]
    assert title in boards.expand("[[interactive:kernel]]", place)
    with pytest.raises(boards.Mistake, match="interactive:window"):
        boards.show("[[interactive:none]]", place)


def test_what_is_not_certainly_dense_is_no_peak() -> None:
    """A rate that may be a sparse one is left out, and so is a GPU without a bandwidth."""
    (control,) = (one for one in FIGURES["roofline"].controls if isinstance(one, Gpus))
    found = {gpu.id: numbers for gpu, numbers in control.found()}
    assert all("bandwidth" in numbers and len(numbers) > 1 for numbers in found.values())
    unsure = [
        (gpu.id, field)
        for gpu in load_gpus()
        for field, rate in gpu.rates.items()
        if field in control.also and "sparsity not stated" in rate.basis
    ]
    assert unsure
    assert not [(name, field) for name, field in unsure if field in found.get(name, {})]
