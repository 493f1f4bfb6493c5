"""The chooser as Python renders it: words for all there is, numbers that are the library's."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from gpuguide import cli
from gpuguide.catalogue import find, load
from gpuguide.catalogue.terms import STATES, TERMS
from gpuguide.choice.buying import CONDITIONS, FORMS, SOFTWARE, SUPPORT
from gpuguide.choice.choose import (
    GOALS,
    KINDS,
    Constraints,
    choose,
    chooser_json,
    required,
)
from gpuguide.choice.workload import PARTS, preset, presets
from handbook.boards.chooser import digits, panel
from handbook.boards.chooser.answer import CODES, FIRST, Answer
from handbook.boards.chooser.form import MINE, at_home
from handbook.boards.chooser.parts import MERGED, shares
from handbook.boards.chooser.parts import PARTS as SHOWN
from handbook.boards.chooser.words import PLACE, WORDS
from handbook.building.root import write_catalogue

ROOT = Path(__file__).parents[3]
EDITIONS = ("zh", "en")


def parsed(edition: str) -> BeautifulSoup:
    """The chooser of an edition."""
    return BeautifulSoup(panel.show(load(), edition, "/"), "html.parser")


def test_both_languages_say_the_same_things() -> None:
    assert set(WORDS["zh"]) == set(WORDS["en"])
    for key, text in WORDS["en"].items():
        mine, other = set(PLACE.findall(text)), set(PLACE.findall(WORDS["zh"][key]))
        assert mine == other or key == "rent-span", key


@pytest.mark.parametrize("edition", EDITIONS)
def test_there_is_a_word_for_everything(edition: str) -> None:
    """Every part of memory, software, form, goal, market, and reason that can occur."""
    words = WORDS[edition]
    assert {MERGED.get(part, part) for part in PARTS} <= set(SHOWN)
    needed = [f"part-{part}" for part in (*SHOWN, "margin", "free")]
    needed += [*SOFTWARE.values(), *FORMS, *(f"buy-{one}" for one in CONDITIONS)]
    needed += [f"sale-{one}" for one in STATES] + [f"lacks-{one}" for one in SUPPORT]
    needed += [f"first-price-{kind}" for kind in KINDS]
    needed += [f"seen-{kind}{age}" for kind in ("new", "used") for age in ("", "-old")]
    for goal in GOALS:
        needed += [f"{one}-{goal}" for one in ("goal", "last", "rank", "rank-first")]
        needed += [f"first-{goal}"] if goal != "price" else []
        needed.append(f"rank-unknown-{goal}")
    for code in CODES:
        needed += [f"code-{code}", f"why-{code}"]
    needed += [f"why-{code}-unknown" for code in ("memory", "time", "price", "power")]
    needed += [f"market-{gpu.market}" for gpu in load() if gpu.market]
    needed += [f"market-{term}" for term in TERMS["market"]]
    assert not [key for key in needed if not words.get(key)]
    assert {gpu.vendor for gpu in load()} <= set(SOFTWARE)
    assert all(one.name[edition] and one.assumes[edition] for one in presets())
    source = (ROOT / "overrides/assets/gpu-chooser.js").read_text(encoding="utf-8")
    said = re.findall(r"(?:say\(|words\[)\"([\w-]+)\"|words\.(\w+)", source)
    assert {key or other for key, other in said} <= set(words)
    about = re.findall(r"(?:wrong\(|hear\(|throw \[)\"(\w+)\"", source)
    assert {"json", "shape", "version", "long", "link"} <= set(about)
    assert {f"mine-{key}" for key in (*about, "kept", "read", "none", "unshared")} <= set(words)


def test_every_code_of_the_library_has_a_reason() -> None:
    text = (ROOT / "src/gpuguide/choice/choose.py").read_text(encoding="utf-8")
    assert set(re.findall(r"Rejection\(gpu\.id, \"(\w+)\"", text)) == set(CODES)


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_answer_is_the_librarys(edition: str) -> None:
    soup = parsed(edition)
    found = choose(preset(panel.DEFAULT), Constraints(markets=at_home(edition)))
    shown = [str(one["data-gpu"]) for one in soup.select(".hb-choose__options > li")]
    assert shown == [one.gpu for one in found.options[:FIRST]]
    for fold in soup.select(".hb-choose__dropped details"):
        names = [str(link["href"]).partition("#")[2] for link in fold.select("a")]
        assert names == [one.gpu for one in found.rejected if one.code == fold["data-code"]]
    assert len(soup.select(".hb-choose__dropped li")) == len(found.rejected)
    assert "None" not in soup.get_text() and "{" not in soup.select_one("section").get_text()  # type: ignore[union-attr]


@pytest.mark.parametrize(("batch", "unit"), [(1, "ms"), (2, "ms"), (10, "s")])
def test_the_times_of_an_answer_have_one_unit(batch: int, unit: str) -> None:
    """Also where the first takes less than a second and another more."""
    workload, wishes = preset("llama-8b-lora"), Constraints(items=batch, goal="time")
    answer = Answer(load(), "en", "").of(workload, wishes)
    units = re.findall(r"[\d.,]+ to [\d.,]+ (m?s) per", answer)
    assert units and set(units) == {unit}


@pytest.mark.parametrize("edition", EDITIONS)
def test_bars_add_up(edition: str) -> None:
    for bar in parsed(edition).select(".hb-choose__bar"):
        widths = [float(str(one["width"]).rstrip("%")) for one in bar.select("rect")]
        assert sum(widths) == pytest.approx(100, abs=0.3)


@pytest.mark.parametrize("count", [1, 2])
def test_parts_are_what_is_required(count: int) -> None:
    for one in presets():
        for name in ("rtx-4090", "h100-sxm-80gb", "mi300x"):
            wishes, gpu = Constraints(items=8, count=count), find(name)
            parts = shares(one, wishes, gpu)
            total = sum(value for value in parts.values() if value)
            assert total == pytest.approx(required(one, wishes, gpu))
            assert (parts["system"] is None) == (gpu.vendor != "NVIDIA")


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_table_has_every_preset(edition: str) -> None:
    rows = parsed(edition).select(".hb-choose__table tbody tr")
    assert len(rows) == len(presets())
    for row, one in zip(rows, presets(), strict=True):
        assert one.name[edition] in row.get_text()
        options = choose(one, Constraints(markets=at_home(edition))).options
        assert bool(options) == bool(row.select("a"))
        for first in options[:1]:
            assert digits.gigabytes(first.need) == row.select("td")[0].get_text()
            assert f"#{first.gpu}" in str(row.select("a")[0]["href"])


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_questions_offer_every_preset_and_start_from_the_defaults(edition: str) -> None:
    form = parsed(edition).form
    assert form
    offered = {str(one["value"]) for one in form.select("[name=run] option")}
    assert offered == {one.id for one in presets()} | {MINE}
    assert str(form.select("[name=run] [selected]")[0]["value"]) == panel.DEFAULT
    usual = Constraints()
    free = form.select_one("[name=free]")
    goal = form.select_one("[name=by][checked]")
    assert free and float(str(free["value"])) / 100 == usual.margin
    assert goal and goal["value"] == usual.goal
    assert not form.select("[style], [onclick]")


@pytest.mark.parametrize("edition", EDITIONS)
def test_ones_own_model_is_asked_for_with_a_command_that_exists(edition: str) -> None:
    panel = parsed(edition).select_one(".hb-choose__mine")
    assert panel and panel.has_attr("hidden") and panel.select_one("textarea, [type=file]")
    command = next(one for one in panel.select("code") if "estimate" in one.get_text())
    _, *words = command.get_text().split()
    options = cli._parser().parse_args(words)
    assert options.workload == Path("my_model.json") and options.input == ["32,3,224,224"]
    page = (ROOT / f"docs/{edition}/guide/estimate.md").read_text(encoding="utf-8")
    assert command.get_text() in page and "{#workload}" in page
    assert all(label.select_one("span") for label in panel.select("label"))


@pytest.mark.parametrize("edition", EDITIONS)
def test_what_to_know_is_said(
    edition: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Until a run on a GPU was compared, the page says that none was."""
    for there in (False, True):
        file = tmp_path / "validation.json"
        if there:
            file.write_text("{}", encoding="utf-8")
        monkeypatch.setattr(panel, "VALIDATION", file)
        text = str(parsed(edition).select_one(".hb-choose__notes"))
        assert (WORDS[edition]["note-untested"] in text) is not there
        assert (f'href="/{edition}/guide/estimate/#validation"' in text) is there
        assert ("(estimate.md#validation)" in panel.markdown(load(), edition)) is there


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_twin_has_the_table(edition: str) -> None:
    twin = panel.markdown(load(), edition)
    assert all(f"| {one.name[edition]}" in twin for one in presets())


def test_the_data_lies_at_the_root(tmp_path: Path) -> None:
    write_catalogue(tmp_path)
    text = (tmp_path / "choose.json").read_text(encoding="utf-8")
    assert text == chooser_json(load())
    assert len(json.loads(text)["gpus"]) == len(load())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.0311, "0.0311"),
        (12.25, "12.3"),
        (99.96, "100"),
        (1156.2, "1,156"),
        (2.5, "2.5"),
    ],
)
def test_three_digits(value: float, text: str) -> None:
    assert digits.three(value) == text


def test_sizes() -> None:
    assert digits.size(54.5e6) == "54.5\u00a0MB"
    assert digits.size(16.06e9) == "16.1\u00a0GB"
    assert digits.plain(1599.5) == "1,599.5"
    assert digits.plain(300) == "300"
