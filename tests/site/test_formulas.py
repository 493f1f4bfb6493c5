"""Formulas in a real browser: laid out, spoken, in a font for them; see test_page.py too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

FORMULAS = "article math"


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
