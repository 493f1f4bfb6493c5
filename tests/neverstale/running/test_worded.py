"""A snippet that prints in the words of each edition: every program runs, and is shown with what it
printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from neverstale.page import export, page_notebook, published
from neverstale.page.block import Place
from neverstale.proof import record
from neverstale.proof.judge import Result
from neverstale.running import run

if TYPE_CHECKING:
    from conftest import Site

WORDS = '[tool.neverstale.words.zh]\n"loss" = "损失"\n"done" = "完成"'
CODE = "for step in range(2):\n    print(f'loss {step / 4}')\nprint('done')\n"


def test_both_editions_show_a_program_and_what_it_prints(
    site: Site, build: Callable[[Site], None]
) -> None:
    site.snippet("a.py", CODE, options=WORDS)
    site.page("index.md", '# A {#a}\n\n--8<-- "a.py"\n')
    assert site.verdict("a.py") == ("verified", "")
    found = record.read(site.load(), "a.py", "cpu")
    assert found is not None and found.whole_output == "loss 0.0\nloss 0.25\ndone\n"
    item = site.sources().snippet("a.py")
    assert "print(f'损失 {step / 4}')" in item.shown("zh")
    assert "print(f'loss {step / 4}')" in item.shown("en")
    assert item.said("zh", found.whole_output) == "损失 0.0\n损失 0.25\n完成\n"
    assert item.said("en", found.whole_output) == found.whole_output
    assert site.verdict("a.py", "--all") == ("unchanged", "")
    build(site)
    assert published.check(site.statuses()) == []
    for edition, (ours, theirs) in {"zh": ("损失", "loss"), "en": ("loss", "损失")}.items():
        page = site.read(f"site/{edition}/index.html")
        text = re.sub(r"<[^>]+>", "", page)
        assert f"{ours} 0.25" in text and f"{ours} {{" in text and theirs not in text
        copy = export.page_markdown(site.statuses(), edition, "index.md")
        assert f"{ours} 0.25" in copy and f"{ours} {{" in copy and theirs not in copy
        cells = page_notebook.build(Place(site.statuses(), edition), "index.md")
        assert f"{ours} 0.25" in str(cells) and theirs not in str(cells)
    # The output of the other edition does not pass in its place.
    built = site.root / "site/zh/index.html"
    built.write_text(site.read("site/zh/index.html").replace("损失 0.25", "loss 0.25"))
    told = published.check(site.statuses())
    assert any("output differs from the record" in str(each) for each in told)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("print('loss', 'done', len('loss'))", "was '损失 完成 4', is '损失 完成 2' with the"),
        (
            "print(f'{str():>4}loss'.rjust(9), 'done')",
            "was '     损失 完成', is '       损失 完成'",
        ),
        ("print('done', 'loss' if 'loss'.isascii() else '-')", "was '完成 损失', is '完成 -'"),
        ("print('done', 'loss' * 0)", "'loss' is not in what it prints; mend or remove it"),
        ("d = {'loss': 1}\nprint('done', 'loss', d['loss'])", "KeyError: '损失'"),
    ],
)
def test_what_changes_more_than_words_makes_no_record(site: Site, code: str, message: str) -> None:
    site.snippet("a.py", code, options=WORDS)
    verdict, problem = site.verdict("a.py")
    assert verdict == "failed" and message in problem, problem
    assert record.read(site.load(), "a.py", "cpu") is None


def test_what_varies_is_found_in_the_words_of_each_edition(site: Site) -> None:
    code = f"import time\n{CODE}print(time.perf_counter_ns(), 'ns a step')\n"
    words = WORDS + '\n"ns a step" = "ns（每步）"'
    varies = "varies = [{ match = 'ns a step$', reason = 'a time' }]\n"
    site.snippet("a.py", code, options=words)
    verdict, problem = site.verdict("a.py")
    assert verdict == "failed" and "with the words of zh in its strings" in problem
    site.snippet("a.py", code, options=varies + words)
    assert site.verdict("a.py") == ("verified", "")


def test_other_words_are_proved_anew(site: Site) -> None:
    site.snippet("a.py", CODE, options=WORDS)
    site.verdict("a.py")
    site.snippet("a.py", CODE, options=WORDS.replace("完成", "好了"))
    assert site.statuses().by_name["a.py"][0].state == "stale"
    assert site.verdict("a.py") == ("verified", "")
    site.snippet("a.py", CODE, options=WORDS.replace('"done"', '"don"'))
    assert site.verdict("a.py")[0] == "failed"


def test_of_what_is_fresh_the_other_programs_run_where_asked(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its record says that they agreed; to see it again takes as long once more."""
    site.snippet("a.py", CODE, options=WORDS)
    ended, rounds = run._ended, []
    monkeypatch.setattr(run, "_ended", lambda *given: rounds.append(given[2]) or ended(*given))

    def again(every: bool) -> Result:
        rounds.clear()
        (result,) = site.here("a.py", everything=True, every_edition=every)
        return result

    for every, verdict, wanted in (
        (False, "verified", [0, 1]),  # there is no record yet
        (False, "unchanged", [0]),
        (True, "unchanged", [0, 1]),
    ):
        result = again(every)
        assert (result.verdict, rounds) == (verdict, wanted), result
    site.snippet("a.py", CODE, options=WORDS.replace("完成", "好了"))
    result = again(every=False)
    assert (result.verdict, rounds) == ("verified", [0, 1]), "its record is no longer fresh"


def test_three_editions_run_three_programs(site: Site) -> None:
    settings = site.read("pyproject.toml").replace(
        'en = "docs/en"', 'en = "docs/en"\nfr = "docs/fr"'
    )
    site.write("pyproject.toml", settings)
    site.snippet("a.py", CODE, options=f'{WORDS}\n[tool.neverstale.words.fr]\n"loss" = "perte"')
    assert site.verdict("a.py") == ("verified", "")
    # The last edition's program is held against the first as well.
    code = CODE + "print(len('loss') < 5)\n"
    site.snippet("b.py", code, options=f'{WORDS}\n[tool.neverstale.words.fr]\n"loss" = "perte"')
    verdict, problem = site.verdict("b.py")
    assert verdict == "failed" and "with the words of fr in its strings" in problem


def test_a_module_that_others_import_has_no_words(site: Site) -> None:
    site.snippet("a.py", CODE, options=WORDS)
    site.snippet("b.py", "import a\nprint(a.step)")
    found = site.engine("check").stdout + site.engine("check").stderr
    assert "has 'words', but b.py imports it, and prints what the file says" in found
