"""The site made once more without its theme: what a template, hook or plugin changes is found."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from handbook.building.build import build_site
from handbook.proving.plain import compare, make
from neverstale.project import load

# What a theme, a hook or a plugin could do: in which file, to what, and what is told.
EDITS: dict[str, tuple[str, Callable[[str], str], str]] = {
    "prose": ("en/index.html", lambda t: t.replace("Hello.", "Hello?"), "where its source makes"),
    "prose, Chinese": (
        "zh/index.html",
        lambda t: t.replace("你好", "再见"),
        "where its source makes",
    ),
    "heading": ("en/two/index.html", lambda t: t.replace("Second", "Third"), "where its source"),
    "content gone": ("en/index.html", lambda t: t.replace("<h1", "<h3"), "where its source makes"),
    "content twice": ("en/index.html", lambda t: t.replace("Hello.", "Hello.</p><p>Hello."), "'"),
    "title": (
        "en/two/index.html",
        lambda t: t.replace("<title>Second", "<title>Best"),
        "its title is 'Best - Book', not 'Second - Book'",
    ),
    "description": (
        "zh/index.html",
        lambda t: t.replace('content="一本小书', 'content="最好的一页'),
        "its description is '最好的一页。', not '一本小书。'",
    ),
    "metadata": (
        "zh/index.html",
        lambda t: t.replace("</head>", '<meta property="og:title" content="99 %"></head>'),
        "metadata that nothing stands behind: og:title '99 %'",
    ),
    "footer": (
        "en/index.html",
        lambda t: t.replace("</footer>", "<p>4.7 times faster</p></footer>"),
        "'4.7 times faster' stands round the text, in no settings and no heading",
    ),
    "tooltip": (
        "en/index.html",
        lambda t: t.replace("<footer", '<footer title="seen by 99 %"'),
        "'seen by 99 %' stands round the text",
    ),
    "script": (
        "en/index.html",
        lambda t: t.replace("</body>", "<script>document.title = 1</script></body>"),
        "'document.title = 1' stands round the text",
    ),
    "picture beside the content": (
        "en/index.html",
        lambda t: t.replace("<footer", "<svg></svg><footer"),
        "'<svg></svg><footer",
    ),
    "snippet to download": (
        "snippets/chapter/add.py",
        lambda t: t.replace("1 + 1", "1 + 2"),
        "print(1 + 2)",
    ),
    "Markdown twin": (
        "en/two/index.md",
        lambda t: t.replace("<pre>2", "<pre>3"),
        "where its source",
    ),
    "list of statuses": (
        "verification.json",
        lambda t: t.replace('"cpu"', '"cuda"', 1),
        'cuda"',
    ),
    "list for machines": ("llms.txt", lambda t: t.replace("Second", "Best"), "[Best]"),
    "root page": ("index.html", lambda t: t.replace("中文", "最好"), "最好"),
    "script of the theme's": (
        "en/assets/own.js",
        lambda t: t + "document.title = 1;",
        "nothing of the sources or the theme becomes this file",
    ),
}


Site = tuple[Path, Path]
DRESS = """\
<!doctype html><html><head>
<title>{% if not page.is_homepage %}{{ page.title }} - {% endif %}{{ config.site_name }}</title>
<meta name="description" content="{{ config.site_description }}">
</head><body>
<nav>{% for each in nav.pages %}<a href="{{ each.url }}">{{ each.title }}</a>{% endfor %}</nav>
<article>
{{ page.content }}
<footer>{{ config.site_name }}</footer>
</article>
</body></html>
"""


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory,
    small_project: Callable[[Path], Path],
    records: Path,
) -> Site:
    """The small project in the theme's dress, built; and the folder of its plain site."""
    root = small_project(tmp_path_factory.mktemp("plain"))
    shutil.copytree(records, root / "records")
    dress(root)
    build(root)
    return root, make.make(load(root), lambda line: None)


def dress(root: Path) -> None:
    """Give the small project the theme and a template of its own."""
    (root / "overrides/assets").mkdir()
    (root / "overrides/assets/own.js").write_text("let own = 1;\n", encoding="utf-8")
    (root / "overrides/main.html").write_text(DRESS, encoding="utf-8")
    settings = root / "mkdocs.yml"
    text = settings.read_text(encoding="utf-8")
    before = "theme: {name: mkdocs, custom_dir: overrides, highlightjs: false}"
    assert before in text
    text = text.replace(before, "theme: {name: material, custom_dir: overrides, font: false}")
    settings.write_text(f"{text}site_description: 一本小书。\n", encoding="utf-8")


def build(root: Path, strict: bool = True) -> None:
    """Build the site in `root`, as the command does."""
    before = Path.cwd()
    os.chdir(root)
    try:
        build_site(load(root), strict=strict, say=lambda line: None)
    finally:
        os.chdir(before)


def told(site: Site) -> list[str]:
    """What the comparison says."""
    root, plain = site
    return [str(problem) for problem in compare.check(load(root), plain)]


def test_what_nobody_changed_is_good(site: Site) -> None:
    assert told(site) == []


def test_only_the_first_lines_above_a_page_are_the_theme_s(site: Site) -> None:
    """How to run it, with an icon, stands above; the same further down was typed there."""
    root, _ = site
    file, run = root / "site/en/index.html", '<p class="hb-run"><svg></svg></p>'
    before = file.read_text(encoding="utf-8")
    try:
        inside = before.replace("<article>", f"<article>\n  {run}")
        file.write_text(inside, encoding="utf-8")
        assert told(site) == []
        file.write_text(inside.replace("<footer", f"{run}<footer"), encoding="utf-8")
        [problem] = told(site)
        assert "'<svg></svg></p>" in problem
        assert "is a picture" in problem
    finally:
        file.write_text(before, encoding="utf-8")


@pytest.mark.parametrize("name", EDITS)
def test_what_was_changed_on_its_way_is_found(site: Site, name: str) -> None:
    where, change, expected = EDITS[name]
    file = site[0] / "site" / where
    before = file.read_text(encoding="utf-8")
    assert change(before) != before
    file.write_text(change(before), encoding="utf-8")
    try:
        found = told(site)
    finally:
        file.write_text(before, encoding="utf-8")
    assert any(each.startswith(f"site/{where}") and expected in each for each in found), found


def test_a_file_that_nothing_becomes_and_one_that_is_gone(site: Site) -> None:
    extra, gone = site[0] / "site/en/free.pdf", site[0] / "site/gpus.csv"
    before = gone.read_bytes()
    extra.write_text("best", encoding="utf-8")
    gone.unlink()
    try:
        found = told(site)
    finally:
        gone.write_bytes(before)
        extra.unlink()
    assert found == [
        "site/gpus.csv: not built",
        "site/en/free.pdf: nothing of the sources or the theme becomes this file",
    ]


MEDDLERS = {
    "hook": (
        "def on_page_content(html, **_):\n    return html.replace('Hello', 'Bye')\n",
        lambda text: text.replace("plugins: []", "plugins: []\nhooks: [meddler.py]"),
    ),
    "extension": (
        "from markdown.extensions import Extension\n"
        "from markdown.postprocessors import Postprocessor\n\n\n"
        "class Last(Postprocessor):\n"
        "    def run(self, text):\n        return text.replace('Hello', 'Bye')\n\n\n"
        "class Meddler(Extension):\n"
        "    def extendMarkdown(self, md):\n"
        "        md.postprocessors.register(Last(md), 'last', 0)\n\n\n"
        "def makeExtension(**_):\n    return Meddler()\n",
        lambda text: text.replace("  - attr_list", "  - attr_list\n  - meddler"),
    ),
}


@pytest.mark.parametrize("name", MEDDLERS)
def test_a_stranger_in_the_settings_is_found(
    proved_root: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, change = MEDDLERS[name]
    (proved_root / "meddler.py").write_text(code, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(proved_root))
    monkeypatch.syspath_prepend(str(proved_root))
    dress(proved_root)
    for settings in ("mkdocs.yml", "mkdocs.en.yml"):
        file = proved_root / settings
        file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
    build(proved_root)
    assert "Bye" in (proved_root / "site/en/index.html").read_text(encoding="utf-8")
    plain = make.make(load(proved_root), lambda line: None)
    page, index = map(str, compare.check(load(proved_root), plain))
    assert page.startswith("site/en/index.html:") and "where its source makes" in page
    assert index.startswith("site/en/search/index.json: says ")


def test_it_is_made_anew_only_if_something_has_changed(site: Site) -> None:
    root, plain = site
    project = load(root)
    seal = root / ".cache/plain.sha256"
    first = seal.stat().st_mtime_ns
    assert make.make(project, lambda line: None) == plain
    assert seal.stat().st_mtime_ns == first
    page = root / "docs/en/index.md"
    before = page.read_text(encoding="utf-8")
    page.write_text(before.replace("Hello", "Hi"), encoding="utf-8")
    try:
        make.make(project, lambda line: None)
        assert any("Hello" in each and "Hi" in each for each in told(site)), told(site)
    finally:
        page.write_text(before, encoding="utf-8")
        make.make(project, lambda line: None)
    assert told(site) == []
