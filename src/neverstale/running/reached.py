"""Which statements of the shown files a run reaches, while it runs; forked processes included.

From Python 3.12 on, the interpreter tells of each line once and then never again. Before that, a
trace function looks at what is ours and not yet seen, and is taken away as soon as all is seen.
"""

from __future__ import annotations

import mmap
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

DISTURBS = sys.version_info < (3, 12)  # what is timed must not be followed then
TOOLS = (4, 3, 5, 2, 1)  # of sys.monitoring; those without a customary owner first


class Reached:
    """Follows one run, in the process that it runs in.

    Args:
        shown: name, path and statements (first and last line) of each file, the run's own first.
    """

    def __init__(self, shown: Iterable[tuple[str, str, list[list[int]]]]) -> None:
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
        self._met: dict[int, tuple[CodeType, dict[int, int]]] = {}  # keeps the code: ids stay

    def begin(self, path: str, line: int, code: CodeType) -> None:
        """A statement of a file is about to be executed: its first line, and what it became."""
        self._codes.setdefault(path, set()).update(map(_looks, _nested(code)))
        place = self._owners.get(path, {}).get(line)
        if place is not None:
            self._marks[place] = 1
        self._add(code)

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
            owners = self._owners.get(path := code.co_filename, {})
            if owners and path not in self._codes:
                whole = compile(Path(path).read_bytes(), path, "exec", dont_inherit=True)
                self._codes[path] = set(map(_looks, _nested(whole)))
            if owners and _looks(code) not in self._codes[path]:
                owners = {}
            lines = {line for _, _, line in code.co_lines() if line} if owners else ()
            self._met[id(code)] = code, {n: owners[n] for n in lines if n in owners}
        return self._met[id(code)][1]

    def _add(self, code: CodeType) -> None:
        """Follow this code and all that lies inside it."""

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

    def __init__(self, shown: Iterable[tuple[str, str, list[list[int]]]]) -> None:
        super().__init__(shown)
        self._left: set[int] = set()  # places that code met so far may still reach
        self._unmet = {path: Path(path).stem for path in self._owners}  # files without code so far
        self._coming: set[str] = set()  # those of them that code met so far may import

    def _add(self, code: CodeType) -> None:
        self._unmet.pop(code.co_filename, None)
        self._coming.discard(code.co_filename)
        for each in _nested(code):
            self._left.update(p for p in self._places(each).values() if not self._marks[p])
            names = {name.rpartition(".")[2] for name in each.co_names}
            self._coming.update(path for path, stem in self._unmet.items() if stem in names)
        # The snippet's own tracer goes first.
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
            self._add(code)
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

        def __init__(self, shown: Iterable[tuple[str, str, list[list[int]]]]) -> None:
            super().__init__(shown)
            self._tool = next(each for each in TOOLS if monitoring.get_tool(each) is None)
            monitoring.use_tool_id(self._tool, "neverstale")
            monitoring.register_callback(self._tool, LINE, self._line)
            monitoring.register_callback(self._tool, START, self._start)
            if len(self._files) > 1:  # the siblings' code is met when they are imported
                monitoring.set_events(self._tool, START)

        def _add(self, code: CodeType) -> None:
            for each in _nested(code):
                if self._places(each):
                    monitoring.set_local_events(self._tool, each, LINE)

        def _stop(self) -> None:
            monitoring.set_events(self._tool, 0)
            monitoring.free_tool_id(self._tool)

        def _start(self, code: CodeType, _: int) -> object:
            if code.co_name == "<module>" and code.co_filename in self._owners:
                self._add(code)
            return monitoring.DISABLE

        def _line(self, code: CodeType, line: int) -> object:
            place = self._places(code).get(line)
            if place is not None:
                self._marks[place] = 1
            return monitoring.DISABLE

    follow: type[Reached] = _Monitored
else:
    follow = _Traced
