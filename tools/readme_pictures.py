"""The pictures in README.md and README.zh.md: a screenshot per language, and the ring.

    .venv/bin/python tools/readme_pictures.py      (or `make screenshot`)

Reads site/, which must be built, and overrides/; writes .github/*.png and .github/*.svg. The ring
is the site's own diagram with the colours of the site's tokens written in, light and dark, since
GitHub gives a picture no style sheet.
"""

from __future__ import annotations

import re
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import sync_playwright

from handbook.taking.browser import ARGUMENTS, program
from neverstale.project import Project, load
from neverstale.proof.figure import alone, diagram

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / ".github"
PAGE = "cnn/convolution/"
SHOWN = "#by-hand ~ .ns-proof"  # the first of these stands low in the picture
SIZE = {"width": 1280, "height": 860}


def main() -> None:
    """Write all pictures anew."""
    project = load(ROOT)
    PICTURES.mkdir(exist_ok=True)
    for edition in project.editions:
        (PICTURES / f"ring.{edition}.svg").write_text(ring(project, edition), encoding="utf-8")
    screenshots(project)


def ring(project: Project, edition: str) -> str:
    """The ring as a picture that stands alone, in one language."""
    svg, labels = diagram(project, "ring.svg", edition)
    tokens = (ROOT / "overrides/assets/tokens.css").read_text(encoding="utf-8")
    light, dark = re.findall(r"\{([^{}]*--hb-paper:[^{}]*)\}", tokens)[:2]
    used = sorted(set(re.findall(r"var\((--hb-[\w-]+)\)", svg)))
    style = "<style>:root{{{}}}@media (prefers-color-scheme:dark){{:root{{{}}}}}text{{{}}}</style>"
    font = "font-family:system-ui,sans-serif"
    head = style.format(colours(light, used), colours(dark, used), font)
    # It lies on a page whose ground it knows: its ink is light where that is dark.
    found = alone(svg, labels).replace(' style="background:#fff"', "", 1)
    return re.sub(r"(<svg[^>]*>)", rf"\1{head}", found, count=1)


def colours(tokens: str, names: list[str]) -> str:
    """Declarations of `names`, as the block `tokens` of a style sheet gives them."""
    values = dict(re.findall(r"(--hb-[\w-]+):\s*(#[0-9a-f]+)", tokens))
    return ";".join(f"{name}:{values[name]}" for name in names)


def screenshots(project: Project) -> None:
    """One page of each edition, as a reader sees it on a wide screen."""
    handler = partial(_Silent, directory=str(project.site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=ARGUMENTS)
        for edition in project.editions:
            page = browser.new_page(viewport=SIZE)  # type: ignore[arg-type]
            page.goto(
                f"http://127.0.0.1:{server.server_port}/{edition}/{PAGE}", wait_until="networkidle"
            )
            page.locator(SHOWN).first.evaluate(
                "proof => scrollBy(0, proof.getBoundingClientRect().bottom + 60 - innerHeight)"
            )
            page.wait_for_timeout(500)
            page.screenshot(path=PICTURES / f"screenshot.{edition}.png")
        browser.close()
    server.shutdown()


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Requests are not printed."""


if __name__ == "__main__":
    main()
