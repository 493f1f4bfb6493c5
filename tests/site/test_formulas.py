"""Formulas in a real browser: laid out, spoken, in a font for them, and no TeX left over."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

FORMULAS = "article math"
# The width of a page of formulas on a phone, where some are wider than the screen.
PHONE = {"width": 360, "height": 740}


def pages_with(all_pages: list[str], base: str, context: BrowserContext, what: str) -> list[str]:
    """Addresses of the pages whose HTML holds something."""
    found = [path for path in all_pages if what in context.request.get(base + path).text()]
    assert found, f"no page holds {what}"
    return found


def test_no_tex_is_left_over(all_pages: list[str], base: str, context: BrowserContext) -> None:
    """Neither a sign nor a command, on any page, outside of code."""
    page = context.new_page()
    for path in all_pages:
        page.goto(path)
        text = page.evaluate(
            """() => { for (const code of document.querySelectorAll("pre, code, script, style"))
                 code.remove()
               return document.body.textContent }"""
        )
        assert re.findall(r"(?<![A-Z])\$(?!\d)[^\n]{0,30}|\\[A-Za-z(\[][^\n]{0,30}", text) == [], (
            path
        )


SIZES = """() => [...document.querySelectorAll("article math")].map(math => {
  const hidden = math.closest("details:not([open])")
  const box = math.getBoundingClientRect(), inside = math.closest(".hb-formula")
  return [math.textContent, hidden ? 99 : box.width, hidden ? 99 : box.height,
          inside ? inside.getBoundingClientRect().right : 0]
})"""


def test_each_has_a_size_and_widens_no_page(
    all_pages: list[str], base: str, context: BrowserContext
) -> None:
    page = context.new_page()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    for path in pages_with(all_pages, base, context, "<math"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        for text, width, height, right in page.evaluate(SIZES):
            assert width > 3 and height > 6, (path, text)
            assert right <= PHONE["width"], (path, text)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], path


FRACTION = """() => { const [above, below] = document.querySelector("article mfrac").children
  const line = document.querySelector("article mfrac").getBoundingClientRect()
  return [above.getBoundingClientRect().bottom, below.getBoundingClientRect().top, line.width] }"""


@pytest.mark.parametrize("edition", ["zh", "en"])
def test_parts_stand_where_they_belong(edition: str, visit: Callable[[str], Page]) -> None:
    page = visit(f"/{edition}/cnn/fully-connected/")
    above, below, width = page.evaluate(FRACTION)
    assert above <= below + 1 and width > 10
    base, raised = page.evaluate(
        """() => { const [base, raised] = document.querySelector("article msup").children
             return [base.getBoundingClientRect().top, raised.getBoundingClientRect().top] }"""
    )
    assert raised < base
    assert page.evaluate("getComputedStyle(document.querySelector('article math')).fontFamily") == (
        "Formulas, math"
    )
    assert page.evaluate("document.fonts.check('16px Formulas')")


def test_brackets_grow_with_what_they_hold(visit: Callable[[str], Page]) -> None:
    """Which only a font for mathematics makes them do."""
    page = visit("/en/cnn/convolution/")
    tall, plain = page.evaluate(
        """() => { const block = document.querySelector(".hb-formula")
             const bracket = [...block.querySelectorAll("mo")].find(mo => mo.textContent === "⌊")
             const letter = block.querySelector("mi")
             return [bracket, letter].map(part => part.getBoundingClientRect().height) }"""
    )
    assert tall > 2 * plain


def test_a_wide_one_scrolls_in_its_own_box(visit: Callable[[str], Page], page: Page) -> None:
    page.set_viewport_size({"width": 200, "height": 700})
    visit("/en/rnn/next/")
    box = page.locator(".hb-formula[tabindex='0']").first
    assert box.get_attribute("role") == "group" and box.get_attribute("aria-label")
    assert box.evaluate("box => box.scrollWidth - box.clientWidth") > 0
    box.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("box => box.scrollLeft > 0", arg=box.element_handle())


def nodes(page: Page) -> list[dict[str, Any]]:
    """What Chromium tells a screen reader of the page."""
    session = page.context.new_cdp_session(page)
    tree: list[dict[str, Any]] = session.send("Accessibility.getFullAXTree")["nodes"]
    return [node for node in tree if not node.get("ignored")]


def test_a_screen_reader_is_given_the_formula(visit: Callable[[str], Page]) -> None:
    page = visit("/en/cnn/fully-connected/")
    roles = [node["role"]["value"] for node in nodes(page)]
    assert roles.count("MathMLMath") == page.locator(FORMULAS).count() > 5
    assert {"MathMLFraction", "MathMLSup", "MathMLNumber"} <= set(roles)
