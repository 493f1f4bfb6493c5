"""Small things of the layout that a reader stumbles over: measured in Chromium."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

Visit = Callable[[str], Page]

# The room between a piece of code in a sentence and the sign that follows it, in pixels.
GAPS = """() => [...document.querySelectorAll("article p > code")].flatMap(code => {
  const next = code.nextSibling
  if (next?.nodeType !== Node.TEXT_NODE || !/^[,.;:，。；：、）]/.test(next.data)) return []
  const [inside, after] = [document.createRange(), document.createRange()]
  inside.selectNodeContents(code)
  after.setStart(next, 0)
  after.setEnd(next, 1)
  const [box, sign] = [[...inside.getClientRects()].at(-1), after.getClientRects()[0]]
  return sign.top < box.bottom && box.top < sign.bottom ? [sign.left - box.right] : []
})"""


@pytest.mark.parametrize("edition", ["zh", "en"])
def test_code_in_a_sentence_pushes_no_sign_away(edition: str, visit: Visit) -> None:
    gaps = visit(f"/{edition}/rnn/lstm/").evaluate(GAPS)
    assert len(gaps) > 2
    assert max(gaps) < 2


def test_chinese_along_an_axis_stands_upright(visit: Visit) -> None:
    """Each label is higher than it is wide by its number of signs, and lies in its figure."""
    labels = visit("/zh/cnn/convolution/").evaluate(
        """() => [...document.querySelectorAll("svg text[writing-mode]")].map(text => {
          const box = text.getBoundingClientRect()
          const figure = text.closest("svg").getBoundingClientRect()
          const inside = box.left >= figure.left && box.top >= figure.top - 1
            && box.bottom <= figure.bottom + 1
          return [text.textContent, box.height / box.width, inside]
        })"""
    )
    assert labels
    for text, shape, inside in labels:
        assert inside, text
        assert shape > 0.7 * len(text), text


@pytest.mark.parametrize("path", ["/zh/rnn/memory-lab/", "/en/guide/memory/"])
def test_what_a_phone_cuts_off_of_a_proof_is_read_when_it_is_opened(path: str, page: Page) -> None:
    page.set_viewport_size({"width": 200, "height": 900})
    page.goto(path, wait_until="networkidle")
    proof = page.locator("details.ns-proof:visible").first
    cut = "line => line.scrollWidth > line.clientWidth"
    summary = proof.locator("summary")
    assert summary.evaluate("line => line.offsetHeight") < 30
    assert summary.evaluate(cut)
    summary.click()
    assert not summary.evaluate(cut)
