"""Rules that a site lowers: off or a warning, for all files or some, for good or until a day."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import neverstale
from neverstale import project, rules
from neverstale.problem import NeverstaleError

if TYPE_CHECKING:
    from conftest import Site

PICTURE = "# T {#t}\n\n![a cat](cat.png)\n"
TODAY = datetime.date.today()


def lower(site: Site, **entry: Any) -> None:
    """Enter one in the settings."""
    said = {"rule": "picture", "level": "off", "reason": "photographs of us"} | entry
    lines = (
        f"{key} = {value if isinstance(value, datetime.date) else json.dumps(value)}"
        for key, value in said.items()
        if value is not None
    )
    text = site.read("pyproject.toml")
    site.write("pyproject.toml", "\n".join([text, "[[tool.neverstale.rules]]", *lines, ""]))


def check(site: Site) -> tuple[int, list[str]]:
    done = site.engine("check")
    return done.returncode, done.stderr.splitlines()


@pytest.fixture
def pictured(site: Site) -> Site:
    """A picture on a page of each of two folders, in both editions."""
    for name in ("a/one.md", "b/two.md"):
        site.page(name, PICTURE)
    return site


def test_a_rule_is_an_error_a_warning_or_off(pictured: Site) -> None:
    code, said = check(pictured)
    assert code == 1 and len(said) == 4 and all(line.endswith(" [picture]") for line in said)
    lower(pictured, level="warning", paths=["docs/*/a/*"])
    code, said = check(pictured)
    assert code == 1 and sum(line.startswith("warning: docs/") for line in said) == 2
    lower(pictured)
    code, said = check(pictured)
    assert code == 0 and len(said) == 2, "the first entry that fits counts: the warnings stay"
    told = json.loads(pictured.engine("check", "--json").stdout)
    assert [(each["rule"], each["level"]) for each in told] == [("picture", "warning")] * 2


def test_a_wider_entry_leaves_out_what_an_earlier_one_keeps(pictured: Site) -> None:
    lower(pictured, level="error", paths=["docs/en/*"], reason=None)
    lower(pictured)
    code, said = check(pictured)
    assert code == 1 and {line.split("/")[1] for line in said} == {"en"}


def test_after_the_last_day_it_is_an_error_again(pictured: Site) -> None:
    lower(pictured, until=TODAY)
    assert check(pictured) == (0, [])
    yesterday = TODAY - datetime.timedelta(days=1)
    text = pictured.read("pyproject.toml").replace(str(TODAY), str(yesterday))
    pictured.write("pyproject.toml", text)
    code, said = check(pictured)
    assert code == 1 and len(said) == 5
    assert any(f"rules: picture: ended on {yesterday}" in line for line in said)


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"rule": "pictures"}, "'pictures' is no rule; known are directive"),
        ({"rule": "record"}, "what guards records has no name, and always holds"),
        ({"level": "of"}, "level must be off, warning or error"),
        ({"reason": "because"}, "must be the reason, in words"),
        ({"reason": None}, "must be the reason, in words"),
        ({"paths": "docs"}, "must be a list of patterns"),
        ({"until": "soon"}, "must be a date"),
        ({"until": TODAY + datetime.timedelta(days=400)}, "more than a year away"),
        ({"why": "so"}, "each needs rule and level"),
    ],
)
def test_a_slip_in_an_entry_is_told(site: Site, entry: dict[str, Any], says: str) -> None:
    lower(site, **entry)
    with pytest.raises(NeverstaleError, match=re.escape(says)):
        site.load()


def test_what_guards_records_cannot_be_lowered(site: Site) -> None:
    """With every rule off, a snippet without a record, an edited one and a false proof are told."""
    for rule in rules.RULES:
        lower(site, rule=rule, reason="every one of them")
    site.page("index.md", '--8<-- "a.py"\n\n✓ Verified · CPU · 2026-11-23\n')
    site.snippet("a.py", "print(1)")
    code, said = check(site)
    assert code == 1
    assert sum("looks like a proof" in line for line in said) == 2
    assert sum("never run on cpu" in line for line in said) == 1
    assert site.engine("run").returncode == 0
    path = site.root / "records" / "a.cpu.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"1', '"2', 1), encoding="utf-8")
    assert any("records/a.cpu.json" in line for line in check(site)[1])


def test_every_rule_that_a_problem_names_is_one_and_every_one_is_used() -> None:
    source = Path(neverstale.__file__).parent
    text = "".join(file.read_text(encoding="utf-8") for file in sorted(source.rglob("*.py")))
    text = text.replace((source / "rules.py").read_text(encoding="utf-8"), "")
    named = {name for name in rules.RULES if f'"{name}"' in text}
    assert named == set(rules.RULES)
    assert project.SETTINGS["rules"].kind is list


def test_readers_are_told(site: Site, render: Any) -> None:
    lower(site, paths=["docs/en/*"], until=TODAY)
    text = render(site, "[[neverstale:excuses]]").replace("<wbr>", "")
    assert "docs/en/*" in text and "<code>picture</code>" in text and str(TODAY) in text
