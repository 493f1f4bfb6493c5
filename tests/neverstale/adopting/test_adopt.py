"""`neverstale adopt`: what is found now is accepted until a day; what comes later is not."""

from __future__ import annotations

import datetime
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


def test_what_guards_records_is_left(old: Site) -> None:
    old.snippet("a.py", "print(1)")
    done = old.engine("adopt")
    assert done.returncode == 1
    assert (
        done.stderr
        == "snippets/a.py: never run on cpu; run: neverstale run a.py; then commit its record\n"
    )


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
