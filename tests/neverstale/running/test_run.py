"""Many snippets to results and records: what is run, compared, kept, and survives a kill."""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import neverstale
from neverstale import project
from neverstale.problem import NeverstaleError
from neverstale.proof import record
from neverstale.proof import status as statuses
from neverstale.running import run
from neverstale.source import sources

if TYPE_CHECKING:
    from conftest import Site


@pytest.fixture
def outside(noticeboard: Path) -> Path:
    """A file that a snippet can read although no record knows of it."""
    return noticeboard / "value.txt"


def state(site: Site, name: str, device: str = "cpu") -> str:
    settings = site.load()
    return statuses.of(settings, sources.read(settings).snippet(name), device).state


def records(site: Site) -> dict[str, bytes]:
    """All files of the records folder."""
    folder = site.root / "records"
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_fresh_is_not_run_and_what_agrees_is_not_rewritten(site: Site) -> None:
    site.snippet("a.py", "import random\nprint(1)\nopen('a.svg', 'w').write('<svg/>')")
    site.snippet("ch/b.py", "import time\nprint('now')")
    assert [r["verdict"] for r in site.results().values()] == ["verified", "verified"]
    before = records(site)
    assert len(before) == 3
    assert [r["verdict"] for r in site.results().values()] == ["fresh", "fresh"]
    assert {r["verdict"] for r in site.results("--all").values()} == {"unchanged"}
    assert records(site) == before


def test_output_is_compared_within_tolerance_and_refreshed_on_request(
    site: Site, outside: Path
) -> None:
    """The snippet stays as it is; what it prints comes from outside."""
    outside.write_text("0.50000")
    site.snippet(
        "a.py", f"print('loss', open({str(outside)!r}).read())", options="tolerance = 1e-3"
    )
    assert site.verdict("a.py") == ("verified", "")
    before = records(site)
    outside.write_text("0.50001")
    assert site.verdict("a.py", "--all") == ("unchanged", "")
    assert records(site) == before
    outside.write_text("0.6")
    wrong = (
        "output line 1 was 'loss 0.50000', is 'loss 0.6'; accept it with --update if it is right"
    )
    assert site.verdict("a.py", "--all") == ("failed", wrong)
    assert records(site) == before
    # It stays wrong until someone accepts it, however often it is run.
    assert state(site, "a.py") == "failed"
    assert site.verdict("a.py") == ("failed", wrong)
    assert site.verdict("a.py", "--update") == ("verified", "")
    assert state(site, "a.py") == "verified"
    assert site.verdict("a.py", "--all") == ("unchanged", "")


def test_measured_numbers_keep_their_unit_sign_and_magnitude(site: Site, outside: Path) -> None:
    outside.write_text("12 ms")
    code = f"print('took', open({str(outside)!r}).read())"
    site.snippet("a.py", code, options='measured = "it is a timing"')
    assert site.verdict("a.py")[0] == "verified"
    outside.write_text("995 ms")
    assert site.verdict("a.py", "--all")[0] == "unchanged"
    for other in ("12 s", "-12 ms", "1300 ms", "0 ms"):
        outside.write_text(other)
        assert site.verdict("a.py", "--all")[0] == "failed", other


def test_without_a_tolerance_a_number_holds_to_its_last_digit(site: Site, outside: Path) -> None:
    outside.write_text("1764447731.1234 7,000,000,000 0.1234")
    site.snippet("a.py", f"print(open({str(outside)!r}).read())")
    assert site.verdict("a.py")[0] == "verified"
    outside.write_text("1764447731.1234 7,000,000,000 0.1235")
    assert site.verdict("a.py", "--all")[0] == "unchanged"
    for other in ("1764627731.1234 7,000,000,000 0.1234", "1764447731.1234 7,000,400,000 0.1234"):
        outside.write_text(other)
        assert site.verdict("a.py", "--all")[0] == "failed", other


def test_lines_that_vary_must_leave_something_to_compare(site: Site) -> None:
    varies = '[[tool.neverstale.varies]]\nmatch = "^who"\nreason = "each names itself"'
    site.snippet("a.py", "print('who: me')", options=varies)
    verdict, message = site.verdict("a.py")
    assert (verdict, "'varies' leaves out all that it prints" in message) == ("failed", True)
    whole = varies.replace("^who", "^who: (?P<varies>.*)$")
    site.snippet("a.py", "print('who: me')", options=whole)
    assert site.verdict("a.py")[0] == "verified"
    whole = varies.replace("^who", "^(?P<varies>who.*)$")
    site.snippet("a.py", "print('who: me')", options=whole)
    assert "'varies' leaves out all" in site.verdict("a.py")[1]
    site.snippet("a.py", "print('who: me')\nprint(1)", options=varies)
    assert site.verdict("a.py")[0] == "verified"
    site.snippet("a.py", "print('who: me')", options=f'measured = "what it is"\n{varies}')
    assert site.verdict("a.py")[0] == "verified"


def test_a_figure_that_is_no_longer_drawn_is_a_difference(site: Site, outside: Path) -> None:
    outside.write_text("a.svg")
    site.snippet("a.py", f"_ = open(open({str(outside)!r}).read(), 'w').write('<svg/>')")
    assert site.verdict("a.py")[0] == "verified"
    outside.write_text("b.svg")
    verdict, message = site.verdict("a.py", "--all")
    assert (verdict, "draws ['b.svg'], not ['a.svg']" in message) == ("failed", True)
    assert site.verdict("a.py", "--update")[0] == "verified"
    assert [path.name for path in (site.root / "records/a.cpu").iterdir()] == ["b.svg"]


FIGURE = '<svg viewBox="0 0 9 9"><path d="M 0 1"/></svg>'


@pytest.mark.parametrize(
    ("svg", "lines", "told"),
    [
        (FIGURE.replace("0 1", "0 8"), [0, 1], "a.svg draws '<path d=\"M 0 1\"', not"),
        (FIGURE, [1, 1], "prints at lines"),
    ],
    ids=["figure", "lines"],
)
def test_a_record_made_by_hand_is_found(site: Site, svg: str, lines: list[int], told: str) -> None:
    """Sealed as `run` seals it, with another figure, or with output moved below other code."""
    first = site.snippet("a.py", f"print(1)\nprint(2)\n_ = open('a.svg', 'w').write({FIGURE!r})")
    assert site.verdict("a.py")[0] == "verified"
    settings = site.load()
    found = record.read(settings, "a.py", "cpu")
    assert found
    forged = dataclasses.replace(
        found,
        output=tuple((first + line, f"{text}\n") for line, text in zip(lines, "12", strict=True)),
        figures={"a.svg": record.hash_text(svg)},
        lines={},
    )
    record.write(settings, forged, {"a.svg": svg})
    verdict, message = site.verdict("a.py", "--all")
    assert (verdict, told in message) == ("failed", True), message


def test_a_change_in_a_module_of_ours_makes_it_stale_and_is_compared(site: Site) -> None:
    site.write("src/ours/__init__.py", "from .deep import value\n")
    site.write("src/ours/deep.py", "value = 1\n")
    site.snippet("a.py", "from ours import value\nprint(value)")
    assert site.verdict("a.py")[0] == "verified"
    site.write("src/ours/deep.py", "value = 1  # the same\n")
    assert state(site, "a.py") == "stale"
    assert site.verdict("a.py")[0] == "verified"
    site.write("src/ours/deep.py", "value = 2\n")
    verdict, message = site.verdict("a.py")
    assert (verdict, "output line 1 was '1', is '2'" in message) == ("failed", True)
    assert site.verdict("a.py")[0] == "failed"


def test_a_data_file_lies_in_the_folder_of_who_names_it_and_counts(site: Site) -> None:
    site.write("snippets/ch/data.txt", "1\n")
    code = "import os\nprint(os.listdir())"
    site.snippet("ch/a.py", code, options='files = ["data.txt"]')
    site.snippet("ch/b.py", code)
    site.snippet("ch/c.py", code, options='files = ["no.txt"]')
    results = site.results()
    assert results["ch/c.py"]["problem"] == (
        "snippets/ch/c.py:1: 'files' names no.txt, which is not beside it"
    )
    for name, files in (("ch/a.py", "['data.txt']\n"), ("ch/b.py", "[]\n")):
        found = record.read(site.load(), name, "cpu")
        assert found is not None
        assert [text for _, text in found.output] == [files]
    site.write("snippets/ch/data.txt", "2\n")
    assert (state(site, "ch/a.py"), state(site, "ch/b.py")) == ("stale", "verified")


def test_of_a_folder_that_is_named_all_lies_there_and_counts(site: Site) -> None:
    for name in ("page.html", "deep/a.css", ".hidden", ".git/b"):
        site.write(f"snippets/ch/static/{name}", "1\n")
    code = "import glob\nprint(sorted(glob.glob('**', recursive=True, include_hidden=True)))"
    site.snippet("ch/a.py", code, options='files = ["static/"]')
    site.snippet("ch/b.py", "x = 1", options='files = ["none/"]')
    site.snippet("ch/c.py", "x = 1", options='files = ["static"]')
    results = site.results()
    for name, file in (("ch/b.py", "none/"), ("ch/c.py", "static")):
        told = f"snippets/{name}:1: 'files' names {file}, which is not beside it"
        assert results[name]["problem"] == told
    found = record.read(site.load(), "ch/a.py", "cpu")
    assert found is not None
    names = ["static", "static/deep", "static/deep/a.css", "static/page.html"]
    assert [text for _, text in found.output] == [f"{names}\n"]
    site.write("snippets/ch/static/.hidden", "2\n")
    assert state(site, "ch/a.py") == "verified"
    site.write("snippets/ch/static/deep/new.css", "")
    assert state(site, "ch/a.py") == "stale"


def test_a_changed_snippet_may_print_something_else(site: Site) -> None:
    site.snippet("a.py", "print(1)")
    assert site.verdict("a.py")[0] == "verified"
    site.snippet("a.py", "print(2)")
    assert site.verdict("a.py")[0] == "verified"


def test_a_failure_is_remembered_until_it_is_mended(site: Site) -> None:
    first = site.snippet("a.py", "print(1 / 0)")
    assert site.verdict("a.py")[0] == "failed"
    settings = site.load()
    status = statuses.of(settings, sources.read(settings).snippet("a.py"), "cpu")
    assert (status.state, status.reason) == (
        "failed",
        f"line {first}: ZeroDivisionError: division by zero",
    )
    site.snippet("a.py", "print(1)")
    assert state(site, "a.py") == "missing"
    assert site.verdict("a.py")[0] == "verified"


def test_a_skip_holds_until_its_date(site: Site) -> None:
    day = datetime.date.today()
    skip = '[tool.neverstale.skip.cpu]\nreason = "not yet"\nuntil = {}'
    site.snippet("holds.py", "1 / 0", options=skip.format(day))
    site.snippet("ended.py", "print(1)", options=skip.format(day - datetime.timedelta(days=1)))
    results = site.results()
    assert results["holds.py"]["verdict"] == "skipped"
    assert results["holds.py"]["detail"] == f"not yet (until {day})"
    assert state(site, "holds.py") == "skipped"
    assert state(site, "ended.py") == "failed"


def test_a_snippet_that_cannot_be_read_stops_no_other(site: Site) -> None:
    site.snippet("good.py", "print(1)")
    site.snippet("syntax.py", "x = = 1")
    site.snippet("lab.py", "print(1)", options="lab = true")
    site.write("snippets/bytes.py", b"\xff")
    site.snippet("user.py", "import broken")
    site.write("src/broken.py", "x = = 1\n")
    results = site.results()
    assert {name: entry["verdict"] for name, entry in results.items()} == {
        "good.py": "verified",
        "syntax.py": "failed",
        "lab.py": "failed",
        "bytes.py": "failed",
        "user.py": "failed",
    }
    assert "SyntaxError: invalid syntax" in results["user.py"]["problem"]


def test_a_lab_runs_the_section_that_it_pulls_in(site: Site) -> None:
    site.snippet(
        "model.py",
        """
        print("not in the lab")
        # --8<-- [start:net]
        def net():
            raise ValueError("in the net")
        # --8<-- [end:net]
        """,
    )
    first = site.snippet(
        "my_lab.py",
        """
        # %%
        from model import net  # --8<-- net
        print("cell")
        net()
        """,
        options="lab = true",
    )
    entry = site.results(str(site.root / "snippets/my_lab.py"))["my_lab.py"]
    assert entry["problem"] == f"snippets/my_lab.py:{first + 3}: ValueError: in the net"
    assert "not in the lab" not in entry["detail"]
    assert "cell" in entry["detail"]


def test_what_cannot_be_preloaded_is_no_matter(
    new_site: Callable[..., Site],
) -> None:
    site = new_site('["no_such_module", "json"]')
    site.snippet(
        "a.py",
        """
        import json
        try:
            import no_such_module
        except ImportError:
            print(json.dumps(1))
        """,
    )
    assert site.verdict("a.py") == ("verified", "")


def beside_the_engine(site: Site, name: str, code: str) -> dict[str, str]:
    """An environment with a copy of the engine, as a bare tree, and a module beside it that can be
    preloaded."""
    tree = site.root / "tree"
    shutil.copytree(Path(neverstale.__file__).parent, tree / "neverstale")
    site.write(f"tree/{name}.py", code)
    return {**os.environ, "PYTHONPATH": str(tree)}


def test_a_preload_that_breaks_is_told_per_snippet(new_site: Callable[..., Site]) -> None:
    site = new_site('["breaks"]')
    site.snippet("a.py", "import breaks")
    environment = beside_the_engine(site, "breaks", "raise RuntimeError('at import')\n")
    done = site.engine("run", "--json", env=environment)
    [entry] = json.loads(done.stdout)
    assert entry["problem"].startswith("snippets/a.py: not run: the process that runs the snippets")
    assert "RuntimeError: at import" in done.stderr


@pytest.fixture(scope="module")
def torch_site(new_site: Callable[..., Site]) -> Site:
    """Snippets that need torch, run once."""
    site = new_site('["torch"]')
    site.write("constraints.txt", "torch==0.0.1\n")
    site.snippet("deprecated.py", DEPRECATED, dependencies='["torch"]')
    site.snippet(
        "allowed.py",
        DEPRECATED,
        dependencies='["torch"]',
        options='[[tool.neverstale.allow-warnings]]\nmatch = "jit"\nreason = "the page is on it"',
    )
    site.snippet(
        "loader.py",
        """
        import torch
        from torch.utils.data import DataLoader, TensorDataset

        data = TensorDataset(torch.arange(8.0))
        loader = DataLoader(data, batch_size=4, num_workers=1, persistent_workers=True)
        print([batch.sum().item() for (batch,) in loader])
        """,
        dependencies='["torch"]',
    )
    site.results("--jobs", "2")
    return site


DEPRECATED = "import torch\n\n\ndef f(x):\n    return x\n\n\ng = torch.jit.script(f)"


def test_what_torch_deprecates_fails_unless_allowed(torch_site: Site) -> None:
    assert state(torch_site, "deprecated.py") == "failed"
    found = statuses.failure(torch_site.load(), "deprecated.py", "cpu")
    assert found is not None
    assert "is deprecated" in found["message"]  # a DeprecationWarning, a FutureWarning since 2.14
    assert statuses.failure(torch_site.load(), "allowed.py", "cpu") is None


def test_workers_of_a_data_loader_are_no_leftovers(torch_site: Site) -> None:
    found = record.read(torch_site.load(), "loader.py", "cpu")
    assert found is not None
    assert [text for _, text in found.output] == ["[6.0, 22.0]\n"]


def test_a_pin_that_moved_makes_it_stale(torch_site: Site) -> None:
    found = record.read(torch_site.load(), "loader.py", "cpu")
    assert found is not None and found.packages["torch"]
    version = found.packages["torch"].split("+")[0]
    settings = torch_site.load()
    status = statuses.of(settings, sources.read(settings).snippet("loader.py"), "cpu")
    told = f"was run with torch {found.packages['torch']}; 0.0.1 is pinned"
    assert (status.state, status.reason) == ("stale", told)
    torch_site.write("constraints.txt", f"# pinned\nTorch == {version} ; python_version > '3'\n")
    assert state(torch_site, "loader.py") == "verified"


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts engines as leaders of a group of their own, as a shell does: `start(site, "--all")`.

    They hear Ctrl-C, although whoever started the tests may be deaf to it, as a shell's job in the
    background is; that is inherited. None outlives its test: what a failed test forgot would fail
    another, later, in which Python happens to collect it.
    """
    engines: list[subprocess.Popen[str]] = []

    def start(site: Site, *arguments: str, **more: str) -> subprocess.Popen[str]:
        # What a kill leaves in TMPDIR is removed with the site.
        environment = {**os.environ, "TMPDIR": str(site.root), **more}
        command, pipe = site.command("run", *arguments), subprocess.PIPE
        engine = subprocess.Popen(
            command, stdout=pipe, stderr=pipe, text=True, process_group=0, env=environment
        )
        engines.append(engine)
        return engine

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield start
    signal.signal(signal.SIGINT, before)
    for engine in engines:
        engine.kill()
        with engine:
            pass


def wait_for(condition: Callable[[], object], what: str) -> None:
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.02)
    pytest.fail(f"waited in vain for {what}")


@pytest.fixture
def long_run(site: Site, noticeboard: Path) -> Site:
    """`old.py` and `early.py` are quick; `late.py` runs on, and so do processes that it started."""
    site.snippet("old.py", "print('old')")
    site.write("src/ours.py", "")
    site.snippet("early.py", "import ours\nprint('early')")
    assert {entry["verdict"] for entry in site.results().values()} == {"verified"}
    site.write("src/ours.py", "x = 1\n")
    mark = str(site.root)
    site.snippet(
        "late.py",
        f"""
        import os, subprocess, sys, time
        sleep = "import time; time.sleep(60)  # {mark}"
        subprocess.Popen([sys.executable, "-c", sleep], start_new_session=True)
        if os.fork() == 0:
            os.setsid()
            os.execv(sys.executable, [sys.executable, "-c", sleep])
        open({str(noticeboard / site.root.name)!r}, "w").close()
        time.sleep(60)
        """,
    )
    return site


@pytest.mark.parametrize(
    ("victim", "number", "code"),
    [
        ("engine", signal.SIGKILL, -signal.SIGKILL),
        ("engine", signal.SIGTERM, -signal.SIGTERM),
        ("engine", signal.SIGINT, 130),
        ("group", signal.SIGINT, 130),
        ("group", signal.SIGTERM, -signal.SIGTERM),
        ("server", signal.SIGKILL, 1),
        ("server", signal.SIGTERM, 1),
    ],
)
def test_a_run_killed_half_way_loses_nothing_and_leaves_nothing(
    long_run: Site,
    noticeboard: Path,
    processes: Callable[[str], list[int]],
    start: Callable[..., subprocess.Popen[str]],
    victim: str,
    number: signal.Signals,
    code: int,
) -> None:
    site = long_run
    early = site.root / "records/early.cpu.json"
    before = early.read_bytes()
    engine = start(site, "--jobs", "2")
    wait_for((noticeboard / site.root.name).exists, "the long snippet")
    wait_for(lambda: early.read_bytes() != before, "the record of the quick one")
    if victim == "engine":
        engine.send_signal(number)
    elif victim == "group":
        os.killpg(engine.pid, number)
    else:
        children = Path(f"/proc/{engine.pid}/task/{engine.pid}/children").read_text().split()
        os.kill(int(children[0]), number)
    out, told = engine.communicate(timeout=30)
    assert engine.returncode == code
    assert "Traceback" not in told
    wait_for(lambda: not processes(str(site.root)), "the end of all processes")
    assert {name: state(site, name) for name in ("old.py", "early.py", "late.py")} == {
        "old.py": "verified",
        "early.py": "verified",
        "late.py": "missing",
    }
    if victim == "server":
        assert "snippets/late.py: not run: the process that runs the snippets ended" in out
    elif number == signal.SIGINT:
        assert told == "stopped; what was proved so far is kept\n"


def test_ctrl_c_while_libraries_are_imported_is_quiet(
    new_site: Callable[..., Site],
    processes: Callable[[str], list[int]],
    start: Callable[..., subprocess.Popen[str]],
) -> None:
    site = new_site('["slow"]')
    code = (
        f"import time\nopen({str(site.root)!r} + '/importing', 'w').close()\n"
        "for _ in range(100):\n    time.sleep(0.01)\n"
    )
    site.snippet("a.py", "import slow")
    engine = start(site, PYTHONPATH=beside_the_engine(site, "slow", code)["PYTHONPATH"])
    wait_for((site.root / "importing").exists, "the import")
    os.killpg(engine.pid, signal.SIGINT)
    assert engine.communicate(timeout=30)[1] == "stopped; what was proved so far is kept\n"
    assert engine.returncode == 130
    assert processes(str(site.root)) == []


def test_two_runs_at_once_share_the_work(
    site: Site, noticeboard: Path, start: Callable[..., subprocess.Popen[str]]
) -> None:
    """Each snippet notes that it ran, twice as what is new; the second run finds the records."""
    for i in range(6):
        log = noticeboard / "shared"
        site.snippet(
            f"s{i}.py",
            f"import time\ntime.sleep(0.1)\nwith open({str(log)!r}, 'a') as f:\n"
            f"    _ = f.write('{i}\\n')\nprint({i})",
        )
    runs = [start(site, "--jobs", "2") for _ in range(2)]
    told = [each.communicate(timeout=30) for each in runs]
    assert [each.returncode for each in runs] == [0, 0], told
    assert sorted((noticeboard / "shared").read_text().split()) == list("001122334455")
    counts = sorted(out.splitlines()[-1].partition(" in ")[0] for out, _ in told)
    assert counts == ["cpu: 6 fresh", "cpu: 6 verified"]
    assert sum("another run is under way" in error for _, error in told) == 1
    assert {state(site, f"s{i}.py") for i in range(6)} == {"verified"}


def test_a_daemon_that_hides_is_ended_with_its_snippet(site: Site, noticeboard: Path) -> None:
    """It leaves session and folder, so none can tell whose it is; the next does not meet it."""
    note = str(noticeboard / "pid")
    site.snippet(
        "a.py",
        f"""
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                with open({note!r}, "w") as file:
                    _ = file.write(str(os.getpid()))
                os.chdir("/")
                time.sleep(60)
            os._exit(0)
        while not os.path.exists({note!r}):
            time.sleep(0.01)
        _ = os.wait()
        time.sleep(0.05)
        """,
    )
    site.snippet("b.py", f"import os\nprint(os.path.exists('/proc/' + open({note!r}).read()))")
    assert {entry["verdict"] for entry in site.results("--jobs", "1").values()} == {"verified"}
    found = record.read(site.load(), "b.py", "cpu")
    assert found is not None
    assert [text for _, text in found.output] == ["False\n"]


def test_one_that_measures_runs_alone(site: Site, noticeboard: Path) -> None:
    """The others note when they begin and end; nothing lies between those of the measuring one."""
    log = noticeboard / "alone"
    code = (
        "import time\n"
        f"def note(text):\n    with open({str(log)!r}, 'a') as f:\n        f.write(text + ' ')\n"
        "note('+{0}')\ntime.sleep(0.1)\nnote('-{0}')"
    )
    for name in "abmyz":
        options = 'measured = "a timing"' if name == "m" else ""
        site.snippet(f"{name}.py", code.format(name), options=options)
    site.results("--jobs", "3")
    noted = log.read_text().split()
    begun = [i for i, note in enumerate(noted) if note == "+m"]  # again, where lines take time
    assert begun and len(noted) == 8 + 2 * len(begun)
    assert all(noted[i + 1] == "-m" for i in begun)
    running = [sum(1 if n[0] == "+" else -1 for n in noted[: i + 1]) for i in range(len(noted))]
    assert max(running) > 1
    assert all(running[i] == 1 for i in begun)


def test_every_option_of_a_job_is_passed_on(site: Site) -> None:
    """So that a new option is not forgotten on its way to the sandbox."""
    site.snippet("a.py", "print(1)", options='timeout = 3\nmemory = "1 MiB"')
    item = site.sources().snippet("a.py")
    job = run._job(site.load(), item, "cpu", site.root / "home")
    assert (job["timeout"], job["memory"], job["alone"]) == (3, 2**20, False)
    changed = dataclasses.replace(item.options, measured="a timing")
    item = dataclasses.replace(item, options=changed)
    assert run._job(site.load(), item, "cpu", site.root / "home")["alone"]


ELSEWHERE = """
[[tool.neverstale.elsewhere]]
snippet = "a/one.py"
device = "cpu"
error = "no such processor"
reason = "the library does not know it"
until = {until}
"""
LATER = str(datetime.date.today() + datetime.timedelta(days=300))
BREAKS = "import os\nif os.path.exists('/proc'):\n    raise OSError('{said}')\nprint(1)\n"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("no such processor", "", "'error' must be text that only this failure shows"),
        ("the library does not know it", "xxxxx", "'reason' must be the reason, in words"),
        (LATER, "2999-01-01", "a/one.py: 2999-01-01 is more than a year away"),
    ],
)
def test_an_excuse_names_its_failure_its_reason_and_a_day_that_is_not_far(
    site: Site, old: str, new: str, told: str
) -> None:
    settings = (site.root / "pyproject.toml").read_text(encoding="utf-8")
    entry = ELSEWHERE.format(until=LATER).replace(old, new)
    site.write("pyproject.toml", settings + entry)
    with pytest.raises(NeverstaleError, match=told):
        site.load()


@pytest.mark.parametrize(
    ("said", "until", "fresh", "verdict"),
    [
        ("no such processor", LATER, True, "skipped"),
        ("something else", LATER, True, "FAILED"),
        ("no such processor", "2020-01-01", True, "FAILED"),
        ("no such processor", LATER, False, "FAILED"),
    ],
)
def test_what_this_machine_cannot_run_stands_by_its_fresh_record_until_the_day(
    site: Site, said: str, until: str, fresh: bool, verdict: str
) -> None:
    settings = (site.root / "pyproject.toml").read_text(encoding="utf-8")
    site.write("pyproject.toml", settings + ELSEWHERE.format(until=until))
    site.snippet("a/one.py", BREAKS.format(said=said))
    if fresh:  # as if another machine had made it
        found = project.load(site.root)
        item = sources.read(found).snippet("a/one.py")
        made = record.Record(
            "a/one.py", item.fingerprint, record.hash_text(item.text), "cpu", "another",
            "3.11", {}, None, "2026-11-01", 0.1, 1, ((1, "1\n"),), {}, {},
        )  # fmt: skip
        record.write(found, made, {})
    done = site.engine("run", "--all")
    assert verdict in done.stdout
    assert (done.returncode == 0) == (verdict == "skipped")
