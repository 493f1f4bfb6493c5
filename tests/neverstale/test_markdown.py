"""A page's directives rendered: by Python-Markdown, and by Material's successor."""

from __future__ import annotations

import datetime
import html
import logging
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import markdown
import pytest

from neverstale.page import built
from neverstale.page.built import Block
from neverstale.problem import NeverstaleError
from neverstale.proof import record
from neverstale.proof.record import Record
from neverstale.source import check as checks
from neverstale.source import sources

if TYPE_CHECKING:
    from conftest import Site

Render = Callable[..., str]

CODE = """
# --8<-- [start:one]
# zh: 一 & 二
# en: one & two
text = "```<b>\\n```"
print(text, "&")
# --8<-- [end:one]
# --8<-- [start:two]
print("2")
# --8<-- [end:two]
"""
SVG = '<svg><g id="axes" style="fill: #1f5fa8"><text>epoch</text></g></svg>'


GPU: dict[str, Any] = {
    "device_name": "NVIDIA H200",
    "cuda": "13.0",
    "peak_memory_bytes": 2**20,
    "gpu": {"memory_bytes": 2**37, "capability": "9.0"},
}


def prove(site: Site, name: str, device: str = "cpu", **changes: Any) -> Record:
    """Write the record that a run would have written."""
    settings = site.load()
    item = sources.read(settings).snippet(name)
    figures = changes.pop("drawn", {})
    values: dict[str, Any] = {
        "snippet": name,
        "fingerprint": item.fingerprint,
        "text": record.hash_text(item.text),
        "device": device,
        "device_name": "2 × Some <CPU>",
        "python": "3.11.7",
        "packages": {"torch": "2.13.0"},
        "cuda": None,
        "date": "2026-11-23",
        "seconds": 0.123,
        "peak_memory_bytes": 2**20,
        "output": (),
        "figures": {file: record.hash_text(svg) for file, svg in figures.items()},
        "lines": {name: record.ranges(each.first for each in item.statements)},
    }
    found = Record(**{**values, **changes})
    record.write(settings, found, figures)
    return found


@pytest.fixture
def proved(site: Site) -> Site:
    """Two sections, a figure, and the record of a run."""
    options = '[tool.neverstale.labels.zh]\n"epoch" = "轮次"'
    first = site.snippet("ch/a.py", CODE, options)
    lines = ((first + 4, "```<b>\n``` &\n"), (first + 7, "2\n"))
    prove(site, "ch/a.py", output=lines, drawn={"a.svg": SVG})
    site.page("verification.md", "[[neverstale:table]]")
    return site


def blocks(text: str, kind: str) -> list[Block]:
    return [block for block in built.parse(text) if block.kind == kind]


def words(block_html: str) -> str:
    """The text of a piece of HTML."""
    return html.unescape(re.sub(r"<[^>]+>", "", block_html))


PLACES = {
    "top": "{}",
    "admonition": '!!! note "Title"\n\n    words\n\n    {}\n\n    words',
    "details": '??? success "Answer"\n    {}',
    "tab": '=== "CPU"\n\n    {}\n\n=== "GPU"\n\n    words',
    "list": "- item\n\n    {}\n\n- item",
    "nested list": "- item\n\n    1. item\n\n        {}",
    "admonition by tab": "!!! note\n\n\t{}",
    "admonition in list": "- item\n\n    !!! note\n\n        {}",
    "markdown in html": '<div markdown="1">\n\n{}\n\n</div>',
    "right after words": "words\n{}\nwords",
    "footnote": "word[^1]\n\n[^1]:\n    words\n\n    {}",
    "definition": "term\n\n:   words\n\n    {}",
}


@pytest.mark.parametrize("edition", ["zh", "en"])
@pytest.mark.parametrize("place", PLACES)
def test_a_block_is_the_same_wherever_it_stands(
    proved: Site, render: Render, edition: str, place: str
) -> None:
    text = render(proved, PLACES[place].format('--8<-- "ch/a.py:one"'), edition)
    item = proved.sources().snippet("ch/a.py")
    [code] = blocks(text, "code")
    assert code.text == item.shown(edition, "one")
    comment = "# 一 & 二" if edition == "zh" else "# one & two"
    assert code.text == comment + '\ntext = "```<b>\\n```"\nprint(text, "&")\n'
    assert code.attributes["data-snippet"] == "ch/a.py"
    assert code.attributes["data-section"] == "one"
    assert code.attributes["data-fingerprint"] == item.fingerprint
    [output] = blocks(text, "output")
    assert output.text.strip("\n") == "```<b>\n``` &"
    assert "<b>" not in text
    assert len(blocks(text, "proof")) == 1
    assert blocks(text, "bare") == []
    assert "--8<--" not in text and "\x02" not in text


def test_the_whole_file_and_no_output(proved: Site, render: Render) -> None:
    item = proved.sources().snippet("ch/a.py")
    text = render(proved, '--8<-- "ch/a.py" { .no-output }')
    [code] = blocks(text, "code")
    assert (code.text, blocks(text, "output")) == (item.shown("en"), [])
    assert len(blocks(render(proved, '--8<-- "ch/a.py"'), "output")) == 1


@pytest.mark.parametrize(
    ("edition", "expected"),
    [
        (
            "en",
            "✓ Verified · CPU · 2026-11-23|2 × Some <CPU> · torch 2.13.0 · Python 3.11.7 · 0.12 s"
            " · 1.0 MiB of memory · 3 of 3 statements run · whole file · download · all runs",
        ),
        (
            "zh",
            "✓ 已验证 · CPU · 2026-11-23|2 × Some <CPU> · torch 2.13.0 · Python 3.11.7 · 0.12 秒"
            " · 内存 1.0 MiB · 执行到 3 条语句中的 3 条 · 完整文件 · 下载 · 全部运行记录",
        ),
    ],
)
def test_the_proof_says_what_was_proved_in_the_page_s_language(
    proved: Site, render: Render, edition: str, expected: str
) -> None:
    text = render(proved, '--8<-- "ch/a.py:two"', edition)
    [proof] = re.findall(r'<details class="ns-proof".*?</details>', text)
    assert words(proof.replace("</summary>", "|")) == expected
    assert re.findall(r'href="([^"]*)"', proof) == [
        "/s/snippets/ch/a.py",
        "/r/snippets/ch/a.py",
        f"/r/{edition}/verification/#ch-a-py",
    ]
    assert 'data-status="verified" data-device="cpu"' in proof


def test_a_gpu_has_a_line_of_its_own(site: Site, render: Render) -> None:
    site.snippet("a.py", "print(1)", options='devices = ["cpu", "cuda"]')
    prove(site, "a.py")
    page = '--8<-- "a.py"'
    how = "<code>neverstale run a.py --device cuda</code>"
    for edition, told in (("en", "GPU run awaited"), ("zh", "等待在 GPU 上运行")):
        text = render(site, page, edition)
        assert told in text and how in text and 'class="ns-runs"' not in text
    prove(site, "a.py", "cuda", **GPU)
    text = render(site, page)
    assert "GPU NVIDIA H200" in text and "CUDA 13.0" in text
    assert text.count('class="ns-proof"') == 2
    assert 'class="ns-runs"' not in text  # neither has printed anything to choose from


def test_output_and_figures_of_two_devices_stand_in_two_tabs(site: Site, render: Render) -> None:
    options = 'devices = ["cpu", "cuda"]\ngpu-differs = "each says where it ran"'
    first = site.snippet("a.py", "print(1)", options=options)
    page = '--8<-- "a.py"\n\n![x](figure:a.py/a.svg "words")'
    drawn = {"a.svg": SVG}
    prove(site, "a.py", output=((first, "on <cpu>\n"),), drawn=drawn)
    alone = render(site, page)
    assert "ns-runs" not in alone and "on &lt;cpu&gt;" in alone
    other = {"a.svg": SVG.replace("<svg", "<svg opacity='1'")}
    prove(site, "a.py", "cuda", output=((first, "on gpu\n"),), drawn=other, **GPU)
    text = render(site, page)
    code, figure = re.findall(r'<fieldset class="ns-runs">.*?</fieldset>', text, re.DOTALL)
    for tabs in (code, figure):
        picks = re.findall(r'<input class="ns-pick" type="radio" name="([^"]*)" id="([^"]*)"', tabs)
        assert len({name for name, _ in picks}) == 1 and len({own for _, own in picks}) == 2
        assert re.findall(r'<label for="([^"]*)">(\w+)<', tabs) == [
            (picks[0][1], "CPU"),
            (picks[1][1], "GPU"),
        ]
        assert tabs.count(" checked") == 1
    opened = r'<div class="ns-run" role="group" aria-label="([CG]PU)" data-device="(?:cpu|cuda)">'
    panels = re.split(opened, code)[1:]
    assert panels[0::2] == ["CPU", "GPU"]  # ears and paper tell them apart by it
    assert "on &lt;cpu&gt;" in panels[1] and "· CPU" not in panels[3]
    assert "on gpu" in panels[3] and "NVIDIA H200" in panels[3]
    assert [panel.count('class="ns-proof"') for panel in panels[1::2]] == [1, 1]
    ids = re.findall(r' id="([^"]*)"', figure)
    assert len(ids) == len(set(ids)) and 'opacity="1"' in figure


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        message
        for name, level, message in caplog.record_tuples
        if (name, level) == ("mkdocs.neverstale", logging.WARNING)
    ]


def test_what_is_proved_is_no_warning(
    proved: Site, render: Render, caplog: pytest.LogCaptureFixture
) -> None:
    render(proved, '--8<-- "ch/a.py"')
    assert told(caplog) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('--8<-- "no.py"', "no such snippet; mind the spelling"),
        ('--8<-- "ch/a.py:no"', "'no'"),
        ("--8<-- no", "not understood"),
        ("![x](figure:ch/a.py/b.svg)", "ch/a.py has drawn no b.svg yet"),
        ("![x](diagram:no.svg)", "no.svg"),
        ("[[neverstale:no]]", "unknown board 'no'"),
        ('--8<-- "broken.py"', "not Python: invalid syntax"),
    ],
)
def test_a_mistake_warns_and_is_seen_on_the_page(
    proved: Site, render: Render, caplog: pytest.LogCaptureFixture, text: str, message: str
) -> None:
    proved.snippet("broken.py", "x = = 1")
    page = render(proved, f"before\n\n{text}\n\nafter")
    [warning] = told(caplog)
    assert message in warning
    assert 'class="ns-error"' in page
    assert "<p>before</p>" in page and "<p>after</p>" in page


@pytest.mark.parametrize("change", ["snippet", "import", "record", "skip"])
def test_what_is_not_fresh_warns(
    proved: Site, render: Render, caplog: pytest.LogCaptureFixture, change: str
) -> None:
    """A skip that holds does not."""
    state = {"snippet": "stale", "import": "stale", "record": "missing", "skip": "skipped"}[change]
    options = ""
    if change == "skip":
        options = '[tool.neverstale.skip.cpu]\nreason = "not yet"\n'
        options += f"until = {datetime.date.today()}"
    if change == "record":
        (proved.root / "records/ch/a.cpu.json").unlink()
    elif change == "import":
        proved.write("src/ours.py", "x = 1\n")
        proved.snippet("ch/a.py", "import ours")
        prove(proved, "ch/a.py")
        proved.write("src/ours.py", "x = 2\n")
    else:
        proved.snippet("ch/a.py", "print(2)", options)
    text = render(proved, '--8<-- "ch/a.py"')
    assert f'data-status="{state}"' in text
    warnings = [f"ch/a.py is {state} on cpu: "] if state != "skipped" else []
    assert [message[: message.index(": ") + 2] for message in told(caplog)] == warnings
    assert blocks(text, "output") == []


FIGURE = '![A "curve" <x>](figure:ch/a.py/a.svg "Falls & rises")'


def test_a_figure_speaks_the_language_and_the_colours_of_the_page(
    proved: Site, render: Render
) -> None:
    text = render(proved, FIGURE, "zh")
    assert 'aria-label="A &quot;curve&quot; &lt;x&gt;"' in text
    assert "<figcaption>Falls &amp; rises</figcaption>" in text
    assert "fill: var(--memory, #1f5fa8)" in text
    assert ">轮次<" in text
    assert ">epoch<" in render(proved, FIGURE, "en")


def test_ids_of_two_figures_do_not_clash(proved: Site, render: Render) -> None:
    proved.write("diagrams/d.svg", '<svg><g id="axes"/></svg>')
    text = render(proved, f"{FIGURE}\n\n- item\n\n    {FIGURE}\n\n![x](diagram:d.svg)\n")
    assert text.count("<figure") == 3
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == 3 and len(set(ids)) == 3


def test_an_illustration_keeps_its_reason_and_its_text(proved: Site, render: Render) -> None:
    inner = '``` { .text .illustration reason="inner" }\nx\n```'
    text = render(proved, f'```` {{ .text .illustration reason="outer" }}\n{inner}\n````')
    [illustration] = blocks(text, "illustration")
    assert illustration.attributes["data-reason"] == "outer"
    assert illustration.text.strip() == inner


def test_boards_name_every_snippet(proved: Site, render: Render) -> None:
    proved.snippet("z.py", "print(1)")
    proved.page("index.md", '``` { .text .illustration reason="a <tree>" }\nx\n```\n')
    text = render(proved, "[[neverstale:table]]")
    assert re.findall(r'<tr id="([^"]+)"', text) == ["ch-a-py", "z-py"]
    assert 'data-status="verified"' in text and 'data-status="missing"' in text
    assert "Some &lt;CPU&gt;" in text
    summary = "1 of 2 snippets verified on the CPU; none on a GPU yet."
    assert summary in words(render(proved, "[[neverstale:summary]]"))
    assert "2 个代码片段中，1 个已在 CPU 上验证" in render(proved, "[[neverstale:summary]]", "zh")
    assert "index.md:1: a <tree>" in words(render(proved, "[[neverstale:illustrations]]"))


EXCUSED = """
tolerance = 0.05
measured = "timings of <this>"
gpu-differs = "measured at other sizes"
varies = [{{ match = "^a<b", reason = "there only at night" }}]
allow-warnings = [{{ match = "is old", reason = "the page shows it" }}]
allow-stderr = [{{ match = "is loud", reason = "the page tells it" }}]
skip.cpu = {{ reason = "not yet", until = {until} }}
"""


def test_whatever_is_not_demanded_of_a_snippet_stands_on_a_page(site: Site, render: Render) -> None:
    assert "There is none: every check holds" in words(render(site, "[[neverstale:excuses]]"))
    until = datetime.date.today()
    site.snippet("ch/a.py", "print(1)", options=EXCUSED.format(until=until))
    entry = 'snippet = "ch/a.py"\ndevice = "cpu"\nerror = "no such processor"\n'
    entry += f'reason = "not known there"\nuntil = {until}\n'
    settings = site.read("pyproject.toml")
    site.write("pyproject.toml", f"{settings}\n[[tool.neverstale.elsewhere]]\n{entry}")
    text = words(render(site, "[[neverstale:excuses]]"))
    for reason in (
        f"to run on CPU on every machinenot known there{until}",
        f"to run on CPUnot yet{until}",
        "timings of <this>",
        "measured at other sizes",
        "^a<bthere only at night",
        "is oldthe page shows it",
        "is loudthe page tells it",
        "within 5.00%",
    ):
        assert reason in text, reason


def test_characters_that_other_tools_take_for_line_ends(site: Site, render: Render) -> None:
    site.snippet("a.py", "x = 'a\u2028b\x0cc'\nprint('\t')\n")
    prove(site, "a.py")
    text = render(site, 'words\u2028\n\n--8<-- "a.py"\n')
    [code] = blocks(text, "code")
    assert code.text == site.sources().snippet("a.py").shown("en")


def test_zensical_renders_the_same_blocks(
    proved: Site, render: Render, extensions: dict[str, dict[str, Any]]
) -> None:
    page = "# Title {#title}\n\n" + "\n\n".join(
        PLACES[place].format('--8<-- "ch/a.py:one"')
        for place in ("top", "admonition", "tab", "list")
    )
    page += f"\n\n{FIGURE}\n"
    proved.write("docs/en/index.md", page)
    wanted = ("admonition", "attr_list", "pymdownx.superfences", "pymdownx.tabbed")
    lines = [
        "site_name: Test",
        "docs_dir: docs/en",
        "site_dir: built",
        "markdown_extensions:",
        f"  - neverstale.markdown: {{edition: en, project: {proved.root}, root: /r/, source: /s/}}",
        *(f"  - {name}: {extensions[name]}" for name in wanted),
    ]
    proved.write("mkdocs.yml", "\n".join(lines) + "\n")
    zensical = Path(sys.executable).with_name("zensical")
    done = subprocess.run(
        [zensical, "build", "-f", "mkdocs.yml"],
        cwd=proved.root,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    theirs = built.read(proved.root / "built/index.html")
    ours = built.parse(render(proved, page))

    names = ("snippet", "section", "fingerprint", "device", "status", "figure", "hash")

    def essence(found: list[Block]) -> list[tuple[str, str, dict[str, str]]]:
        return [
            (
                block.kind,
                block.text,
                {name: block.attributes.get(f"data-{name}", "") for name in names},
            )
            for block in found
        ]

    assert [block.kind for block in theirs].count("code") == 4
    assert essence(theirs) == essence(ours)


def rendered(
    site: Site, caplog: pytest.LogCaptureFixture, extensions: list[str], **ours: Any
) -> str:
    """A page rendered with these extensions and ours alone; what was warned of is in caplog."""
    caplog.clear()
    own = {"edition": "en", "project": str(site.root), **ours}
    text: str = markdown.markdown(
        '--8<-- "ch/a.py"',
        extensions=[*extensions, "neverstale.markdown"],
        extension_configs={"neverstale.markdown": own},
    )
    return text


def test_fences_of_every_kind_keep_the_proof(
    proved: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """And where they would lose it, the extension that is missing is named."""
    item = proved.sources().snippet("ch/a.py")
    for extensions in (
        ["attr_list", "fenced_code"],
        ["attr_list", "pymdownx.superfences"],
        ["attr_list", "pymdownx.superfences", "pymdownx.highlight"],
    ):
        [code] = blocks(rendered(proved, caplog, extensions), "code")
        assert code.text.rstrip() == item.shown("en").rstrip()
        assert code.data("fingerprint") == item.fingerprint and not caplog.messages
    for extensions, lacking in (
        (["pymdownx.superfences"], "attr_list"),
        (["fenced_code"], "attr_list"),
        (["attr_list"], "pymdownx.superfences"),
        (["attr_list", "fenced_code", "codehilite"], "pymdownx.superfences"),
    ):
        rendered(proved, caplog, extensions)
        assert [lacking in message for message in caplog.messages] == [True], extensions


@pytest.mark.parametrize("style", ["table", "inline", "pymdownx-inline"])
def test_numbers_of_lines_are_no_code(proved: Site, style: str) -> None:
    settings = {
        "pymdownx.highlight": {"linenums": True, "linenums_style": style},
        "neverstale.markdown": {"edition": "en", "project": str(proved.root)},
    }
    extensions = ["attr_list", "pymdownx.superfences", *settings]
    page = '--8<-- "ch/a.py" { hl_lines="2" }'
    text = markdown.markdown(page, extensions=extensions, extension_configs=settings)
    [code] = blocks(text, "code")
    item = proved.sources().snippet("ch/a.py")
    assert (code.text, code.highlighted) == (item.shown("en"), (2,))


@pytest.mark.parametrize("edition", ["", "de"])
def test_an_edition_that_is_none_is_told(
    proved: Site, caplog: pytest.LogCaptureFixture, edition: str
) -> None:
    """A warning fails a strict build; readers are told of the rest."""
    text = rendered(proved, caplog, ["attr_list", "pymdownx.superfences"], edition=edition)
    assert [f"edition '{edition}' is none of the settings', zh, en" in m for m in caplog.messages]
    assert 'class="ns-error"' in text and not blocks(text, "code")


def test_links_lead_only_where_something_is(proved: Site, render: Render) -> None:
    """No table of runs, and files that cannot be downloaded: no links to them."""
    page = '--8<-- "ch/a.py"'
    assert len(re.findall("<a href", render(proved, page))) == 3
    (proved.root / "docs/en/verification.md").unlink()
    settings = proved.read("pyproject.toml").replace('downloads = "snippets"\n', "")
    proved.write("pyproject.toml", settings)
    assert re.findall('<a href="([^"]*)"', render(proved, page)) == ["/s/snippets/ch/a.py"]


def test_a_site_says_its_own_words(proved: Site, render: Render) -> None:
    text = proved.read("pyproject.toml")
    proved.write("pyproject.toml", f'{text}\n[tool.neverstale.words.en]\nverified = "Geprüft"\n')
    page = render(proved, '--8<-- "ch/a.py"')
    assert "Geprüft" in page and "Verified" not in page
    for typed in ("✓ Geprüft · CPU", "Geprüft · CPU", "✓ 已验证"):  # nor may a page type them
        proved.page("index.md", f"# T {{#t}}\n\n{typed}\n")
        found = [each for each in checks.check(proved.sources()) if "like a proof" in each.message]
        assert len(found) == 2 and {each.rule for each in found} == {""}, typed
    for line, says in (
        ('en.verifid = "x"', "en.verifid: unknown"),
        ('en.until = "bis"', "en.until: must be a text with {date}"),
        ('de.until = "bis {date}"', "'de' must be an edition"),
    ):
        proved.write("pyproject.toml", f"{text}\n[tool.neverstale.words]\n{line}\n")
        with pytest.raises(NeverstaleError, match=re.escape(says)):
            proved.load()


@pytest.mark.parametrize("first", [True, False])
def test_it_lives_beside_the_snippets_of_pymdownx(proved: Site, first: bool) -> None:
    """In either order each takes its own lines; ours have a name that the other does not know."""
    proved.write("words.md", "some words")
    ours = ["neverstale.markdown", "attr_list", "pymdownx.superfences"]
    extensions = [*ours, "pymdownx.snippets"] if first else ["pymdownx.snippets", *ours]
    settings = {
        "neverstale.markdown": {"edition": "en", "project": str(proved.root)},
        "pymdownx.snippets": {"base_path": [str(proved.root)], "check_paths": True},
    }
    page = '--8<-- "ch/a.py:one"\n\n--8<-- "words.md"\n\n--proved-- "ch/a.py:two"\n'
    text = markdown.markdown(page, extensions=extensions, extension_configs=settings)
    assert [each.data("section") for each in blocks(text, "code")] == ["one", "two"]
    assert "<p>some words</p>" in text


def test_variables_are_told_with_the_command(proved: Site, render: Render) -> None:
    options = 'argv = ["-v"]\nenvironment = { MODE = "a b" }'
    proved.snippet("b.py", "print(1)", options)
    prove(proved, "b.py")
    assert "<code>MODE=&#x27;a b&#x27; python b.py -v</code>" in render(proved, '--8<-- "b.py"')


def test_lines_of_a_file_are_a_section_like_any(proved: Site, render: Render) -> None:
    item = proved.sources().snippet("ch/a.py")
    first, last = item.sections["one"]
    lines = f"{first}:{last}"
    by_name, by_lines = (
        render(proved, f'--8<-- "ch/a.py:{section}"') for section in ("one", lines)
    )
    assert by_lines == by_name.replace('data-section="one"', f'data-section="{lines}"')
    proved.page("index.md", f'# T {{#t}}\n\n--8<-- "ch/a.py:{first}:999"\n')
    assert any("has no section" in each.message for each in checks.check(proved.sources()))


def test_lines_that_cut_what_they_show_are_told(site: Site) -> None:
    """A string whose blanks would be lost: with sections this is told of the file."""
    first = site.snippet("a.py", 'if True:\n    text = """a\n    b"""\n    print(text)\n')
    site.page("index.md", f'# T {{#t}}\n\n--8<-- "a.py:{first + 1}:{first + 3}"\n')
    found = [each.message for each in checks.check(site.sources())]
    assert any("a string that a page does not show to the letter" in each for each in found)


def test_what_is_shown_twice_has_ids_of_its_own(site: Site, render: Render) -> None:
    code = "import sys\nif len(sys.argv) > 9:\n    print(1)\nprint(2)"
    first = site.snippet("a.py", code, options='devices = ["cpu", "cuda"]')
    told = {"lines": {"a.py": f"{first}-{first + 1},{first + 3}"}, "output": ((first + 3, "2\n"),)}
    prove(site, "a.py", **told)
    prove(site, "a.py", "cuda", **{**GPU, **told})
    text = render(site, '--8<-- "a.py"\n\nAgain:\n\n--8<-- "a.py"\n')
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids)) >= 6, ids
    links = re.findall(r'href="#([^"]+)"', text)
    assert links == [each for each in ids if each.startswith("unreached-")] and len(links) == 2
