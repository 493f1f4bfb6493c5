"""Translations that drifted: caught, confirmed, or told to readers."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from neverstale.problem import NeverstaleError
from neverstale.translation import confirm, drift, new

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Site

    Render = Callable[..., str]

ZH = """# 标题 {#title}

第一段。

## 更多 {#more}

这里有 3 个数。再来一句，让这一节长一些，才好比较。
"""
EN = """# Title {#title}

First.

## More {#more}

There are 3 numbers here. One more sentence.
"""
KEY = "ch/a.md#more"


@pytest.fixture
def site(site: Site) -> Site:
    """A site that locks its translations."""
    text = site.read("pyproject.toml")
    lock = 'translations = "translations.lock"'
    site.write("pyproject.toml", text.replace("translations = false", lock))
    return site


@pytest.fixture
def confirmed(site: Site) -> Site:
    """Two editions, confirmed and committed."""
    site.write("docs/zh/ch/a.md", ZH)
    site.write("docs/en/ch/a.md", EN)
    site.snippet("ch/b.py", "# zh: 一\n# en: one\nprint(1)\n")
    confirm.everything(site.sources())
    for command in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", "-C", str(site.root), *command], check=True)
    return site


def check(site: Site) -> list[str]:
    return [str(problem) for problem in drift.check(site.sources())]


def test_new_sections_must_be_confirmed_once(site: Site) -> None:
    site.write("docs/zh/ch/a.md", ZH)
    site.write("docs/en/ch/a.md", EN)
    assert [line.partition(":")[0] for line in check(site)] == ["docs/zh/ch/a.md"] * 2
    assert confirm.everything(site.sources()) == [KEY, "ch/a.md#title"]
    assert check(site) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("docs/zh/ch/a.md", "3 个", "4 个", "docs/zh/ch/a.md:5: changed in zh only; change "
         "docs/en/ch/a.md:5 too"),
        ("docs/en/ch/a.md", "3", "4", "docs/en/ch/a.md:5: changed in en only"),
        ("snippets/ch/b.py", "# en: one", "# en: two", ": changed in en only"),
        ("snippets/ch/b.py", "# zh: 一", "# zh: 二", ": changed in zh only"),
    ],
)  # fmt: skip
def test_a_change_in_one_language(
    confirmed: Site, file: str, old: str, new: str, told: str
) -> None:
    confirmed.write(file, confirmed.read(file).replace(old, new))
    (problem,) = check(confirmed)
    assert told in problem
    assert confirm.everything(confirmed.sources()) == []  # nobody has read the other one yet
    assert check(confirmed) == [problem]


def test_a_change_in_both_is_noted(confirmed: Site) -> None:
    confirmed.write("docs/zh/ch/a.md", ZH.replace("3", "4"))
    confirmed.write("docs/en/ch/a.md", EN.replace("3", "4"))
    (problem,) = check(confirmed)
    assert "changed in every edition" in problem
    assert confirm.everything(confirmed.sources()) == [KEY]
    assert check(confirmed) == []


def test_line_breaks_do_not_count(confirmed: Site) -> None:
    confirmed.write("docs/en/ch/a.md", EN.replace("here. One", "here.\nOne"))
    assert check(confirmed) == []


def test_a_section_that_is_gone(confirmed: Site) -> None:
    for edition, text in (("zh", ZH), ("en", EN)):
        confirmed.write(f"docs/{edition}/ch/a.md", text.partition("\n## ")[0] + "\n")
    assert f"translations.lock: names {KEY}, which is gone" in check(confirmed)[-1]
    confirm.everything(confirmed.sources())
    assert check(confirmed) == []


def rename(site: Site, how: str, zh: str, en: str) -> str:
    """Give a section, page or snippet another name in every edition: its new key."""
    if how == "snippet":
        code = site.read("snippets/ch/b.py").replace("一", zh or "一").replace("one", en or "one")
        site.write("snippets/ch/c.py", code)
        (site.root / "snippets/ch/b.py").unlink()
        return "ch/c.py"
    texts = {"zh": ZH.replace("这里", zh or "这里"), "en": EN.replace("here", en or "here")}
    for edition, text in texts.items():
        if how == "page":
            (site.root / f"docs/{edition}/ch/a.md").unlink()
        name = "ch/c.md" if how == "page" else "ch/a.md"
        text = text.replace("{#more}", "{#most}") if how == "id" else text
        if how == "ids swapped":
            text = text.replace("{#more}", "{#-}").replace("{#title}", "{#more}")
            text = text.replace("{#-}", "{#title}")
        site.write(f"docs/{edition}/{name}", text)
    return {"id": "ch/a.md#most", "page": "ch/c.md#more", "ids swapped": "ch/a.md#title"}[how]


NAMES = ("id", "page", "snippet", "ids swapped")


@pytest.mark.parametrize("how", NAMES)
def test_another_name_and_nothing_else_is_noted(confirmed: Site, how: str) -> None:
    key = rename(confirmed, how, "", "")
    assert any(f"{key} was ch/" in problem for problem in check(confirmed))
    assert key in confirm.everything(confirmed.sources())
    assert check(confirmed) == []


@pytest.mark.parametrize("how", NAMES)
@pytest.mark.parametrize(("zh", "en", "only"), [("那边", "", "zh"), ("", "there", "en")])
def test_another_name_hides_no_drift(
    confirmed: Site, how: str, zh: str, en: str, only: str
) -> None:
    key = rename(confirmed, how, zh, en)
    for _ in range(2):  # whatever else may be noted, this is not
        told = [problem for problem in check(confirmed) if f"changed in {only} only" in problem]
        assert len(told) == 1 and "was ch/" in told[0] and f"confirm {key}" in told[0]
        confirm.everything(confirmed.sources())
    assert told[0] in check(confirmed)
    confirm.one(confirmed.sources(), key)
    confirm.everything(confirmed.sources())
    assert check(confirmed) == []


def test_another_name_and_other_words_in_both_is_noted(confirmed: Site) -> None:
    rename(confirmed, "id", "那边", "there")
    confirm.everything(confirmed.sources())
    assert check(confirmed) == []


def test_minor_takes_a_slip_and_refuses_more(confirmed: Site) -> None:
    confirmed.write("docs/zh/ch/a.md", ZH.replace("一些，才", "一些才"))
    confirm.one(confirmed.sources(), KEY, minor=True)
    assert check(confirmed) == []
    confirmed.write(
        "docs/zh/ch/a.md", ZH.replace("这里有 3 个数。", "完全另一回事，与先前无关的话。")
    )
    with pytest.raises(NeverstaleError, match=r"changed, too much for --minor|git does not hold"):
        confirm.one(confirmed.sources(), KEY, minor=True)
    confirm.one(confirmed.sources(), KEY)
    assert check(confirmed) == []


KNOWN = """\
It halved and tripled more or less the time of it. Memory increases, memory decreases, a million,
a billion; it can, it cannot; is not so. A slip of the pen and one sentence that is new to everybody
here. Of. It is their slip.
这样可以训练，不可以。这样不行。显存会增加，显存会减少。这里有一些字，有些字已经写好。
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("A slip of the pne.", "A slip of the pen.", ""),
        ("A slip of of the pen.", "A slip of the pen.", ""),
        ("这里有己经写好的字。", "这里有已经写好的字。", ""),
        ("One, two; and three", "One, two, and three.", ""),
        ("It halved the time of a step.", "It tripled the time of a step.",
         "a word (halved → tripled)"),
        ("It is more than that.", "It is less than that.", "a word (more → less)"),
        ("Memory increases.", "Memory decreases.", "a word (increases → decreases)"),
        ("A million steps.", "A billion steps.", "a word (million → billion)"),
        ("It can do so.", "It cannot do so.", "a word (can → cannot)"),
        ("It is so.", "It is not so.", "a word (none → not)"),
        ("这样可以训练。", "这样不可以训练。", "a word (none → 不)"),
        ("显存会增加。", "显存会减少。", "a word (增加 → 减少)"),
        ("这里有一些字。" * 9, "这里有一些字。" * 8 + "这里有些字。", "a word (一 → none)"),
        ("It has 24 GB of memory in all.", "It has 32 GB of memory in all.", "a number (24 → 32)"),
        ("word " * 200, "word " * 200 + "and one sentence that is new to everybody here.",
         "a word (none → and one sentence that is new to everybody here.)"),
        ("fo fo fo fo.", "of of of of.", "a word (fo → of)"),
        ("Quadrupled.", "Halved.", "a word (Quadrupled → Halved)"),
        ("ti is " * 4, "it is " * 4, "a word (ti → it)"),
        ("thier " * 4, "their " * 4, "20 letters"),
    ],
)  # fmt: skip
def test_what_is_a_slip(old: str, new: str, told: str) -> None:
    assert confirm._too_much(old, new, KNOWN, {"一", "不", "one"}) == told


@pytest.mark.parametrize(
    ("old", "now", "word"),
    [
        ("这里有不经写好的字。", "这里有已经写好的字。", "不"),
        ("It is nut so.", "It is not so.", "not"),
    ],
)
def test_a_word_that_turns_a_sentence_is_no_slip(old: str, now: str, word: str) -> None:
    assert confirm._too_much(old, now, KNOWN) == ""
    assert confirm._too_much(old, now, KNOWN, {word}).startswith("a word (")


@pytest.mark.parametrize(
    ("zh", "en", "told"),
    [
        ("准确率 0.44", "accuracy 0.14", "says 0.14 where docs/zh/ch/a.md:5 says 0.44"),
        ("准确率 0.44，0.44", "0.44", "says nothing where docs/zh/ch/a.md:5 says 0.44"),
        ("24 GB", "24 GiB", "says 24 GiB where docs/zh/ch/a.md:5 says 24 GB"),
        ("300 步", "3,000 steps", "says 3000 where docs/zh/ch/a.md:5 says 300"),
        ("[[gpu:rtx-4090.memory]]", "[[gpu:rtx-4080.memory]]", "says [[gpu:rtx-4080.memory]]"),
        ("| a | b |\n|-|-|\n| 100 | 200 |", "| a | b |\n|-|-|\n| 200 | 100 |",
         "says 200, 100 where"),
        ("| a | b |\n|-|-|\n| [[gpu:x]] | [[gpu:y]] |",
         "| a | b |\n|-|-|\n| [[gpu:y]] | [[gpu:x]] |", "says [[gpu:y]], [[gpu:x]] where"),
        ("| a | b |\n|-|-|\n| H100 | A100 |", "| a | b |\n|-|-|\n| A100 | H100 |",
         "says A100, H100 where"),
        ("用 MI300X", "on an MI355X", "says MI355X where docs/zh/ch/a.md:5 says MI300X"),
        ("$h_{t-1}$", "$h_{t-2}$", "says $h_{t-2}$ where docs/zh/ch/a.md:5 says $h_{t-1}$"),
        ("$$\nx = 1\n$$", "$$\nx = 2\n$$", "says $x=2$ where"),
        (r"$24\,\text{GB}$", r"$24\,\text{TB}$", r"says $24\,\text{TB}$ where"),
        (r"$\text{输出} = 3$，又是 $x$，$x$", r"$x$ is $\text{output} = 3$", ""),
        ("$y_{32} = 0.25$", "$y_{32}   = 0.25$, $0.5$ a pound", "says $0.5$ where"),
        ("用 `conv1` 与 F1", "`conv2` and F1", ""),
        ("6 万", "60,000", ""),
        ("1.5 亿", "150 million", ""),
        ("2026 年 11 月 24 日", "24 November 2026", ""),
        ("2026-01-04", "January 4, 2026", ""),
        ("12 步，两次", "twelve steps, 2 times", ""),
        ("24 GB[^a15]、`x = 44`", "24 GB[^b16], `x = 44`", ""),
        ("3.5 秒，20% 以上", "3.5 s, more than 20%", ""),
    ],
)  # fmt: skip
def test_editions_that_say_different_numbers(confirmed: Site, zh: str, en: str, told: str) -> None:
    confirmed.write("docs/zh/ch/a.md", ZH + f"\n{zh}\n")
    confirmed.write("docs/en/ch/a.md", EN + f"\n{en}\n")
    confirm.everything(confirmed.sources())
    if not told:
        assert check(confirmed) == []
        return
    [problem] = check(confirmed)
    assert told in problem and "--differ 'WHY'" in problem
    for minor in (False, True):
        with pytest.raises(NeverstaleError, match=r"mend one, or say why"):
            confirm.one(confirmed.sources(), KEY, minor=minor)
    with pytest.raises(NeverstaleError, match="say in words why"):
        confirm.one(confirmed.sources(), KEY, differ=" no ")
    confirm.one(confirmed.sources(), KEY, differ="two places were measured")
    assert check(confirmed) == []
    # the excuse is for these numbers only, and goes with them
    confirmed.write("docs/en/ch/a.md", EN + f"\n{en} 7,777\n")
    confirmed.write("docs/zh/ch/a.md", ZH + f"\n{zh} 8,888\n")
    confirm.everything(confirmed.sources())
    assert "mend one" in check(confirmed)[0]
    confirmed.write("docs/en/ch/a.md", EN + "\n500\n")
    confirmed.write("docs/zh/ch/a.md", ZH + "\n500\n")
    assert f"excuses numbers of {KEY} that do not differ so" in check(confirmed)[-1]
    confirm.everything(confirmed.sources())
    assert check(confirmed) == [] and "differ" not in confirmed.read("translations.lock")


def test_an_unknown_section_is_told_with_the_nearest(confirmed: Site) -> None:
    with pytest.raises(NeverstaleError, match=r"did you mean ch/a\.md#more\?"):
        confirm.one(confirmed.sources(), "ch/a.md#mroe")


def test_readers_are_told_what_changed(confirmed: Site, render: Render) -> None:
    confirmed.write("docs/zh/ch/a.md", ZH.replace("3 个数", "4 个数"))
    confirm.wanted(confirmed.sources(), KEY)
    assert check(confirmed) == []
    shown = render(confirmed, confirmed.read("docs/en/ch/a.md"), "en")
    assert "<del>3</del><ins>4</ins>" in shown
    assert 'lang="zh"' in shown and 'href="/r/zh/ch/a/#more"' in shown
    # somebody reads both: the notice goes
    lagging = confirmed.read("docs/en/ch/a.md")
    lock = confirmed.read("translations.lock")
    confirm.one(confirmed.sources(), KEY)
    assert check(confirmed) == []
    assert confirmed.read("docs/en/ch/a.md") == EN
    confirmed.write("docs/en/ch/a.md", lagging)
    confirmed.write("translations.lock", lock)
    # both change: it goes as well
    confirmed.write("docs/en/ch/a.md", lagging.replace("3", "4"))
    confirm.everything(confirmed.sources())
    assert check(confirmed) == []
    assert confirmed.read("docs/en/ch/a.md") == EN.replace("3", "4")
    confirmed.write("docs/en/ch/a.md", lagging)
    confirmed.write("translations.lock", lock)
    # the notice goes, but the translation does not come
    confirmed.write("docs/en/ch/a.md", EN)
    assert any("does not show it" in problem for problem in check(confirmed))
    # the translation comes
    confirmed.write("docs/en/ch/a.md", EN.replace("3", "4"))
    confirm.everything(confirmed.sources())
    assert check(confirmed) == []


def test_a_lagging_edition_that_changes_otherwise_is_caught(confirmed: Site) -> None:
    confirmed.write("docs/zh/ch/a.md", ZH.replace("3 个数", "4 个数"))
    confirm.wanted(confirmed.sources(), KEY)
    text = confirmed.read("docs/en/ch/a.md")
    confirmed.write("docs/en/ch/a.md", text.replace("One more", "Two more"))
    assert "changed in every edition" in check(confirmed)[0]


def test_a_broken_lock_is_one_line(confirmed: Site) -> None:
    confirmed.write("translations.lock", "[confirmed\n")
    with pytest.raises(NeverstaleError, match=r"^translations\.lock: not readable .* git"):
        check(confirmed)


def test_new_makes_a_page_that_only_waits_for_its_run(confirmed: Site) -> None:
    navigation(confirmed)
    new.page(confirmed.load(), "ch/my-page", {"zh": "我的页", "en": "Mine: new"})
    assert '      - "Mine: new": ch/my-page.md\n' in confirmed.read("mkdocs.en.yml")
    assert "      - 我的页: ch/my-page.md\n" in confirmed.read("mkdocs.yml")
    confirm.everything(confirmed.sources())
    done = confirmed.engine("run", "ch/my_page.py")
    assert done.returncode == 0, done.stderr


def test_a_page_in_one_language_says_so_in_the_other(confirmed: Site, render: Render) -> None:
    navigation(confirmed)
    new.page(confirmed.load(), "ch/my-page", {"zh": "我的页"})
    done = confirmed.engine("check")
    assert "my-page" not in done.stdout + done.stderr
    shown = render(confirmed, confirmed.read("docs/en/ch/my-page.md"), "en")
    assert "exists only in Chinese so far, since " in shown and 'href="/r/zh/ch/my-page/"' in shown
    # somebody translates it
    confirmed.write("docs/en/ch/my-page.md", confirmed.read("docs/zh/ch/my-page.md"))
    assert any("does not show it" in problem for problem in check(confirmed))
    confirm.everything(confirmed.sources())
    assert check(confirmed) == []


@pytest.mark.parametrize(
    ("name", "titles", "told"),
    [
        ("My Page", {"en": "x"}, "write chapter/page in small letters"),
        ("ch/a", {"en": "x"}, "docs/zh/ch/a.md: is there already"),
        ("other/page", {"en": "x"}, "mkdocs.yml: has no page of chapter other/"),
        ("ch/page", {"fr": "x"}, "fr: no such edition"),
        ("ch/page", {"en": " "}, "en: give a title"),
    ],
)
def test_new_refuses_and_writes_nothing(
    confirmed: Site, name: str, titles: dict[str, str], told: str
) -> None:
    navigation(confirmed)
    before = sorted(confirmed.root.rglob("*"))
    with pytest.raises(NeverstaleError, match=told):
        new.page(confirmed.load(), name, titles)
    assert sorted(confirmed.root.rglob("*")) == before


def navigation(site: Site) -> None:
    """Let the site have a navigation per edition."""
    for file in ("mkdocs.yml", "mkdocs.en.yml"):
        site.write(file, "nav:\n  - Ch:\n      - A: ch/a.md\n  - End: end.md\n")
    settings = '[tool.neverstale.navigation]\nzh = "mkdocs.yml"\nen = "mkdocs.en.yml"\n'
    site.write("pyproject.toml", site.read("pyproject.toml") + settings)


def test_of_three_editions_two_lag(confirmed: Site, render: Render) -> None:
    """One is translated, and the other waits on; a new page waits in both."""
    text = confirmed.read("pyproject.toml").replace(
        'en = "docs/en"', 'en = "docs/en"\nfr = "docs/fr"'
    )
    confirmed.write("pyproject.toml", text)
    confirmed.write("docs/fr/ch/a.md", EN)
    confirmed.snippet("ch/b.py", "# zh: 一\n# en: one\n# fr: un\nprint(1)\n")
    confirm.everything(confirmed.sources())
    confirm.one(confirmed.sources(), "ch/b.py")
    for key in ("ch/a.md#title", KEY):
        confirm.one(confirmed.sources(), key)
    commit = ["commit", "-qam", "x"]
    for command in (["add", "-A"], ["-c", "user.name=a", "-c", "user.email=a@b", *commit]):
        subprocess.run(["git", "-C", str(confirmed.root), *command], check=True)
    assert check(confirmed) == []
    confirmed.write("docs/en/ch/a.md", EN.replace("3 numbers", "4 numbers"))
    confirm.wanted(confirmed.sources(), KEY)
    assert check(confirmed) == []
    for edition in ("zh", "fr"):
        page = confirmed.read(f"docs/{edition}/ch/a.md")
        assert "<del>3</del><ins>4</ins>" in render(confirmed, page, edition)
    french = confirmed.read("docs/fr/ch/a.md")
    confirmed.write("docs/fr/ch/a.md", french.replace("3 numbers", "4 numbers"))
    assert len(check(confirmed)) == 1
    confirm.one(confirmed.sources(), KEY)
    assert check(confirmed) == []
    assert "neverstale:wanted" not in confirmed.read("docs/fr/ch/a.md")
    assert drift.read(confirmed.load()).wanted[KEY].editions == ("zh",)
    new.page(confirmed.load(), "ch/new", {"en": "New"})
    assert drift.read(confirmed.load()).wanted["ch/new.md"].editions == ("zh", "fr")
    confirm.everything(confirmed.sources())
    assert check(confirmed) == []


def test_new_leaves_nothing_behind_where_it_cannot_note_what_is_wanted(site: Site) -> None:
    text = site.read("pyproject.toml").replace('"translations.lock"', "false")
    site.write("pyproject.toml", text)
    done = site.engine("new", "ch/mine", "en=Mine")
    assert done.returncode == 1 and "translations: missing" in done.stderr
    assert not [*site.root.rglob("*mine*")]
