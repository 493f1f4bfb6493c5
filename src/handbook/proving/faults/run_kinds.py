"""Faults about what a run hides: code at the end of a snippet that fails, or prints what is not so,
and still comes to its end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from random import Random

from handbook.proving.faults.fault import Fault
from handbook.proving.faults.kinds import CHECK, Maker, Scratch, run
from neverstale.source.snippet import Snippet

EACH = 2  # snippets per form; each runs


def failure_unseen(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A failure where nobody looks, while the file says that all is done."""
    yield from _appended("failure unseen", scratch, random, FAILING)


def standard_error(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """Something on standard error, which no page shows."""
    yield from _appended("standard error", scratch, random, TELLING)


def character_unseen(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A character in the output that no reader sees, or that a page shows otherwise."""
    forms = {name: f"print('before{text}after')" for name, text in UNSEEN.items()}
    yield from _appended("character unseen", scratch, random, forms)


def output_unrepeatable(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """Output that no second run gives."""
    # Of one that measures, numbers are not compared, and the page says so.
    compared = [each for each in _to_their_end(scratch) if not each.options.measured]
    yield from _appended("output unrepeatable", scratch, random, UNREPEATABLE, compared)


def head_untrue(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A head that asks for what did not run, or is silent about what did."""
    for form, (old, new) in UNTRUE.items():
        found = [each for each in _quick(scratch) if re.search(old, each.text)]
        for item in random.sample(found, min(EACH, len(found))):
            edits = {scratch.path(item): re.sub(old, new, item.text, count=1)}
            yield Fault("head untrue", f"{item.name}, {form}", edits, run(item.name))


def string_altered(scratch: Scratch, random: Random) -> Iterator[Fault]:
    """A string of which a page would drop something."""
    forms = {"blanks": 'x = """a  \nb"""', "tab": "x = f'''a\t\n{1}'''"}
    for fault in _appended("string altered", scratch, random, forms):
        yield Fault(fault.kind, fault.target, fault.edits, CHECK)


def _appended(
    kind: str,
    scratch: Scratch,
    random: Random,
    forms: Mapping[str, str],
    chosen: list[Snippet] | None = None,
) -> Iterator[Fault]:
    found = chosen or _to_their_end(scratch)
    for form, code in forms.items():
        for item in random.sample(found, EACH):
            edits = {scratch.path(item): f"{item.text.rstrip()}\n{code}\n"}
            yield Fault(kind, f"{item.name}, {form}", edits, run(item.name))


def _quick(scratch: Scratch) -> list[Snippet]:
    """Those that run in a moment."""
    return [each for each in scratch.snippets() if scratch.quick(each) and not each.options.lab]


def _to_their_end(scratch: Scratch) -> list[Snippet]:
    """Those of them whose last line runs."""
    return [e for e in _quick(scratch) if e.options.raises is None and e.options.exit is None]


FAILING = {
    "thread": "import threading\nt = threading.Thread(target=lambda: 1 / 0)\nt.start()\nt.join()",
    "future": "from concurrent.futures import ThreadPoolExecutor\n"
    "with ThreadPoolExecutor() as pool:\n    _ = pool.submit(lambda: 1 / 0)",
    "pool": "from multiprocessing.pool import ThreadPool\nwith ThreadPool(1) as pool:\n"
    "    pool.map_async(lambda n: 1 / n, [0]).wait()",
    "task": "import asyncio\nasync def lost():\n    raise ValueError('lost')\n"
    "async def main():\n    await asyncio.wait([asyncio.create_task(lost())])\nasyncio.run(main())",
    "process": "import multiprocessing\np = multiprocessing.Process(target=exec, args=('1 / 0',))\n"
    "p.start()\np.join()",
    "finalizer": "class Lost:\n    def __del__(self):\n        raise ValueError\n\nlost = Lost()",
    "exit": "import atexit\n_ = atexit.register(lambda: 1 / 0)",
}
TELLING = {
    "logging": "import logging\nlogging.error('out of space')",
    "print": "import sys\nprint('out of space', file=sys.stderr)",
    "library in C": "import os\n_ = os.write(2, b'out of space')",
    "child": "import subprocess, sys\n_ = subprocess.run([sys.executable, '-c', '1 / 0'])",
    "warning": "import warnings\nwarnings.warn('overflow', RuntimeWarning)",
    "exit": "import atexit, os\n_ = atexit.register(os.write, 2, b'out of space')",
}
UNSEEN = {
    "escape code": r"\x1b[31m",
    "return": r"\r",
    "bell": r"\a",
    "backspace": r"\b",
    "override": r"\u202e",
    "no width": r"\u200b",
    "soft hyphen": r"\xad",
    "line separator": r"\u2028",
    "filler": r"\u3164",
    "private": r"\ue000",
}
UNREPEATABLE = {
    "set": "print({f'item {n}' for n in range(20)})",
    "clock": "import time\nprint(time.time())",
    "uuid": "import uuid\nprint(uuid.uuid4())",
    "chance": "import random\nprint(random.Random().random())",
    "process": "import os\nprint(os.getpid())",
    "folder": "import os\nprint(os.getcwd())",
}
# form: (what a head says, what it says then)
UNTRUE = {
    "older torch": (r'"torch"', '"torch==1.13"'),
    "newer torch": (r'"torch"', '"torch>=99"'),
    "newer Python": (r"# dependencies", '# requires-python = ">=3.99"\n# dependencies'),
    "older Python": (r"# dependencies", '# requires-python = "<3"\n# dependencies'),
    "no package": (r"(# dependencies = )\[.*(?:torch|numpy).*\]", r"\1[]"),
}

RUN_KINDS: dict[str, Maker] = {
    "failure unseen": failure_unseen,
    "standard error": standard_error,
    "character unseen": character_unseen,
    "output unrepeatable": output_unrepeatable,
    "head untrue": head_untrue,
    "string altered": string_altered,
}
