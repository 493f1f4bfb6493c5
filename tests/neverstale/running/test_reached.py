"""Which statements a run reaches, by whatever way they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from neverstale.proof import record

if TYPE_CHECKING:
    from conftest import Site

# Each line that must not be reached ends in `# no`; every other statement must be.
WAYS = {
    "functions": """
        def called(a):
            if a:
                return 1
            return 2  # no
        def other():
            return 1  # no
        called(1)
    """,
    "decorators": """
        import functools
        @functools.cache
        def f(
            a,
        ):
            def inner():
                return (
                    a
                )
            class C:
                def never(self):
                    return 1  # no
            return inner()
        f(1)
    """,
    "generators": """
        def numbers():
            try:
                yield 1
                yield 2
                yield 3  # no
            finally:
                a = 1
        for n in numbers():
            if n == 2:
                break
        print([
            n
            for n in (1, 2)
        ], (lambda: (
            3
        ))())
    """,
    "exceptions": """
        def f(a):
            try:
                if a:
                    raise KeyError(a)
            except ValueError:
                return 1  # no
            except KeyError:
                pass
            else:
                return 2  # no
            finally:
                a = 0
            return a
        f(1)
    """,
    "match": """
        def f(a):
            match a:
                case [b, c]:
                    return b  # no
                case {"k": v}:
                    return v
                case _:  # no
                    return 1  # no
        f({"k": 1})
    """,
    "async": """
        import asyncio
        async def numbers():
            yield 1
        async def main():
            async with asyncio.timeout(5):
                await asyncio.sleep(0)
            async for n in numbers():
                if n > 1:
                    return n  # no
            return 0
        asyncio.run(main())
    """,
    "threads": """
        import threading
        def work(a):
            if a:
                return 1
            return 2  # no
        thread = threading.Thread(target=work, args=(1,))
        thread.start()
        thread.join()
    """,
    "forked processes": """
        import multiprocessing
        def work(a):
            if a:
                return 1
            return 2  # no
        process = multiprocessing.get_context("fork").Process(target=work, args=(1,))
        process.start()
        process.join()
    """,
    "branches that nothing takes": """
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            import os  # no
        if 0:
            a = 1  # no
        def f():
            return 1
            a = 2  # no
        f()
        for n in range(3):
            if n > 5:
                a = 3  # no
            elif n == 2:
                a = 4
    """,
    "code that only carries the file's name": """
        def f():
            a = 1  # no
            return a  # no
        exec(compile("a = 1\\nif a:\\n    a = 2\\n" * 9, __file__, "exec"))
        exec(compile("def f():\\n    a = 1\\n    return a\\nf()", __file__, "exec"))
        exec("def f():\\n    return 2\\nf()")
    """,
    "a tracer of its own": """
        import sys
        def f():
            return 1
        def g():
            return 2
        seen = []
        trace = lambda frame, event, argument: seen.append(frame.f_code.co_name)
        f()
        sys.settrace(trace)
        sorted([2, 1], key=lambda n: n)
        sys.settrace(None)
        g()
        assert "<lambda>" in seen, seen
    """,
    "the end of the program": """
        import atexit
        @atexit.register
        def last():
            a = 1
        class Held:
            def __del__(self):
                a = 1
        held = Held()
    """,
}  # fmt: skip


@pytest.fixture(scope="module")
def ran(new_site: object) -> Site:
    """All of them, run."""
    site: Site = new_site()  # type: ignore[operator]
    for number, code in enumerate(WAYS.values()):
        site.snippet(f"w{number}.py", code)
    results = site.results()
    assert {entry["verdict"] for entry in results.values()} == {"verified"}, results
    return site


@pytest.mark.parametrize("number", range(len(WAYS)), ids=list(WAYS))
def test_what_ran_is_on_record_and_nothing_else(ran: Site, number: int) -> None:
    name = f"w{number}.py"
    item = ran.sources().snippet(name)
    found = record.read(ran.load(), name, "cpu")
    assert found is not None
    missed = {each.first for each in item.statements} - found.reached(name)
    assert [item.lines[line - 1] for line in sorted(missed)] == [
        line for line in item.lines if line.endswith("# no")
    ]
    assert found.reached(name) <= {each.first for each in item.statements}


def test_lines_of_siblings_are_told_by_their_names(site: Site) -> None:
    """Imported at once, by another sibling, in a function, and shown by a lab in place of that."""
    site.snippet("low.py", "def a():\n    return 1\ndef b():\n    return 2")
    site.snippet("mid.py", "from low import a\nif a():\n    x = 1\nelse:\n    x = 2")
    site.snippet("late.py", "y = 1")
    site.snippet("never.py", "z = 1")
    code = """
        def lazy():
            import late
            return late.y
        def unused():
            import never
        from mid import x
        print(x, lazy())
    """
    first = site.snippet("a.py", code)
    lab = "# %%\nfrom low import a  # --8<-- part\n\n# %%\na()"
    part = "# --8<-- [start:part]\ndef a():\n    return 1\n# --8<-- [end:part]"
    site.snippet("low_part.py", part)
    site.snippet("lab.py", lab.replace("low ", "low_part "), options="lab = true")
    for name in ("a.py", "lab.py"):
        assert site.verdict(name) == ("verified", "")
    found = record.read(site.load(), "a.py", "cpu")
    assert found is not None
    assert found.lines == {
        "a.py": record.ranges([first + n for n in (0, 1, 2, 3, 5, 6)]),
        "low.py": record.ranges([first + n for n in (0, 1, 2)]),
        "mid.py": record.ranges([first + n for n in (0, 1, 2)]),
        "late.py": str(first),
    }
    found = record.read(site.load(), "lab.py", "cpu")
    assert found is not None and found.lines["low_part.py"] == f"{first + 1}-{first + 2}"


def test_a_run_does_not_see_that_it_is_followed(site: Site) -> None:
    code = """
        import dis, inspect, sys
        def f(a):
            if a:
                return 1
            return 2
        before = f.__code__.co_code
        print(f(1), f(0), f.__code__.co_code == before, sys.gettrace())
        print(inspect.getsource(f).count("return"), [i.opname for i in dis.get_instructions(f)][0])
    """
    site.snippet("a.py", code)
    assert site.verdict("a.py") == ("verified", "")
    found = record.read(site.load(), "a.py", "cpu")
    assert found is not None and found.whole_output == "1 2 True None\n2 RESUME\n"


def test_what_measures_is_timed_without_being_followed(site: Site) -> None:
    """Lines come from another run where following takes time; the record holds both."""
    code = """
        import sys
        def f(a):
            if a:
                return 1
            return 2
        print(3 - (sys.gettrace() is None), f(1))
    """
    first = site.snippet("a.py", code, options='measured = "of this machine"')
    assert site.verdict("a.py") == ("verified", "")
    found = record.read(site.load(), "a.py", "cpu")
    assert found is not None and found.whole_output == "2 1\n"
    assert found.lines == {
        "a.py": record.ranges([first, first + 1, first + 2, first + 3, first + 5])
    }
    assert site.verdict("a.py", "--all") == ("unchanged", "")
