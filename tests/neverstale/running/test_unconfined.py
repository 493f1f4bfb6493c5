"""Runs where there is no sandbox: refused by default; with limits, and told, where accepted.

There is no Mac here: `mac.py` takes away what Linux alone has, from the engine and from the
interpreters that it starts.
"""

from __future__ import annotations

import dataclasses
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from neverstale.page import board, published
from neverstale.page.block import Place
from neverstale.problem import NeverstaleError
from neverstale.proof import record, verification
from neverstale.running import unconfined

if TYPE_CHECKING:
    from conftest import Site

ACCEPTED = 'unconfined = "our writers use Macs"\n'
# name: (code, options, what its run says)
BAD = {
    "endless": ("x = 1\nwhile True:\n    pass", "timeout = 1", "2: still running after 1 s"),
    "grows": (
        "import time; held = []\nfor _ in range(900): held.append(b'x' * 2**20); time.sleep(0.002)",
        'memory = "64 MiB"',
        "2: holds more than 0.0625 GiB; raise 'memory' if need be",
    ),
    "its_child_grows": (
        "import subprocess, sys\ngrow = 'held = b\"x\" * 2**28; import time; time.sleep(30)'\n"
        "subprocess.run([sys.executable, '-c', grow])",
        'memory = "64 MiB"',
        "3: holds more than 0.0625 GiB",
    ),
    "prints": (
        "for _ in range(30_000):\n    print('x' * 20)",
        "",
        "bytes; a page shows at most 262,144",  # how many: those printed before it was ended
    ),
    "writes": (
        "f = open('big', 'wb')\nf.seek(2**29 + 2**20)\nf.write(b'x')\nf.close()",
        "",
        "4: OSError: [Errno 27] File too large",
    ),
    "leaves": (
        "import subprocess\nsubprocess.Popen(['sleep', '31'])",
        "",
        "2: left processes running: sleep; end them",
    ),
    "raises": ("x = 1\n1 / 0", "", "2: ZeroDivisionError: division by zero"),
    "dies": ("import os\nos.abort()", "", "2: the process was ended by SIGABRT"),
    "warns": ("import warnings\nwarnings.warn('old')", "", "2: UserWarning: old"),
    "complains": ("import sys\nprint('no', file=sys.stderr)", "", "no"),
}
GOOD = """\
import os, sys
print(sys.platform, os.path.basename(os.getcwd()), os.environ["HOME"] == os.getcwd())
print({"b", "a"} == {"a", "b"}, open("made", "w").write("x"))
"""


@pytest.fixture
def mac(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the engine as if on a Mac: `mac(site, "run")`."""
    python = tmp_path / "mac.py"
    pretends = Path(__file__).with_name("mac.py").read_text(encoding="utf-8")
    python.write_text(f"#!{sys.executable}\n{pretends}", encoding="utf-8")
    python.chmod(python.stat().st_mode | stat.S_IXUSR)

    def mac(site: Site, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(python), "-P", "-m", "neverstale", "--project", str(site.root), *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=120)

    return mac


def accept(site: Site, line: str = ACCEPTED) -> None:
    text = site.read("pyproject.toml").replace("[tool.neverstale]\n", f"[tool.neverstale]\n{line}")
    site.write("pyproject.toml", text)


def test_without_a_sandbox_a_run_is_refused_in_one_line_that_says_what_to_do(
    site: Site, mac: Callable[..., Any]
) -> None:
    site.snippet("a.py", "print(1)")
    done = mac(site, "run")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "neverstale: the sandbox needs Linux, and this is darwin; run in a container or in CI, or "
        'accept runs without a sandbox: [tool.neverstale] unconfined = "why"\n'
    )
    assert not (site.root / "records").exists()
    assert mac(site, "check").stderr.startswith("snippets/a.py: never run on cpu;")


def test_what_is_fresh_needs_no_sandbox(site: Site, mac: Callable[..., Any]) -> None:
    site.snippet("a.py", "print(1)")
    assert site.verdict("a.py") == ("verified", "")
    done = mac(site, "run")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("reason", ["true", '""', '"x"', '"yes"', "3"])
def test_it_is_accepted_for_a_reason_in_words(site: Site, reason: str) -> None:
    accept(site, f"unconfined = {reason}\n")
    with pytest.raises(NeverstaleError, match=r"\[tool.neverstale\] unconfined: "):
        site.load()


def test_no_gpu_is_used_without_a_sandbox(site: Site, mac: Callable[..., Any]) -> None:
    accept(site)
    site.snippet("a.py", "print(1)", 'devices = ["cuda"]')
    done = mac(site, "run", "--device", "cuda")
    assert done.returncode == 1
    assert done.stderr.endswith("; without a sandbox, snippets run on the CPU only\n")


def test_snippets_run_with_limits_and_their_records_say_how(
    site: Site, mac: Callable[..., Any], processes: Callable[[str], list[int]]
) -> None:
    accept(site)
    site.snippet("good.py", GOOD)
    site.snippet("typed.py", "import sys\nprint(*sys.argv[1:])", 'argv = ["Camila"]')
    first = {
        name: site.snippet(f"{name}.py", code, options) for name, (code, options, _) in BAD.items()
    }
    done = mac(site, "run", "--json")
    told = {each["snippet"]: each for each in json.loads(done.stdout)}
    assert done.returncode == 1 and len(told) == len(BAD) + 2, done.stderr
    for name, (_, _, message) in BAD.items():
        said = told.pop(f"{name}.py")["problem"]
        at, _, words = message.partition(": ")
        if at.isdecimal():
            message = f"snippets/{name}.py:{first[name] + int(at) - 1}: {words}"
        assert message in said, (name, said)
        assert record.read(site.load(), f"{name}.py", "cpu") is None
    assert {each["verdict"] for each in told.values()} == {"verified"}, told
    found = record.read(site.load(), "good.py", "cpu")
    assert found and found.unconfined and found.peak_memory_bytes > 0
    assert found.whole_output == "darwin work True\nTrue 1\n"
    assert processes(str(site.root)) == [], "nothing stays"


def test_two_runs_agree_or_there_is_no_record(site: Site, mac: Callable[..., Any]) -> None:
    accept(site)
    site.snippet("a.py", "print({f'item {n}' for n in range(20)})")
    done = mac(site, "run")
    assert done.returncode == 1 and "in a second run (hash seed" in done.stdout
    assert not (site.root / "records").exists()


def test_a_change_of_the_project_is_seen_although_nothing_forbids_it(
    site: Site, mac: Callable[..., Any]
) -> None:
    accept(site)
    site.write("src/mine.py", "A = 1\n")
    site.snippet("a.py", f"open({str(site.root / 'src/mine.py')!r}, 'w').write('A = 2')")
    done = mac(site, "run")
    assert done.returncode == 1 and "while it ran, src/mine.py changed" in done.stdout


def test_libraries_are_imported_before_the_snippet_begins_and_draw_in_the_site_s_style(
    new_site: Callable[..., Site], mac: Callable[..., Any]
) -> None:
    site = new_site('["matplotlib.pyplot"]')
    accept(site)
    site.write("figures.mplstyle", "svg.fonttype: none\n")
    figures = '[tool.neverstale.figures]\nstyle = "figures.mplstyle"\n'
    text = site.read("pyproject.toml").replace("[tool.neverstale.figures]\n", figures)
    site.write("pyproject.toml", text)
    site.snippet(
        "a.py",
        "import sys\nprint('matplotlib.pyplot' in sys.modules)\nimport matplotlib.pyplot as plt\n"
        "print(plt.rcParams['svg.fonttype'])\n",
        dependencies='["matplotlib"]',
    )
    assert mac(site, "run").returncode == 0
    found = record.read(site.load(), "a.py", "cpu")
    assert found and found.whole_output == "True\nnone\n" and "matplotlib" in found.packages


@pytest.fixture
def made_without(site: Site) -> Site:
    """A site with a record that was made without a sandbox, and accepts it."""
    accept(site)
    site.page("a.md", '# A {#a}\n\n--8<-- "a.py"\n')
    site.page("how.md", "# B {#b}\n\n[[neverstale:table]]\n\n[[neverstale:excuses]]\n")
    site.snippet("a.py", "print(1)")
    assert site.verdict("a.py") == ("verified", "")
    made = record.read(site.load(), "a.py", "cpu")
    assert made
    record.write(site.load(), dataclasses.replace(made, unconfined=True), {})
    return site


def test_readers_are_told_in_both_languages(
    made_without: Site, render: Callable[..., str], build: Callable[[Site], None]
) -> None:
    for edition, words in (("en", "run without a sandbox"), ("zh", "运行时没有沙盒")):
        line = render(made_without, made_without.read(f"docs/{edition}/a.md"), edition)
        assert words in line.partition("<summary>")[2].partition("</summary>")[0]
        table, excuses = (
            make(Place(made_without.statuses(), edition, "/r/", None))
            for make in (board.table, board.excuses)
        )
        assert words in table and "our writers use Macs" in excuses
    (entry,) = verification.entries(made_without.statuses())
    assert entry["unconfined"] is True and entry["status"] == "verified"
    build(made_without)
    assert published.check(made_without.statuses()) == []
    page = made_without.load().built("en", "a.md")
    page.write_text(page.read_text("utf-8").replace("run without a sandbox", ""), "utf-8")
    assert published.check(made_without.statuses()), "a line that does not say it is no proof"


def test_where_it_is_not_accepted_such_a_record_is_refused(made_without: Site) -> None:
    made_without.write("pyproject.toml", made_without.read("pyproject.toml").replace(ACCEPTED, ""))
    (status,) = made_without.statuses().all()
    assert status.refused and status.lacking and status.record is None
    assert status.reason == (
        "records/a.cpu.json: was made without a sandbox, and [tool.neverstale] unconfined does not "
        "accept that"
    )
    done = made_without.engine("check")
    assert done.returncode == 1 and "run: neverstale run a.py" in done.stderr
    assert made_without.verdict("a.py") == ("verified", "")
    assert made_without.engine("check").returncode == 0


def test_a_run_in_the_sandbox_takes_its_place(made_without: Site) -> None:
    assert made_without.verdict("a.py") == ("fresh", "")
    assert made_without.verdict("a.py", "--all") == ("verified", "")
    assert made_without.verdict("a.py", "--all") == ("unchanged", "")
    again = record.read(made_without.load(), "a.py", "cpu")
    assert again and not again.unconfined


def test_a_run_without_one_takes_no_place(site: Site, mac: Callable[..., Any]) -> None:
    accept(site)
    site.snippet("a.py", "print(1)")
    assert site.verdict("a.py") == ("verified", "")
    before = site.read("records/a.cpu.json")
    done = mac(site, "run", "--all")
    assert done.returncode == 0 and "1 unchanged" in done.stdout
    assert site.read("records/a.cpu.json") == before


def test_the_word_is_sealed_and_absent_from_other_records(made_without: Site) -> None:
    path = made_without.root / "records/a.cpu.json"
    data = json.loads(path.read_text("utf-8"))
    assert data.pop("unconfined") is True
    path.write_text(json.dumps(data), "utf-8")
    (status,) = made_without.statuses().all()
    assert status.refused and "changed after it was written" in status.reason
    path.unlink()
    assert made_without.verdict("a.py") == ("verified", "")
    assert '"unconfined"' not in path.read_text("utf-8")


@pytest.mark.parametrize("machine", ["riscv64", os.uname().machine])
def test_a_processor_that_the_sandbox_does_not_know_has_none(
    machine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unconfined.platform, "machine", lambda: machine)
    known = machine == os.uname().machine
    assert (unconfined.lacking() is None) is known


@pytest.mark.parametrize(
    ("program", "said"),
    [("exit 1", "it does not know this process"), ("echo broken >&2; exit 1", "broken")],
)
def test_a_ps_that_does_not_tell_is_no_limit(
    program: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "ps"
    fake.write_text(f"#!/bin/sh\n{program}\n", "utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NeverstaleError, match=said):
        list(unconfined._processes())
