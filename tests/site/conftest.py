"""Chromium, to look at the built site with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from handbook.taking.browser import ARGUMENTS, program

ROOT = Path(__file__).parents[2]
SITE = ROOT / "site"
EDITIONS = ("zh", "en")
PATIENCE = 60_000  # milliseconds, for a machine that is busy; on a calm one all comes at once


def site_pages() -> list[str]:
    """Addresses of all pages of both editions, and of the root's two."""
    found = [
        "/" + file.relative_to(SITE).as_posix().removesuffix("index.html")
        for edition in EDITIONS
        for file in sorted((SITE / edition).rglob("index.html"))
    ]
    return [*found, "/", "/404.html"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrise `path` over all pages, and `content_path` over those of the editions.

    For the whole session, so that all that is done with a page is done in one go.
    """
    if "path" in metafunc.fixturenames:
        metafunc.parametrize("path", site_pages(), scope="session")
    if "content_path" in metafunc.fixturenames:
        pages = [path for path in site_pages() if path.startswith(("/zh/", "/en/"))]
        metafunc.parametrize("content_path", pages, scope="session")


@pytest.fixture(scope="session", autouse=True)
def built(site: Path) -> None:
    """No test here without it."""


@pytest.fixture(scope="session")
def all_pages(site: Path) -> list[str]:
    """Addresses of all pages."""
    return site_pages()


@pytest.fixture(scope="session")
def soup(site: Path, content_path: str) -> BeautifulSoup:
    """The page, parsed once for all its tests, which leave it as it is."""
    text = (site / content_path.strip("/") / "index.html").read_text(encoding="utf-8")
    return BeautifulSoup(text, "html.parser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    found = program()
    if found is None:
        pytest.fail("chromium is missing; see tools/browser.sh", pytrace=False)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield chromium
        chromium.close()


def reader(browser: Browser, base: str) -> BrowserContext:
    """A reader who comes for the first time, on a wide screen, in light colours."""
    found = browser.new_context(
        base_url=base, viewport={"width": 1280, "height": 900}, color_scheme="light"
    )
    found.set_default_timeout(PATIENCE)
    return found


@pytest.fixture
def context(browser: Browser, base: str) -> Iterator[BrowserContext]:
    """That reader, for one test."""
    with reader(browser, base) as found:
        yield found


@pytest.fixture(scope="session")
def page_context(path: str, browser: Browser, base: str) -> Iterator[BrowserContext]:
    """That reader, for all tests of one page."""
    with reader(browser, base) as found:
        yield found


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """That reader's tab."""
    return context.new_page()


@pytest.fixture
def visit(page: Page) -> Callable[[str], Page]:
    """Opens an address and waits until the page stands still.

    A font that comes late moves what is below. What a script fetches is waited for by who looks for
    it: to wait for a network at rest takes half a second each time.
    """

    def go(path: str) -> Page:
        page.goto(path)
        page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
        return page

    return go
