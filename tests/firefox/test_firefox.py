"""A sample of pages in Firefox: formulas, copying, search, the chooser, interactive figures.

Every page is looked at in Chromium, by tests/site; here is what another engine could do otherwise.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gpuguide.choice.choose import choose
from gpuguide.choice.known import preset
from gpuguide.choice.wishes import Constraints
from handbook.boards.interactive.figures import FIGURES

PAGES = Path(__file__).parents[2] / "docs" / "en"
SAMPLE = ("", "guide/", "guide/table/", "guide/estimate/", "start/tensors/", "cnn/mnist-lab/")
FORMULAS = ("cnn/convolution/", "cnn/fully-connected/", "rnn/lstm/", "rnn/next/")
QUERIES = {
    "zh": {
        "选什么显卡": "guide/",
        "显存不够": "start/errors/",
        "遗忘门": "rnn/lstm/",
        "3090": "guide/table/",
    },
    "en": {
        "which gpu should i buy": "guide/",
        "cuda out of memory": "start/errors/",
        "lstm gates": "rnn/lstm/",
        "rtx 3090": "guide/table/",
    },
}
ENTER, UP, CONTROL, BACKSPACE = "\ue007", "\ue013", "\ue009", "\ue003"

# What is wrong with the formulas of a page, each with its text.
CROOKED = """
document.querySelectorAll("article details").forEach(one => { one.open = true })
const wrong = []
const box = one => one.getBoundingClientRect()
const say = (one, what) => wrong.push(`${what}: ${one.closest("math").textContent}`)
for (const math of document.querySelectorAll("article math")) {
  const { width, height } = box(math)
  if (!width || !height) say(math, "not seen")
  if (!getComputedStyle(math).fontFamily.startsWith("Formulas")) say(math, "in another font")
}
for (const fraction of document.querySelectorAll("article mfrac")) {
  const [above, below] = fraction.children
  if (box(above).bottom > box(below).top + 1) say(fraction, "not above one another")
}
for (const power of document.querySelectorAll("article msup")) {
  const [base, raised] = power.children
  if (box(raised).bottom >= box(base).bottom) say(power, "not raised")
}
for (const index of document.querySelectorAll("article msub")) {
  const [base, lowered] = index.children
  if (box(lowered).top <= box(base).top) say(index, "not lowered")
}
for (const sign of document.querySelectorAll("article mo")) {
  if ("⊙⊕⊗".includes(sign.textContent)) {
    const size = parseFloat(getComputedStyle(sign).fontSize)
    if (box(sign).height > 1.05 * size) say(sign, "too large")
  }
}
for (const block of document.querySelectorAll("article .hb-formula")) {
  if (block.scrollWidth > block.clientWidth + 1 && block.tabIndex < 0) {
    wrong.push(`cannot be scrolled: ${block.textContent}`)
  }
}
return wrong"""


@pytest.mark.parametrize("path", SAMPLE)
def test_a_page_is_whole_and_nothing_is_refused(path: str, edition: str, reader: Any) -> None:
    reader.visit(f"/{edition}/{path}")
    assert reader.run("return document.documentElement.scrollWidth <= innerWidth")
    assert reader.run("return document.querySelector('h1').getBoundingClientRect().height") > 0
    assert reader.told() == []


@pytest.mark.parametrize("path", FORMULAS)
def test_formulas_are_laid_out(path: str, edition: str, reader: Any) -> None:
    reader.visit(f"/{edition}/{path}")
    reader.until("return document.fonts.status === 'loaded'")
    assert reader.run("return document.querySelectorAll('article math').length") > 3
    assert reader.run("return document.fonts.check('16px Formulas')")
    assert reader.run(CROOKED) == []
    assert reader.told() == []


def test_brackets_grow_with_what_they_hold(edition: str, reader: Any) -> None:
    reader.visit(f"/{edition}/cnn/convolution/")
    reader.until("return document.fonts.check('16px Formulas')")
    tall, plain = reader.run(
        """const block = document.querySelector(".hb-formula")
           const bracket = [...block.querySelectorAll("mo")].find(mo => mo.textContent === "⌊")
           return [bracket, block.querySelector("mi")].map(
             part => part.getBoundingClientRect().height)"""
    )
    assert tall > 2 * plain


@pytest.mark.parametrize("path", ["cnn/pooling/", "cnn/mnist-lab/"])
def test_code_is_copied_to_the_letter(path: str, edition: str, reader: Any) -> None:
    reader.visit(f"/{edition}/{path}")
    block = ".md-content .highlight:has(pre > code)"
    reader.until("return document.querySelector(`${arguments[0]} button`)", block)
    reader.find(f"{block} button").click()
    code = reader.run("return document.querySelector(`${arguments[0]} code`).textContent", block)
    reader.until("return document.querySelector('.md-dialog').textContent.trim()")
    assert "import" in code
    assert reader.clipboard().rstrip("\n") == code.rstrip("\n")


def test_search_finds_what_people_ask(edition: str, reader: Any) -> None:
    reader.visit(f"/{edition}/")
    reader.press(CONTROL, "k")
    box = reader.find(".hb-search__input")
    for text, right in QUERIES[edition].items():
        reader.press(CONTROL, "a")
        reader.press(BACKSPACE)
        reader.until("return !document.querySelector('.hb-search__told').textContent")
        box.send_keys(text)
        reader.until("return document.querySelector('.hb-search__told').textContent")
        links = "return [...document.querySelectorAll('.hb-search__found a')].map(a => a.pathname)"
        assert f"/{edition}/{right}" in reader.run(links)[:3], text
    reader.press(ENTER)
    reader.until("return location.pathname.endsWith(arguments[0])", right)
    assert reader.told() == []


def test_the_chooser_ranks_as_python_does(edition: str, reader: Any) -> None:
    reader.visit(f"/{edition}/guide/")
    reader.until("return document.querySelector('.hb-choose[data-ready=done]')")
    reader.find("[name=run] option[value=qwen3-8b-int4]").click()
    reader.until("return location.search.includes('qwen3-8b-int4')")
    context = reader.find("[name=context]")
    context.clear()
    context.send_keys("32768")
    reader.until("return location.search.includes('32768')")
    shown = "return [...document.querySelectorAll('.hb-choose__answer [data-gpu]')]"
    markets = ("China",) if edition == "zh" else ()
    wanted = choose(preset("qwen3-8b-int4", 32768), Constraints(markets=markets)).options
    assert reader.run(f"{shown}.map(one => one.dataset.gpu)") == [one.gpu for one in wanted[:5]]
    assert reader.told() == []


NUMBERS = """return [...arguments[0].querySelectorAll("[data-number]")]
  .map(one => [one.dataset.number, one.firstChild.value, one.textContent])"""


def shown_on(name: str) -> str:
    """The page of an edition that has a figure, as addresses name it."""
    line = f"\n[[interactive:{name}]]\n"
    (page,) = (file for file in PAGES.rglob("*.md") if line in file.read_text(encoding="utf-8"))
    return f"{page.relative_to(PAGES).with_suffix('').as_posix()}/"


def opened(reader: Any, name: str, edition: str) -> Any:
    """A figure at work."""
    reader.visit(f"/{edition}/{shown_on(name)}")
    figure = reader.find(f".hb-interactive[data-figure={name}]")
    reader.until("return arguments[0].dataset.ready === 'done'", figure)
    return figure


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_answers_a_key_and_goes_back(name: str, edition: str, reader: Any) -> None:
    figure = opened(reader, name, edition)
    first = reader.run(NUMBERS, figure)
    assert first and all(value and text for _, value, text in first)
    field = figure.find_element("css selector", "input")
    reader.run("arguments[0].focus()", field)
    reader.press(UP)
    reader.until("return arguments[0].querySelector('[role=status]').textContent", figure)
    assert reader.run(NUMBERS, figure) != first
    reader.run("arguments[0].focus()", figure.find_element("css selector", "[type=reset]"))
    reader.press(ENTER)
    reader.until(
        f"{NUMBERS}.join() === arguments[1]",
        figure,
        ",".join(one for each in first for one in each),
    )
    assert reader.told() == []


@pytest.mark.parametrize(("size", "stride", "padding"), [(7, 1, 0), (12, 3, 2), (9, 2, 1)])
def test_a_window_has_the_side_of_the_formula(
    size: int, stride: int, padding: int, reader: Any
) -> None:
    figure = opened(reader, "window", "en")
    for name, value in {"size": size, "stride": stride, "padding": padding}.items():
        field = figure.find_element("css selector", f"[name={name}]")
        reader.run("arguments[0].focus()", field)
        low = int(field.get_attribute("min"))
        reader.press("\ue011")  # Home
        for _ in range(value - low):
            reader.press("\ue014")  # right
        assert field.get_property("value") == str(value)
    kernel, dilation = (
        int(figure.find_element("css selector", f"[name={name}]").get_property("value"))
        for name in ("kernel", "dilation")
    )
    side = (size + 2 * padding - (dilation * (kernel - 1) + 1)) // stride + 1
    found = {name: value for name, value, _ in reader.run(NUMBERS, figure)}
    assert int(found["side"]) == side
