"""What of the code shown has ever run, held against all records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from neverstale.proof import reach, record, verification

if TYPE_CHECKING:
    from conftest import Site

LIB = """
def used():
    return 1


def unused():
    if used():
        return 2
"""
USER = "from lib import used\nprint(used())"
REASON = """\
[[tool.neverstale.unreached]]
match = "{match}"
zh = "这里只在别的机器上运行"
en = "only on another machine"
"""


def prepare(site: Site, options: str = "", user: str = USER, user_options: str = "") -> int:
    """A snippet that another imports, both run and shown; the first line of its code."""
    first = site.snippet("lib.py", LIB, options=options)
    site.snippet("user.py", user, options=user_options)
    site.page("a.md", '# A {#a}\n\n--8<-- "lib.py"\n\n--8<-- "user.py"\n')
    assert {entry["verdict"] for entry in site.results().values()} == {"verified"}
    return first


def told(site: Site) -> list[str]:
    done = site.engine("check")
    assert done.returncode == (1 if "problem" in done.stdout else 0), done.stdout + done.stderr
    told = (line.removesuffix(" [unreached]") for line in done.stderr.splitlines())
    return [line for line in told if "confirm" not in line]


NEVER = (
    "no run has reached this; let a snippet run it, take it out, or give the reason: "
    "[[tool.neverstale.unreached]]"
)


def test_what_nothing_ever_ran_needs_a_reason(site: Site) -> None:
    first = prepare(site)
    assert told(site) == [f"snippets/lib.py:{first + n}: {NEVER}" for n in (5, 6)]
    found = reach.of(site.statuses(), "lib.py")
    own = [each.statement.first - first for each in found if each.devices]
    through = [each.statement.first - first for each in found if each.through == ("user.py",)]
    assert (own, through) == ([0, 4], [0, 1, 4])
    [entry] = [e for e in verification.entries(site.statuses()) if e["snippet"] == "lib.py"]
    assert entry["statements"] == {
        "shown": 5,
        "reached": 2,
        "through": 1,
        "through_snippets": {"user.py": 1},
        "awaited": 0,
        "excused": 0,
    }


@pytest.mark.parametrize("match", ["def unused", r"if used\(\)|return 2"])
def test_a_reason_holds_for_a_statement_and_all_inside_it(site: Site, match: str) -> None:
    prepare(site, REASON.format(match=match.replace("\\", "\\\\")))
    assert told(site) == []
    reasons = [each.reason for each in reach.of(site.statuses(), "lib.py")]
    assert [each and each.reasons["en"] for each in reasons] == [
        None, None, None, "only on another machine", "only on another machine",
    ]  # fmt: skip


def test_a_reason_does_not_reach_into_an_else(site: Site) -> None:
    code = "def f(a):\n    if a:\n        return 1\n    else:\n        return 2"
    first = site.snippet("a.py", code, options=REASON.format(match="if a"))
    site.page("a.md", '# A {#a}\n\n--8<-- "a.py"\n')
    assert site.verdict("a.py") == ("verified", "")
    assert told(site) == [f"snippets/a.py:{first + 4}: {NEVER}"]


def test_a_reason_without_an_unreached_line_is_told(site: Site) -> None:
    first = prepare(site, REASON.format(match="def used"))
    assert told(site) == [
        "snippets/lib.py:1: 'unreached' def used fits nothing that is unreached; remove it",
        *(f"snippets/lib.py:{first + n}: {NEVER}" for n in (5, 6)),
    ]


def test_where_a_gpu_may_reach_a_line_its_run_is_awaited(site: Site) -> None:
    """Also if only a snippet that imports it is meant for a GPU."""
    prepare(site, user_options='devices = ["cpu", "cuda"]')
    assert told(site) == []
    found = reach.of(site.statuses(), "lib.py")
    assert [each.awaited for each in found] == ["", "", "", "cuda", "cuda"]


def test_without_a_record_nothing_is_said_to_have_run(site: Site) -> None:
    prepare(site)
    (site.root / "records/user.cpu.json").unlink()
    found = reach.of(site.statuses(), "lib.py")
    assert [each.reached for each in found] == [True, False, True, False, False]
    assert [line for line in told(site) if "no run has reached" in line] == []


def reseal(site: Site, **lines: str) -> None:
    path = site.root / "records/user.cpu.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    del data["digest"]
    data["lines"].update({f"{name}.py": text for name, text in lines.items()})
    path.write_text(json.dumps({**data, "digest": record._digest(data)}), encoding="utf-8")


def test_a_record_that_claims_what_cannot_run_is_told(site: Site) -> None:
    first = prepare(site)
    reseal(site, lib=f"{first}-{first + 9}", other="1")
    where = "records/user.cpu.json: claims line"
    end = "where no statement begins; delete it, then: neverstale run user.py"
    assert [line for line in told(site) if "claims" in line] == [
        f"{where} 1 of other.py, {end}",
        f"{where} {first + 2}-{first + 3},{first + 7}-{first + 9} of lib.py, {end}",
    ]


def test_a_record_that_claims_more_than_ran_fails_the_next_run(site: Site) -> None:
    first = prepare(site)
    reseal(site, lib=f"{first}-{first + 1},{first + 4}-{first + 6}")
    assert told(site) == []
    wrong = f"does not reach line {first + 5}-{first + 6} of lib.py any more; "
    verdict, message = site.verdict("user.py", "--all")
    assert verdict == "failed" and message.startswith(wrong)


@pytest.mark.parametrize("text", ["3-1", "1,3", "x", "1-", "-2", "2-4,5", "1, 2"])
def test_lines_are_written_in_one_way(site: Site, text: str) -> None:
    prepare(site)
    reseal(site, lib=text)
    path = Path("records/user.cpu.json")
    good = text == "1,3"
    assert any(f"{path}: of another version" in line for line in told(site)) is not good
