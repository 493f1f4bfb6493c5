"""The built site, served gzipped on a free loopback port, and Chromium to look at it with."""

from __future__ import annotations

import gzip
import mimetypes
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
SITE = ROOT / "site"
EDITIONS = ("zh", "en")
PATIENCE = 60_000  # milliseconds, for a machine that is busy; on a calm one all comes at once
# No sandbox: containers often run as root. The rest keeps Chromium from calling its maker.
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


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
def site() -> Path:
    """The folder of the built site."""
    if not (SITE / "zh" / "index.html").is_file():
        pytest.fail("site/ is not built; run `make site` first", pytrace=False)
    return SITE


@pytest.fixture(scope="session")
def all_pages(site: Path) -> list[str]:
    """Addresses of all pages."""
    return site_pages()


@pytest.fixture(scope="session")
def base(site: Path) -> Iterator[str]:
    """Address of the served site, without a slash at the end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Gzipped)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium: the one in CHROMIUM, or `chromium` on the PATH."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if program is None:
        pytest.fail("chromium is missing; see tools/browser.sh", pytrace=False)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGS)
        yield found
        found.close()


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
    """Opens an address and waits until the page has settled."""

    def go(path: str) -> Page:
        page.goto(path)  # to its end: a long page is idle before all of it is parsed
        page.wait_for_load_state("networkidle")
        return page

    return go


class _Gzipped(BaseHTTPRequestHandler):
    """Answers as a static host does: compressed, folders with a slash, 404.html for the rest."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        file = SITE / path.strip("/")
        if file.is_dir() and not path.endswith("/"):
            self.send_response(301)
            self.send_header("Location", path + "/")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        file = file / "index.html" if file.is_dir() else file
        status = 200 if file.is_file() else 404
        file = file if file.is_file() else SITE / "404.html"
        body = _compressed(file)
        self.send_response(status)
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        self.send_header("Content-Type", "text/html; charset=utf-8" if "html" in kind else kind)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not printed."""


@cache
def _compressed(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), mtime=0)
