"""One picture of the site: read once, and followed when a part of it changes."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from neverstale import cli
from neverstale.proof import record
from neverstale.source import fingerprint, imports, pages, reading, sources

if TYPE_CHECKING:
    from conftest import Site

LAB = """
# %% [markdown] zh
# # 实验 {#lab}
# %% [markdown] en
# # Lab {#lab}
# %%
from model import size  # --8<-- size
print(size)
"""
MODEL = "# --8<-- [start:size]\nsize = 1\n# --8<-- [end:size]\n"


@pytest.fixture
def whole(site: Site) -> Site:
    """A site with a bit of everything that one file can mean to another."""
    lock = 'translations = "translations.lock"'
    settings = site.read("pyproject.toml").replace("translations = false", lock)
    site.write("pyproject.toml", settings)
    site.snippet("ch/model.py", MODEL)
    site.snippet("ch/my_lab.py", LAB, options="lab = true")
    site.snippet("ch/a.py", "import ours\nfrom model import size", options='files = ["a.txt"]')
    site.snippet("ch/broken.py", "x = = 1")
    site.write("snippets/ch/a.txt", "1\n")
    site.write("src/ours.py", "import inner\n")
    site.write("src/inner.py", "x = 1\n")
    site.page("index.md", '# A {#a}\n\n--8<-- "ch/a.py"\n')
    site.page("gone.md", '# B {#b}\n\n--8<-- "ch/model.py:size"\n')
    return site


def write(name: str, text: str) -> tuple[str, Callable[[Site], object]]:
    return name, lambda site: site.write(name, text)


def snippet(name: str, code: str, options: str = "") -> tuple[str, Callable[[Site], object]]:
    return f"snippets/{name}", lambda site: site.snippet(name, code, options)


def remove(name: str) -> tuple[str, Callable[[Site], object]]:
    return name, lambda site: (site.root / name).unlink()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        snippet("ch/a.py", "print(2)"),
        snippet("ch/a.py", "print(2"),
        snippet("ch/new.py", "import ours"),
        snippet("ch/broken.py", "x = 1"),
        snippet("ch/model.py", MODEL.replace("1", "22")),
        snippet("ch/model.py", MODEL.replace("size]", "other]")),
        snippet("ch/model.py", "x = = 1"),
        snippet("ch/my_lab.py", LAB.replace("# # Lab", "# # The lab"), "lab = true"),
        snippet("ch/my_lab.py", LAB, ""),
        remove("snippets/ch/model.py"),
        remove("snippets/ch/a.py"),
        remove("snippets/ch/broken.py"),
        remove("snippets/ch/a.txt"),
        write("snippets/ch/a.txt", "2\n"),
        write("src/inner.py", "x = 2\n"),
        write("src/inner.py", "import late\n"),
        write("src/late.py", "x = 2\n"),
        remove("src/inner.py"),
        write("docs/en/index.md", "# C {#c}\n"),
        write("docs/en/new.md", '# D {#d}\n\n--8<-- "ch/model.py:size"\n'),
        write("docs/zh/index.md", "``` { .python }\n"),
        remove("docs/en/gone.md"),
    ],
)
def test_what_changed_is_read_as_if_all_were(
    whole: Site, name: str, change: Callable[[Site], object]
) -> None:
    before = whole.sources()
    read = before.pages
    change(whole)
    after = sources.read(whole.load(), before, {whole.root / name})
    now = whole.sources()
    assert (after, after.pages) == (now, now.pages)
    assert (after, after.pages) != (before, read) or name == "src/late.py"  # nothing imports that


def test_of_what_is_named_only_that_is_read_and_what_it_imports(
    whole: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = whole.sources()
    seen = count(monkeypatch)
    some = sources.read(whole.load(), only=["ch/my_lab.py", "ch/broken.py"])
    assert {str(name) for what, name in seen if what in ("snippet", "page")} == {
        "ch/my_lab.py", "ch/model.py", "ch/broken.py"
    }  # fmt: skip
    assert some.snippets == {name: every.snippets[name] for name in ("ch/model.py", "ch/my_lab.py")}
    assert some.unreadable == {"ch/broken.py": every.unreadable["ch/broken.py"]}


def test_what_did_not_change_is_not_read_again(
    whole: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = whole.sources()
    assert before.pages
    seen = count(monkeypatch)
    whole.write("docs/en/index.md", "# C {#c}\n")
    assert sources.read(whole.load(), before, {whole.root / "docs/en/index.md"}).pages
    names = {str(name) for what, name in seen if what in ("snippet", "page")}
    assert names == {"ch/broken.py", str(whole.root / "docs/en/index.md")}


def test_a_mistake_in_a_lab_and_one_in_what_it_pulls_in_are_told_at_once(site: Site) -> None:
    site.snippet("ch/model.py", "x = = 1")
    site.snippet("ch/my_lab.py", "# zh: 甲\n" + LAB.strip(), options="lab = true")
    told = [problem.message for problem in site.sources().unreadable["ch/my_lab.py"]]
    assert ["not Python" in told[0], "comment in zh only" in told[1]] == [True, True]


def count(monkeypatch: pytest.MonkeyPatch) -> Counter[tuple[str, object]]:
    """Counts, from now on, how often each file is read."""
    seen: Counter[tuple[str, object]] = Counter()

    def watch(module: Any, name: str, what: str) -> None:
        real = getattr(module, name)

        def wrapped(*arguments: Any) -> Any:
            key = arguments[1:] if what == "record" else arguments[-1]
            seen[what, getattr(key, "name", key) if what == "fingerprint" else key] += 1
            return real(*arguments)

        monkeypatch.setattr(module, name, wrapped)

    watch(reading, "read", "snippet")
    watch(pages, "read", "page")
    watch(record, "read", "record")
    watch(imports, "direct", "imports")
    watch(fingerprint.Ours, "complete", "fingerprint")
    return seen


@pytest.mark.parametrize("command", ["check", "status", "published"])
def test_a_command_reads_each_file_once(
    whole: Site, build: Callable[[Site], None], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    (whole.root / "snippets/ch/broken.py").unlink()
    for name in ("index.md", "gone.md"):
        text = whole.read(f"docs/en/{name}")
        whole.page(name, f"{text}\n[[neverstale:table]]\n\n[[neverstale:summary]]\n")
    whole.results()
    build(whole)
    shutil.rmtree(whole.root / ".neverstale", ignore_errors=True)
    seen = count(monkeypatch)
    cli.main(["--project", str(whole.root), command])
    kinds = Counter(what for what, _ in seen)
    # What a snippet imports is seen where it is read; the others are two modules.
    pages = {} if command == "status" else {"page": 4}  # how snippets stand, no page tells
    assert kinds == {"snippet": 3, "record": 3, "imports": 2, "fingerprint": 3, **pages}
    assert set(seen.values()) == {1}, seen
