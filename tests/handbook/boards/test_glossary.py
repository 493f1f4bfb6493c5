"""First mentions of a term, marked; and the glossary itself, the same in both editions."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from handbook.boards import glossary
from neverstale import project

REPOSITORY = Path(__file__).parents[3]
ENGLISH = """\
# Glossary {#glossary}

**warp** thread bundle {#warp}
:   A *group* of `32` threads.[^a] See [SIMT](works.md#simt).

**GPU memory**, **VRAM** <span lang="zh-Hans">显存</span> {#gpu-memory}
:   The memory on the card; see [capacity](memory.md#capacity). It is the first question.

**GPU** {#gpu}
:   A processor, "graphics" by name.

**SM** {#sm}
:   A unit of the GPU.

**gate** {#gate .unmarked}
:   Decides what passes.

**forget gate** {#forget-gate data-also="keep gate, hold gate"}
:   Decides what stays; see [the LSTM](../rnn/lstm.md).
"""
CHINESE = """\
**显存** GPU memory {#gpu-memory}
:   显卡上的存储器。要装得下。

**显存带宽** memory bandwidth {#bandwidth}
:   每秒能传多少字节。

**KV 缓存** KV cache {#kv-cache}
:   留着的键和值。

**warp** {#warp}
:   一组线程。
"""
Convert = Callable[..., str]


class _Page(Treeprocessor):
    """What MkDocs registers for each page."""

    def __init__(self, md: Markdown, source: str) -> None:
        super().__init__(md)
        self.file = SimpleNamespace(src_uri=source)


@pytest.fixture
def convert(project_root: Path) -> Convert:
    """Convert a page of the small project, whose editions have a glossary."""
    for edition, text in (("en", ENGLISH), ("zh", CHINESE)):
        (project_root / "docs" / edition / "guide").mkdir()
        (project_root / "docs" / edition / glossary.GLOSSARY).write_text(text, encoding="utf-8")

    def run(text: str, page: str | None = "guide/a.md", edition: str = "en") -> str:
        extension = glossary.makeExtension(edition=edition, project=str(project_root))
        others = ["attr_list", "def_list", "tables", "footnotes", "pymdownx.superfences"]
        md = Markdown(extensions=[extension, *others, "pymdownx.details", "admonition"])
        if page is not None:
            md.treeprocessors.register(_Page(md, page), "relpath", 0)
        return md.convert(text)

    return run


def marks(html: str) -> list[str]:
    """What is marked, in order."""
    return re.findall(r'<a class="hb-term"[^>]*>([^<]*)</a>', html)


def test_only_the_first_mention_is_a_link_with_a_short_definition(convert: Convert) -> None:
    assert convert("A warp, then a warp.\n\nAnd a warp.") == (
        '<p>A <a class="hb-term" href="glossary.md#warp" title="A group of 32 threads.">warp</a>, '
        "then a warp.</p>\n<p>And a warp.</p>"
    )


def test_the_link_is_relative_to_the_page(convert: Convert) -> None:
    assert 'href="../guide/glossary.md#warp"' in convert("A warp.", "cnn/pooling.md")
    assert 'href="guide/glossary.md#warp"' in convert("A warp.", "start.md")


def test_several_mentions_in_one_text_keep_what_stands_between(convert: Convert) -> None:
    html = convert("The GPU has an SM, *and a warp or a GPU*, and VRAM at the end.")
    assert marks(html) == ["GPU", "SM", "warp", "VRAM"]
    assert re.sub(r"<[^>]*>", "", html) == (
        "The GPU has an SM, and a warp or a GPU, and VRAM at the end."
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Warps and a warp", ["Warps"]),
        ("warped SMALL asm SM_80 SM-based", []),
        ("WARP", []),
        ("GPUs", ["GPUs"]),
        ("GPU memory and VRAM", ["GPU memory"]),
        ("GPU memory, more GPU memory, a GPU", ["GPU memory", "GPU"]),
        ("a gate, the forget gate, a keep gate", ["forget gate"]),
        ("hold gates", ["hold gates"]),
        ("Tom &amp; a warp", ["warp"]),
        ("2 \\* a warp", ["warp"]),
    ],
)
def test_which_words_count(convert: Convert, text: str, found: list[str]) -> None:
    assert marks(convert(text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("显存带宽不是显存", ["显存带宽", "显存"]),
        ("只说显存带宽，再说显存带宽", ["显存带宽"]),
        ("用 KV 缓存时，warp里", ["KV 缓存", "warp"]),
        ("XKV 缓存", []),
    ],
)
def test_chinese_has_no_boundaries_between_words(
    convert: Convert, text: str, found: list[str]
) -> None:
    assert marks(convert(text, edition="zh")) == found


@pytest.mark.parametrize(
    "text",
    [
        "## A warp",
        "`a warp`",
        "[a warp](b.md)",
        "```\na warp\n```",
        "| warp |\n|---|\n| warp |",
        '??? note "A warp"\n    Nothing.',
        '!!! note "A warp"\n    Nothing.',
        "Nothing.[^a]\n\n[^a]: A warp.",
        "a thing\n:   A warp.",
        "![a warp](b.png)",
    ],
)
def test_where_nothing_is_marked(convert: Convert, text: str) -> None:
    assert marks(convert(text)) == []


@pytest.mark.parametrize("text", ["- a warp", '??? note "N"\n    A warp.', "> A **warp**."])
def test_where_else_it_is(convert: Convert, text: str) -> None:
    assert marks(convert(text)) == ["warp"]


@pytest.mark.parametrize(
    "page",
    [
        *("guide/glossary.md", "index.md", "verification.md", "contributing/changed.md"),
        *("reference/neverstale.md", "contributing/speed.md", "guide/works.md", None),
    ],
)
def test_pages_without_marks(convert: Convert, page: str | None) -> None:
    """Works.md explains the warp itself; no page at all is what other generators tell."""
    assert marks(convert("A warp.", page)) == []


def test_a_chapter_s_front_page_is_marked(convert: Convert) -> None:
    assert marks(convert("A warp.", "cnn/index.md")) == ["warp"]


def test_a_changed_glossary_is_read_again(convert: Convert, project_root: Path) -> None:
    assert marks(convert("A warp and a lane.")) == ["warp"]
    page = project_root / "docs/en" / glossary.GLOSSARY
    page.write_text("**lane** {#lane}\n:   A place.\n", encoding="utf-8")
    os.utime(page, ns=(1, 1))
    assert marks(convert("A warp and a lane.")) == ["lane"]


def test_one_name_for_two_terms_is_a_warning(
    convert: Convert, project_root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    page = project_root / "docs/en" / glossary.GLOSSARY
    page.write_text("**a** {#one}\n:   A.\n\n**b**, **a** {#two}\n:   B.\n", encoding="utf-8")
    convert("Text.")
    assert "'a' names both #one and #two" in caplog.text


def test_without_a_glossary_nothing_happens(convert: Convert, project_root: Path) -> None:
    (project_root / "docs/en" / glossary.GLOSSARY).unlink()
    assert convert("A warp.") == "<p>A warp.</p>"


def test_both_editions_define_the_same_terms_in_the_same_order() -> None:
    editions = project.load(REPOSITORY).editions
    chinese, english = (glossary.read(editions[tag] / glossary.GLOSSARY) for tag in ("zh", "en"))
    assert [term.id for term in chinese] == [term.id for term in english]
    assert [term.explained for term in chinese] == [term.explained for term in english]
    assert [term.marked for term in chinese] == [term.marked for term in english]
    assert len(english) >= 60
    for term in (*chinese, *english):
        assert 4 < len(term.short) < 150, term


def test_every_entry_is_read() -> None:
    """No entry is missed because it is written a little differently."""
    for folder in project.load(REPOSITORY).editions.values():
        text = (folder / glossary.GLOSSARY).read_text(encoding="utf-8")
        assert len(list(glossary.parse(text))) == len(re.findall(r"^: ", text, re.MULTILINE))


def test_the_glossary_agrees_with_the_terminology() -> None:
    folder = project.load(REPOSITORY).editions["zh"]
    text = (folder / glossary.GLOSSARY).read_text(encoding="utf-8")
    english = {
        name.lower(): term.id
        for term in glossary.read(project.load(REPOSITORY).editions["en"] / glossary.GLOSSARY)
        for name in term.names
    }
    heads = {entry["id"]: entry["term"] for entry in glossary._ENTRY.finditer(text)}
    pairs = tomllib.loads((REPOSITORY / "terminology.toml").read_text(encoding="utf-8"))["term"]
    both = [pair for pair in pairs if pair["en"].lower() in english and pair["en"] != "kernel"]
    assert len(both) > 30
    for pair in both:
        assert pair["zh"] in heads[english[pair["en"].lower()]], pair
