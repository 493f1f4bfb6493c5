"""Every copy button puts exactly the snippet's text, in the page's language, on the clipboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator

from neverstale.page import notebook
from neverstale.project import Project, load
from neverstale.source import sources


@pytest.fixture(scope="session")
def project() -> Project:
    """The project that the site was built from."""
    return load(Path(__file__).parent)


def test_copy_buttons(content_path: str, context: BrowserContext, project: Project) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(content_path, wait_until="networkidle")
    page.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
    edition = content_path.split("/")[1]
    blocks = page.locator(".md-content .highlight:has(pre > code)")
    for block in blocks.all():
        button = block.locator("button[data-clipboard-target], button[data-md-type=copy]").first
        if not button.is_visible():  # in a content tab that is not the chosen one
            continue
        page.evaluate("navigator.clipboard.writeText('nothing copied')")
        button.click()
        for _ in range(40):
            copied = page.evaluate("navigator.clipboard.readText()")
            if copied != "nothing copied":
                break
            page.wait_for_timeout(50)
        expected = text_of(block, edition, project)
        assert copied.rstrip("\n") == expected.rstrip("\n"), block.get_attribute("data-snippet")
    if blocks.count():
        assert page.locator("button[data-clipboard-target], button[data-md-type=copy]").count()


def text_of(block: Locator, edition: str, project: Project) -> str:
    """What the block must give: from the snippet's file, or the illustration itself."""
    name = block.get_attribute("data-snippet")
    if name is None:
        return block.locator("code").inner_text()
    item = sources.read(project).snippet(name)
    cell = block.get_attribute("data-cell")
    if cell:
        chosen = notebook.code_cells(item)[int(cell) - 1]
        return item.shown_lines(edition, chosen.first, chosen.last)
    return item.shown(edition, block.get_attribute("data-section") or None)
