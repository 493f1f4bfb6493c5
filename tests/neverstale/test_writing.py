"""A disk that is full, a folder that is not ours, a stop: nothing is lost, and nothing left."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from neverstale import writing
from neverstale.problem import NeverstaleError
from neverstale.proof import record

if TYPE_CHECKING:
    from conftest import Site

BIG = "_ = open('a.svg', 'w').write('<svg><path d=\"M ' + '0 1 ' * 40_000 + '\"/></svg>')"


def files(site: Site) -> dict[str, bytes]:
    """What lies in the project, but for the lock of a run."""
    found = (path for path in site.root.rglob("*") if path.is_file())
    return {
        path.relative_to(site.root).as_posix(): path.read_bytes()
        for path in found
        if path.name != "lock"
    }


def test_a_record_and_its_figures_change_together_or_not_at_all(site: Site) -> None:
    old = {site.root / "a": "one", site.root / "sub/b": "two"}
    writing.replace(site.load(), old)
    assert [path.read_text() for path in old] == ["one", "two"]
    before = files(site)
    with pytest.raises(NeverstaleError) as caught:
        writing.replace(site.load(), {site.root / "a": "new", site.root / "sub/b/c": "x"})
    assert "\n" not in str(caught.value)
    assert files(site) == before


def test_a_full_disk_is_one_line_and_leaves_the_record_as_it_was(site: Site) -> None:
    site.snippet("a.py", "print(1)")
    assert site.verdict("a.py")[0] == "verified"
    project = site.load()
    found = record.read(project, "a.py", "cpu")
    assert found is not None
    before = files(site)
    code = (
        "import sys, resource\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "from pathlib import Path\n"
        "from neverstale import project, writing\n"
        f"root = Path({str(site.root)!r})\n"
        "try:\n"
        "    writing.replace(project.load(root), "
        "{root / 'records/a.cpu.json': 'small', root / 'records/a.cpu/x.svg': 'x' * 60_000})\n"
        "except Exception as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    told = "records/a.cpu/x.svg: cannot be written: File too large; what was there still is\n"
    assert (done.stdout, done.stderr) == (told, "")
    assert files(site) == before
    assert site.verdict("a.py", "--all")[0] == "unchanged"


def test_a_place_that_cannot_be_written_fails_the_snippet_in_one_line(site: Site) -> None:
    site.snippet("a.py", "print(1)")
    site.write("records", "no folder")
    done = site.engine("run")
    assert done.returncode == 1 and "Traceback" not in done.stdout + done.stderr
    told = "records/a.cpu.json: cannot be written: File exists; what was there still is"
    assert [line.strip() for line in done.stdout.splitlines() if "cannot" in line] == [told]
    assert site.read("records") == "no folder"
    assert not [name for name in files(site) if "writing" in name]


def test_a_folder_that_may_not_be_written_is_one_line(site: Site) -> None:
    site.snippet("a.py", "print(1)")
    (site.root / "records").mkdir(mode=0o555)
    # Root may write there as well, unless it gives that power up: within the process that writes.
    code = (
        "import sys; from neverstale import cli; from neverstale.running import readonly; "
        "readonly.drop_powers(); sys.exit(cli.main(sys.argv[1:]))"
    )
    words = site.command("run")[3:]
    command = [sys.executable, "-c", code, *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 1
    assert "records/a.cpu.json: cannot be written: Permission denied" in done.stdout


def test_what_a_stopped_process_left_is_taken_away(site: Site) -> None:
    left = site.write(".neverstale/writing/99999999.0", "half of it")
    writing.replace(site.load(), {site.root / "a": "one"})
    assert not left.exists() and not list(left.parent.iterdir())


DAMAGES: dict[str, Callable[[str], str]] = {
    "deep": lambda text: "[" * 100_000 + "]" * 100_000,
    "empty": lambda text: "",
    "nothing": lambda text: "null",
    "a list": lambda text: "[]",
    "half": lambda text: text[: len(text) // 2],
    "bytes": lambda text: "\0" * 99,
}
WRONG: dict[str, object] = {
    "output": None,
    "figures": ["a.svg"],
    "packages": None,
    "lines": None,
    "seconds": None,
    "peak_memory_bytes": "5",
    "device_name": 5,
    "python": None,
    "date": 5,
    "code": None,
    "snippet": None,
    "cuda": 13,
}


@pytest.fixture(scope="module")
def ran(new_site: Callable[[], Site]) -> Site:
    site = new_site()
    site.snippet("a.py", "print(1)")
    site.page("a.md", '# A {#a}\n\n--8<-- "a.py"\n')
    assert site.verdict("a.py")[0] == "verified"
    return site


def refused(site: Site, text: str) -> None:
    kept = site.read("records/a.cpu.json")
    site.write("records/a.cpu.json", text)
    try:
        for command in (("check",), ("status",), ("run", "--all")):
            done = site.engine(*command)
            assert "Traceback" not in done.stdout + done.stderr, done.stderr
            if command == ("check",):
                assert done.returncode == 1
                assert len(done.stderr.splitlines()) == 1
                assert "records/a.cpu.json: " in done.stderr
        assert record.read(site.load(), "a.py", "cpu") is not None  # made anew
    finally:
        site.write("records/a.cpu.json", kept)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_record_is_one_line(ran: Site, damage: str) -> None:
    refused(ran, DAMAGES[damage](ran.read("records/a.cpu.json")))


@pytest.mark.parametrize("key", WRONG)
def test_so_is_one_of_the_wrong_types_with_the_right_digest(ran: Site, key: str) -> None:
    data = json.loads(ran.read("records/a.cpu.json"))
    del data["digest"]
    data[key] = WRONG[key]
    data["digest"] = record.hash_text(json.dumps(data, ensure_ascii=False, sort_keys=True))
    refused(ran, json.dumps(data))


def test_a_stop_leaves_nothing_behind(site: Site) -> None:
    for number in range(20):
        site.snippet(f"s{number}.py", f"print({number})\n{BIG}")
    # A job in a shell's background is deaf to Ctrl-C, and so would be what it starts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        site.command("run", "--jobs", "2"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    signal.signal(signal.SIGINT, before)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in told) == (130, False), told
    time.sleep(0.1)
    found = site.sources()
    for path in (site.root / "records").rglob("*"):
        assert not path.name.startswith("."), path
    for item in found.snippets.values():  # whole, or not there
        record.read(site.load(), item.name, "cpu")
    assert not list(Path(site.root, ".neverstale").glob("writing/*"))
