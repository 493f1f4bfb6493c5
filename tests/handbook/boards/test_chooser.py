"""The chooser as Python renders it: words for all there is, numbers that are the library's."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from gpuguide import cli
from gpuguide.catalogue import find, load
from gpuguide.catalogue.terms import STATES, TERMS
from gpuguide.choice.buying import (
    CONDITIONS,
    FORMS,
    SOFTWARE,
    SUPPORT,
    SYSTEMS,
    offers,
    rent,
)
from gpuguide.choice.choose import choose
from gpuguide.choice.export import chooser_json
from gpuguide.choice.fit import KINDS, required
from gpuguide.choice.known import common, preset, presets
from gpuguide.choice.picks import AGAINST, comparable, front, pick
from gpuguide.choice.wishes import GOALS, Constraints
from gpuguide.choice.workload import PARTS
from handbook.boards.chooser import digits, panel
from handbook.boards.chooser.answer import CODES, FIRST, Answer
from handbook.boards.chooser.form import MINE, at_home
from handbook.boards.chooser.parts import MERGED, shares
from handbook.boards.chooser.parts import PARTS as SHOWN
from handbook.boards.chooser.voice import UNITS, Voice
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
        assert mine == other, key


@pytest.mark.parametrize("edition", EDITIONS)
def test_there_is_a_word_for_everything(edition: str) -> None:
    """Every part of memory, software, form, goal, market, and reason that can occur."""
    words = WORDS[edition]
    assert {MERGED.get(part, part) for part in PARTS} <= set(SHOWN)
    needed = [f"part-{part}" for part in (*SHOWN, "margin", "free")]
    needed += [*SOFTWARE.values(), *FORMS, *(f"buy-{one}" for one in CONDITIONS)]
    needed += [f"sale-{one}" for one in STATES] + [f"lacks-{one}" for one in SUPPORT]
    needed += [f"first-price-{kind}" for kind in KINDS]
    needed += [f"against-{code}" for code in AGAINST] + list(UNITS)
    needed += [f"seen-{kind}{age}" for kind in ("new", "used") for age in ("", "-old")]
    for goal in GOALS:
        needed += [f"{one}-{goal}" for one in ("goal", "last", "rank", "rank-first")]
        needed += [f"first-{goal}"] if goal != "price" else []
        needed.append(f"rank-unknown-{goal}")
    for code in CODES:
        needed += [f"code-{code}", f"why-{code}"]
    unsure = ("memory", "time", "price", "power", "supply", "size", "system")
    needed += [f"why-{code}-unknown" for code in unsure]
    needed += [*SYSTEMS, "rented-seen", "rented-seen-old", "rented-for", "against-supply"]
    needed += [f"market-{gpu.market}" for gpu in load() if gpu.market]
    needed += [f"market-{term}" for term in TERMS["market"]]
    assert not [key for key in needed if not words.get(key)]
    assert {gpu.vendor for gpu in load()} <= set(SOFTWARE)
    assert all(one.name[edition] and one.assumes[edition] for one in presets())
    source = "".join(
        (ROOT / f"overrides/assets/{name}.js").read_text(encoding="utf-8")
        for name in ("gpu-chooser", "gpu-model")
    )
    said = re.findall(r"(?:say\(|words\[)\"([\w-]+)\"|words\.(\w+)", source)
    assert {key or other for key, other in said} <= set(words)
    about = re.findall(r"(?:wrong\(|hear\(|throw \[)\"(\w+)\"", source)
    assert {"json", "shape", "version", "long", "link"} <= set(about)
    assert {f"mine-{key}" for key in (*about, "kept", "read", "none", "unshared")} <= set(words)


def test_every_code_of_the_library_has_a_reason() -> None:
    text = (ROOT / "src/gpuguide/choice/fit.py").read_text(encoding="utf-8")
    assert set(re.findall(r"Rejection\(gpu\.id, \"(\w+)\"", text)) == set(CODES)


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_answer_is_the_librarys(edition: str) -> None:
    soup = parsed(edition)
    found = choose(preset(panel.DEFAULT), at_home(edition))
    shown = [str(one["data-gpu"]) for one in soup.select(".hb-choose__options > li")]
    assert shown == [one.gpu for one in found.options[:FIRST]]
    for fold in soup.select(".hb-choose__dropped details"):
        names = [str(link["href"]).partition("#")[2] for link in fold.select("a")]
        assert names == [one.gpu for one in found.rejected if one.code == fold["data-code"]]
    assert len(soup.select(".hb-choose__dropped li")) == len(found.rejected)
    assert "None" not in soup.get_text() and "{" not in soup.select_one("section").get_text()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "unit"),
    [("simple-cnn", "s"), ("lstm-lm", "min"), ("llama-8b-lora", "hours")],
)
def test_the_jobs_of_an_answer_have_one_unit(name: str, unit: str) -> None:
    """Also where the first takes less than an hour and another more."""
    answer = Answer(load(), "en", "").of(preset(name), Constraints(goal="time"))
    units = re.findall(r"[\d.,]+ to [\d.,]+ (ms|s|min|hours) for", answer)
    assert units and set(units) == {unit}


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_four_sentences_are_the_librarys(edition: str) -> None:
    """Names in order, memory left, price with its date; a sentence for all there is to say."""
    for one in presets():
        wishes = at_home(edition)
        choice = choose(one, wishes)
        found = pick(one, wishes, choice)
        soup = BeautifulSoup(Answer(load(), edition, "T").of(one, wishes, "G"), "html.parser")
        rows = {str(row["data-pick"]): row for row in soup.select("[data-pick]")}
        for role in ("first", "second", "rent"):
            option = getattr(found, role)
            assert (role in rows) == (role == "rent" or option is not None)
            if option is None:
                continue
            link, text = rows[role].select_one("a"), rows[role].get_text()
            assert link and str(link["href"]) == f"T#{option.gpu}"
            assert digits.gigabytes(option.memory - option.need) in text
            if option.kind in ("new", "used") and role != "rent":
                assert re.search(r"20\d\d-\d\d", text)
                price = offers(find(option.gpu), wishes.currency)[option.kind]
                assert digits.plain(price.low) in text and digits.plain(price.high) in text
        offered = [(one.gpu, one.kind) for one in (found.first, found.second) if one]
        if found.cheapest and (found.cheapest.gpu, found.cheapest.kind) not in offered:
            assert str(rows["cheapest"].select("a")[0]["href"]) == f"T#{found.cheapest.gpu}"
        assert not re.search(r"None|[{}]|nan", soup.get_text())


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_home_page_answers_every_preset_without_a_script(edition: str) -> None:
    soup = BeautifulSoup(panel.brief(load(), edition, "/"), "html.parser")
    folded = {fold.select("summary")[0].get_text() for fold in soup.select("[name=hb-preset]")}
    assert folded == {one.name[edition] for one in common() if one.id != panel.DEFAULT}
    assert all(fold.select("[data-pick=rent]") for fold in soup.select("[name=hb-preset]"))
    assert soup.select("section [data-pick=first]") and not soup.select(".hb-choose__options")
    assert str(soup.select(".hb-choose__all a")[0]["href"]) == f"/{edition}/guide/#choose"


def test_who_pays_in_yuan_is_told_that_no_price_of_today_is_known() -> None:
    wishes = replace(at_home("zh"), condition="new", max_price=2500, max_power=160)
    for edition in EDITIONS:
        answer = Answer(load(), edition, "T").of(preset("llama-8b-int4"), wishes, "G")
        rows = BeautifulSoup(answer, "html.parser").select("[data-pick=cheapest]")
        assert WORDS[edition]["pick-unpriced"].partition("{")[0] in rows[0].get_text()


@pytest.mark.parametrize(
    ("edition", "one", "only"),
    [
        ("en", r"US\$[\d,]+ to [\d,]+ (?:new|used)", " is the only one that fits."),
        ("zh", r"(?:全新|二手) [\d,]+ 到 [\d,]+\xa0美元", "这一款。"),
    ],
)
def test_a_range_of_prices_names_its_currency_once(edition: str, one: str, only: str) -> None:
    several, alone = "llama-8b-lora", "llama-8b-full"
    for name in (several, alone):
        answer = Answer(load(), edition, "T").of(preset(name), Constraints(), "G")
        text = BeautifulSoup(answer, "html.parser").get_text()
        assert re.search(one, text) and not re.search(r"\d to US|元 ?到", text)
        assert (only in text) is (name == alone)


@pytest.mark.parametrize("edition", EDITIONS)
def test_what_an_hour_costs_is_said_with_its_date(edition: str) -> None:
    """And how long the money for the first choice would last; old where it is old."""
    wishes = Constraints(hours=20)
    job = preset("llama-8b-lora")
    found = pick(job, wishes, choose(job, wishes))
    assert found.rent and found.hour
    seen = rent(find(found.rent.gpu), "USD")
    assert seen is not None
    for today, old in (("2026-11-30", False), ("2027-11-30", True)):
        answer = Answer(load(), edition, "T", today).of(job, wishes, "G")
        text = BeautifulSoup(answer, "html.parser").select("[data-pick=rent]")[0].get_text()
        for part in (digits.plain(seen.low), seen.date[:7], digits.three(seen.low * 20 * 52)):
            assert part in text
        assert digits.three(found.hour / seen.low) in text  # years
        assert (("价格已旧" in text) or ("an old price" in text)) is old


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_thirsty_card_is_told_with_its_power_supply(edition: str) -> None:
    answer = Answer(load(), edition, "T").of(preset("llama-8b-lora"), Constraints(), "G")
    supply = find("rtx-3090").supply
    first = BeautifulSoup(answer, "html.parser").select("[data-pick=first]")[0].get_text()
    assert supply is not None and f"{supply.value:g} W" in first


def test_a_price_of_long_ago_is_called_old() -> None:
    for today, old in (("2026-09-30", False), ("2027-09-30", True)):
        answer = Answer(load(), "en", "T", today).of(preset("simple-cnn"), Constraints(), "G")
        assert ("an old price" in answer) is old


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
    assert len(rows) == len(common())
    for row, one in zip(rows, common(), strict=True):
        assert one.name[edition] in row.get_text()
        options = choose(one, at_home(edition)).options
        assert bool(options) == bool(row.select("a"))
        for first in options[:1]:
            assert digits.gigabytes(first.need) == row.select("td")[0].get_text()
            assert f"#{first.gpu}" in str(row.select("a")[0]["href"])


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_front_is_drawn(edition: str) -> None:
    soup = parsed(edition)
    circles = soup.select(".hb-choose__front circle")
    found = choose(preset(panel.DEFAULT), at_home(edition))
    assert len(circles) == len(comparable(found))
    on = [one for one in circles if one["class"] != ["off"]]
    assert len(on) == len(front(found)) == len(str(soup.select("polyline")[0]["points"]).split())
    assert len(soup.select(".hb-choose__front .first")) == 1
    caption = soup.select(".hb-choose__front figcaption")[0].get_text()
    assert all(find(one.gpu).name in caption for one in front(found))
    for one in circles:
        assert 0 < float(str(one["cx"])) < 320 and 0 < float(str(one["cy"])) < 170


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_questions_offer_every_preset_and_start_from_the_defaults(edition: str) -> None:
    form = parsed(edition).form
    assert form
    offered = {str(one["value"]) for one in form.select("[name=run] option")}
    assert offered == {one.id for one in presets()} | {MINE}
    assert str(form.select("[name=run] [selected]")[0]["value"]) == panel.DEFAULT
    usual = at_home(edition)
    money = form.select_one("[name=money] [selected]")
    assert money and money["value"] == usual.currency
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
    assert all(f"| {one.name[edition]}" in twin for one in common())


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


@pytest.mark.parametrize(
    ("edition", "told"),
    [
        ("zh", "没有查到人民币价，只有全新 90,000 到 95,000 美元（美国，2026-08）"),
        ("en", "no price in CN¥ known, but US$90,000 to 95,000 new (US, 2026-08)"),
    ],
)
def test_a_price_in_another_currency_is_better_than_none(edition: str, told: str) -> None:
    voice = Voice(load(), edition, "", "2026-09-01")
    wishes = Constraints(currency="CNY")
    first = choose(preset("llama-70b-fp16"), wishes).options[0]
    assert first.price is None
    assert voice.price(first, wishes).replace("\N{NO-BREAK SPACE}", " ") == told
    assert voice.price(replace(first, gpu="rubin-288gb"), wishes) == voice.say("price-unknown")
