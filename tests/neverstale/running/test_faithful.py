"""A run does what `python file.py` does: tricky files, executed by both, must print the same."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from neverstale.proof import record
from neverstale.running import server

if TYPE_CHECKING:
    from conftest import Site

TRICKY: dict[str, str] = {
    "later_string": '"""What it is."""\nx = 1\n"""Only a remark."""\nprint(repr(__doc__))',
    "only_string_later": 'x = 1\n"""Only a remark."""\nprint(__doc__)',
    "string_and_future": '"""Doc."""\nfrom __future__ import annotations\nprint(__doc__)',
    "globals_at_first": "print(sorted(globals()))",
    "dunders": """
        import sys
        print(__name__, __package__, __spec__, __cached__, type(__loader__).__name__)
        print(__builtins__ is sys.modules["builtins"], sys.modules["__main__"].__name__)
        print(__loader__.name, __loader__.path == __file__ == sys.argv[0], len(sys.argv))
        print(sys.path[0] == __file__.rpartition("/")[0])
        """,
    "annotations": """
        print(__annotations__)
        count: int = 1
        if count:
            name: str
        size: "float" = 2.0
        print(__annotations__)
        """,
    "future_annotations": """
        from __future__ import annotations
        one: no_such_type = 1
        def f(x: neither_this): ...
        two: dict[str, missing] = {}
        print(__annotations__, f.__annotations__)
        """,
    "same_constants": """
        a = 100_000
        b = 100_000
        pair = (1, "two")
        again = (1, "two")
        print(a is b, pair is again)
        """,
    "main": """
        def main():
            print("in main", main.__module__, main.__qualname__)

        if __name__ == "__main__":
            main()
        """,
    "source": """
        import inspect


        class Net:
            \"\"\"A net.\"\"\"

            def forward(self, x):
                return x + 1  # one more


        @staticmethod
        def double(x):
            return 2 * x


        print(inspect.getsource(Net), inspect.getsource(double), inspect.getsource(Net.forward))
        print(inspect.getdoc(Net), inspect.getsourcelines(Net)[1], inspect.getmodule(Net))
        """,
    "pickle": """
        import copy, pickle
        from dataclasses import dataclass, field
        from enum import Enum
        from typing import NamedTuple, get_type_hints


        @dataclass(frozen=True)
        class Point:
            x: int
            tags: "list[str]" = field(default_factory=list)


        class Colour(Enum):
            RED = 1


        class Pair(NamedTuple):
            left: Point
            right: Colour


        pair = Pair(Point(1), Colour.RED)
        print(pickle.loads(pickle.dumps(pair)) == pair, copy.deepcopy(pair), get_type_hints(Point))
        print(pickle.loads(pickle.dumps(Point)) is Point, Point.__module__, repr(Colour.RED))
        """,
    "spawned": """
        import multiprocessing


        def double(x):
            return 2 * x


        if __name__ == "__main__":
            with multiprocessing.get_context("spawn").Pool(2) as pool:
                print(pool.map(double, [1, 2]))
        """,
    "traceback": """
        import sys, traceback


        def fails():
            raise ValueError("on purpose")


        try:
            fails()
        except ValueError:
            print(traceback.format_exc().replace(__file__, "FILE"))
            print([f.name for f in traceback.extract_tb(sys.exc_info()[2])])
        """,
    "streams": """
        import sys
        for stream in (sys.stdin, sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
            print(stream.name, stream.mode, stream.encoding, stream.errors, stream.closed)
        print(sys.stdout is sys.__stdout__, sys.stderr is sys.__stderr__, sys.stdout.isatty())
        """,
    "at_exit": """
        import atexit, logging, sys, threading, weakref


        class Held:
            def __init__(self, name):
                self.name = name

            def __del__(self):
                print("gone:", self.name)


        def late():
            print("in the thread")


        def cyclic():
            held = Held("cycle")
            held.itself = held


        held = Held("global")
        dropped = Held("dropped")
        del dropped
        cyclic()
        atexit.register(print, "registered first")
        atexit.register(lambda: print("registered last"))
        finalizer = weakref.finalize(held, print, "finalize")
        logging.basicConfig(stream=sys.stdout)
        threading.Timer(0.1, late).start()
        logging.warning("to standard output")
        print("last line")
        """,
    "exit_in_class": """
        class Used:
            registry = []

            def __init__(self):
                self.registry.append(self)

            def __del__(self):
                print("end of", type(self).__name__, len(self.registry))


        Used()
        print(len(Used.registry))
        """,
    "child_at_exit": """
        import atexit, os, subprocess, sys
        code = "import atexit; atexit.register(print, 'end of the child'); print('child')"
        atexit.register(subprocess.run, [sys.executable, "-c", code])
        print("parent")
        """,
    "forked": """
        import os


        def fork():  # one statement, so that what the child prints belongs to no other
            pid = os.fork()
            if pid == 0:
                print("child", flush=True)
                os._exit(0)
            os.waitpid(pid, 0)


        fork()
        print("parent")
        """,
    "tasks": """
        import asyncio


        async def work(n):
            await asyncio.sleep(0.01 * n)
            return n * n


        async def main():
            print(await asyncio.gather(*(work(n) for n in range(3)), return_exceptions=True))


        asyncio.run(main())
        """,
    "handled": """
        import concurrent.futures, multiprocessing.pool


        def fails(x):
            raise ValueError(x)


        with concurrent.futures.ThreadPoolExecutor() as pool:
            futures = [pool.submit(fails, n) for n in range(3)]
            print(futures[0].exception(), type(futures[1].exception()).__name__)
            try:
                futures[2].result()
            except ValueError as error:
                print("told", error)
        with multiprocessing.pool.ThreadPool(2) as pool:
            try:
                pool.map(fails, [7])
            except ValueError as error:
                print("told", error)
            print(pool.apply_async(fails, (8,), error_callback=print).wait())
        """,
    "scope": """
        import builtins, sys
        x = 1
        global y
        y = [x for x in range(3)]
        exec("z = x + 1")
        print(x, y, z, locals() is globals(), [n for n in dir(builtins) if "never" in n])
        print(eval("x"), sys._getframe().f_code.co_name, sys._getframe().f_lineno)
        del x
        print("x" in globals(), type(lambda: 0).__name__, (lambda: 0).__qualname__)
        """,
    "csv": """
        import csv, sys
        csv.writer(sys.stdout).writerows([["a", "b"], [1, "two\\nlines"]])
        """,
}


@dataclass(frozen=True)
class Both:
    """What each printed: name → text."""

    engine: dict[str, str | None]
    python: dict[str, str]


@pytest.fixture(scope="module")
def both(new_site: Callable[[], Site], tmp_path_factory: pytest.TempPathFactory) -> Both:
    """Every tricky file, run by the engine and by plain Python, each in an empty folder."""
    site = new_site()
    for name, code in TRICKY.items():  # no module may be taken for one of the library's
        site.snippet(f"a_{name}.py", code)
    results = site.results("--jobs", "4")
    assert {n: r["problem"] for n, r in results.items() if r["verdict"] != "verified"} == {}
    folder = tmp_path_factory.mktemp("plain")
    environment = server.environment("cpu", threads=1) | {"TMPDIR": str(folder)}
    engine, python = {}, {}
    for name in TRICKY:
        found = record.read(site.load(), f"a_{name}.py", "cpu")
        assert found is not None
        engine[name] = found.whole_output
        work = folder / name
        work.mkdir()
        done = subprocess.run(
            [sys.executable, str(site.root / "snippets" / f"a_{name}.py")],
            cwd=work, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        python[name] = done.stdout
    return Both(engine, python)


@pytest.mark.parametrize("name", TRICKY)
def test_it_prints_what_plain_python_prints(both: Both, name: str) -> None:
    assert both.python[name] != ""
    assert both.engine[name] == both.python[name]


def test_what_the_end_of_the_program_prints_stands_at_the_last_statement(site: Site) -> None:
    first = site.snippet(
        "a.py",
        """
        import atexit


        class Held:
            def __del__(self):
                print("gone")


        atexit.register(print, "exit")
        held = Held()
        print("end")
        """,
    )
    assert site.verdict("a.py") == ("verified", "")
    found = record.read(site.load(), "a.py", "cpu")
    assert found is not None
    assert found.output == ((first + 10, "end\nexit\ngone\n"),)


def test_a_lab_is_one_program_although_it_pulls_in_a_section(site: Site) -> None:
    """What is pulled in is defined in the lab, as in the notebook; strings there are no docs."""
    site.snippet(
        "model.py",
        '''
        from __future__ import annotations
        # --8<-- [start:net]
        """The net of the page."""
        class Net:
            size: undefined = 3
        # --8<-- [end:net]
        ''',
    )
    first = site.snippet(
        "my_lab.py",
        '''
        """The lab."""
        # %%
        from model import Net  # --8<-- net
        # %%
        "a remark"
        print(__doc__, Net.__module__, __annotations__)
        ''',
        options="lab = true",
    )
    entry = site.results(str(site.root / "snippets/my_lab.py"))["my_lab.py"]
    # As in the notebook: the section's file may postpone annotations, this one does not.
    assert (
        entry["problem"]
        == f"snippets/my_lab.py:{first + 2}: NameError: name 'undefined' is not defined"
    )


def test_a_snippet_of_a_package_imports_by_dots(site: Site) -> None:
    """As `python -m` runs it; and what the package does first counts for its record."""
    site.write("snippets/ch/__init__.py", "")
    site.write("snippets/ch/app/__init__.py", "begun = 1\n")
    site.snippet("ch/shared.py", "value = 40")
    site.snippet("ch/app/other.py", "from ..shared import value")
    code = "from . import begun\nfrom .other import value\n\nprint(value + begun, __package__)"
    line = site.snippet("ch/app/main.py", code)
    site.snippet("plain/near.py", "value = 1")
    site.snippet("plain/main.py", "from .near import value\n\nprint(value, __name__)")
    found = site.results()
    assert {one["verdict"] for one in found.values()} == {"verified"}, found
    assert json.loads(site.read("records/ch/app/main.cpu.json"))["output"] == [
        [line + 3, "41 ch.app\n"]
    ]
    site.write("snippets/ch/app/__init__.py", "begun = 2\n")
    assert site.verdict("ch/app/main.py")[0] == "failed"
    assert site.verdict("plain/main.py")[0] == "fresh"
