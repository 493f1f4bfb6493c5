"""What a reader does: changes language and colours, uses the keyboard, gets lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

Visit = Callable[[str], Page]
SITE = Path(__file__).parents[2] / "site"
PAGE = "cnn/convolution/"
ANCHOR = "#stride"
SWITCHER = ".hb-language"
OTHER = {"zh": "en", "en": "zh"}


def address(page: Page) -> str:
    """Path and fragment of the current address."""
    return str(page.evaluate("location.pathname + location.hash"))


@pytest.mark.parametrize("edition", OTHER)
def test_switcher_keeps_page_and_anchor(edition: str, visit: Visit) -> None:
    page = visit(f"/{edition}/{PAGE}{ANCHOR}")
    page.locator(SWITCHER).click()
    page.wait_for_url(f"**/{OTHER[edition]}/**")
    assert address(page) == f"/{OTHER[edition]}/{PAGE}{ANCHOR}"


@pytest.mark.parametrize("edition", OTHER)
def test_switcher_follows_to_the_next_page(edition: str, visit: Visit) -> None:
    page = visit(f"/{edition}/{PAGE}")
    page.locator(".md-footer__link--next").click()
    page.wait_for_url(f"**/{edition}/cnn/pooling/")
    page.locator("#which a.headerlink").click(force=True)
    page.locator(SWITCHER).click()
    page.wait_for_url(f"**/{OTHER[edition]}/**")
    assert address(page) == f"/{OTHER[edition]}/cnn/pooling/#which"


@pytest.mark.parametrize("address_here", ["/zh/", f"/en/{PAGE}", "/zh/cnn/mnist-lab/"])
def test_switcher_without_javascript(browser: Browser, base: str, address_here: str) -> None:
    """Without scripts a browser drops the fragment of a plain link; the page is kept. Where the
    link of every page leads, test_files.py says."""
    context = browser.new_context(base_url=base, java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(address_here)
        edition = address_here.split("/")[1]
        expected = address_here.replace(f"/{edition}/", f"/{OTHER[edition]}/", 1)
        page.locator(SWITCHER).click()
        page.wait_for_url(f"**{expected}")
    finally:
        context.close()


@pytest.mark.parametrize("name", [PAGE, "cnn/mnist-lab/"])
def test_headings_lead_to_the_other_language_without_javascript(
    browser: Browser, base: str, name: str
) -> None:
    context = browser.new_context(base_url=base, java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(f"/zh/{name}")
        link = page.locator("h2 .hb-heading-language").nth(1)
        heading = str(link.locator("..").get_attribute("id"))
        link.click()
        page.wait_for_url(f"**/en/{name}#{heading}")
        assert page.locator(f"h2#{heading}").is_visible()
    finally:
        context.close()


def test_the_links_beside_headings_are_for_who_has_no_scripts(visit: Visit) -> None:
    links = visit(f"/zh/{PAGE}").locator(".hb-heading-language")
    assert links.count() > 5
    assert not any(link.is_visible() for link in links.all())


def test_colours_persist(visit: Visit) -> None:
    """The choice holds on the next page, after a reload, and in the other language."""
    page = visit(f"/zh/{PAGE}")
    body = page.locator("body")
    assert body.get_attribute("data-md-color-scheme") == "default"
    for _ in range(3):
        if body.get_attribute("data-md-color-scheme") == "slate":
            break
        page.locator("[data-hb-palette] label:visible").click()
    assert body.get_attribute("data-md-color-scheme") == "slate"
    for path in ("/zh/cnn/pooling/", "/en/cnn/", f"/zh/{PAGE}"):
        page.goto(path)
        assert body.get_attribute("data-md-color-scheme") == "slate", path


def test_colours_follow_the_system(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(f"/en/{PAGE}")
    assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"


KINDS = {
    "skip link": ".md-skip",
    "language switcher": SWITCHER,
    "colour toggle": "[data-hb-palette] input",
    "search": "[data-hb-search]",
    "navigation": ".md-nav--primary a, .md-tabs a",
    "table of contents": ".md-nav--secondary a",
    "copy button": ".md-content button",
    "link in the text": ".md-content p a",
    "proof": ".ns-proof summary",
    "footer": ".md-footer a",
}


def test_keyboard_reaches_everything(visit: Visit) -> None:
    """Tab visits each kind of control, every stop can be seen, and nothing traps it."""
    page = visit(f"/zh/{PAGE}")
    kinds: dict[str, int] = dict.fromkeys(KINDS, 0)
    hidden = []
    for _ in range(400):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP, list(KINDS.values()))
        if stop and not stop["visible"]:  # what covers it may be on its way out
            page.wait_for_timeout(350)
            stop = page.evaluate(STOP, list(KINDS.values()))
        if stop is None:  # past the last control, back in the browser's own bar
            break
        for kind, selector in KINDS.items():
            kinds[kind] += selector in stop["matches"]
        if not stop["visible"] or not stop["marked"]:
            hidden.append(f"{stop['html']} visible: {stop['visible']}, marked: {stop['marked']}")
    else:
        pytest.fail("Tab never left the page: a trap, or far too many stops")
    assert not [kind for kind, count in kinds.items() if not count]
    assert not hidden, "\n".join(hidden)


# Where the focus is: which controls it is, whether it can be seen there, whether it is marked.
STOP = """(selectors) => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const shown = element.matches("input[type=radio]") && element.labels.length === 0
    ? (element.nextElementSibling || element) : element;
  // Of a link over two lines, its first: the middle of both may be other text.
  const box = shown.getClientRects()[0] || shown.getBoundingClientRect();
  const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
  const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 10), 0), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  const style = getComputedStyle(element), around = getComputedStyle(shown);
  const marks = (s) => (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0)
    || s.boxShadow !== "none";
  return {
    html: element.outerHTML.slice(0, 120),
    matches: selectors.filter((selector) => element.matches(selector)),
    visible: box.bottom > 0 && box.top < innerHeight && !!top
      && (shown.contains(top) || top.contains(shown)),
    marked: marks(style) || marks(around),
  };
}"""


@pytest.mark.parametrize("key", ["p", "n", "f", "s", ",", ".", "/"])
def test_single_keys_do_nothing(key: str, visit: Visit) -> None:
    """WCAG 2.1.4: a key without a modifier must not navigate or open the search."""
    page = visit(f"/en/{PAGE}")
    page.keyboard.press(key)
    page.wait_for_timeout(150)
    assert address(page) == f"/en/{PAGE}"
    assert page.locator("dialog.hb-search").is_hidden()
    assert page.evaluate("document.activeElement === document.body")


def test_search_by_keyboard_alone(visit: Visit) -> None:
    """To the search by Tab, a result by arrow and Enter, and away by Escape."""
    page = visit("/en/")
    dialog = page.locator("dialog.hb-search")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('[data-hb-search]')"):
            break
    page.keyboard.press("Enter")
    page.keyboard.type("dilation")
    page.locator(".hb-search__found a").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/cnn/**")
    assert dialog.is_hidden()
    page.locator("[data-hb-search]").focus()
    page.keyboard.press("Enter")
    assert dialog.is_visible()
    page.keyboard.press("Escape")
    assert dialog.is_hidden()
    assert page.evaluate("document.activeElement.matches('[data-hb-search]')")


def test_root_offers_both_languages(visit: Visit) -> None:
    page = visit("/")
    for edition, lang in (("zh", "zh"), ("en", "en")):
        link = page.locator(f"a[href='/{edition}/']").first
        assert link.is_visible()
        assert (link.get_attribute("lang") or link.get_attribute("hreflang") or "").startswith(lang)


def test_lost_reader_finds_both_languages(page: Page) -> None:
    answer = page.goto("/zh/no/such/page/")
    assert answer and answer.status == 404
    for edition in OTHER:
        assert page.locator(f"a[href='/{edition}/']").first.is_visible()


@pytest.mark.parametrize("edition", OTHER)
def test_the_summary_prints_on_one_sheet(visit: Visit, edition: str) -> None:
    page = visit(f"/{edition}/rnn/summary/")
    sheets = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "1cm"))
    assert len(re.findall(rb"/Type /Page\b", sheets)) == 1


@pytest.mark.parametrize("asset", sorted((SITE / "zh/assets").glob("*.css")), ids=lambda p: p.name)
def test_every_rule_of_a_style_sheet_is_one(asset: Path) -> None:
    """A browser forgives a missing brace, and drops whatever follows it without a word."""
    depth, lowest = 0, 0
    for sign in re.findall(r"[{}]", re.sub(r"/\*.*?\*/", "", asset.read_text("utf-8"), flags=re.S)):
        depth += 1 if sign == "{" else -1
        lowest = min(lowest, depth)
    assert (depth, lowest) == (0, 0)


def test_a_wide_window_needs_no_menu_button(visit: Visit) -> None:
    page = visit("/zh/guide/")
    assert page.locator(".hb-button--menu").is_hidden()
    assert page.locator(".hb-button--search span").is_visible()
