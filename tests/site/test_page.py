"""What holds on every page: weight, silence, nobody else's servers, access for all, true copies.

Each page is opened once, for all its tests. It is looked at in all four combinations of colours
and width. Of axe's rules, two depend on colours, and are most of the work. Contrast is measured on
every page at 1280 px in light and in dark, and, sampled, at 360 px on every fourth page; of texts
that look the same in all, one is looked at, wherever it is. How links stand out from their text is
looked at together with it, in light. All other rules run once at both widths, two that axe leaves
out by itself among them: how large a target is, and whether a label says what is seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Request

from neverstale.page import notebook
from neverstale.project import load
from neverstale.source import sources
from neverstale.source.sources import Sources

WIDE, NARROW = 1280, 360
EVERY = 4
WEIGHT_KIB = 122  # the theme, and a navigation that names every page, are 70 of them
LAB_WEIGHT_KIB = 200
# Some 145 products, each number with its source and basis, sizes and rents among them, readable
# without scripts; every mark of the charts names its product and both numbers.
TABLE_WEIGHT_KIB = 144
# The guide's front page: a chooser that works on the reader's own model and on fifteen language
# models at any context, answers in four sentences with their words in the page, what each GPU costs
# where, to rent too, whether one can have it and whether it goes into one's computer, and the table
# of needs.
CHOOSER_WEIGHT_KIB = 146
# The home page has the same chooser, and for who has no script the answers to all jobs.
HOME_WEIGHT_KIB = 132
# Photographs before and after a kernel, and what kernels that were learned make of them; controls
# and words of two figures that readers change.
CONVOLUTION_WEIGHT_KIB = 132
COLOURED = ("color-contrast", "link-in-text-block")  # axe's rules on colours, and most of its work
LEFT_OUT = ("target-size", "label-content-name-mismatch")  # by axe, unless asked for
# Pages with formulas, where the system has no font for them, as here. It is the same for all, so it
# comes once.
FONT, FONT_KIB = "/stix-two-math.woff2", 28


AT_ONCE = "* { transition: none !important }"  # colours fade
DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


class Visit:
    """A first visit to a page, and everything that it led to."""

    def __init__(self, context: BrowserContext, path: str) -> None:
        self.requests: list[Request] = []
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("request", lambda request: self.requests.append(request))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text)
                if message.type in ("error", "warning")
                else None
            ),
        )
        self.page.goto(path)
        self.page.evaluate("document.fonts.ready")

    def looks(self) -> Iterator[tuple[str, int]]:
        """Let the page be seen in every combination of colours and width, one after another."""
        self.page.add_style_tag(content=AT_ONCE)
        for scheme, width in (
            ("light", WIDE),
            ("light", NARROW),
            ("dark", NARROW),
            ("dark", WIDE),
        ):
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.evaluate(DRAWN)
            yield scheme, width


@pytest.fixture(scope="session")
def first_visit(page_context: BrowserContext, path: str) -> Visit:
    """The page, opened for all its tests; the first of them sees it as it came."""
    return Visit(page_context, path)


@pytest.fixture(scope="session")
def passed() -> set[int]:
    """Looks of texts with enough contrast, or of which axe cannot tell, on the pages seen so far;
    most are on all of them."""
    return set()


def test_page(
    first_visit: Visit, base: str, all_pages: list[str], path: str, passed: set[int]
) -> None:
    """Every complaint about the page at once."""
    visit = first_visit
    problems = [f"TeX is left over: {text}" for text in left_over(visit.page)]
    problems += unlike(visit.page)[:5]
    visit.page.evaluate(Axe().axe_script)
    for scheme, width in visit.looks():
        where = f"({scheme}, {width} px)"
        scrolled = visit.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if scrolled > 0:
            problems.append(f"scrolls sideways by {scrolled} px {where}")
        contrast = width == WIDE or all_pages.index(path) % EVERY == 0
        if scheme == "light":
            problems += [f"{told} {where}" for told in crowded(visit.page)]
            problems += [f"{told} {where}" for told in misplaced(visit.page)]
        problems += [f"{told} {where}" for told in violations(visit.page, scheme, contrast, passed)]
    # Asked last: by now, what a page fetches late has come, too.
    problems += [
        f"asks a third party: {request.url}"
        for request in visit.requests
        if not request.url.startswith((base + "/", "data:", "blob:"))
    ]
    problems += weight(visit, path)
    problems += [f"console: {text}" for text in visit.complaints]
    assert not problems, f"{path}:\n" + "\n".join(dict.fromkeys(problems))


# What was proved is what is seen: no script changes it, no style hides it or adds words to it.
BLOCKS = ".proved code, .ns-output pre, .ns-proof, .ns-figure, a.hb-number, .hb-unknown"
UNLIKE = """([blocks, served]) => {
  const sent = new DOMParser().parseFromString(served, "text/html")
  const texts = page => [...page.querySelectorAll(`article :is(${blocks})`)]
    .map(block => [block, block.textContent.trim()])
  const told = [], before = texts(sent), now = texts(document)
  for (let i = 0; i < Math.max(before.length, now.length); i++)
    if (before[i]?.[1] !== now[i]?.[1])
      told.push(`a script changed '${before[i]?.[1]}' into '${now[i]?.[1]}'`)
  // What a reader opens or picks is looked at as it is then. All is changed before anything is
  // measured, once for each device: each change between two looks lays the whole page out again.
  for (const [block] of now) if (block.matches("details.ns-proof")) block.open = true
  const device = block => block.closest(".ns-run")?.dataset.device
  for (const picked of new Set(now.map(([block]) => device(block)))) {
    const shown = now.filter(([block]) => device(block) === picked), looked = new Set()
    if (picked) for (const [block] of shown)
      block.closest(".ns-run").parentElement.querySelector(`.ns-pick[data-device=${picked}]`)
        .checked = true
    for (const [block, text] of shown) {
      const box = block.getBoundingClientRect(), style = getComputedStyle(block)
      if (block.closest("details:not([open])")) continue
      if (/^hb-/.test(block.className) && block.closest("table")) continue  // columns are chosen
      if (!block.checkVisibility({ opacityProperty: true, visibilityProperty: true })
          || box.height < 8 || box.width < 8 || parseFloat(style.fontSize) < 10)
        told.push(`a style hides '${text.slice(0, 60)}'`)
      const inside = [block, ...block.querySelectorAll("*")], parts = [...inside]
      for (let part = block.parentElement; part.tagName !== "ARTICLE"; part = part.parentElement)
        if (!looked.has(part)) parts.push(part)
      for (const part of parts) {
        looked.add(part)
        for (const side of ["::before", "::after"]) {
          const more = getComputedStyle(part, side).content
          if (!["none", "normal", '"Output"', '"输出"'].includes(more)
              && /[\\p{L}\\p{N}]/u.test(more.replace(/counter\\(.*?\\)/, "")))
            told.push(`a style adds words to '${text.slice(0, 60)}'`)
        }
      }
      for (const part of inside) {
        const look = getComputedStyle(part)
        if (look.direction !== "ltr" || look.unicodeBidi.includes("override"))
          told.push(`a style turns '${text.slice(0, 60)}' round`)
        const plain = part.closest("[aria-hidden], svg, .headerlink") || !part.textContent.trim()
        if (!plain && (look.display === "none" || parseFloat(look.fontSize) < 8))
          told.push(`a style hides '${part.textContent.slice(0, 30)}' in '${text.slice(0, 60)}'`)
      }
    }
  }
  return told
}"""


def unlike(page: Page) -> list[str]:
    """Where a page differs from what was sent; asked for outside it, where no policy forbids."""
    told: list[str] = page.evaluate(UNLIKE, [BLOCKS, page.request.get(page.url).text()])
    return told


TRICKS = {
    "changed": "document.querySelector('.ns-output pre').textContent = 'accuracy 1.00'",
    "removed": "document.querySelector('.ns-proof').remove()",
    "hides": "document.querySelector('.ns-proof').style.opacity = 0",
    "hides '": "document.querySelector('.ns-output pre').style.fontSize = '1px'",
    "adds words": "document.adoptedStyleSheets = [new CSSStyleSheet()];"
    "document.adoptedStyleSheets[0].replaceSync('.ns-output pre::after { content: \"0.99\" }')",
    "adds words to": "document.adoptedStyleSheets = [new CSSStyleSheet()];"
    "document.adoptedStyleSheets[0].replaceSync('.ns-output::after { content: \"0.99\" }')",
    "adds words to '": "document.adoptedStyleSheets = [new CSSStyleSheet()];"
    "document.adoptedStyleSheets[0].replaceSync('.ns-proof time::after { content: \"9\" }')",
    "turns '": "document.querySelector('.ns-output pre').style.cssText ="
    " 'direction: rtl; unicode-bidi: bidi-override'",
    "hides 'torch'": "[...document.querySelectorAll('.proved code span')]"
    ".find(span => span.textContent === 'torch').style.display = 'none'",
}


@pytest.mark.parametrize("told", TRICKS)
def test_a_trick_is_seen(told: str, visit: Callable[[str], Page]) -> None:
    page = visit("/en/cnn/pooling/")
    page.evaluate(TRICKS[told])
    assert any(told.replace("removed", "changed") in line for line in unlike(page))


# Code and output can be read whole, the copy button covers none of it, a proof is one line, and on
# a wide screen text, code, tables and figures end at one edge, unless the page leaves its list of
# contents out in order to be wider.
CROWDED = """([wide]) => {
  const told = [], column = document.querySelector("article") || document.body
  const all = selector => [...column.querySelectorAll(selector)]
    .filter(block => block.checkVisibility())
  const start = block => block.textContent.trim().slice(0, 50)
  for (const proof of all("details.ns-proof[open]")) proof.open = false
  const folds = all("details:not(.ns-proof, [open])")
  for (const fold of folds) fold.open = true
  for (const block of all(wide ? "pre > code, .ns-output pre" : ".ns-output pre"))
    if (block.scrollWidth > block.clientWidth) told.push(`cut off at the right: ${start(block)}`)
  for (const button of all(".md-code__nav")) {
    const code = button.parentElement.querySelector("code").getBoundingClientRect()
    const box = button.getBoundingClientRect()
    if (box.left < code.right && box.top < code.bottom) told.push("the copy button covers code")
  }
  for (const line of all(".ns-proof > summary"))
    if (line.offsetHeight > 1.5 * parseFloat(getComputedStyle(line).lineHeight))
      told.push(`a proof takes two lines: ${start(line)}`)
  const contents = document.querySelector(".md-sidebar--secondary:not([hidden])")
  const edge = column.getBoundingClientRect().right
  const kinds = "p, ul, ol, dl, h2, h3, details, figure, .admonition, .highlight, .ns-output, "
    + ".md-typeset__scrollwrap"
  for (const block of wide && contents ? all(`:scope > :is(${kinds})`) : [])
    if (Math.abs(block.getBoundingClientRect().right - edge) > 1)
      told.push(`not at the right edge: ${start(block)}`)
  for (const fold of folds) fold.open = false
  return told
}"""


def crowded(page: Page) -> list[str]:
    """Where a page has too little room for what it shows, or uses it unevenly."""
    assert page.viewport_size
    told: list[str] = page.evaluate(CROWDED, [page.viewport_size["width"] == WIDE])
    return told


CROWDS = {
    "cut off at the right: import": ".highlight pre > code { font-size: 1.2rem !important }",
    "cut off at the right: step": ".ns-output pre { white-space: pre !important; width: 4rem }",
    "the copy button covers code": ".md-code__nav { right: 2rem !important }",
    "a proof takes two lines": "summary { white-space: normal !important; width: 4rem !important }",
    "not at the right edge": ".md-typeset p { max-width: 20rem !important }",
}


@pytest.mark.parametrize("told", CROWDS)
def test_a_crowd_is_seen(told: str, visit: Callable[[str], Page]) -> None:
    page = visit("/en/cnn/convolution/")
    assert not crowded(page)
    page.add_style_tag(content=CROWDS[told])
    assert any(line.startswith(told) for line in crowded(page))


# A formula has a size, and is within the screen, if need be in a box that scrolls.
MISPLACED = """() => [...document.querySelectorAll("article math")].flatMap(math => {
  if (math.closest("details:not([open])")) return []
  const { width, height } = math.getBoundingClientRect(), box = math.closest(".hb-formula")
  return width > 3 && height > 6 && !(box?.getBoundingClientRect().right > innerWidth) ? []
    : [`a formula has no size or leaves the screen: ${math.textContent}`]
})"""


def misplaced(page: Page) -> list[str]:
    """Formulas that cannot be seen whole."""
    told: list[str] = page.evaluate(MISPLACED)
    return told


TEX = re.compile(r"(?<![A-Z])\$(?!\d)[^\n]{0,30}|\\[A-Za-z(\[][^\n]{0,30}")
WRITTEN = """() => { const body = document.body.cloneNode(true)
  for (const code of body.querySelectorAll("pre, code, script, style")) code.remove()
  return body.textContent }"""


def left_over(page: Page) -> list[str]:
    """Signs and commands of TeX outside of code."""
    return TEX.findall(page.evaluate(WRITTEN))


FORMULAS_SPOILT = {
    "TeX": "document.querySelector('article p').append(' where \\\\alpha is $a$')",
    "size": "document.querySelector('article math').style.cssText ="
    " 'display: inline-block; width: 1px; overflow: hidden'",
    "screen": "document.querySelector('.hb-formula').style.cssText ="
    " 'width: 3000px; max-width: none'",
}


@pytest.mark.parametrize("what", FORMULAS_SPOILT)
def test_a_spoilt_formula_is_seen(what: str, visit: Callable[[str], Page]) -> None:
    page = visit("/en/cnn/convolution/")
    assert not misplaced(page) + left_over(page)
    page.evaluate(FORMULAS_SPOILT[what])
    assert len(left_over(page) if what == "TeX" else misplaced(page)) >= 1


def weight(visit: Visit, path: str) -> list[str]:
    """Whether the first visit transfers too much."""
    sizes = {
        request.url: request.sizes()["responseBodySize"]
        for request in visit.requests
        if request.url.startswith("http")
    }
    kib = sum(sizes.values()) / 1024
    limit = LAB_WEIGHT_KIB if "-lab/" in path else WEIGHT_KIB
    if path.endswith("/guide/table/"):
        limit = TABLE_WEIGHT_KIB
    if path in ("/zh/", "/en/"):
        limit = HOME_WEIGHT_KIB
    if path.endswith("/guide/"):
        limit = CHOOSER_WEIGHT_KIB
    if path.endswith("/cnn/convolution/"):
        limit = CONVOLUTION_WEIGHT_KIB
    if any(url.endswith(FONT) for url in sizes):
        limit += FONT_KIB
    if kib <= limit:
        return []
    heaviest = sorted(sizes.items(), key=lambda item: -item[1])[:4]
    told = ", ".join(f"{url.rpartition('/')[2] or url} {size // 1024}" for url, size in heaviest)
    return [f"weighs {kib:.0f} KiB gzipped, allowed are {limit}; heaviest: {told}"]


def violations(page: Page, scheme: str, contrast: bool, passed: set[int]) -> list[str]:
    """What axe finds: in light all its rules, in dark the one on contrast; a line each.

    Args:
        page: as it is seen now.
        scheme: its colours, `light` or `dark`.
        contrast: whether what depends on colours is measured too.
        passed: numbers of looks with enough contrast, of this page or another; more are added.
    """
    if scheme == "dark" and not contrast:
        return []
    # What is told is the element itself; selectors for it would be made of all that passes, too.
    options: dict[str, object] = {"resultTypes": ["violations"], "selectors": False}
    if scheme == "dark":
        options["runOnly"] = ["color-contrast"]
    else:
        chosen = dict.fromkeys(COLOURED, contrast) | dict.fromkeys(LEFT_OUT, True)
        options["rules"] = {rule: {"enabled": on} for rule, on in chosen.items()}
    found, seen = page.evaluate(VIOLATIONS, [options, list(passed)])
    passed.update(seen)
    return [
        f"axe {rule['id']}: {rule['nodes'][0]['html'][:160]} ({len(rule['nodes'])} places)"
        for rule in found
    ]


# Words of code follow one another in a line, so whatever lies behind one lies behind its whole
# block: axe sees the first of each look; the others are plain text meanwhile. For any text, axe
# takes milliseconds to find what lies behind it. It passes over one that looks in all as one that
# has passed: itself and all around it have the same looks, it lies on the grounds of all that it is
# in, and nothing else with a ground is where it is. Single signs are no violations to axe.
VIOLATIONS = """async ([options, before]) => {
  const LOOKS = ["color", "fontSize", "fontWeight", "opacity", "textShadow", "webkitTextStroke",
    "backgroundColor", "backgroundImage", "backgroundClip", "mixBlendMode", "filter", "position",
    "zIndex", "float", "display", "visibility", "transform", "clipPath"]
  const check = axe._audit.checks["color-contrast"], evaluate = check.evaluate
  const chains = new Map(), passed = new Set(before)
  const number = text => {  // of 52 bits, the same on every page
    let one = 0x811c9dc5, two = 0x1b873593
    for (let i = 0; i < text.length; i++) {
      one = Math.imul(one ^ text.charCodeAt(i), 0x01000193)
      two = Math.imul(two ^ text.charCodeAt(i), 0x85ebca6b)
    }
    return (one >>> 6) * 2 ** 26 + ((two ^ two >>> 13) >>> 6)
  }
  const chain = part => {  // a number for the looks of an element and of all that it is in
    if (!part) return 0
    if (!chains.has(part)) {
      const style = getComputedStyle(part), looks = LOOKS.map(name => style[name])
      chains.set(part, number([chain(part.parentElement), part.namespaceURI, ...looks].join()))
    }
    return chains.get(part)
  }
  const first = new Set(), again = []
  for (const word of document.querySelectorAll(
      "pre > code span:not(:has(*), [id], [title], [tabindex])")) {
    if (first.has(chain(word))) again.push([word, document.createTextNode(word.textContent)])
    else if (word.textContent.trim().length > 1) first.add(chain(word))  // axe skips single signs
  }
  for (const [word, text] of again) word.replaceWith(text)
  const grounds = [...document.querySelectorAll("*")].flatMap(part => {
    const { backgroundColor, backgroundImage, overflow } = getComputedStyle(part)
    if (/^rgba\\(.*, 0\\)$/.test(backgroundColor) && backgroundImage === "none"
        && !part.matches("img, svg, canvas, video, object, iframe")) return []
    const { left, top, right, bottom } = part.getBoundingClientRect()
    return left === right || top === bottom ? [] : /auto|scroll/.test(overflow)
      ? [{ part, left, top, right: left + part.scrollWidth, bottom: top + part.scrollHeight }]
      : [{ part, left, top, right, bottom }]
  })
  const own = node => [...node.childNodes].filter(child => child.nodeType === Node.TEXT_NODE)
  const ordinary = node => {
    const range = document.createRange(), boxes = own(node).flatMap(text => {
      range.selectNodeContents(text)
      return [...range.getClientRects()]
    })
    return boxes.length && grounds.every(ground => boxes.every(box => ground.part.contains(node)
      ? ground.left <= box.left + 2 && ground.right >= box.right - 2
        && ground.top <= box.top + 2 && ground.bottom >= box.bottom - 2
      : ground.left >= box.right - 2 || ground.right <= box.left + 2
        || ground.top >= box.bottom - 2 || ground.bottom <= box.top + 2))
  }
  check.evaluate = function (node, ...rest) {
    if (own(node).map(text => text.data).join("").trim().length === 1) return true
    const looks = ordinary(node) ? chain(node) : 0
    if (passed.has(looks)) return true
    let told = {}
    const say = data => { this.data(told = data) }
    const result = evaluate.call({ ...this, data: say }, node, ...rest)
    const unknown = ["bgGradient", "imgNode"].includes(told.messageKey)  // axe cannot tell
    if (looks && result !== false && (told.contrastRatio || unknown)) passed.add(looks)
    return result
  }
  const { violations } = await axe.run(document, options)
  check.evaluate = evaluate
  for (const [word, text] of again) text.replaceWith(word)
  return [violations, [...passed]]
}"""


FAINT = {
    "one word": "[...document.querySelectorAll('.highlight code .n')]"
    ".findLast(word => word.checkVisibility()).style.color = '#ccc'",
    "one class": "for (const word of document.querySelectorAll('.highlight code .k'))"
    " word.style.color = '#ccc'",
    "one block": "[...document.querySelectorAll('.highlight pre > code')]"
    ".findLast(code => code.checkVisibility()).style.background = '#567'",
}


@pytest.mark.parametrize("where", FAINT)
def test_a_faint_word_of_code_is_seen(
    where: str, visit: Callable[[str], Page], passed: set[int]
) -> None:
    """However many words are not looked at because others look the same."""
    page = visit("/en/cnn/pooling/")
    page.add_style_tag(content=AT_ONCE)
    page.evaluate(Axe().axe_script)
    before = page.locator("article").inner_html()
    assert not violations(page, "dark", True, passed)
    assert page.locator("article").inner_html() == before
    page.evaluate(FAINT[where])
    assert [told for told in violations(page, "dark", True, passed) if "color-contrast" in told]


# Two texts that look alike, each on the ground of its box, with room below.
TWO_TEXTS = """document.querySelector("article").insertAdjacentHTML("afterbegin", (
  "<div class='two' style='position: relative; margin-bottom: 9rem; background: #222; color: #eee'>"
  + "<p style='position: relative'>Words on a ground</p></div>").repeat(2))"""
SECOND = "[...document.querySelectorAll('.two')].at(-1)"
MOVED = {
    "off its ground": f"{SECOND}.querySelector('p').style.top = '6rem'",
    "onto another": f"{SECOND}.insertAdjacentHTML('afterbegin',"
    " '<i style=\"position: absolute; inset: 0; background: #ccc\"></i>')",
    "in a box of another colour": f"{SECOND}.style.background = '#ddd'",
}


@pytest.mark.parametrize("where", MOVED)
def test_a_text_that_looks_as_one_that_passed_is_seen(
    where: str, visit: Callable[[str], Page], passed: set[int]
) -> None:
    """Where what lies behind it is another."""
    page = visit("/en/cnn/pooling/")
    page.evaluate(Axe().axe_script)
    page.evaluate(TWO_TEXTS)
    assert not violations(page, "dark", True, passed)
    page.evaluate(MOVED[where])
    (told,) = violations(page, "dark", True, passed)
    assert "color-contrast" in told and "Words" in told and "(1 places)" in told


def test_pictures_have_words(first_visit: Visit) -> None:
    """Every picture has an alternative text, or is marked as decoration."""
    silent = first_visit.page.evaluate(
        """() => [...document.querySelectorAll("img, svg")]
          .filter(element => !element.closest("[aria-hidden=true], button, label, .md-icon"))
          .filter(element => !(element.closest("a[aria-label]")))
          .filter(element => element.tagName === "IMG"
            ? element.getAttribute("alt") === null
            : !element.closest("a, .twemoji") && !element.getAttribute("aria-label")
              && !element.querySelector(":scope > title"))
          .map(element => element.outerHTML.slice(0, 160))"""
    )
    assert not silent


@pytest.fixture(scope="session")
def everything() -> Sources:
    """What the site was built from."""
    return sources.read(load(Path(__file__).parent))


# What each button puts on the clipboard, and what says which text that must be. A button is pressed
# where a reader hits it, unless something lies over it; one that is not seen is in a content tab
# that is not the chosen one.
CODE = ".md-content .highlight:has(pre > code)"
BUTTON = "button[data-clipboard-target], button[data-md-type=copy]"
# How: the middle of a button, moved into sight, and what comes onto the clipboard in two seconds.
PRESSING = """
  const NOTHING = "nothing copied"
  const middle = button => {
    button.scrollIntoView({ block: "center", behavior: "instant" })
    const { left, top, width, height } = button.getBoundingClientRect()
    return [left + width / 2, top + height / 2]
  }
  const copied = async () => {
    for (let i = 0; i < 200; i++) {
      const text = await navigator.clipboard.readText()
      if (text !== NOTHING) return text
      await new Promise(done => setTimeout(done, 10))
    }
    return NOTHING
  }"""
COPIED = f"""async ([blocks, copies]) => {{{PRESSING}
  const found = []
  for (const item of document.querySelectorAll("details")) item.open = true
  for (const [at, block] of document.querySelectorAll(blocks).entries()) {{
    const button = block.querySelector(copies), size = button?.getBoundingClientRect()
    if (!size?.width || !size.height || !button.checkVisibility({{ visibilityProperty: true }}))
      continue
    const hit = button.contains(document.elementFromPoint(...middle(button)))
    await navigator.clipboard.writeText(NOTHING)
    if (hit) button.click()
    const {{ snippet, section, cell }} = block.dataset, text = block.querySelector("code").innerText
    found.push({{ at, snippet, section, cell, text, copied: hit ? await copied() : NOTHING }})
  }}
  return found
}}"""
# For a mouse. Playwright's own click first waits for the button to stand still, which on a busy
# machine took longer than a minute.
PLACE = f"""async ([blocks, copies, at]) => {{{PRESSING}
  await navigator.clipboard.writeText(NOTHING)
  return middle(document.querySelectorAll(blocks)[at].querySelector(copies))
}}"""
CLIPBOARD = f"() => {{{PRESSING}\n  return copied()\n}}"


def wrongly_copied(page: Page, edition: str, everything: Sources) -> list[str]:
    """Blocks of code whose button gives anything but the snippet's text in the page's language.

    The first of each kind of block is pressed once more, by a real mouse.
    """
    told: list[str] = []
    kinds: set[tuple[bool, ...]] = set()
    for block in page.evaluate(COPIED, [CODE, BUTTON]):
        expected = text_of(block, edition, everything).rstrip("\n")
        given = [block["copied"]]
        kind = tuple(bool(block[key]) for key in ("snippet", "section", "cell"))
        if kind not in kinds and given[0] != "nothing copied":
            kinds.add(kind)
            page.mouse.click(*page.evaluate(PLACE, [CODE, BUTTON, block["at"]]))
            given.append(page.evaluate(CLIPBOARD))
        told += [
            f"{block['snippet']}, block {block['at'] + 1}: {text[:60]!r} is copied"
            for text in given
            if text.rstrip("\n") != expected
        ]
    return told


def text_of(block: dict[str, str], edition: str, everything: Sources) -> str:
    """What the block must give: from the snippet's file, or the illustration itself."""
    if not block["snippet"]:
        return block["text"]
    item = everything.snippet(block["snippet"])
    if block["cell"]:
        chosen = notebook.code_cells(item)[int(block["cell"]) - 1]
        return item.shown_lines(edition, chosen.first, chosen.last)
    return item.shown(edition, block["section"] or None)


def test_copy_buttons(
    first_visit: Visit, page_context: BrowserContext, path: str, everything: Sources
) -> None:
    """Each puts exactly the snippet's text, in the page's language, on the clipboard."""
    page_context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = first_visit.page
    assert not wrongly_copied(page, path.split("/")[1], everything)
    if page.locator(CODE).count():
        assert page.locator(BUTTON).count()


LAST = "[...document.querySelectorAll('.proved.highlight')].at(-1)"
COPIES_SPOILT = {
    "covered": f"{LAST}.querySelector('nav').append(document.createElement('i'));"
    f"{LAST}.querySelector('nav i').style.cssText = 'position: absolute; inset: 0'",
    "dead": f"{LAST}.querySelector('nav button').disabled = true",
    "untouchable": f"{LAST}.querySelector('nav').style.pointerEvents = 'none'",
    "another text": f"{LAST}.querySelector('code').append('1')",
    "another block": f"{LAST}.querySelector('nav button').dataset.clipboardTarget ="
    " document.querySelector('.proved nav button').dataset.clipboardTarget",
}


@pytest.mark.parametrize("how", COPIES_SPOILT)
def test_a_button_that_copies_something_else_is_seen(
    how: str, visit: Callable[[str], Page], context: BrowserContext, everything: Sources
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit("/en/cnn/pooling/")
    assert not wrongly_copied(page, "en", everything)
    page.evaluate(COPIES_SPOILT[how])
    (told,) = wrongly_copied(page, "en", everything)
    nothing = how in ("covered", "dead", "untouchable")
    assert ("'nothing copied'" in told) == nothing


@pytest.mark.parametrize("edition", ["zh", "en"])
def test_print_is_clean(edition: str, page: Page) -> None:
    """On paper there is no navigation, and the text has the width."""
    page.goto(f"/{edition}/cnn/convolution/")
    page.emulate_media(media="print")
    for selector in (".md-header", ".md-sidebar", ".md-footer__inner"):
        for element in page.locator(selector).all():
            assert not element.is_visible(), selector
