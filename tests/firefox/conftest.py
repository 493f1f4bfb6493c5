"""Firefox, to look at the built site with; `make firefox` brings its client."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 60  # seconds, for a machine that is busy
PREFERENCES = {
    "dom.events.testing.asyncClipboard": True,  # lets a test read what was copied
    "ui.prefersReducedMotion": 1,  # nothing glides
}
# What Firefox says of our pages; told apart from what it says of itself by the address.
TOLD = """const found = Services.console.getMessageArray()
  .filter(one => one instanceof Ci.nsIScriptError && one.sourceName.startsWith(arguments[0]))
  .map(one => `${one.sourceName}:${one.lineNumber}: ${one.errorMessage}`)
Services.console.reset()
return found"""


class Reader:
    """Somebody who reads the site in Firefox, with a window of 1280 by 900 pixels."""

    def __init__(self, marionette: Any, base: str) -> None:
        self.marionette = marionette
        self.base = base

    def visit(self, path: str) -> None:
        """Open a page, to its end."""
        self.marionette.navigate(self.base + path)

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script in the page returns."""
        return self.marionette.execute_script(script, arguments)

    def until(self, script: str, *arguments: Any) -> Any:
        """The same, once it is true."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := self.run(script, *arguments):
                return found
            time.sleep(0.05)
        raise AssertionError(f"never true: {script}")

    def find(self, selector: str) -> Any:
        """The first element, in the middle of the window."""
        found = self.marionette.find_element("css selector", selector)
        self.run("arguments[0].scrollIntoView({ block: 'center' })", found)
        return found

    def press(self, *keys: str) -> None:
        """Press keys together."""
        chain = self.marionette.actions.sequence("key", "keyboard")
        for key in keys:
            chain = chain.key_down(key)
        for key in reversed(keys):
            chain = chain.key_up(key)
        chain.perform()

    def clipboard(self) -> str:
        """What was copied."""
        script = (
            "navigator.clipboard.readText().then(arguments[0], wrong => arguments[0](`${wrong}`))"
        )
        return str(self.marionette.execute_async_script(script))

    def told(self) -> list[str]:
        """Errors and warnings of the site's pages since the last time."""
        with self.marionette.using_context("chrome"):
            found: list[str] = self.marionette.execute_script(TOLD, [self.base])
        return found


@pytest.fixture(scope="session")
def marionette(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A Firefox without a window, with a profile of its own."""
    with warnings.catch_warnings(action="ignore"):  # the client has some
        try:
            from marionette_driver.marionette import Marionette
        except ImportError:
            pytest.fail("Firefox's client is not here; run: make firefox", pytrace=False)
        firefox = Marionette(
            bin=os.environ["FIREFOX"], headless=True, startup_timeout=PATIENCE, prefs=PREFERENCES,
            gecko_log=str(tmp_path_factory.mktemp("firefox") / "log"),
        )  # fmt: skip
        firefox.start_session()
    firefox.timeout.script = PATIENCE
    firefox.set_window_rect(width=1280, height=900)
    yield firefox
    firefox.cleanup()


@pytest.fixture
def reader(marionette: Any, base: str) -> Reader:
    """That reader, whom nothing has been told yet."""
    found = Reader(marionette, base)
    marionette.navigate("about:blank")  # what the page before was still fetching is no fault
    found.told()
    return found


@pytest.fixture(params=("zh", "en"))
def edition(request: pytest.FixtureRequest) -> str:
    """Each language in turn."""
    return str(request.param)
