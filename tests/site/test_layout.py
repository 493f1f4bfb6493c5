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


# Texts of figures with a Chinese sign: how far the sign is turned, and whether its text is within.
TURNED = """() => [...document.querySelectorAll("figure svg text")].flatMap(text => {
  const place = text.textContent.search(/[\\u4e00-\\u9fff]/)
  if (place < 0) return []
  const box = text.getBoundingClientRect(), frame = text.ownerSVGElement.getBoundingClientRect()
  const { a, b } = text.getScreenCTM()
  const turned = text.getRotationOfChar(place) + Math.atan2(b, a) * 180 / Math.PI
  // The box is a little larger than the signs.
  const inside = box.left > frame.left - 3 && box.top > frame.top - 3
    && box.bottom < frame.bottom + 3
  return [[text.textContent, Math.round(turned), inside, text.hasAttribute("writing-mode")]]
})"""


@pytest.mark.parametrize("name", ["rnn/lstm", "rnn/memory-lab"])
def test_no_chinese_sign_of_a_figure_lies_on_its_side(name: str, visit: Visit) -> None:
    found = visit(f"/zh/{name}/").evaluate(TURNED)
    assert any(downwards for *_, downwards in found)  # a label along an axis is among them
    assert not [text for text, turned, inside, _ in found if turned or not inside]


@pytest.mark.parametrize("address", ["/zh/rnn/memory-lab/", "/en/guide/memory/"])
def test_what_is_cut_off_of_a_proof_is_read_when_it_is_opened(
    address: str, page: Page, visit: Visit
) -> None:
    page.set_viewport_size({"width": 200, "height": 900})
    visit(address)
    proof = page.locator("details.ns-proof:visible").first
    cut = "line => line.scrollWidth > line.clientWidth"
    summary = proof.locator("summary")
    assert summary.evaluate("line => line.offsetHeight") < 30
    assert summary.evaluate(cut)
    summary.click()
    assert not summary.evaluate(cut)


# The widest quotation mark of the text, in units of its size.
QUOTES = """() => Math.max(...[...document.querySelectorAll("article p")].flatMap(block => {
  const text = block.firstChild, size = parseFloat(getComputedStyle(block).fontSize)
  return [...(text?.data ?? "").matchAll(/[“”]/g)].map(({ index }) => {
    const mark = document.createRange()
    mark.setStart(text, index)
    mark.setEnd(text, index + 1)
    return mark.getBoundingClientRect().width / size
  })
}))"""


def test_quotation_marks_are_narrow_in_english(visit: Visit) -> None:
    """Where the one font that has them is a Chinese one, too: theirs are as wide as a character."""
    page = visit("/en/cnn/mnist-lab/")
    assert 0.2 < page.evaluate(QUOTES) < 0.7
    wide = "font-family: Noto Sans CJK SC; font-variant-east-asian: normal"
    page.locator("body").evaluate("(body, wide) => { body.style.cssText = wide }", wide)
    assert page.evaluate(QUOTES) > 0.9  # so that one sees that it would be seen
