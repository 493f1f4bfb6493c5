"""Which statements of the shown files a run reaches, while it runs; forked processes included.

From Python 3.12 on, the interpreter tells of each line once and then never again. Before that, a
trace function looks at what is ours and not yet seen, and is taken away as soon as all is seen.
"""

from __future__ import annotations

import mmap
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

DISTURBS = sys.version_info < (3, 12)  # what is timed must not be followed then
TOOLS = (4, 3, 5, 2, 1)  # of sys.monitoring; those without a customary owner first

Shown = Iterable[tuple[str, str, Sequence[tuple[int, int]]]]


class Reached:
    """Follows one run, in the process that it runs in.

    Args:
        shown: name, path and statements (first and last line) of each file, the run's own first.
    """

    def __init__(self, shown: Shown) -> None:
        self._files: list[tuple[str, list[int], int]] = []  # name, first lines, first place
        self._owners: dict[str, dict[int, int]] = {}  # path → line → place of its statement
        size = 0
        for name, path, statements in shown:
            self._files.append((name, [first for first, _ in statements], size))
            self._owners[path] = {
                line: place
                for place, (first, last) in enumerate(statements, size)
                for line in range(first, last + 1)
            }
            size += len(statements)
        # Memory that forked processes share: what they mark is seen here, however they end.
        self._marks = mmap.mmap(-1, size + 1)
        self._codes: dict[str, set[tuple[Any, ...]]] = {}  # path → what its code looks like
        self._read: set[str] = set()  # paths whose code was compiled to know that
        self._met: dict[int, tuple[CodeType, dict[int, int]]] = {}  # keeps the code: ids stay

    def add(self, code: CodeType) -> None:
        """Code of the run's own, or of what stands in the place of an import, is to be executed."""
        self._codes.setdefault(code.co_filename, set()).update(map(_looks, _nested(code)))

    def begin(self, path: str, first: int, last: int, imports: Sequence[str]) -> None:
        """A statement of that code begins: its lines, and the modules that it names."""
        place = self._owners.get(path, {}).get(first)
        if place is not None:
            self._marks[place] = 1

    def end(self) -> dict[str, list[int]]:
        """Look no further: name → first lines of the statements that were reached."""
        self._stop()
        return {
            name: [line for place, line in enumerate(lines, start) if self._marks[place]]
            for name, lines, start in self._files
        }

    def _places(self, code: CodeType) -> dict[int, int]:
        """Line → place of its statement, of code of ours; nothing of other code.

        Code that was put together while the program runs is not what the file says, even if it
        carries the file's name.
        """
        if id(code) not in self._met:
            path = code.co_filename
            owners = self._owners.get(path, {})
            if owners and _looks(code) not in self._codes.get(path, ()) and path not in self._read:
                self._read.add(path)
                whole = compile(Path(path).read_bytes(), path, "exec", dont_inherit=True)
                self._codes.setdefault(path, set()).update(map(_looks, _nested(whole)))
            if owners and _looks(code) not in self._codes[path]:
                owners = {}
            lines = {line for _, _, line in code.co_lines() if line} if owners else ()
            self._met[id(code)] = code, {n: owners[n] for n in lines if n in owners}
        return self._met[id(code)][1]

    def _stop(self) -> None:
        """Follow nothing."""


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _nested(each)


def _looks(code: CodeType) -> tuple[Any, ...]:
    return code.co_qualname, code.co_firstlineno, code.co_code, code.co_linetable


class _Traced(Reached):
    """Looks at each line of ours that is not seen yet, and at nothing once all are."""

    def __init__(self, shown: Shown) -> None:
        super().__init__(shown)
        self._left: set[int] = set()  # places that what has begun may still reach
        self._unmet = {Path(path).stem: path for path in self._owners}  # files without code so far
        self._coming: set[str] = set()  # those of them that what has begun may import
        self._main: list[CodeType] = []  # the code that is being executed, and all inside it

    def add(self, code: CodeType) -> None:
        super().add(code)
        self._meet(code.co_filename)
        self._main = list(_nested(code))

    def begin(self, path: str, first: int, last: int, imports: Sequence[str]) -> None:
        super().begin(path, first, last, imports)
        for each in self._main:
            within = (place for n, place in self._places(each).items() if first <= n <= last)
            self._left.update(place for place in within if not self._marks[place])
        self._look(imports)
        frame: FrameType | None = sys._getframe(1)  # that is asked of it is on its way already
        while frame and frame.f_code is not self._main[0]:
            frame = frame.f_back
        if frame and sys.gettrace() == self._call:
            look: Any = self._call(frame, "call", None)
            frame.f_trace = look

    def _meet(self, path: str) -> None:
        """The code of a file is there."""
        self._coming.discard(path)
        self._unmet = {stem: each for stem, each in self._unmet.items() if each != path}

    def _look(self, names: Iterable[str]) -> None:
        """Look from now on if anything is left to see, or may be imported by these names."""
        stems = {name.rpartition(".")[2] for name in names}
        self._coming.update(path for stem, path in self._unmet.items() if stem in stems)
        # A tracer of the snippet's own goes first.
        if (self._left or self._coming) and sys.gettrace() is None:
            threading.settrace(self._call)
            sys.settrace(self._call)

    def _stop(self) -> None:
        if threading.gettrace() == self._call:
            threading.settrace(None)
        if sys.gettrace() == self._call:
            sys.settrace(None)

    def _call(self, frame: FrameType, event: str, argument: Any) -> Any:
        """A function is entered; gives what is to look at its lines, or None."""
        code = frame.f_code
        if code.co_filename not in self._owners:
            return None
        if code.co_name == "<module>" and id(code) not in self._met:  # a sibling is imported
            self._meet(code.co_filename)
            for each in _nested(code):
                self._left.update(p for p in self._places(each).values() if not self._marks[p])
                self._look(each.co_names)
        places = self._places(code)
        if self._left.isdisjoint(places.values()):
            return None

        def look(frame: FrameType, event: str, argument: Any) -> Any:
            place = places.get(frame.f_lineno) if event == "line" else None
            if place in self._left:
                self._marks[place] = 1
                self._left.discard(place)
                if self._left.isdisjoint(places.values()):
                    frame.f_trace = None
                if not (self._left or self._coming):
                    self._stop()
            return look

        return look


if sys.version_info >= (3, 12):
    monitoring = sys.monitoring
    LINE, START = monitoring.events.LINE, monitoring.events.PY_START

    class _Monitored(Reached):
        """Has the interpreter tell of each line of ours, once."""

        def __init__(self, shown: Shown) -> None:
            super().__init__(shown)
            self._tool = next(each for each in TOOLS if monitoring.get_tool(each) is None)
            monitoring.use_tool_id(self._tool, "neverstale")
            monitoring.register_callback(self._tool, LINE, self._line)
            monitoring.register_callback(self._tool, START, self._start)
            if len(self._files) > 1:  # the siblings' code is met when they are imported
                monitoring.set_events(self._tool, START)

        def add(self, code: CodeType) -> None:
            super().add(code)
            self._watch(code)

        def _watch(self, code: CodeType) -> None:
            for each in _nested(code):
                if self._places(each):
                    monitoring.set_local_events(self._tool, each, LINE)

        def _stop(self) -> None:
            monitoring.set_events(self._tool, 0)
            monitoring.free_tool_id(self._tool)

        def _start(self, code: CodeType, _: int) -> object:
            if code.co_name == "<module>" and code.co_filename in self._owners:
                self._watch(code)
            return monitoring.DISABLE

        def _line(self, code: CodeType, line: int) -> object:
            place = self._places(code).get(line)
            if place is not None:
                self._marks[place] = 1
            return monitoring.DISABLE

    follow: type[Reached] = _Monitored
else:
    follow = _Traced
