"""Everything that a snippet may do wrong, in one run: none may stop another or leave anything.

Many bad snippets and a few good ones go into one site; one `run` meets them all.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from neverstale.proof import record

if TYPE_CHECKING:
    from conftest import Site

GROW = "import time; held = []\nfor _ in range(400): held.append(b'x' * 2**20); time.sleep(0.002)"
DAEMON = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open("{pid_file}", "w").write(str(os.getpid()))
        {more}
        time.sleep(60)
    os._exit(0)
os.wait()
while not os.path.exists("{pid_file}"):
    time.sleep(0.01)
"""
# name: (code, line of the mistake, message)
BAD: dict[str, tuple[str, int, str]] = {
    # it does not end
    "loop": ("x = 1\nwhile True:\n    pass", 2, "still running after 1 s"),
    "sleep": ("import time\ntime.sleep(60)", 2, "still running after 1 s"),
    "stopped": ("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)", 2, "still running"),
    "deaf": (
        "import signal, time\nfor n in (1, 2, 15):\n    signal.signal(n, signal.SIG_IGN)\n"
        "time.sleep(60)",
        4,
        "still running after 1 s",
    ),
    # it holds too much
    "memory": (GROW, 2, "holds more than 0.0625 GiB; raise 'memory' if need be"),
    "memory_of_child": (
        f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {GROW!r}])",
        2,
        "holds more than 0.0625 GiB",
    ),
    "processes": (
        "import subprocess, time\n"
        "all = [subprocess.Popen(['sleep', '60']) for _ in range(130)]; time.sleep(60)",
        2,
        "processes at once; at most 100",
    ),
    # it ends itself
    "exit": ("import sys\nsys.exit()\nx = 1", 2, "sys.exit(None) ends the snippet early"),
    "exit_0": ("import sys\nsys.exit(0)\nx = 1", 2, "sys.exit(0) ends the snippet early"),
    "exit_text": ("x = 1\nexit('bye')", 2, "exit"),
    "raise_exit": ("x = 1\nraise SystemExit\ny = 1", 2, "sys.exit(None) ends the snippet early"),
    "exit_hard": ("import os\nos._exit(0)", 2, "the process ended itself (exit code 0)"),
    "exit_hard_3": ("import os\nos._exit(3)", 2, "the process ended itself (exit code 3)"),
    "abort": ("import os\nos.abort()", 2, "the process was ended by SIGABRT"),
    "crash": ("import ctypes\nctypes.string_at(0)", 2, "the process was ended by SIGSEGV"),
    "signal": ("import os\nos.kill(os.getpid(), 40)", 2, "the process was ended by signal 40"),
    # it raises
    "error": ("def f():\n    1 / 0\n\nf()", 2, "ZeroDivisionError: division by zero"),
    "interrupt": ("x = 1\nraise KeyboardInterrupt", 2, "KeyboardInterrupt"),
    "recursion": ("def f():\n    f()\n\nf()", 2, "RecursionError: maximum recursion depth"),
    "two_lines": ("raise ValueError('one\\ntwo')", 1, "ValueError: one"),
    "long": ("raise ValueError('x' * 10**6)", 1, "ValueError: xxx"),
    "surrogate": ("raise ValueError('\\udc80')", 1, "ValueError: "),
    "no_words": (
        "class E(Exception):\n    def __str__(self):\n        raise self\n\nraise E",
        5,
        "E",
    ),
    "input": ("x = 1\ninput()", 2, "EOFError"),
    "missing": ("x = 1\nimport no_such_module", 2, "ModuleNotFoundError: No module named"),
    "in_module": ("import ours\n\nours.fails()", 3, "RuntimeError: in a module of ours"),
    "typed_folder": ("import beside_the_command", 1, "ModuleNotFoundError"),
    # it leaves processes behind
    "background": (
        "import subprocess\nchild = subprocess.Popen(['sleep', '60'])",
        2,
        "left processes running: sleep",
    ),
    "daemon": (DAEMON, 10, "left processes running: python"),
    "daemon_and_loop": (DAEMON + "while True:\n    pass", 12, "still running after 1 s"),
    # it prints too much, or something else than text
    "output": ("x = 1\nprint('x' * 10**6)", 2, "bytes; a page shows at most 262,144"),
    "output_endless": ("while True:\n    print('x' * 1000)", 1, "bytes; a page shows at most"),
    "output_slow": (
        "import time\nfor _ in range(80):\n    print('x' * 8000, flush=True)\n"
        "    time.sleep(0.01)\nprint('end')",
        2,
        "bytes; a page shows at most",
    ),
    "bytes": (
        "import sys\nprint('good')\nsys.stdout.buffer.write(b'\\xe4\\xb8 \\xff')",
        3,
        "printed bytes that are not UTF-8 (0xe4)",
    ),
    "half_text": ("x = 1\nprint('\\udc80')", 2, "UnicodeEncodeError"),
    "closed": ("import os\nos.close(1)\nx = 1", 2, "OSError: [Errno 9] Bad file descriptor"),
    # it draws something else than figures
    "not_svg": ("open('a.svg', 'w').write('hello')", 0, "a.svg is not an SVG in UTF-8"),
    "more_than_svg": (
        "open('a.svg', 'w').write('<svg/><p>verified</p>')",
        0,
        "a.svg is not an SVG in UTF-8",
    ),
    "svg_that_styles": (
        "open('a.svg', 'w').write('<svg><style>.ns-proof{opacity:0}</style></svg>')",
        0,
        "a.svg holds <style>, which no figure needs",
    ),
    "not_text": ("open('a.svg', 'wb').write(b'<svg>\\xff</svg>')", 0, "a.svg is not an SVG"),
    "big_svg": ("open('a.svg', 'w').write('<svg>' * 10**6)", 0, "a.svg has 5,000,000 bytes"),
    "svg_folder": ("import os\nos.mkdir('a.svg')", 0, "a.svg is not a plain file"),
    "svg_pipe": ("import os\nos.mkfifo('a.svg')", 0, "a.svg is not a plain file"),
    "svg_link": ("import os\nos.symlink('/etc/passwd', 'a.svg')", 0, "a.svg is not a plain file"),
    # it uses what is on its way out
    "deprecated": (
        "import warnings\nwarnings.warn('f is old', DeprecationWarning)",
        2,
        "DeprecationWarning: f is old (change the code, or allow it with a reason: allow-warnings)",
    ),
    "future": ("import warnings\nwarnings.warn('f is old', FutureWarning)", 2, "FutureWarning"),
    "worded": ("import warnings\nwarnings.warn('f is Deprecated.')", 2, "UserWarning: f is Dep"),
    "wordless": ("import warnings\nwarnings.warn('', FutureWarning)", 2, "FutureWarning: "),
    "deprecated_in_ours": ("import ours\nours.old()", 2, "DeprecationWarning: ours is old"),
    "deprecated_in_torch": (
        "import torch\ncode = 'import warnings; warnings.warn(\"t is old\", DeprecationWarning)'\n"
        "exec(compile(code, torch.__path__[0] + '/nn.py', 'exec'))",
        3,
        "DeprecationWarning: t is old",
    ),
    "warning": (
        "import warnings\nx = 1\nwarnings.warn('beware')",
        3,
        "UserWarning: beware (change",
    ),
    "warning_elsewhere": (
        "import warnings\nwarnings.warn_explicit('beware', UserWarning, '/lib/x.py', 3)",
        2,
        "UserWarning: beware",
    ),
    "syntax_warning": ("x = 1\nprint(x is 1)", 2, 'SyntaxWarning: "is" with'),
    # it fails where nobody looks
    "thread": (
        "import threading\n\ndef work():\n    raise ValueError('lost')\n\n"
        "t = threading.Thread(target=work, name='T')\nt.start()\nt.join()\nprint('all done')",
        4,
        "ValueError: lost (in thread 'T': no page would show it)",
    ),
    "unasked": (
        "from concurrent.futures import ThreadPoolExecutor, wait\n"
        "with ThreadPoolExecutor() as pool:\n"
        "    futures = [pool.submit(lambda n: 1 / n, n) for n in range(2)]\n"
        "print('all done', len(wait(futures).done))",
        3,
        "ZeroDivisionError: division by zero (in a task whose result nobody asks for",
    ),
    "map": (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor() as pool:\n    done = pool.map(lambda n: 1 / n, [0])\n"
        "print('all done')",
        3,
        "ZeroDivisionError: division by zero (in a task whose result nobody asks for",
    ),
    "pool": (
        "from multiprocessing.pool import ThreadPool\nwith ThreadPool(2) as pool:\n"
        "    one = pool.apply_async(lambda: 1 / 0)\n    one.wait()\nprint('all done')",
        3,
        "ZeroDivisionError: division by zero (in a task",
    ),
    "pool_map": (
        "from multiprocessing.pool import ThreadPool\nwith ThreadPool(2) as pool:\n"
        "    all = pool.map_async(lambda n: 1 / n, [1, 0])\n    all.wait()\nprint('all done')",
        3,
        "ZeroDivisionError: division by zero (in a task",
    ),
    "task": (
        "import asyncio\nasync def work():\n    raise ValueError('lost')\n"
        "async def main():\n    task = asyncio.create_task(work())\n"
        "    await asyncio.wait([task])\n    print('all done')\nasyncio.run(main())",
        8,
        "Task exception was never retrieved",
    ),
    "finalizer": (
        "class A:\n    def __del__(self):\n        raise ValueError('lost')\n\nA()\nprint('done')",
        3,
        "ValueError: lost (exception ignored in",
    ),
    "finalizer_at_end": (
        "class A:\n    def __del__(self):\n        raise ValueError('lost')\n\na = A()",
        3,
        "ValueError: lost (exception ignored in",
    ),
    "at_exit": (
        "import atexit\natexit.register(lambda: 1 / 0)\nprint('all done')",
        2,
        "ZeroDivisionError: division by zero (",
    ),
    "callback": (
        "import ctypes\n@ctypes.CFUNCTYPE(None)\ndef f():\n    1 / 0\n\nf()",
        4,
        "ZeroDivisionError: division by zero (",
    ),
    "in_fork": (
        "import os, threading\nx = 1\nif os.fork() == 0:\n"
        "    t = threading.Thread(target=lambda: 1 / 0)\n    t.start(); t.join(); os._exit(0)\n"
        "else:\n    _ = os.wait()",
        3,
        "says on standard error",
    ),
    "worker": (
        "import multiprocessing, time\n"
        "p = multiprocessing.Process(target=exec, args=("
        "'time.sleep(0.5); 1 / 0', {'time': time}))\n"
        "p.start()\np.join()\nprint('all done')",
        4,
        "says on standard error",
    ),
    "warning_in_fork": (
        "import os, warnings\nif os.fork() == 0:\n    warnings.warn('beware')\n    os._exit(0)\n"
        "else:\n    _ = os.wait()",
        2,
        "says on standard error",
    ),
    # it says something that no page shows
    "logging": (
        "import logging\nprint('good')\nlogging.error('out of\\x07 space')\nprint('done')",
        3,
        "says on standard error, where no reader sees it: 'ERROR:root:out of? space'",
    ),
    "stderr": ("import sys\nx = 1; print('lost', file=sys.stderr)", 2, "sees it: 'lost'"),
    "stderr_of_c": ("import os\n_ = os.write(2, b'\\xfflost')", 2, "sees it: '\ufffdlost'"),
    "stderr_of_child": (
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', '1 / 0'])\nprint(1)",
        2,
        "sees it: 'Traceback",
    ),
    "stderr_at_exit": (
        "import atexit, os\natexit.register(os.write, 2, b'lost')\nprint('done')",
        3,
        "sees it: 'lost'",
    ),
    "stderr_not_allowed": ("import os\n_ = os.write(2, b'expected\\nother')", 2, "it: 'other'"),
    # its output cannot be shown to the letter
    "progress": ("for i in range(2):\n    print(f'\\r{i}', end='')", 1, "carriage return alone"),
    "escape": ("x = 1\nprint('\\x1b[31mred')", 2, "prints U+001B (a control character)"),
    "nul": ("print('a\\0b')", 1, "prints U+0000"),
    "turned": ("print('a\\u202eb')", 1, "prints U+202E (RIGHT-TO-LEFT OVERRIDE)"),
    "no_width": ("print('a\\u200bb')", 1, "prints U+200B (ZERO WIDTH SPACE)"),
    "line_separator": ("print('a\\u2028b')", 1, "prints U+2028 (LINE SEPARATOR)"),
    "filler": ("print('a\\u3164b')", 1, "prints U+3164 (HANGUL FILLER)"),
    "private": ("print('a\\ue000b')", 1, "prints U+E000"),
    "undeclared": ("x = 1", 0, "declares no-such-package, which is not installed"),
}
SHORT = 'timeout = 1\nmemory = "64 MiB"'
OPTIONS = {
    "loop": SHORT,
    "sleep": SHORT,
    "stopped": SHORT,
    "deaf": SHORT,
    "daemon_and_loop": SHORT,
    "memory": SHORT.replace("1\n", "30\n"),
    "memory_of_child": SHORT.replace("1\n", "30\n"),
}

GOOD: dict[str, str] = {
    "good": "print('good')",
    "empty": "# only a comment",
    "no_newline": "print('no newline', end='')",
    "same_name_1": "SAME",
    "same_name_2": "SAME",
    "network": "",
    "shared_memory": """
        import multiprocessing, time
        held = b"x" * (45 * 2**20)
        workers = [multiprocessing.Process(target=time.sleep, args=(0.3,)) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        print([worker.exitcode for worker in workers])
        """,
    "lines": """
        from __future__ import annotations
        import os, subprocess, sys

        print(
            "two",
            "lines",
        )


        def loud(f):
            print("decorated")
            return f


        @loud
        def f(x: Unknown):
            print("called")


        class A:
            print("class body")


        os.write(1, b"from C\\n")
        print("before", end=" "); subprocess.run(["echo", "from a child"])
        if __name__ == "__main__":
            f(1)
        print("x" * 10_000)
        print(1), sys.__stdout__.write("2\\n"), print(3)
        """,
    "stdout_replaced": """
        import io, sys
        kept, sys.stdout = sys.stdout, io.StringIO()
        print("not seen")
        sys.stdout = kept
        print("seen")
        sys.stdout.close()
        """,
    "threads": """
        import concurrent.futures, threading, time


        def late():
            time.sleep(0.2)
            print("late")


        threading.Thread(target=late).start()
        pool = concurrent.futures.ThreadPoolExecutor()
        future = pool.submit(print, "pooled")
        """,
    "helpers": """
        import multiprocessing
        pool = multiprocessing.get_context("fork").Pool(2)
        print(pool.map(abs, [-1, -2]))
        """,
    "short_helper": "import subprocess\nchild = subprocess.Popen(['sleep', '0.1'])",
    "stranger": "",  # a daemon that leaves session and folder: ended, though it cannot be blamed
    "surroundings": """
        import os, signal, sys, tempfile
        print(sorted(os.listdir()), sys.argv[0].endswith("surroundings.py"))
        print(os.getcwd() == os.environ["HOME"] == tempfile.gettempdir(), "SECRET" in os.environ)
        print(signal.pthread_sigmask(signal.SIG_BLOCK, []), signal.getsignal(signal.SIGTERM))
        files = [f"/proc/self/fd/{n}" for n in os.listdir("/proc/self/fd")]
        files = [os.readlink(name) for name in files if os.path.lexists(name)]
        print([name for name in files if name.startswith(("pipe:", "socket:"))])
        home = os.path.dirname(os.getcwd())
        print([name for name in files if "neverstale-" in name and not name.startswith(home)])
        """,
    "allowed": "import warnings\nwarnings.warn('f is old', DeprecationWarning)",
    "deprecated_elsewhere": (
        "code = 'import warnings; warnings.warn(\"t is old\", DeprecationWarning)'\n"
        "exec(compile(code, '/lib/other/nn.py', 'exec'))"
    ),
    "hidden_by_python": "import os, warnings\nwarnings.warn('unused', ImportWarning)",
    "silenced": "import warnings\nwarnings.simplefilter('ignore')\nwarnings.warn('beware')",
    "own_hook": """
        import sys, threading
        threading.excepthook = lambda told: print("told:", told.exc_value)
        t = threading.Thread(target=lambda: 1 / 0)
        t.start(); t.join()
        """,
    "daemon_thread": """
        import threading, time


        def work(step=0.001):
            while True:
                time.sleep(step)
                later = time.time() + x
                begun.set()


        x = 1
        begun = threading.Event()  # else chance decides which of those lines is reached
        threading.Thread(target=work, daemon=True).start()
        print(begun.wait(), "end")
        """,
    "allowed_stderr": "import os, sys\n_ = os.write(2, b'expected 1\\nexpected 2\\n')",
    "blanks": "print('tab\\t, no-break\\xa0, ideographic\\u3000, emoji \\U0001f600 and \\u4e2d')",
    "figures": """
        for name in ("a.svg", "b.svg", "c.txt"):
            with open(name, "w") as file:
                file.write("<svg/>")
        """,
}
SAME = """
import os, time
print(os.listdir())
_ = open("same.txt", "x").write("{name}")
time.sleep(0.2)
print(open("same.txt").read())
"""
NETWORK = """
import socket, subprocess, sys
for family in (socket.AF_INET, socket.AF_INET6):
    for kind, port in ((socket.SOCK_STREAM, {tcp}), (socket.SOCK_DGRAM, {udp})):
        try:
            with socket.socket(family, kind) as sock:
                sock.connect(("127.0.0.1" if family == socket.AF_INET else "::1", port))
                print(family.name, kind.name, sock.send(b"x"))
        except OSError as error:
            print(family.name, kind.name, type(error).__name__)
code = "import socket; socket.create_connection(('127.0.0.1', {tcp})).send(b'x')"
print(subprocess.run([sys.executable, "-c", code], stderr=subprocess.DEVNULL).returncode)
one, two = socket.socketpair()
print(two.recv(one.send(b"hello")))
with socket.socket(socket.AF_UNIX) as server:
    server.bind("local")
"""


@dataclass(frozen=True)
class Ran:
    """What one run made of all of them."""

    site: Site
    results: dict[str, dict[str, Any]]
    first: dict[str, int]
    pid_files: Path
    scratch: str
    reached: list[bytes]

    def printed(self, name: str) -> list[tuple[int, str]]:
        """(line from the first of code, text) of a record's output."""
        found = record.read(self.site.load(), f"{name}.py", "cpu")
        assert found is not None
        return [(line - self.first[name] + 1, text) for line, text in found.output]


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[int, int, Callable[[], list[bytes]]]]:
    """Servers of this test on loopback: TCP port, UDP port, and what has reached them."""
    tcp = socket.create_server(("::1", 0), family=socket.AF_INET6)
    tcp_4 = socket.create_server(("127.0.0.1", tcp.getsockname()[1]))
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    port = udp.getsockname()[1]
    udp_6 = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    udp_6.bind(("::1", port))
    with tcp, tcp_4, udp, udp_6:
        for each in (tcp, tcp_4, udp, udp_6):
            each.setblocking(False)

        def reached() -> list[bytes]:
            found = []
            for server in (tcp, tcp_4):
                try:
                    connection = server.accept()[0]
                    with connection:
                        found.append(connection.recv(10))
                except BlockingIOError:
                    continue
            for server in (udp, udp_6):
                try:
                    found.append(server.recv(10))
                except BlockingIOError:
                    continue
            return found

        yield tcp.getsockname()[1], port, reached


@pytest.fixture(scope="module")
def scratch() -> Iterator[str]:
    """Where the snippets' working folders lie; short, for the sake of local sockets."""
    with tempfile.TemporaryDirectory(prefix="ns") as folder:
        yield folder


@pytest.fixture(scope="module")
def ran(
    new_site: Callable[[], Site],
    listener: tuple[int, int, Callable[[], list[bytes]]],
    noticeboard: Path,
    scratch: str,
) -> Ran:
    """One run of everything, typed in a folder that holds a module."""
    site = new_site()
    tcp, udp, reached = listener
    site.write(
        "src/ours.py",
        "import warnings\ndef fails():\n    raise RuntimeError('in a module of ours')\n"
        "def old():\n    warnings.warn('ours is old', DeprecationWarning)\n",
    )
    site.write("typed/beside_the_command.py", "")
    first = {}
    for name, code in {**{name: bad[0] for name, bad in BAD.items()}, **GOOD}.items():
        if DAEMON in code or name == "stranger":
            more = "os.chdir('/')" if name == "stranger" else ""
            code = code or DAEMON
            code = code.replace("{pid_file}", str(noticeboard / name)).replace("{more}", more)
        code = {"SAME": SAME.format(name=name)}.get(code, code)
        options = OPTIONS.get(name, "timeout = 30")
        dependencies = "[]"
        if name == "shared_memory":
            options = 'memory = "100 MiB"'
        if name == "network":
            code = NETWORK.format(tcp=tcp, udp=udp)
        if name == "allowed":
            options = '[[tool.neverstale.allow-warnings]]\nmatch = "is old"\nreason = "we show it"'
        if name in ("allowed_stderr", "stderr_not_allowed"):
            options = '[[tool.neverstale.allow-stderr]]\nmatch = "^expected"\nreason = "we show it"'
        if name == "undeclared":
            dependencies = '["no-such-package>=1"]'
        first[name] = site.snippet(f"{name}.py", code, options, dependencies)
    environment = {**os.environ, "SECRET": "1", "TMPDIR": scratch}
    done = site.engine("run", "--json", "--jobs", "6", cwd=site.root / "typed", env=environment)
    assert done.returncode == 1, done.stderr
    entries = json.loads(done.stdout)
    results = {entry["snippet"].removesuffix(".py"): entry for entry in entries}
    assert len(results) == len(entries)
    return Ran(site, results, first, noticeboard, scratch, reached())


@pytest.mark.parametrize("name", BAD)
def test_a_bad_snippet_is_told_in_one_line_at_its_place(ran: Ran, name: str) -> None:
    _, line, message = BAD[name]
    result = ran.results[name]
    assert result["verdict"] == "failed"
    at = f":{ran.first[name] - 1 + line}" if line else ""
    assert result["problem"].startswith(f"snippets/{name}.py{at}: ")
    assert message in result["problem"]
    assert "\n" not in result["problem"]
    assert len(result["problem"]) < 400
    assert record.read(ran.site.load(), f"{name}.py", "cpu") is None


@pytest.mark.parametrize("name", GOOD)
def test_a_good_snippet_is_not_stopped_by_a_bad_one(ran: Ran, name: str) -> None:
    assert ran.results[name]["problem"] is None
    assert ran.results[name]["verdict"] == "verified"


def test_output_is_attributed_to_the_statement_that_printed_it(ran: Ran) -> None:
    assert ran.printed("lines") == [
        (4, "two lines\n"),
        (16, "decorated\n"),
        (20, "class body\n"),
        (24, "from C\n"),
        (25, "before "),
        (25, "from a child\n"),
        (26, "called\n"),
        (28, "x" * 10_000 + "\n"),
        (29, "1\n2\n3\n"),
    ]
    assert ran.printed("no_newline") == [(1, "no newline")]
    assert ran.printed("stdout_replaced") == [(5, "seen\n")]
    assert ran.printed("empty") == []


def test_threads_and_helpers_are_waited_for_as_python_does(ran: Ran) -> None:
    assert "".join(text for _, text in ran.printed("threads")) == "pooled\nlate\n"
    assert ran.printed("helpers") == [(3, "[1, 2]\n")]
    assert ran.printed("shared_memory") == [(8, "[0, 0, 0, 0]\n")]


@pytest.mark.parametrize("name", ["same_name_1", "same_name_2"])
def test_each_has_an_empty_folder_of_its_own(ran: Ran, name: str) -> None:
    assert [text for _, text in ran.printed(name)] == ["[]\n", f"{name}\n"]


def test_no_internet_socket_but_local_ones(ran: Ran) -> None:
    assert "".join(text for _, text in ran.printed("network")).splitlines() == [
        "AF_INET SOCK_STREAM PermissionError",
        "AF_INET SOCK_DGRAM PermissionError",
        "AF_INET6 SOCK_STREAM PermissionError",
        "AF_INET6 SOCK_DGRAM PermissionError",
        "1",
        "b'hello'",
    ]
    assert ran.reached == []


def test_the_servers_of_this_test_can_be_reached(
    ran: Ran, listener: tuple[int, int, Callable[[], list[bytes]]]
) -> None:
    tcp, udp, reached = listener
    with socket.create_connection(("127.0.0.1", tcp)) as connection:
        connection.send(b"tcp")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
            datagram.sendto(b"udp", ("127.0.0.1", udp))
        assert reached() == [b"tcp", b"udp"]


@pytest.mark.parametrize("name", ["daemon", "daemon_and_loop", "stranger"])
def test_what_it_leaves_behind_is_ended(ran: Ran, name: str) -> None:
    pid = int((ran.pid_files / name).read_text())
    assert not Path(f"/proc/{pid}").exists()


def test_nothing_runs_on(ran: Ran, processes: Callable[[str], list[int]]) -> None:
    assert processes(str(ran.site.root)) == []
    assert processes(ran.scratch) == []


def test_no_file_is_left_outside_of_the_project(ran: Ran) -> None:
    assert os.listdir(ran.scratch) == []


def test_it_finds_default_surroundings(ran: Ran) -> None:
    assert [text for _, text in ran.printed("surroundings")] == [
        "[] True\n",
        "True False\n",
        "set() 0\n",
        "[]\n",
        "[]\n",
    ]


def test_figures_are_collected_and_nothing_else(ran: Ran) -> None:
    found = record.read(ran.site.load(), "figures.py", "cpu")
    assert found is not None
    assert found.figures == {
        "a.svg": record.hash_text("<svg/>"),
        "b.svg": record.hash_text("<svg/>"),
    }
    assert ran.site.read("records/figures.cpu/a.svg") == "<svg/>"
    assert not (ran.site.root / "records/figures.cpu/c.txt").exists()


def test_a_record_says_where_it_ran(ran: Ran) -> None:
    found = record.read(ran.site.load(), "good.py", "cpu")
    assert found is not None
    assert found.python == ".".join(map(str, sys.version_info[:3]))
    assert found.device_name.startswith(f"{os.cpu_count()} × ")
    assert found.peak_memory_bytes > 2**20


def test_the_traceback_is_kept_for_who_asks(ran: Ran) -> None:
    assert "line 2, in f" in ran.results["error"]["detail"].replace(
        f"line {ran.first['error'] + 1}", "line 2"
    )
