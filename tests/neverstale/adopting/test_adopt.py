"""`neverstale adopt`: what is found now is accepted until a day; what comes later is not."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Site

OLD = """\
# A page

![a cat](cat.png)

```python
print(1)
```

<details><summary>More</summary>words</details>

--8<-- "includes/words.md"

## Twice {#a}

## Twice {#a}
"""


@pytest.fixture
def old(site: Site) -> Site:
    """A site in one language, as others have them."""
    settings = (
        "[tool.neverstale]\nimports = []\nconstraints = false\n\n"
        '[tool.neverstale.editions]\nen = "docs"\n'
    )
    site.write("pyproject.toml", settings)
    for folder in (site.root / "docs" / "zh", site.root / "docs" / "en"):
        folder.rmdir()
    for number in range(20):
        site.write(f"docs/tutorial/page-{number}.md", OLD)
    site.write("docs/index.md", "# Hello\n")
    site.write("docs/cat.png", b"\x89PNG")
    site.write("docs/CNAME", "example.org\n")
    site.write("site/index.html", "<p>Hello</p>")
    site.write("site/404.html", "<p>None</p>")
    site.write("site/tags/index.html", "<p>made by a plugin</p>")
    for number in range(20):
        text = "<pre><code>print(1)\n</code></pre>"
        site.write(f"site/tutorial/page-{number}/index.html", text)
    return site


def test_the_first_day_ends_without_an_error(old: Site) -> None:
    before = old.engine("check")
    assert before.returncode == 1 and "typed-code" in before.stderr
    listed = old.engine("adopt", "--dry-run")
    assert "20 typed-code: No code is typed into a page.\n" in listed.stdout
    assert "rules" not in old.read("pyproject.toml")
    done = old.engine("adopt")
    assert done.returncode == 0 and done.stdout == listed.stdout
    for command in ("check", "published"):
        good = old.engine(command)
        assert (good.returncode, good.stdout) == (0, f"{command}: good\n"), good.stderr
    text = old.read("pyproject.toml")
    assert '"docs/tutorial/*.md",' in text and text.count("page-1") == 0
    until = old.load().rules[0].until
    assert until is not None and until > datetime.date.today() + datetime.timedelta(days=150)
    assert {one.rule for one in old.load().rules} == {
        "directive", "duplicate-id", "hidden", "picture", "stray-file", "stray-page", "typed-code"
    }  # fmt: skip
    assert old.engine("adopt").stdout.startswith("accepted until")


def test_what_comes_later_is_told(old: Site) -> None:
    assert old.engine("adopt").returncode == 0
    old.write("docs/new.md", OLD)
    old.write("docs/dog.png", b"\x89PNG")
    done = old.engine("check")
    assert done.returncode == 1
    found = {line.split(":")[0] for line in done.stderr.splitlines()}
    assert found == {"docs/new.md", "docs/dog.png"}


def test_files_without_a_head_are_taken_as_they_are(old: Site) -> None:
    """Other people's examples say nothing of themselves; what they import says what they need."""
    old.write("snippets/a.py", "import pytest\n\nprint(pytest.__name__)\n")
    old.write("snippets/empty.py", "")
    done = old.engine("run")
    assert "2 verified" in done.stdout, done.stdout
    record = json.loads(old.read("records/a.cpu.json"))
    assert record["packages"] == {"pytest": pytest.__version__}
    told = "a.py:1: no metadata block; begin the file with '# /// script' … '# ///' [head]\n"
    assert told in old.engine("check").stderr
    assert "2 head: Every snippet has a head" in old.engine("adopt").stdout
    assert old.engine("check").returncode == 0
    old.write("snippets/b.py", "print(2)\n")
    old.engine("run")
    assert old.engine("check").stderr.count("[head]") == 1


UNREAD = {
    "newer.py": "match 1:\n",
    "inside.py": "# --8<-- [start:a]\n# --8<-- [start:a]\nx = 1\n# --8<-- [end:a]\n",
}


def test_a_file_that_cannot_be_read_is_accepted_while_no_page_shows_it(old: Site) -> None:
    """As one that fails is; then what it hid is seen: a file that may be one of its own."""
    for name, text in UNREAD.items():
        old.write(f"snippets/{name}", text)
    old.write("snippets/data.csv", "1")
    old.snippet("a.py", "import inside\n\nprint(inside.x)")
    assert "snippets/inside.py:2: section 'a' starts inside 'a'" in old.engine("check").stderr
    done = old.engine("adopt")
    assert "3 unrun: Every snippet" in done.stdout and done.returncode == 0, done.stderr
    assert '    "snippets/data.csv",\n' in old.read("pyproject.toml")
    assert old.engine("run").returncode == 0
    assert old.engine("check").returncode == 0, old.engine("check").stderr
    old.write("docs/a.md", '--8<-- "a.py"\n')  # which imports it
    assert [*map(where, old.engine("check").stderr.splitlines())] == ["snippets/inside.py:2"]
    old.write("docs/a.md", '--8<-- "newer.py"\n')
    assert [*map(where, old.engine("check").stderr.splitlines())] == ["snippets/newer.py:1"]


def where(line: str) -> str:
    """The place that a line of `check` names."""
    return line.partition(": ")[0]


def test_what_guards_records_is_left(old: Site) -> None:
    old.snippet("a.py", "print(1)")
    old.snippet("b.py", "1 / 0")
    old.write("docs/a.md", '--8<-- "a.py"\n')
    assert old.engine("run", "b.py").returncode == 1
    done = old.engine("adopt")
    assert done.returncode == 1
    assert (
        done.stderr
        == "snippets/a.py: never run on cpu; run: neverstale run a.py; then commit its record\n"
    )
    assert "1 unrun: Every snippet has a fresh record" in done.stdout
    done = old.engine("run")
    assert done.returncode == 0 and "1 failed, 1 verified (1 accepted by the rule" in done.stdout
    assert old.engine("check").returncode == 0
    old.write("docs/a.md", '--8<-- "a.py"\n\n--8<-- "b.py"\n')
    assert "b.py: never run on cpu" in old.engine("check").stderr
    assert old.engine("run").returncode == 1


def test_a_day_too_far_is_refused(old: Site) -> None:
    done = old.engine("adopt", "--until", "2999-01-01")
    assert done.returncode == 1 and "more than a year away" in done.stderr
    assert "rules" not in old.read("pyproject.toml")
    assert old.engine("adopt", "--until", "soon").returncode == 2


def test_a_name_with_a_star_means_itself(old: Site) -> None:
    old.write("docs/a[1].png", b"\x89PNG")
    assert old.engine("adopt").returncode == 0
    old.write("docs/a1.png", b"\x89PNG")
    assert [line.split(":")[0] for line in old.engine("check").stderr.splitlines()] == [
        Path("docs/a1.png").as_posix()
    ]


def test_the_settings_say_what_a_head_would(old: Site) -> None:
    """Pages of others name the lines of a file; a head would move them."""
    settings = old.read("pyproject.toml")
    code = "import sys\n\nprint(sys.argv[1:])\n"
    old.write("snippets/a.py", code)
    old.write("snippets/b.py", code)
    given = '{}\n[[tool.neverstale.heads]]\npaths = ["snippets/a*"]\nargv = ["{}"]\n'
    old.write("pyproject.toml", given.format(settings, "Ada"))
    assert old.results()["a.py"]["verdict"] == "verified"
    printed = [json.loads(old.read(f"records/{name}.cpu.json"))["output"] for name in "ab"]
    assert printed == [[[3, "['Ada']\n"]], [[3, "[]\n"]]]
    old.write("pyproject.toml", given.format(settings, "Bob"))
    again = old.results()
    assert (again["a.py"]["verdict"], again["b.py"]["verdict"]) == ("failed", "fresh")
    old.write("snippets/c.py", code)
    both = '[[tool.neverstale.heads]]\npaths = ["*"]\nargv = ["Eve"]\nexit = 0\n'
    old.write("pyproject.toml", given.format(settings, "Ada") + both)
    assert old.results()["c.py"]["verdict"] == "verified"
    assert old.load().head("snippets/a.py") == {"argv": ["Ada"], "exit": 0}
    assert old.load().head("snippets/c.py") == {"argv": ["Eve"], "exit": 0}
    wrong = given.format(settings, "Ada").replace("argv", "argw")
    old.write("pyproject.toml", wrong)
    told = "pyproject.toml: [tool.neverstale] heads: snippets/a.py: unknown key 'argw'"
    assert told in old.engine("check").stderr
    old.write("pyproject.toml", wrong.replace('paths = ["snippets/a*"]', "paths = []"))
    assert "heads: each needs paths" in old.engine("check").stderr


def test_what_most_snippets_import_is_imported_once(old: Site) -> None:
    old.write("src/ours.py", "")
    settings = old.read("pyproject.toml").replace("imports = []", 'imports = ["src"]')
    old.write("pyproject.toml", settings)
    for name, code in {
        "a": "import pytest, ours, json",
        "b": "import pytest.mark, markdown, ours",
        "c": "from pytest import fixture\nimport ours",
        "d": "import markdown",
    }.items():
        old.snippet(f"{name}.py", code)
    listed = old.engine("adopt", "--dry-run").stdout
    assert listed.endswith("imported once for all snippets (preload): pytest\n"), listed
    assert old.read("pyproject.toml") == settings
    assert old.engine("adopt").stdout == listed
    assert old.load().preload == ("pytest",)
    assert "preload" not in old.engine("adopt").stdout, "what is said stays"


def test_few_snippets_or_a_setting_of_its_own_get_no_proposal(old: Site) -> None:
    for name in ("a", "b"):
        old.snippet(f"{name}.py", "import pytest")
    assert "preload" not in old.engine("adopt").stdout
    old.snippet("c.py", "import pytest")
    text = old.read("pyproject.toml")
    old.write("pyproject.toml", text.replace("imports = []", "imports = []\npreload = []"))
    assert "preload" not in old.engine("adopt").stdout
    assert old.load().preload == ()
