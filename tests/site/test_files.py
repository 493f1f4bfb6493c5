"""What the site is made of: files that pages link to, and the words on the pages."""

from __future__ import annotations

import ast
import copy
import json
import re
import zipfile
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup, Tag

from neverstale.project import Project, load

CJK = re.compile(r"[\u3400-\u9fff\uff01-\uff5e\u3001-\u3011]")
PYTHON = re.DOTALL | re.MULTILINE
GOES_ON = "<!--pytest-codeblocks:cont-->"
COMMENT = re.compile(r"^\s*# [A-Za-z]+( [a-z]+){3,}")


@pytest.fixture(scope="session")
def project() -> Project:
    """The project that the site was built from."""
    return load(Path(__file__).parent)


def article(soup: BeautifulSoup) -> Tag:
    """The part of the page that its author wrote."""
    found = soup.select_one("article")
    assert found
    return found


def local(site: Path, url: str) -> Path:
    """The file that an address of the site stands for, wherever the site will be published."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    tag = next((index for index, part in enumerate(parts) if part in ("zh", "en")), 0)
    path = site.joinpath(*parts[tag:])
    return path / "index.html" if path.is_dir() else path


def test_nothing_of_the_other_language(soup: BeautifulSoup, content_path: str) -> None:
    edition = content_path.split("/")[1]
    page = copy.copy(article(soup))
    for foreign in page.select("[lang]"):
        if not str(foreign["lang"]).startswith(edition):
            foreign.decompose()
    if edition == "en":
        # What code reads and prints may be in any language: both editions show the same.
        for data in page.select('.ns-output, .proved code span[class^="s"]'):
            data.decompose()
        found = [text.strip() for text in page.find_all(string=CJK)]
        assert not found, found[:5]
        return
    comments = [
        line
        for code in page.select(".proved code")
        for line in code.get_text().splitlines()
        if COMMENT.match(line) and not CJK.search(line)
    ]
    assert not comments
    if "/reference/" in content_path:  # docstrings are in English, and marked as such by the page
        return
    foreign_text = [
        text
        for element in page.select("p, li, figcaption, td, h1, h2, h3")
        if len(re.findall(r"[A-Za-z]{2,}", text := plain(element))) > 8 and not CJK.search(text)
    ]
    assert not foreign_text, foreign_text[:3]


def plain(element: Tag) -> str:
    """The words of an element, without code and names of works."""
    return "".join(
        text
        for text in element.find_all(string=True)
        if not text.find_parent(["code", "em", "cite"])
    )


@cache
def ids(page: Path) -> frozenset[str]:
    """The places of a page that a browser can go to."""
    return frozenset(re.findall(r'\sid="([^"]+)"', page.read_text(encoding="utf-8")))


def test_a_link_into_a_page_leads_to_an_id(
    site: Path, soup: BeautifulSoup, content_path: str
) -> None:
    """lychee, which looks at all links, takes the name of a form's field for a place, too."""
    lost = []
    for link in soup.select("a[href*='#']"):
        address = urlsplit(urljoin(f"http://site{content_path}", str(link["href"])))
        if address.netloc == "site" and address.fragment:
            page = local(site, address.path)
            if page.suffix == ".html" and unquote(address.fragment) not in ids(page):
                lost.append(str(link["href"]))
    assert not lost


def test_twin_in_markdown(site: Path, soup: BeautifulSoup, content_path: str) -> None:
    """Each page stands beside itself as Markdown, linked, with nothing left to expand."""
    twin = site / content_path.strip("/") / "index.md"
    text = twin.read_text(encoding="utf-8")
    title = article(soup).find("h1")
    assert title
    heading = next(line for line in text.splitlines() if line.startswith("# "))
    assert heading.lstrip("# ")[:4] in title.get_text()
    written = re.sub(r"`[^`\n]+`", "", text)  # a page for authors names them, in code
    assert not re.search(r'^\s*--8<-- "|\]\((figure|diagram):', written, re.MULTILINE)
    assert soup.select_one("a[href$='index.md'], link[href$='index.md']")


def test_both_languages_publish_the_same_statements(site: Path) -> None:
    """Whatever runs in one language's Markdown would run in the other's: comments aside, and words
    that are printed. Which of these may differ, and how, the engine proves by running both."""
    for chinese in sorted((site / "zh").rglob("index.md")):
        english = site / "en" / chinese.relative_to(site / "zh")
        assert statements(chinese) == statements(english), english


def statements(twin: Path) -> list[str]:
    """The Python blocks of a page's Markdown, without comments, layout and printed words."""
    return [bones(ast.parse(block)) for block in blocks(twin)]


def blocks(twin: Path) -> list[str]:
    """The Python blocks of a page's Markdown."""
    return re.findall(r"^```python\n(.*?)^```$", twin.read_text(encoding="utf-8"), PYTHON)


def bones(tree: ast.Module) -> str:
    """A program without the words in its calls of `print`."""
    waiting: list[ast.AST] = [
        call
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "print"
    ]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            part.value = ""
        elif not isinstance(part, ast.FormattedValue):  # what is computed is the same in all
            waiting += ast.iter_child_nodes(part)
    return ast.dump(tree)


@pytest.mark.parametrize("edition", ["zh", "en"])
def test_a_lab_in_markdown_is_the_program_that_ran(
    site: Path, edition: str, project: Project
) -> None:
    """Statement by statement, so that tools/markdown.sh need not train it once more."""
    labs = sorted(project.snippets.rglob("*_lab.py"))
    assert labs
    for lab in labs:
        twin = site / edition / lab.parent.name / lab.stem.replace("_", "-") / "index.md"
        assert one_program(twin) == bones(ast.parse(whole(lab))), twin


def one_program(twin: Path) -> str:
    """All Python of a page, each block going on where the one before it ended."""
    text = twin.read_text(encoding="utf-8")
    first, *more = re.findall(r"^(.*)\n```python$", text, re.MULTILINE)
    assert first != GOES_ON
    assert set(more) == {GOES_ON}, f"{twin}: a block starts anew"
    return bones(ast.parse("\n".join(blocks(twin))))


def whole(lab: Path) -> str:
    """A lab's source with a part of another snippet in place of the line that imports it."""

    def part(line: re.Match[str]) -> str:
        text = lab.with_name(f"{line[1]}.py").read_text(encoding="utf-8")
        mark = r"# --8<-- \[{}:" + re.escape(line[2]) + r"\]\n"
        (found,) = re.findall(mark.format("start") + "(.*)" + mark.format("end"), text, PYTHON)
        return str(found)

    text = lab.read_text(encoding="utf-8")
    return re.sub(r"^from (\w+) import \w+  # --8<-- (\w+)$", part, text, flags=re.MULTILINE)


def test_only_printed_words_may_differ() -> None:
    one = bones(ast.parse("x = f('loss')\nprint(f'loss {x:.2f}', 'a')"))
    assert one == bones(ast.parse("x = f('loss')\nprint(f'损失 {x:.2f}', '甲')"))
    assert one != bones(ast.parse("x = f('损失')\nprint(f'loss {x:.2f}', 'a')"))
    assert one != bones(ast.parse("x = f('loss')\nprint(f'loss {x:.3f}', 'a')"))


def test_edit_link(soup: BeautifulSoup, content_path: str, project: Project) -> None:
    """The link leads to a file that is in the repository."""
    link = soup.select_one("a[rel~=edit]")
    assert link, "no edit link"
    path = str(link["href"]).partition("/edit/")[2].partition("/")[2]
    assert path and not path.endswith(".ipynb"), f"{path} is generated; link the snippet instead"
    assert (project.root / path).is_file(), path


def test_switcher(soup: BeautifulSoup, content_path: str) -> None:
    """Without a script too, the other language is the same page's."""
    (link,) = soup.select("a.hb-language")
    edition = content_path.split("/")[1]
    other = {"zh": "en", "en": "zh"}[edition]
    asked = urljoin(f"http://site{content_path}", str(link["href"]))
    assert urlsplit(asked).path == content_path.replace(f"/{edition}/", f"/{other}/", 1)
    assert str(link["hreflang"]).startswith(other)


@pytest.mark.parametrize("edition", ["zh", "en"])
def test_llms_lists_every_page(site: Path, edition: str) -> None:
    text = (site / "llms.txt").read_text(encoding="utf-8")
    listed = {
        local(site, link) for link in re.findall(r"\]\((\S+)\)", text) if f"/{edition}/" in link
    }
    assert listed == {page.with_suffix(".md") for page in (site / edition).rglob("index.html")}
    assert all(file.is_file() for file in listed)


@pytest.mark.parametrize("edition", ["zh", "en"])
def test_a_sitemap_does_not_tell_the_day_of_the_build(edition: str, site: Path) -> None:
    """Or what was built yesterday could not be made once more and compared."""
    assert "lastmod" not in (site / edition / "sitemap.xml").read_text(encoding="utf-8")
    assert (site / edition / "sitemap.xml.gz").read_bytes()[4:8] == bytes(4)  # gzip's time


def test_sitemap_lists_every_page_in_both_languages(site: Path) -> None:
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    tree = ElementTree.parse(site / "sitemap.xml")
    listed = set()
    for entry in tree.iter(f"{space}url"):
        listed.add(local(site, entry.findtext(f"{space}loc") or ""))
        links = list(entry.iter("{http://www.w3.org/1999/xhtml}link"))
        assert [link.get("hreflang") for link in links] == ["zh-Hans", "en", "x-default"]
        assert all(local(site, link.get("href") or "").is_file() for link in links)
    pages = {page for tag in ("zh", "en") for page in (site / tag).rglob("index.html")}
    assert listed == pages


def test_downloads_are_the_files_themselves(site: Path, project: Project) -> None:
    """What a reader downloads is what was run, byte for byte."""
    published = json.loads((site / "verification.json").read_text(encoding="utf-8"))
    assert published
    for entry in published:
        name = entry["snippet"]
        assert (site / "snippets" / name).read_bytes() == (project.snippets / name).read_bytes()
        for page in entry["pages"]:
            assert isinstance(page, str)


def test_the_wheel_that_pip_is_told_to_take_is_there(site: Path) -> None:
    """Where pages of both languages say, which is what the link beside it leads to."""
    for edition in ("zh", "en"):
        text = (site / edition / "guide" / "estimate" / "index.html").read_text(encoding="utf-8")
        (address,) = re.findall(r"<code>pip install (http\S+\.whl)</code>", text)
        (link,) = re.findall(r'<a href="(\S+\.whl)" download>', text)
        assert urlsplit(address).path.endswith(link.lstrip("./"))
        assert zipfile.is_zipfile(site / "downloads" / address.rpartition("/")[2])
