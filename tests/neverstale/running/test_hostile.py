"""Snippets that mean harm: each is contained, or detected and told. All are bounded.

What only goes wrong (it loops, dies, prints too much) is in `test_sandbox.py`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import neverstale
from neverstale.proof import record
from neverstale.running import network, readonly

if TYPE_CHECKING:
    from conftest import Site

CONTAINED = pytest.mark.skipif(readonly.version() == 0, reason="this kernel has no Landlock")
SECRET = "hunter2-7d1f"  # in the environment of who runs the engine

SECRETS = """
import os

found = 0
for name in os.listdir("/proc"):
    if name.isdecimal() and int(name) != os.getpid():
        for file in ("environ", "mem"):
            try:
                with open(f"/proc/{name}/{file}", "rb") as opened:
                    found += file == "mem" or len(opened.read())  # not what: it is told
            except OSError:
                pass
print(found, [value for value in os.environ.values() if "hunter2" in value])
"""
OUTSIDE = """
import os, pathlib

def denied(attempt, *arguments):
    try:
        attempt(*arguments)
    except PermissionError:
        return True
    except OSError as error:
        return error.strerror == "Invalid cross-device link"
    return False

for name in {targets!r}:
    path = pathlib.Path(name)
    file = path if path.is_file() else path / "{note}.new"
    tried = [
        denied(open, file, "a"),
        denied(os.truncate, file, 0) if file.exists() else True,
        denied(os.unlink, file) if file.exists() else True,
        denied(os.rename, file, "mine") if file.exists() else True,
        denied(os.link, file, "mine") if file.exists() else True,
        denied(os.mkdir, file.parent / "{note}.folder"),
        denied(os.symlink, "/", file.parent / "{note}.link"),
        denied(os.mkfifo, file.parent / "{note}.pipe"),
        denied(os.rename, "own", file.parent / "{note}.moved"),
    ] if pathlib.Path("own").write_text("x") else []
    print(path.name, all(tried), tried.count(False))
os.mkdir("a")
os.mkdir("b")
os.rename("own", "a/own")  # at home, all is allowed
os.rename("a/own", "b/own")
print(os.listdir("b"), open("/dev/stdout", "a").write(""))
"""
READS = """
import pathlib, subprocess, sys

def read(name):
    try:
        return len(open(name).read())
    except PermissionError:
        return "denied"

print([read(name) for name in {private!r}])
pathlib.Path("mine").symlink_to({private!r}[0])
print(read("mine"), read(pathlib.Path({private!r}[0]).parent / "." / "id_key"))
code = "try: open(" + repr({private!r}[0]) + ")\\nexcept OSError: print('denied')"
print(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip())
pathlib.Path("own").write_text("xyz")
print([read(name) for name in ("own", "/dev/shm/{note}/open", {beside!r})], read("/etc/passwd") > 9)
"""
# Every second one takes a session of its own; {most} at most, for 20 s at most.
FORKS = """
import os, time
for depth in range(8):
    if os.fork() == 0 and depth % 2:
        os.setsid()
time.sleep(20)
"""
BIG = 48 * 2**20
DISK = {
    "one_file": "open('a', 'wb').truncate(1); f = open('a', 'wb')\n"
    f"for _ in range(20):\n    f.write(b'x' * {BIG})",
    "many_bytes": f"for i in range(20):\n    open(f'f{{i}}', 'wb').write(b'x' * {BIG})",
    "deleted": "import os, time\nheld = []\nfor i in range(14):\n    held.append(open('a', 'wb'))\n"
    f"    os.unlink('a'); held[-1].write(b'x' * {BIG}); held[-1].flush()\ntime.sleep(5)",
    "many_files": "for i in range(11_000):\n    open(f'f{i}', 'w').close()",
    "many_folders": "import os\nfor i in range(110):\n    os.makedirs(f'd{i}')\n"
    "    for k in range(100):\n        os.mkdir(f'd{i}/{k}')",
    "shared_memory": "import os, time\nf = open('/dev/shm/{note}', 'wb'); os.unlink(f.name)\n"
    "for _ in range(96):\n    f.write(b'x' * 2**20)\nf.flush(); time.sleep(5)",
}
TOLD = {
    "one_file": "File too large|fills the disk",  # whichever limit is met first
    "many_bytes": "fills the disk: more than 512 MiB in files",
    "deleted": "fills the disk: more than 512 MiB in files",
    "many_files": "makes more than 10,000 files",
    "many_folders": "makes more than 10,000 files",
    "shared_memory": "fills /dev/shm beyond its memory",
}
SOCKETS = """
import ctypes, errno, socket
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_PACKET, socket.AF_VSOCK, 38):
    try:
        socket.socket(family, socket.SOCK_DGRAM).close()
        print(family, "opened")
    except PermissionError:
        print("denied")
libc = ctypes.CDLL(None, use_errno=True)
for number in {numbers}:
    print(libc.syscall(number, 2, 1, 0), errno.errorcode[ctypes.get_errno()])
"""


@dataclass(frozen=True)
class Ran:
    """One run of all that is contained."""

    site: Site
    results: dict[str, dict[str, Any]]
    before: dict[str, str]

    def printed(self, name: str) -> str:
        found = record.read(self.site.load(), f"{name}.py", "cpu")
        assert found is not None, self.results[name]["problem"]
        return "".join(text for _, text in found.output)


def contents(folder: Path) -> dict[str, str]:
    """Path → text and permissions of every file of a project, but what the engine writes."""
    return {
        str(path): path.read_text(encoding="utf-8", errors="replace") + oct(path.stat().st_mode)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".neverstale" not in path.parts
    }


@pytest.fixture(scope="module")
def ran(new_site: Callable[[], Site], noticeboard: Path, tmp_path_factory: Any) -> Ran:
    site = new_site()
    elsewhere = tmp_path_factory.mktemp("home")
    (elsewhere / ".profile").write_text("hers", encoding="utf-8")
    site.snippet("victim.py", "print('true')")
    assert site.results()["victim.py"]["verdict"] == "verified"
    site.page("index.md", "# A page {#a}\n")
    site.write(".git/config", "[core]\n")
    site.write(".git/hooks/pre-commit", "#!/bin/sh\n")
    targets = [
        *("docs/en/index.md", "docs/zh/index.md", "records/victim.cpu.json", "snippets/victim.py"),
        *("pyproject.toml", ".git/config", ".git/hooks", "snippets", "records", "src", "docs"),
    ]
    paths = [str(site.root / name) for name in targets]
    paths += [str(elsewhere / ".profile"), str(elsewhere), "/tmp", "/var/tmp"]
    site.snippet("secrets.py", SECRETS)
    # Names of this run alone: what others left in /tmp is no matter.
    code = OUTSIDE.replace("{targets!r}", repr(paths)).replace("{note}", noticeboard.name)
    site.snippet("outside.py", code)
    x32 = [network.X32 + 41, 425] if sys.maxsize > 2**32 and os.uname().machine == "x86_64" else []
    site.snippet("sockets.py", SOCKETS.replace("{numbers}", repr(x32)))
    private = [elsewhere / ".ssh/id_key", elsewhere / ".profile", site.root / "pyproject.toml"]
    private += [site.root / name for name in ("docs/en/index.md", "records/victim.cpu.json")]
    private += [site.write(f"{folder}/undeclared.txt", "x") for folder in ("snippets", "src")]
    site.write("snippets/data.txt", "12")
    private[0].parent.mkdir()
    private[0].write_text(SECRET, encoding="utf-8")
    (noticeboard / "open").write_text("abcd", encoding="utf-8")
    code = READS.replace("{private!r}", repr([str(path) for path in private]))
    code = code.replace("{note}", noticeboard.name)
    code = code.replace("{beside!r}", repr(str(site.root / "snippets/data.txt")))
    site.snippet("reads.py", code, options='files = ["data.txt"]')
    site.snippet("forks.py", FORKS, options="timeout = 30")
    for name, code in DISK.items():
        code = code.replace("{note}", noticeboard.name + ".big")
        site.snippet(f"{name}.py", code, options='timeout = 30\nmemory = "64 MiB"')
    before = contents(site.root)
    environment = {**os.environ, "MY_TOKEN": SECRET, "HOME": str(elsewhere)}
    command = site.command("run", "--json", "--jobs", "2", str(site.root / "snippets"))
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, env=environment)
    assert done.returncode == 1, done.stderr
    results = {entry["snippet"].removesuffix(".py"): entry for entry in json.loads(done.stdout)}
    assert sorted(elsewhere.iterdir()) == [elsewhere / ".profile", elsewhere / ".ssh"]
    return Ran(site, results, before)


@CONTAINED
def test_secrets_of_other_processes_are_not_read(ran: Ran) -> None:
    assert ran.results["secrets"]["verdict"] == "verified", ran.results["secrets"]
    assert ran.printed("secrets") == "0 []\n"


def test_no_secret_is_in_its_own_environment(ran: Ran) -> None:
    assert "hunter2" not in (ran.results["secrets"]["detail"] or "")
    assert ran.results["secrets"]["verdict"] == "verified"
    assert ran.printed("secrets").endswith(" []\n")


@CONTAINED
def test_nothing_outside_its_folder_is_written(ran: Ran) -> None:
    assert ran.results["outside"]["verdict"] == "verified", ran.results["outside"]
    lines = ran.printed("outside").splitlines()
    assert len(lines) == 16
    assert all(line.endswith(" True 0") for line in lines[:-1]), lines
    assert lines[-1] == "['own'] 0"


@CONTAINED
def test_nothing_of_a_home_or_of_the_project_is_read(ran: Ran) -> None:
    assert ran.results["reads"]["verdict"] == "verified", ran.results["reads"]
    assert ran.printed("reads").splitlines() == [
        str(["denied"] * 7),
        "denied denied",
        "denied",
        "[3, 4, 2] True",
    ]


def test_records_and_repository_are_as_before(ran: Ran) -> None:
    after = contents(ran.site.root)
    assert {name: after.get(name) for name in ran.before} == ran.before
    new = {Path(name).name for name in after.keys() - ran.before.keys()}
    assert new <= {f"{name}.cpu.json" for name in ("secrets", "outside", "sockets", "reads")}


def test_no_socket_but_a_local_one(ran: Ran) -> None:
    lines = ran.printed("sockets").splitlines()
    assert lines[:5] == ["denied"] * 5
    assert set(lines[5:]) <= {"-1 EACCES"}


def test_forks_without_end_are_ended(ran: Ran, processes: Callable[[str], list[int]]) -> None:
    assert "processes at once; at most 100 are allowed" in ran.results["forks"]["problem"]
    assert processes(str(ran.site.root)) == []


@pytest.mark.parametrize("name", DISK)
def test_the_disk_is_not_filled(ran: Ran, name: str) -> None:
    assert ran.results[name]["verdict"] == "failed"
    assert re.search(TOLD[name], ran.results[name]["problem"])


@CONTAINED
def test_the_engine_is_not_stopped(site: Site) -> None:
    """From inside it can neither be signalled nor traced."""
    site.snippet(
        "a.py",
        """
        import ctypes, os, signal
        parents = [os.getppid()]
        with open(f"/proc/{parents[0]}/stat") as file:
            parents.append(int(file.read().rpartition(")")[2].split()[1]))
        libc = ctypes.CDLL(None, use_errno=True)
        for pid in parents:
            try:
                os.kill(pid, signal.SIGURG)  # which does no harm
                print("signalled")
            except PermissionError:
                print("denied")
            print(libc.ptrace(16, pid, 0, 0))
        """,
    )
    assert site.results()["a.py"]["verdict"] == "verified"
    found = record.read(site.load(), "a.py", "cpu")
    assert found is not None
    signalled = "denied" if readonly.version() >= 6 else "signalled"
    assert "".join(text for _, text in found.output) == f"{signalled}\n-1\n" * 2


def test_changed_permissions_are_told(site: Site) -> None:
    """These the kernel lets through, even where it keeps the files themselves."""
    page = site.write("docs/en/index.md", "# A {#a}\n")
    site.snippet("a.py", f"import os\nos.chmod({str(page)!r}, 0o777)")
    result = site.results()["a.py"]
    assert result["verdict"] == "failed"
    assert "while it ran, docs/en/index.md changed" in result["problem"]
    assert record.read(site.load(), "a.py", "cpu") is None


ACTS = {
    "edits": "open({page!r}, 'a').write('x')",
    "removes": "import os\nos.remove({page!r})",
    "adds": "open({page!r} + '.new', 'w').close()",
    "keeps_size_and_time": "import os\nwas = os.stat({page!r})\nopen({page!r}, 'w').write('# B')\n"
    "os.utime({page!r}, ns=(was.st_atime_ns, was.st_mtime_ns))",
    "forges": "open({record!r}, 'w').write('{{}}')",
    "hooks": "open({hook!r}, 'w').close()",
}


@pytest.mark.parametrize("name", ACTS)
def test_without_landlock_a_change_is_detected(
    site: Site, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(readonly, "version", lambda: 0)
    settings = site.load()
    page = site.write("docs/en/index.md", "# A")
    hook = site.write(".git/hooks/pre-commit", "#!/bin/sh\n")
    site.snippet("victim.py", "print('true')")
    assert site.here("victim.py")[0].verdict == "verified"
    victim = site.root / "records/victim.cpu.json"
    code = ACTS[name].format(page=str(page), record=str(victim), hook=str(hook))
    site.snippet("hostile.py", code)
    (result,) = site.here("hostile.py")
    assert result.verdict == "failed"
    assert result.problem is not None and "while it ran, " in result.problem.message
    assert record.read(settings, "hostile.py", "cpu") is None


def test_without_landlock_good_snippets_are_good(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readonly, "version", lambda: 0)
    for i in range(4):
        site.snippet(f"s{i}.py", f"print({i})\nopen('a.svg', 'w').write('<svg/>')")
    names = [f"s{i}.py" for i in range(4)]
    assert {r.verdict for r in site.here(*names, jobs=2)} == {"verified"}


def test_the_engine_itself_is_outside() -> None:
    """The folder that holds it belongs to what is watched, wherever the project is."""
    from neverstale import project
    from neverstale.running.watch import Watch

    here = Path(__file__).parents[3]
    watch = Watch(project.load(here), contents=True)
    assert str(Path(neverstale.__file__).parent / "running" / "run.py") in watch.seen
    assert any("/records/" in name for name in watch.seen)
    assert watch.changed() == []
