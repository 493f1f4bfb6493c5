"""What another output must pass before it becomes the record, and what is told of it then."""

from __future__ import annotations

import dataclasses
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from neverstale.proof import record

if TYPE_CHECKING:
    from conftest import Site

RECORD = "records/a.cpu.json"


def git(site: Site, *arguments: str) -> None:
    named = ("-c", "user.name=x", "-c", "user.email=x@example.org", *arguments)
    subprocess.run(["git", "-C", str(site.root), *named], check=True, capture_output=True)


@pytest.fixture
def say(site: Site, noticeboard: Path) -> Callable[[str, str], None]:
    """Sets what a snippet prints, which its code does not show, and a comment in it."""
    heard = noticeboard / "accepting"

    def say(text: str, comment: str = "", code: str = "", options: str = "") -> None:
        heard.write_text(text)
        note = f"# en: {comment}\n" if comment else ""
        pair = f"# zh: {comment}\n{note}" if comment else ""
        site.snippet("a.py", f"{pair}print(open({str(heard)!r}).read())\n{code}", options=options)

    return say


@pytest.fixture
def committed(site: Site, say: Callable[..., None]) -> Site:
    """A snippet whose record is committed."""
    say("loss 0.5")
    assert site.verdict("a.py")[0] == "verified"
    git(site, "init", "-q")
    git(site, "add", ".")
    git(site, "commit", "-q", "-m", "all")
    return site


def refused(site: Site) -> bool:
    verdict, message = site.verdict("a.py")
    if verdict == "failed":
        assert message.startswith("output line 1 was 'loss 0.5', is 'loss 0.9'; accept it with")
    return verdict == "failed"


def test_a_comment_lets_no_other_output_in(committed: Site, say: Callable[..., None]) -> None:
    say("loss 0.5", comment="half")
    assert site_says(committed) == "verified"
    say("loss 0.9", comment="nine tenths")
    assert refused(committed)
    assert refused(committed)  # however often


def site_says(site: Site) -> str:
    return site.verdict("a.py")[0]


def test_a_head_is_a_comment(committed: Site, say: Callable[..., None]) -> None:
    say("loss 0.9", options="timeout = 30")
    assert refused(committed)


def test_without_git_a_comment_lets_none_in_either(site: Site, say: Callable[..., None]) -> None:
    say("loss 0.5")
    done = site.engine("run")
    assert "git cannot be asked" in done.stderr and "compared with nothing" in done.stderr
    say("loss 0.9", comment="nine tenths")
    assert refused(site)


@pytest.mark.parametrize("harm", ["deleted", "edited", "of another version"])
def test_a_record_that_is_gone_is_asked_of_git(
    committed: Site, say: Callable[..., None], harm: str
) -> None:
    say("loss 0.9")
    if harm == "deleted":
        (committed.root / RECORD).unlink()
    else:
        committed.write(RECORD, committed.read(RECORD).replace("0.5", "0.9"))
    assert refused(committed)
    say("loss 0.5")
    assert site_says(committed) == "verified"


def test_a_record_from_before_records_knew_their_code_is_no_way_round(
    committed: Site, say: Callable[..., None]
) -> None:
    project = committed.load()
    old = record.read(project, "a.py", "cpu")
    assert old is not None and old.code
    record.write(project, dataclasses.replace(old, code=""), {})
    git(committed, "commit", "-q", "-a", "-m", "old")
    say("loss 0.9", comment="nine tenths")
    assert refused(committed)


def test_other_code_may_print_otherwise_and_that_is_shown(
    committed: Site, say: Callable[..., None]
) -> None:
    say("loss 0.9\nend", code="x = 1")
    done = committed.engine("run")
    assert done.returncode == 0, done.stdout
    assert "    -loss 0.5\n    +loss 0.9\n    +end\n" in done.stdout


def test_what_is_accepted_is_shown_but_not_at_length(
    committed: Site, say: Callable[..., None]
) -> None:
    say("\n".join(f"line {i}" for i in range(40)))
    (entry,) = committed.results("--update", "--all").values()
    assert entry["verdict"] == "verified"
    shown = entry["accepted"]
    assert shown[:2] == ["-loss 0.5", "+line 0"]
    assert len(shown) == 13 and shown[-1] == "… 29 more lines of output"


def test_figures_of_the_commit_are_compared_too(site: Site, noticeboard: Path) -> None:
    heard = noticeboard / "drawn"
    heard.write_text("<svg viewBox='0 0 9 9'><path d='M 0 1'/></svg>")
    code = f"_ = open('a.svg', 'w').write(open({str(heard)!r}).read())"
    site.snippet("a.py", code)
    assert site_says(site) == "verified"
    git(site, "init", "-q")
    git(site, "add", ".")
    git(site, "commit", "-q", "-m", "all")
    (site.root / RECORD).unlink()
    heard.write_text("<svg viewBox='0 0 9 9'><path d='M 0 7'/></svg>")
    verdict, message = site.verdict("a.py")
    assert verdict == "failed" and message.startswith("a.svg draws '<path d=\"M 0 7\"'")
