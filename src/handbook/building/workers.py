"""Work in processes of their own, forked from one that has the slow packages imported."""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
import shutil
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from handbook.building.edition import Edition
from handbook.building.locate import locate_error
from handbook.building.render import Again, Progress, Rendered, render
from handbook.building.root import assemble
from handbook.errors import HandbookError
from neverstale.page.notebook import write_all
from neverstale.problem import NeverstaleError, Problem
from neverstale.project import Project, load
from neverstale.proof import status
from neverstale.proof.status import Statuses
from neverstale.source import sources

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["handbook.preview.warm"])


class Worker:
    """One running piece of work.

    Args:
        work: a module-level function; its first argument is a function (done, total) → None to
            report progress with, the others are `arguments`.
        arguments: what else `work` is called with.
    """

    def __init__(self, work: Callable[..., object], *arguments: object) -> None:
        self.connection: Connection[Any, Any]
        self.connection, theirs = _CONTEXT.Pipe(duplex=False)
        self._process = _CONTEXT.Process(target=_run, args=(theirs, work, arguments), daemon=True)
        self._process.start()
        theirs.close()

    def receive(self) -> tuple[str, object]:
        """Wait for what the worker says next.

        Returns:
            ("progress", (done, total)), ("done", answer), or ("died", reason).
        """
        try:
            kind, value = self.connection.recv()
        except (EOFError, OSError):
            self._process.join()
            return "died", f"ended without an answer (exit status {self._process.exitcode})"
        return kind, value

    def answer(self) -> tuple[str, object]:
        """Wait for the end: ("done", answer) or ("died", reason); frees what the worker held."""
        while True:
            kind, value = self.receive()
            if kind != "progress":
                self.stop()
                self.connection.close()
                return kind, value

    def stop(self) -> None:
        """End the process, if it still runs; whoever waits for its answer learns that it died."""
        self._process.terminate()
        self._process.join(timeout=2)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def _run(
    connection: Connection[Any, Any], work: Callable[..., object], arguments: tuple[object, ...]
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def progress(done: int, total: int) -> None:
        connection.send(("progress", (done, total)))

    try:
        connection.send(("done", work(progress, *arguments)))
    except BrokenPipeError:  # nobody listens any more
        os._exit(0)


def read_statuses(project: Project) -> Statuses:
    """How the snippets of a site stand, with all that people wrote."""
    return status.read(sources.read(project))


def render_edition(
    progress: Progress, edition: Edition, statuses: Statuses | None, out: Path
) -> Rendered:
    """Render a whole edition, as work for a `Worker`.

    Args:
        progress: told how many pages are done.
        edition: the edition.
        statuses: how the snippets stand; None lets this process read it.
        out: the folder to write.

    Returns:
        What was rendered; an error of any kind is a problem in it.
    """
    return answered(
        edition, lambda: render(edition, _known(statuses, edition.root), out, progress=progress)
    )


def render_again(
    progress: Progress,
    edition: Edition,
    statuses: Statuses | None,
    before: Path,
    out: Path,
    again: Again,
) -> Rendered:
    """Render some pages anew, into a copy of the folder `before`, as work for a `Worker`.

    Returns:
        What was rendered; an error of any kind is a problem in it.
    """

    def work() -> Rendered:
        shutil.copytree(before, out, dirs_exist_ok=True)
        found = _known(statuses, edition.root)
        return render(edition, found, out, again=again, progress=progress)

    return answered(edition, work)


def answered(edition: Edition, work: Callable[[], Rendered]) -> Rendered:
    """What `work` renders in the project's folder; an error of any kind is a problem in it."""
    before = time.process_time()
    try:
        os.chdir(edition.root)
        return dataclasses.replace(work(), cpu=time.process_time() - before)
    except NeverstaleError as error:
        return Rendered(tag=edition.tag, problems=error.problems)
    except Exception as error:
        return Rendered(tag=edition.tag, problems=(locate_error(error, edition),))


def assemble_root(
    progress: Progress,
    root: Path,
    statuses: Statuses | None,
    rendered: tuple[Rendered, ...],
    out: Path,
) -> str:
    """Write what belongs to no edition into `out`, as work for a `Worker`.

    Returns:
        What is wrong, a line for each problem; "" if all is well.
    """
    return _complaint(lambda: assemble(_known(statuses, root), rendered, out))


def write_notebooks(progress: Progress, root: Path, statuses: Statuses | None) -> str:
    """Write the labs' notebooks, as work for a `Worker`.

    Returns:
        What is wrong, a line for each problem; "" if all is well.
    """
    return _complaint(lambda: write_all(_known(statuses, root)))


def _known(statuses: Statuses | None, root: Path) -> Statuses:
    return statuses or read_statuses(load(root))


def _complaint(work: Callable[[], object]) -> str:
    try:
        work()
    except (HandbookError, NeverstaleError) as error:
        return str(error)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def died(edition: Edition, reason: str) -> Rendered:
    """The answer that stands for a builder which gave none."""
    config = edition.config.name
    problem = Problem(config, 0, f"the builder of the {edition.tag} edition {reason}")
    return Rendered(tag=edition.tag, problems=(problem,))
