"""The GPU table as a reader uses it: sort, filter, compare, and ask a number for its source."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Locator, Page, expect

EDITIONS = ("zh", "en")
TABLE = ".hb-gpus__table.sortable"
ABOUT = "#hb-about"


@pytest.fixture(params=EDITIONS)
def edition(request: pytest.FixtureRequest) -> str:
    """Each language in turn."""
    return str(request.param)


@pytest.fixture
def table(edition: str, visit: Callable[[str], Page]) -> Page:
    """The page of the table, ready."""
    page = visit(f"/{edition}/guide/table/")
    expect(page.locator(".hb-gpus__find")).to_be_visible()
    return page


def head(page: Page, field: str) -> Locator:
    """The head of a column."""
    return page.locator(f"{TABLE} th[data-field={field}]")


def column(page: Page, field: str) -> list[str]:
    """What a column shows, from the top, in the rows that are shown."""
    found: list[str] = page.evaluate(
        """([table, field]) => {
          const node = document.querySelector(table)
          const heads = [...node.tHead.rows[0].cells]
          const place = heads.findIndex(head => head.dataset.field === field)
          return [...node.tBodies[0].rows].filter(row => !row.hidden)
            .map(row => row.cells[place].dataset.sort ?? row.cells[place].textContent)
        }""",
        [TABLE, field],
    )
    return found


def pick(page: Page, name: str) -> Locator:
    """The box that picks a card for the comparison."""
    return page.locator(f"tr#{name} input[type=checkbox]")


def test_sort(table: Page) -> None:
    """A press sorts from the largest, another from the smallest; unknown stays last."""
    button = head(table, "power").get_by_role("button")
    for way, sign in (("descending", -1), ("ascending", 1)):
        button.click()
        expect(head(table, "power")).to_have_attribute("aria-sort", way)
        table.wait_for_timeout(50)
        found = column(table, "power")
        known = [float(text.replace(",", "")) for text in found if text]
        assert known == sorted(known, key=lambda value: sign * value)
        assert set(found[len(known) :]) == {""}
    assert table.locator(f"{TABLE} th[aria-sort]").count() == 1


def test_names_sort_from_a(table: Page) -> None:
    head(table, "name").get_by_role("button").click()
    expect(head(table, "name")).to_have_attribute("aria-sort", "ascending")
    table.wait_for_timeout(50)
    assert column(table, "name")[0].startswith("A")


def test_filters(table: Page) -> None:
    status = table.locator(".hb-gpus__find [role=status]")
    everything = len(column(table, "name"))
    table.locator("[name=find]").fill("rtx Super")
    names = column(table, "name")
    assert 0 < len(names) < everything
    assert all("RTX" in name and "SUPER" in name.upper() for name in names)
    expect(status).to_contain_text(str(len(names)))
    table.locator("[name=find]").fill("")
    table.locator("[name=line]").select_option("NVIDIA/GeForce")
    table.locator("[name=memory]").select_option("24")
    memories = column(table, "memory")
    assert memories and all(float(memory) >= 24 for memory in memories)
    assert all("NVIDIA" in maker for maker in column(table, "line"))
    table.locator(".hb-gpus__find [type=reset]").click()
    expect(table.locator(f"{TABLE} tbody tr:visible")).to_have_count(everything)
    expect(status).to_contain_text(str(everything))


def test_it_opens_with_what_one_can_buy(table: Page) -> None:
    """A name that nobody sells is found all the same, and the charts show what the table does."""

    def marks() -> set[str]:
        found: list[str] = table.locator(".hb-chart path[data-gpu]").evaluate_all(
            "all => all.filter(one => one.checkVisibility()).map(one => one.dataset.gpu)"
        )
        return set(found)

    assert set(column(table, "availability")) == {"0", "1"}
    assert "rtx-5090" in marks() and "h100-sxm-80gb" not in marks()
    table.locator("[name=find]").fill("H100 SXM")
    expect(table.locator("[name=sale]")).to_have_value("any")
    assert marks() == {"h100-sxm-80gb"} and len(column(table, "name")) == 1
    table.locator(".hb-gpus__find [type=reset]").click()
    expect(table.locator("[name=sale]")).to_have_value("buy")
    table.locator("[name=sale]").select_option("any")
    assert "h100-sxm-80gb" in marks()
    expect(table).to_have_url(re.compile("sale=any"))


def test_a_touch_near_a_mark_names_it(table: Page) -> None:
    figure = table.locator("#chart-bandwidth-memory")
    figure.scroll_into_view_if_needed()
    box = figure.locator("path[data-gpu=rtx-5090]").bounding_box()
    assert box
    table.mouse.click(box["x"] + box["width"] / 2 + 3, box["y"] + box["height"] / 2 - 3)
    expect(figure.locator(".hb-chart__told")).to_contain_text("RTX 5090")


def test_charts_are_readable_on_a_phone(edition: str, browser: Browser, base: str) -> None:
    """At 360 px no text of theirs is smaller than 11."""
    with browser.new_context(base_url=base, viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        page.goto(f"/{edition}/guide/table/")
        sizes = page.locator(".hb-chart svg").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().width / one.viewBox.baseVal.width"
            " * parseFloat(getComputedStyle(one).fontSize))"
        )
        assert len(sizes) == 4 and min(sizes) >= 11


def test_columns(table: Page) -> None:
    expect(head(table, "int8")).to_be_hidden()
    table.locator(".hb-gpus__find summary").click()
    table.locator("[name=columns][value=int8]").check()
    expect(head(table, "int8")).to_be_visible()
    table.locator("[name=columns][value=memory]").uncheck()
    expect(head(table, "memory")).to_be_hidden()


def test_compares_four_and_refuses_a_fifth(table: Page) -> None:
    cards = ("rtx-4090", "rtx-5090", "rtx-3090", "rx-9070-xt")
    for card in cards:
        pick(table, card).check()
    sheet = table.locator(".hb-gpus__compare")
    assert sheet.locator("thead th").count() == len(cards)
    table.locator("[name=sale]").select_option("any")
    pick(table, "l4").click()
    expect(pick(table, "l4")).not_to_be_checked()
    expect(table.locator(".hb-gpus__bar [role=status]")).to_contain_text("L4")
    assert sheet.locator("thead th").count() == len(cards)
    memories = sheet.locator("tbody tr").nth(2).locator("td").all_inner_texts()
    assert memories[:3] == ["24", "32", "24"]
    sheet.locator("thead button").first.click()
    assert sheet.locator("thead th").count() == len(cards) - 1
    expect(pick(table, "rtx-4090")).not_to_be_checked()
    table.locator(".hb-gpus__bar button").click()
    expect(sheet).to_be_hidden()
    expect(table.locator(f"{TABLE} input:checked")).to_have_count(0)


def test_the_address_holds_the_state(table: Page) -> None:
    table.locator("[name=find]").fill("rtx")
    head(table, "release").get_by_role("button").click()
    pick(table, "rtx-4090").check()
    pick(table, "rtx-5090").check()
    table.wait_for_timeout(50)
    order = column(table, "name")
    table.reload()
    expect(table.locator(".hb-gpus__find")).to_be_visible()  # a busy machine is late with it
    assert column(table, "name") == order
    assert table.locator("[name=find]").input_value() == "rtx"
    assert table.locator(".hb-gpus__compare thead th").count() == 2


def test_a_link_to_a_card(edition: str, visit: Callable[[str], Page]) -> None:
    page = visit(f"/{edition}/guide/table/?find=radeon#rtx-4090")
    expect(page.locator("tr#rtx-4090")).to_be_visible()
    page = visit(f"/{edition}/guide/table/#l4")
    expect(page.locator("tr#l4")).to_be_in_viewport()


def test_by_keyboard_alone(table: Page) -> None:
    """Filter, sort, pick, see the comparison and close it, without a mouse."""
    table.locator("[name=find]").focus()
    table.keyboard.type("4090")
    for _ in range(20):
        table.keyboard.press("Tab")
        if table.evaluate("document.activeElement.closest('th')?.dataset.field") == "name":
            break
    table.keyboard.press("Enter")
    expect(head(table, "name")).to_have_attribute("aria-sort", "ascending")
    for _ in range(40):
        table.keyboard.press("Tab")
        if table.evaluate("document.activeElement.closest('tr')?.id") == "rtx-4090":
            break
    table.keyboard.press("Space")
    expect(pick(table, "rtx-4090")).to_be_checked()
    table.locator(".hb-gpus__bar a").focus()
    table.keyboard.press("Enter")
    expect(table.locator(".hb-gpus__compare")).to_be_focused()
    table.keyboard.press("Tab")  # the frame, which scrolls
    table.keyboard.press("Tab")
    table.keyboard.press("Enter")
    expect(table.locator(".hb-gpus__compare")).to_be_hidden()
    assert table.evaluate("document.activeElement !== document.body")


def test_a_number_tells_its_source_to_the_keyboard(table: Page) -> None:
    pick(table, "rtx-4090").focus()
    for _ in range(3):  # a note may come first
        table.keyboard.press("Tab")
        if table.evaluate("document.activeElement.matches('td a')"):
            break
    link = table.locator("tr#rtx-4090 td a").first
    expect(link).to_be_focused()
    about = table.locator(ABOUT)
    expect(about).to_be_visible()
    assert link.get_attribute("aria-describedby") == "hb-about"
    assert "2026" in about.inner_text()
    assert about.locator("a").get_attribute("href") == link.get_attribute("href")
    table.keyboard.press("Escape")
    expect(about).to_have_count(0)
    assert link.get_attribute("title")


def test_a_number_tells_its_source_to_the_mouse(table: Page) -> None:
    link = table.locator("tr#rtx-4090 td a").first
    link.hover()
    about = table.locator(ABOUT)
    expect(about).to_be_visible()
    about.hover()
    table.wait_for_timeout(300)
    expect(about).to_be_visible()  # it can be reached
    table.locator("h1").hover()
    expect(about).to_have_count(0)


def test_on_a_phone(edition: str, browser: Browser, base: str) -> None:
    """At 360 px the page does not scroll sideways, and a tap shows a number's source."""
    context = browser.new_context(
        base_url=base, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(f"/{edition}/guide/table/?compare=rtx-4090,rtx-5090")
    expect(page.locator(".hb-gpus__find")).to_be_visible()
    page.locator("tr#rtx-4090 td a").first.tap()
    about = page.locator(ABOUT)
    expect(about).to_be_visible()
    assert "/guide/table/" in page.url  # the first tap does not leave
    box = about.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 360
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("h1").tap()
    expect(about).to_have_count(0)
    context.close()


def test_without_scripts(edition: str, browser: Browser, base: str) -> None:
    """The whole table is there, every column, each number linked to the list of sources."""
    context = browser.new_context(base_url=base, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/{edition}/guide/table/")
    expect(page.locator(".hb-gpus__find")).to_be_hidden()
    expect(page.locator(f"{TABLE} tr#rtx-4090")).to_be_visible()
    expect(head(page, "int8")).to_be_visible()
    assert page.locator(f"{TABLE} input").count() == 0
    href = page.locator("tr#rtx-4090 td a").first.get_attribute("href") or ""
    assert page.locator(f"{href} a[href^=http]").count() == 1
    context.close()


def test_after_coming_back_without_a_reload(table: Page) -> None:
    """The theme exchanges pages in place: the table works the second time too, once per press."""
    for _ in range(2):
        table.locator(".md-nav--primary a[href*='memory/']").first.click()
        expect(table.locator(".hb-gpus")).to_have_count(0)
        table.go_back()
        expect(table.locator(".hb-gpus__find")).to_be_visible()
    head(table, "power").get_by_role("button").click()
    expect(head(table, "power")).to_have_attribute("aria-sort", "descending")


def test_files_agree_with_the_table(site: Path, edition: str) -> None:
    entries = json.loads((site / "gpus.json").read_text(encoding="utf-8"))
    rows = list(csv.DictReader((site / "gpus.csv").read_text(encoding="utf-8").splitlines()))
    text = (site / edition / "guide/table/index.html").read_text(encoding="utf-8")
    soup = BeautifulSoup(text, "html.parser")
    fields = [str(cell["data-field"]) for cell in soup.select(f"{TABLE} thead th")]
    by_id = {str(element["id"]): element for element in soup.find_all(id=True)}
    assert len(soup.select(f"{TABLE} tbody tr")) == len(entries) == len(rows)
    for entry, row in zip(entries, rows, strict=True):
        assert entry["id"] == row["id"]
        line = by_id[entry["id"]]
        assert line.name == "tr"
        cells = dict(zip(fields, line.find_all(["th", "td"], recursive=False), strict=True))
        for field in ("memory", "bandwidth", "power", "price"):
            number = entry[field]
            seen = cells[field].get_text().replace(",", "").split("\u00a0")[0]
            if number is None:
                assert seen == "–" and row[field] == ""
                continue
            # Yuan and euros are named, since the head of the column says dollars.
            assert float(seen.lstrip("CN¥€")) == number["value"] == float(row[field])
            source = by_id[str(cells[field].a["href"]).removeprefix("#")]
            assert source.a and source.a["href"] == number["source"]


@pytest.mark.parametrize("name", ["gpus.json", "gpus.csv"])
def test_files_are_linked_and_served(table: Page, name: str) -> None:
    link = table.locator(f"a[href$='{name}']")
    assert table.request.get(link.evaluate("link => link.href")).ok


def test_every_target_is_large_enough_to_touch(table: Page) -> None:
    """WCAG 2.5.8: 24 by 24 pixels, of each button, link, box and field of the table."""
    table.locator(".hb-gpus__find summary").first.click()
    small = table.evaluate(
        """() => [...document.querySelectorAll(".hb-gpus :is(a, button, input, select, summary)")]
          .map(target => target.closest("label") ?? target)
          .filter(target => target.checkVisibility() && !target.closest("p, li"))
          .map(target => [target.getBoundingClientRect(), target.outerHTML.slice(0, 80)])
          .filter(([box]) => box.height < 23.9 || box.width < 23.9)
          .map(([box, html]) => `${Math.round(box.width)}×${Math.round(box.height)} ${html}`)"""
    )
    assert not small, "\n".join(small[:5])
