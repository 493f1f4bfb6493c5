"""Round one snippet's process: limits of time, memory, disk, output and network; nothing stays.

The process is forked from the warm one, which watches it from outside and adopts whatever it
leaves (`adopt_orphans`), so that all of it can be ended. Linux only; needs no privileges.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, NoReturn

from neverstale.running import network, readonly

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
POLL = 0.02  # seconds between looks at memory and output
GRACE = 0.5  # seconds that helpers of the snippet have to end after it
OUTPUT_LIMIT = 256 * 2**10  # bytes: more than any page can show
DISK_LIMIT = 512 * 2**20  # bytes in all files that a snippet writes
ENTRY_LIMIT = 10_000  # files and folders that it makes
DISK_POLL = 0.2  # seconds between looks at them
PROCESS_LIMIT = 100  # processes of one snippet at a time
# What is put round a process after its own session, folder and streams, in this order.
LAYERS = ("limits", "network", "powers", "files")
SPARE_TASKS = 4096  # processes and threads by which this user's may grow before any look

_libc = ctypes.CDLL(None, use_errno=True)


def adopt_orphans() -> None:
    """Make this process the parent of every descendant whose own parent ends."""
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


class Sandbox:
    """One snippet's process and whatever it starts, seen from outside.

    Args:
        job: `folder` (its working folder), `home` (folder for captured output; another one),
            `timeout` (s), `memory` (bytes beyond what the fork inherits), `read_only` (whether the
            kernel can keep it from writing elsewhere, and from reading but the system's files and
            `readable` ones), `loopback` (whether it gets a network of its own), `root` (the
            project), `layers` (which of LAYERS to put on; only a probe leaves any out).
        work: called in the new process with the progress descriptor; what it returns is the
            outcome.
    """

    def __init__(self, job: dict[str, Any], work: Callable[[int], dict[str, Any]]) -> None:
        self.job = job
        self.files = [
            os.open(os.path.join(job["home"], name), os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
            for name in ("stdout", "stderr")
        ]
        # How far it is, and what it comes to: nobody else reads these, so they are no files.
        self.files += [os.memfd_create(name, os.MFD_CLOEXEC) for name in ("progress", "result")]
        self.inherited = _anonymous(os.getpid())
        readonly.system(job["root"])  # once, before the fork
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            _inside(job, parent, self.files, work)
        now = time.monotonic()
        self.deadline = now + job["timeout"]
        self.next_look = now + POLL
        self.reason: str | None = None  # why it was ended
        self.ended: float | None = None  # when
        self.status = 0
        self.peak = 0
        self.next_disk_look = 0.0
        self.left: set[str] = set()  # names of processes that outlived it

    def reap(self) -> None:
        """Take down that the process has ended, if it has."""
        if self.ended is None:
            ended, status, usage = os.wait4(self.pid, os.WNOHANG)
            if ended:
                self.ended, self.status = time.monotonic(), status
                self.peak = usage.ru_maxrss * 1024
                self.reason = self.reason or self._disk_excess(())  # it holds no file open now

    def rest(self) -> float:
        """Seconds until it is to be looked at again, if nothing is told of it before."""
        return POLL if self.ended else max(0.0, self.next_look - time.monotonic())

    def look(self, adopted: Collection[int]) -> dict[str, Any] | None:
        """Enforce the limits; the outcome once it and all it started have ended, else None.

        Args:
            adopted: children of this process that are no snippet's own, as they were after `reap`.

        Returns:
            `error` (None, or `line`, `message`, `traceback`), what `work` returned if it came to
            its end, and `peak_memory_bytes` (resident, the libraries included).
        """
        if self.ended is None:
            if time.monotonic() >= self.next_look:
                self.next_look = time.monotonic() + POLL
                self.reason = self.reason or self._excess(adopted)
                if self.reason:
                    self.end()
            return None
        strays = list(self._strays(adopted))
        late = self.reason is not None or time.monotonic() > self.ended + GRACE
        for pid in strays if late else ():
            self.left.add(_name(pid) or str(pid))
            kill(pid)
        if strays:
            return None
        outcome = self._outcome()
        for file in self.files:
            os.close(file)
        return outcome

    def end(self) -> None:
        """Kill the process and all that it has started."""
        with contextlib.suppress(OSError):
            os.killpg(self.pid, signal.SIGKILL)  # at once, however fast they multiply
        for pid in [*descendants(self.pid), *self._strays(children(os.getpid()))]:
            kill(pid)
        if self.ended is None:
            kill(self.pid)

    def _strays(self, adopted: Collection[int]) -> Iterator[int]:
        """Adopted processes that this snippet started, and theirs."""
        for pid in adopted:
            if pid != self.pid and self.owns(pid):
                yield pid
                yield from descendants(pid)

    def owns(self, pid: int) -> bool:
        """Whether a process comes from this snippet: of its session, or in its folder."""
        try:
            folder = os.readlink(f"/proc/{pid}/cwd")
            return os.getsid(pid) == self.pid or folder.startswith(self.job["folder"])
        except OSError:
            return False

    def _excess(self, adopted: Collection[int]) -> str | None:
        """The limit that it exceeds, in words."""
        if time.monotonic() > self.deadline:
            timeout = self.job["timeout"]
            return f"still running after {timeout:g} s; make it shorter or raise 'timeout'"
        size = os.fstat(self.files[0]).st_size
        if size > OUTPUT_LIMIT:
            return too_long(size)
        pids = {self.pid, *descendants(self.pid), *self._strays(adopted)}
        if len(pids) > PROCESS_LIMIT:
            return f"runs {len(pids)} processes at once; at most {PROCESS_LIMIT} are allowed"
        if self._held(pids) > self.job["memory"]:
            limit = self.job["memory"] / 2**30
            return f"holds more than {limit:.3g} GiB; raise 'memory' if need be"
        if time.monotonic() > self.next_disk_look:
            self.next_disk_look = time.monotonic() + DISK_POLL
            return self._disk_excess(pids)
        return None

    def _disk_excess(self, pids: Collection[int]) -> str | None:
        """The limit of files that it exceeds, in words."""
        size, entries = disk(self.job["home"])
        size += sum(_open(pid, self.job["home"], unnamed=True) for pid in pids)
        if sum(_open(pid, "/dev/shm") for pid in pids) > self.job["memory"]:
            return "fills /dev/shm beyond its memory; raise 'memory' if need be"
        if size > DISK_LIMIT:
            return f"fills the disk: more than {DISK_LIMIT // 2**20} MiB in files"
        if entries > ENTRY_LIMIT:
            return f"makes more than {ENTRY_LIMIT:,} files"
        return None

    def _held(self, pids: set[int]) -> int:
        """Bytes that the processes hold beyond what the fork inherited."""
        held = sum(max(0, _anonymous(pid) - self.inherited) for pid in pids)
        if held > self.job["memory"] and len(pids) > 1:
            # Pages that they share after a fork were counted once for each: look closely.
            held = max(0, sum(map(_proportional, pids)) - self.inherited)
        return held

    def _outcome(self) -> dict[str, Any]:
        size = os.fstat(self.files[3]).st_size
        try:
            outcome = json.loads(os.pread(self.files[3], size, 0))
        except ValueError:
            outcome = {"error": None}
            self.reason = self.reason or death(os.waitstatus_to_exitcode(self.status))
        outcome["peak_memory_bytes"] = self.peak
        if self.left:
            names = ", ".join(sorted(self.left))[:200]
            self.reason = self.reason or f"left processes running: {names}; end them"
        size = os.fstat(self.files[0]).st_size
        if size > OUTPUT_LIMIT:
            self.reason = self.reason or too_long(size)
        if self.reason and not outcome["error"]:
            line = int(os.pread(self.files[2], 12, 0) or b"0")
            outcome["error"] = {"line": line, "message": self.reason, "traceback": ""}
        return dict(outcome)


def _inside(
    job: dict[str, Any], parent: int, files: list[int], work: Callable[[int], dict[str, Any]]
) -> NoReturn:
    """In the new process: session, folder, limits and streams of its own, no network; then work."""
    code = 1
    try:
        os.setsid()
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died before that line
            os._exit(code)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.chdir(job["folder"])
        null = os.open(os.devnull, os.O_RDONLY)
        for target, file in enumerate((null, files[0], files[1])):
            os.dup2(file, target)
        sys.stdin = sys.__stdin__ = _stream(0, "<stdin>", "strict")  # type: ignore[misc]
        sys.stdout = sys.__stdout__ = _stream(1, "<stdout>", "strict")  # type: ignore[misc]
        sys.stderr = sys.__stderr__ = _stream(2, "<stderr>", "backslashreplace")  # type: ignore[misc]
        os.environ.update(HOME=job["folder"], TMPDIR=job["folder"])
        if "tempfile" in sys.modules:
            sys.modules["tempfile"].tempdir = None  # type: ignore[attr-defined]
        for layer in job["layers"]:
            _put_on(layer, job, files)
        data = json.dumps(work(files[2])).encode()
        while data:
            data = data[os.write(files[3], data) :]
        code = 0
    except BaseException as error:
        told = {"line": 0, "message": f"not run: {type(error).__name__}: {error}", "traceback": ""}
        os.pwrite(files[3], json.dumps({"error": told}).encode(), 0)
    finally:
        os._exit(code)


def _stream(file: int, name: str, errors: str) -> io.TextIOWrapper:
    """A standard stream as Python opens it."""
    lines = 1 if file == 2 else -1  # error output is written line by line
    mode = "w" if file else "r"
    stream = open(file, mode, lines, "utf-8", errors, closefd=False)  # noqa: SIM115
    assert isinstance(stream, io.TextIOWrapper)
    stream.buffer.raw.name = name
    return stream


def _put_on(layer: str, job: dict[str, Any], files: list[int]) -> None:
    """One of LAYERS round this process."""
    if layer == "limits":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (DISK_LIMIT, DISK_LIMIT))
        _limit_tasks()
    elif layer == "network":
        if job["loopback"]:
            network.own()
        network.close(job["loopback"])
    elif layer == "powers":
        readonly.drop_powers()
    elif job["read_only"]:
        readable = (*readonly.system(job["root"]), *job["readable"])
        readonly.all_but(job["folder"], files[:2], readable)


def _limit_tasks() -> None:
    """Bound a process bomb by the kernel itself, unless this is root, whom it does not bound."""
    tasks = int(Path("/proc/loadavg").read_text(encoding="ascii").split()[3].partition("/")[2])
    soft, hard = resource.getrlimit(resource.RLIMIT_NPROC)
    limit = tasks + SPARE_TASKS
    if resource.RLIM_INFINITY in (soft, hard) or limit < soft:
        resource.setrlimit(resource.RLIMIT_NPROC, (limit, limit))


def kill(pid: int) -> None:
    """End a process at once; nothing if it has ended."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def children(pid: int) -> list[int]:
    """Processes whose parent is `pid`; empty if it has ended."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:
                found += map(int, file.read().split())
    return found


def descendants(pid: int) -> Iterator[int]:
    """Children, their children, and so on."""
    waiting = children(pid)
    while waiting:
        child = waiting.pop()
        yield child
        waiting += children(child)


def end_descendants(keep: Collection[int] = ()) -> None:
    """End and reap all that this process has started or adopted, but for the children `keep`."""
    while pids := [pid for pid in children(os.getpid()) if pid not in keep]:
        for pid in pids:
            for each in (*descendants(pid), pid):
                kill(each)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        time.sleep(0.002)


def too_long(size: int) -> str:
    """What to say of more output than a page shows."""
    return f"printed {size:,} bytes; a page shows at most {OUTPUT_LIMIT:,}"


def death(code: int) -> str:
    """How a process came to no end of its own; `code` is below 0 for a signal."""
    if code < 0:
        known = {each.value: each.name for each in signal.Signals}  # not those of real time
        return f"the process was ended by {known.get(-code, f'signal {-code}')}"
    return f"the process ended itself (exit code {code}) before the file's end"


def _name(pid: int) -> str | None:
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None


def disk(folder: str) -> tuple[int, int]:
    """Bytes on the disk and number of entries below a folder; stops counting at too many."""
    size = entries = 0
    waiting = [folder]
    while waiting and entries <= ENTRY_LIMIT:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as found:
            for entry in found:
                entries += 1
                with contextlib.suppress(OSError):
                    size += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                if entries > ENTRY_LIMIT:
                    break
    return size, entries


def _open(pid: int, folder: str, unnamed: bool = False) -> int:
    """Bytes in files that a process holds open on a folder's file system; or those without a name.

    Ones that it has written and closed still have a name, or are gone.
    """
    size = 0
    with contextlib.suppress(OSError):
        device = os.stat(folder).st_dev
        for name in os.listdir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                file = os.stat(f"/proc/{pid}/fd/{name}")
                if file.st_dev == device and not (unnamed and file.st_nlink):
                    size += file.st_blocks * 512
    return size


def _anonymous(pid: int) -> int:
    """Bytes that a process holds, files that it maps not counted."""
    return _sum(f"/proc/{pid}/status", ("RssAnon:", "RssShmem:"))


def _proportional(pid: int) -> int:
    """The same, pages that n processes share counted as 1/n."""
    return _sum(f"/proc/{pid}/smaps_rollup", ("Pss_Anon:", "Pss_Shmem:"))


def _sum(path: str, names: tuple[str, ...]) -> int:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = [line.split() for line in file if line.startswith(names)]
    except OSError:
        return 0
    return sum(int(fields[1]) for fields in lines) * 1024
