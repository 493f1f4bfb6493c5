"""What fails where nobody looks: in threads, in futures that nobody asks, in finalizers.

Python tells of these on standard error, or nowhere, and goes on to the end as if all were well.
"""

from __future__ import annotations

import concurrent.futures
import multiprocessing.pool
import os
import sys
import threading
from typing import Any

POOLS = (multiprocessing.pool.ApplyResult, multiprocessing.pool.MapResult)


class Unseen:
    """Watches this process, from the moment it is made. In processes forked from it Python tells
    what it always does.

    Attributes:
        found: (exception, where it was raised, in words), in order.
    """

    def __init__(self) -> None:
        self.found: list[tuple[BaseException, str]] = []
        self._pid = os.getpid()
        self._ended = False
        # Results that failed and that nobody has asked for yet, by identity.
        self._waiting: dict[int, tuple[object, BaseException]] = {}
        threading.excepthook = self._thread
        sys.unraisablehook = self._unraisable
        self._watch_futures()
        self._watch_pools()

    def end(self) -> None:
        """Nobody will ask any more: what waits has gone unseen, and Python's own end begins."""
        self._ended = True
        for _, error in self._waiting.values():
            self.found.append((error, "in a task whose result nobody asks for"))
        self._waiting.clear()

    def _thread(self, told: threading.ExceptHookArgs) -> None:
        if os.getpid() != self._pid:
            threading.__excepthook__(told)
        elif told.exc_value and told.exc_type is not SystemExit and not self._ended:
            # At Python's end threads that it does not wait for stop wherever they are.
            name = told.thread.name if told.thread else "?"
            self.found.append((told.exc_value, f"in thread '{name}'"))

    def _unraisable(self, told: sys.UnraisableHookArgs) -> None:
        if os.getpid() != self._pid or told.exc_value is None:
            sys.__unraisablehook__(told)
        else:
            where = told.err_msg or "Exception ignored in a finalizer"
            self.found.append((told.exc_value, where[0].lower() + where[1:]))

    def _watch_futures(self) -> None:
        future: Any = concurrent.futures.Future
        fails = future.set_exception

        def set_exception(future: Any, error: BaseException | None) -> None:
            if error is not None:
                self._waiting[id(future)] = future, error
            fails(future, error)

        future.set_exception = set_exception
        for name in ("result", "exception"):
            self._asked(future, name)

    def _watch_pools(self) -> None:
        for kind in POOLS:
            self._watch_pool(kind)
        self._asked(multiprocessing.pool.ApplyResult, "get")

    def _watch_pool(self, kind: Any) -> None:
        ends = kind._set

        def _set(result: Any, number: int, outcome: tuple[bool, Any]) -> None:
            good, error = outcome
            if not good and not result._error_callback:
                self._waiting[id(result)] = result, error
            ends(result, number, outcome)

        kind._set = _set

    def _asked(self, kind: Any, name: str) -> None:
        """Note of each call of that method that the outcome was asked for."""
        method = getattr(kind, name)

        def ask(outcome: Any, *arguments: Any, **named: Any) -> Any:
            try:
                return method(outcome, *arguments, **named)
            finally:
                if outcome.ready() if hasattr(outcome, "ready") else outcome.done():
                    self._waiting.pop(id(outcome), None)

        setattr(kind, name, ask)
