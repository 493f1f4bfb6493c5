"""The command line, as scripts and people use it."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from neverstale import cli

if TYPE_CHECKING:
    from conftest import Site


@pytest.fixture(scope="module")
def ran(new_site: Callable[[], Site]) -> Site:
    """Good and bad snippets in two folders, and pages that show them."""
    site = new_site()
    site.snippet("one/good.py", "print('好')")
    site.snippet("one/bad.py", "raise ValueError('\\x1b[31m <&> \\udc80')")
    site.snippet("two/other.py", "x = 1")
    site.snippet(
        "two/skipped.py",
        "x = 1",
        options=f'[tool.neverstale.skip.cpu]\nreason = "not yet"\nuntil = {datetime.date.today()}',
    )
    site.page("one.md", '# T {#t}\n\n--8<-- "one/good.py"\n\n--8<-- "two/other.py"\n')
    site.page("rest.md", '# T {#t}\n\n--8<-- "one/bad.py"\n\n--8<-- "two/skipped.py"\n')
    return site


VERDICTS = {
    "one/good.py": "verified",
    "one/bad.py": "failed",
    "two/other.py": "verified",
    "two/skipped.py": "skipped",
}


def test_a_run_tells_progress_problems_and_a_sum(ran: Site) -> None:
    done = ran.engine("run", "--jobs", "2", "--junit", str(ran.root / "new/junit.xml"))
    assert done.returncode == 1
    *lines, last = done.stdout.splitlines()
    assert last.startswith("cpu: 1 failed, 2 verified, 1 skipped in ")
    assert sorted(line.split("]")[0] for line in lines if line[0] == "[") == [
        f"[{i}/4" for i in range(1, 5)
    ]
    problems = [line for line in lines if line.startswith("    ")]
    assert len(problems) == 1
    assert problems[0].startswith("    snippets/one/bad.py:6: ValueError: \\x1b[31m <&> \\udc80")


def test_junit_is_valid_xml(ran: Site) -> None:
    ran.engine("run", "--all", "--junit", str(ran.root / "junit.xml"))
    suite = ElementTree.parse(ran.root / "junit.xml").getroot()
    assert (suite.tag, suite.get("tests")) == ("testsuite", "4")
    cases = {case.get("name"): case for case in suite}
    assert set(cases) == set(VERDICTS)
    failure = cases["one/bad.py"].find("failure")
    assert failure is not None
    assert (failure.get("message") or "").startswith(
        "snippets/one/bad.py:6: ValueError: \\x1b[31m <&> \\udc80"
    )
    assert "Traceback" in (failure.text or "")
    assert [child.tag for child in cases["two/skipped.py"]] == ["skipped"]
    assert list(cases["one/good.py"]) == []


def test_verbose_shows_the_traceback(ran: Site) -> None:
    assert "Traceback" in ran.engine("run", "-v").stdout
    assert "Traceback" not in ran.engine("run").stdout


def test_a_terminal_that_is_not_utf_8_stops_nothing(ran: Site) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = ran.engine("run", "--all", env=environment)
    assert done.returncode == 1
    assert "\\udc80" in done.stdout
    assert "cpu: 1 failed" in done.stdout


@pytest.mark.parametrize(
    ("only", "names"),
    [
        (["snippets/one/good.py"], ["one/good.py"]),
        (["snippets/one"], ["one/bad.py", "one/good.py"]),
        (["snippets"], sorted(VERDICTS)),
        (["docs/zh/one.md"], ["one/good.py", "two/other.py"]),
        (["docs/en/one.md", "snippets/two"], ["one/good.py", "two/other.py", "two/skipped.py"]),
        ([], sorted(VERDICTS)),
    ],
)
def test_snippets_are_selected_by_file_folder_or_page(
    ran: Site, only: list[str], names: list[str]
) -> None:
    done = ran.engine("status", "--json", *only, cwd=ran.root)
    assert [entry["snippet"] for entry in json.loads(done.stdout)] == names


@pytest.mark.parametrize("path", ["snippets/no.py", "docs/en/no.md", "elsewhere"])
@pytest.mark.parametrize("command", ["run", "status"])
def test_a_path_that_means_nothing_is_told(ran: Site, command: str, path: str) -> None:
    done = ran.engine(command, path, cwd=ran.root)
    assert done.returncode == 1
    assert done.stderr == f"{path}: no snippet there, and no page shows one\n"


@pytest.mark.parametrize("parts", [1, 2, 3, 7])
def test_shards_part_the_snippets_exactly(ran: Site, parts: int) -> None:
    seen: list[str] = []
    for part in range(1, parts + 1):
        seen += ran.results("--shard", f"{part}/{parts}")
    assert sorted(seen) == sorted(VERDICTS)


def test_status_in_words_and_as_json(ran: Site) -> None:
    ran.engine("run")
    done = ran.engine("status")
    assert done.returncode == 1
    assert [line.split()[:3] for line in done.stdout.splitlines()] == [
        ["failed", "cpu", "one/bad.py"],
        ["verified", "cpu", "one/good.py"],
        ["verified", "cpu", "two/other.py"],
        ["skipped", "cpu", "two/skipped.py"],
    ]
    entries = json.loads(ran.engine("status", "--json").stdout)
    assert {entry["snippet"]: entry["status"] for entry in entries} == VERDICTS
    assert ran.engine("status", "snippets/two", cwd=ran.root).returncode == 0


def test_check_and_published_in_words_and_as_json(site: Site) -> None:
    site.page("index.md", "# T {#t}\n")
    assert site.engine("check").stdout == "check: good\n"
    assert json.loads(site.engine("check", "--json").stdout) == []
    site.page("index.md", "# T\n")
    done, told = site.engine("check"), "docs/en/index.md:1: heading 'T' needs an id: {#its-id}"
    assert (done.returncode, done.stdout) == (1, "check: 2 problem(s)\n")
    assert done.stderr.splitlines()[0] == f"{told} [heading-id]"
    [entry, _] = json.loads(site.engine("check", "--json").stdout)
    assert entry == {
        "path": "docs/en/index.md",
        "line": 1,
        "message": "heading 'T' needs an id: {#its-id}",
        "rule": "heading-id",
        "level": "error",
    }
    done = site.engine("published", "--json")
    assert done.returncode == 1
    assert [entry["path"] for entry in json.loads(done.stdout)] == ["site", "site/en", "site/zh"]


def test_nothing_to_run_is_good(site: Site) -> None:
    done = site.engine("run")
    assert (done.returncode, done.stdout.partition(" in ")[0]) == (0, "cpu: nothing to run")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["no-command"],
        ["run", "--device", "tpu"],
        ["run", "--jobs", "0"],
        ["run", "--jobs", "many"],
        ["run", "--shard", "3/2"],
        ["run", "--shard", "0/2"],
        ["run", "--shard", "2"],
        ["check", "--all"],
    ],
)
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: neverstale")


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    commands = ("run", "status", "check", "published", "notebooks")
    for arguments in (["--help"], *([command, "--help"] for command in commands)):
        with pytest.raises(SystemExit) as ended:
            cli.main(arguments)
        assert ended.value.code == 0
        told = capsys.readouterr().out
        assert told.startswith("usage: neverstale") and "Exit code: 0 all good" in told
        if arguments == ["--help"]:
            assert all(f"    {command} " in told for command in commands)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool", "pyproject.toml: not TOML: "),
        ("[tool.other]", "pyproject.toml: no [tool.neverstale] at or above "),
        ("[tool.neverstale]", "[tool.neverstale] editions: missing; name at least one"),
        ("[tool.neverstale]\nsnipets = 'a'", "[tool.neverstale] snipets: unknown setting"),
        ("[tool.neverstale]\npreload = 'torch'", "[tool.neverstale] preload: must be a list"),
        ("[tool.neverstale]\nline-length = true", "[tool.neverstale] line-length: must be a int"),
        ("[tool.neverstale]\nline-length = 0", "[tool.neverstale] line-length: must be at least 1"),
        ("[tool.neverstale.figures]\nstile = 'a'", "[tool.neverstale] stile: unknown setting"),
        (
            "[tool.neverstale]\neditions = { en = 'docs/en' }\nturning = { en = ['not'] }",
            "[tool.neverstale] turning: 'en' must be an edition, and hold words as one text",
        ),
        ("[tool.neverstale]\nfigures = 'a'", "[tool.neverstale] figures: must be a dict"),
    ],
)
def test_a_mistake_in_the_settings_is_one_line(site: Site, text: str, message: str) -> None:
    site.write("pyproject.toml", text)
    done = site.engine("check")
    assert (done.returncode, done.stdout) == (1, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_it_is_found_from_any_folder_of_the_project(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.page("index.md", "# T {#t}\n")
    monkeypatch.chdir(site.root / "docs/en")
    assert cli.main(["check"]) == 0


def test_status_tells_what_cannot_be_read(site: Site) -> None:
    site.snippet("a.py", "print(1)", "timeout = 'soon'")
    done = site.engine("status")
    assert done.returncode == 1
    assert done.stderr.startswith("snippets/a.py:")


def test_a_snippet_with_two_problems_counts_once(site: Site) -> None:
    site.snippet("a.py", "# --8<-- [start:x]\nprint(1)", "timeout = 'soon'")
    site.snippet("b.py", "print(1)")
    done = site.engine("run", "--jobs", "1", "--junit", str(site.root / "junit.xml"))
    *lines, last = done.stdout.splitlines()
    assert last.startswith("cpu: 1 failed, 1 verified in ")
    assert sum(line.startswith("    snippets/a.py:") for line in lines) == 2
    assert [line[:5] for line in lines if line.startswith("[")] == ["[1/2]", "[2/2]"]
    suite = ElementTree.parse(site.root / "junit.xml").getroot()
    assert (suite.get("tests"), len(suite)) == ("2", 2)


def test_records_of_snippets_that_are_gone_are_told_and_removed(site: Site) -> None:
    site.snippet("a.py", "print(1)")
    site.snippet("b.py", "print(2)\nwith open('f.svg', 'w') as f:\n    _ = f.write('<svg/>')")
    site.page("index.md", '# A {#a}\n\n--8<-- "a.py"\n')
    site.engine("run")
    kept = site.read("records/a.cpu.json")
    (site.root / "snippets/b.py").unlink()
    done = site.engine("check")
    told = "is of no snippet that lists cpu in its 'devices'; run: neverstale prune"
    assert done.stderr == f"records/b.cpu: {told}\nrecords/b.cpu.json: {told}\n"
    done = site.engine("prune")
    assert done.stdout == "records/b.cpu.json\nrecords/b.cpu\ndeleted: 2\n"
    assert site.engine("check").returncode == 0
    assert [path.name for path in (site.root / "records").iterdir()] == ["a.cpu.json"]
    assert site.read("records/a.cpu.json") == kept


def test_prune_deletes_nothing_while_a_snippet_cannot_be_read(site: Site) -> None:
    site.snippet("a.py", "print(1)")
    site.engine("run")
    site.snippet("a.py", "print(1)", "timeout = 'soon'")
    done = site.engine("prune")
    assert done.returncode == 1 and done.stderr.startswith("snippets/a.py:5: ")
    assert (site.root / "records/a.cpu.json").exists()


ELSEWHERE = """\
import shutil  # first: from Python 3.12 on, Windows has it import a module of Windows' own
import sys

class Gone:
    def find_spec(self, name, *_):
        if name in ("fcntl", "resource", "termios", "pwd", "grp"):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Gone())
for name in ("fcntl", "resource", "termios", "pwd", "grp"):
    sys.modules.pop(name, None)
sys.platform = "win32"
from neverstale import cli
sys.exit(cli.main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("command", "code"), [("check", 0), ("status", 0), ("published", 1), ("run", 1), ("doctor", 1)]
)
def test_windows_is_told_where_snippets_run(site: Site, command: str, code: int) -> None:
    """Windows knows no `fcntl`; there is none here to try it on, so the module is taken away."""
    site.page("index.md", "# A {#a}\n")
    start = [sys.executable, "-c", ELSEWHERE, "--project", str(site.root), command]
    done = subprocess.run(start, capture_output=True, text=True)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    linux = "neverstale: snippets do not run on this system: on Windows, run them in WSL 2\n"
    assert (done.stderr == linux) == (command in ("run", "doctor"))
