"""The live preview: builds, serves, watches, and builds again what a change concerns.

One thread, the main one, decides everything, from a queue of events: files changed, a builder
ended, the run of the snippets ended. A change is shown in two steps: at once the pages that it
concerns, then, in the background, the whole edition, so that navigation and search follow.
"""

from __future__ import annotations

import os
import queue
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import watchfiles

from handbook.building.edition import editions
from handbook.building.render import Again, Rendered
from handbook.building.workers import (
    Worker,
    assemble_root,
    died,
    render_again,
    render_edition,
    write_notebooks,
)
from handbook.preview.affected import WATCHED, Affected, affected_by, is_watched
from handbook.preview.known import Known
from handbook.preview.prover import Prover
from handbook.preview.server import Preview, PreviewServer
from neverstale.project import Project, load

Event = Callable[[], None]
ROOT = ""
NOTEBOOKS = "notebooks"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SETTLE_MS = 40  # an editor writes a file in several steps: wait for this much quiet


@dataclass
class Job:
    """A builder at work.

    Attributes:
        worker: its process.
        out: the folder that it writes, if it writes one.
        whole: whether it builds all; otherwise only the pages that changed.
        started: when, by the monotonic clock.
    """

    worker: Worker
    out: Path | None
    whole: bool
    started: float = field(default_factory=time.monotonic)


class Session:
    """One run of the preview.

    Args:
        root: the project's root.
        port: where to serve; 0 takes a free port.
        say: receives a line for each thing that happened.
        prove: whether to run snippets that are not fresh.

    Raises:
        PortInUse: another program has the port.
        NeverstaleError: the settings cannot be read.
    """

    def __init__(self, root: Path, port: int, say: Callable[[str], None], prove: bool) -> None:
        self.project: Project = load(root)
        self.editions = {edition.tag: edition for edition in editions(self.project)}
        self.preview = Preview((ROOT, *self.editions))
        self.server = PreviewServer(self.preview, port)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        self._say = say
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._jobs: dict[str, Job] = {}
        self._todo = Affected(full=set(self.editions), notebooks=True, root=True, prove=prove)
        self._rendered: dict[str, Rendered] = {}
        self._known = Known(self.project)
        self._prover = Prover(self.project.root, lambda: self._events.put(self._proved))
        self._prove = prove
        self._stop = threading.Event()
        cache = self.project.root / ".cache"
        cache.mkdir(exist_ok=True)
        self._folder = Path(tempfile.mkdtemp(prefix="serve-", dir=cache))
        self._count = 0

    def run(self) -> None:
        """Serve until interrupted (SIGINT, SIGTERM, SIGHUP); leaves no process or file behind."""
        for number in SIGNALS:
            signal.signal(number, lambda number, frame: self._events.put(_stop))
        _publish_at(self.url, tuple(self.editions))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self._watch()
        self._say(f"▸ building {' and '.join(self.editions)}; the preview will be at {self.url}")
        try:
            while True:
                self._schedule()
                self._next()()
        except KeyboardInterrupt:
            self._say("stopped")
        finally:
            for number in SIGNALS:
                signal.signal(number, signal.SIG_IGN)
            self.close()

    def close(self) -> None:
        """End every process and thread of the session, and remove what it wrote."""
        self._stop.set()
        self.preview.close()
        for job in self._jobs.values():
            job.worker.stop()
        self._prover.stop()
        self.server.shutdown()
        self.server.server_close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _next(self) -> Event:
        while True:  # a wait without a limit would not notice signals on every system
            try:
                return self._events.get(timeout=1)
            except queue.Empty:
                continue

    def _watch(self) -> None:
        root = self.project.root
        folders = [root / name for name in WATCHED]
        for folder in folders:
            folder.mkdir(exist_ok=True)
        for paths, recursive in ((folders, True), ([root], False)):
            threading.Thread(target=self._follow, args=(paths, recursive), daemon=True).start()

    def _follow(self, paths: list[Path], recursive: bool) -> None:
        for changes in watchfiles.watch(
            *paths,
            watch_filter=lambda _, path: is_watched(self.project, Path(path)),
            debounce=400,
            step=SETTLE_MS,
            stop_event=self._stop,
            recursive=recursive,
        ):
            self._events.put(partial(self._changed, changed_files(changes)))

    def _changed(self, paths: set[Path]) -> None:
        if not paths:
            return
        names = sorted(self.project.relative(path) for path in paths)
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        self._say(f"▸ changed: {', '.join(names[:3])}{more}")
        if any(path.name == "pyproject.toml" for path in paths):
            self._reload()
        self._known.renew(self.project, paths)
        affected = affected_by(self.project, self.editions.values(), paths)
        affected.prove = affected.prove and self._prove
        if affected.viewed:
            for tag in self.editions:
                affected.quick.setdefault(tag, set()).update(self._viewed(tag))
        self._todo.add(affected)

    def _viewed(self, tag: str) -> set[str]:
        """Sources of the pages of an edition that are being looked at."""
        viewed = self.preview.viewed(tag)
        known = self._rendered.get(tag, Rendered(tag)).pages
        return {page.source for page in known if page.url in viewed}

    def _reload(self) -> None:
        try:
            self.project = load(self.project.root)
        except Exception as error:
            self._say(f"✗ {error}")

    def _schedule(self) -> None:
        """Start whatever can start now: notebooks, then pages, then editions, then the rest."""
        if self._todo.notebooks:
            self._todo.notebooks = False
            for name in list(self._jobs):
                self._drop(name)
                self._todo.full |= {name} & set(self.editions)
            worker = Worker(write_notebooks, self.project.root, self._known.statuses)
            self._employ(NOTEBOOKS, worker, None, True)
        if NOTEBOOKS in self._jobs:
            return
        for tag in self.editions:
            job = self._jobs.get(tag)
            pages = self._todo.quick.get(tag)
            if pages is not None and job and job.whole:
                self._drop(tag)
                self._todo.full.add(tag)
                job = None
            if pages is not None and job is None:
                del self._todo.quick[tag]
                if tag in self._rendered:
                    self._start(tag, pages)
        if any(not job.whole for job in self._jobs.values()):
            return
        for tag in sorted(self._todo.full):
            if tag in self._jobs:
                self._drop(tag)
            self._todo.full.discard(tag)
            self._start(tag, None)
        if self._jobs or len(self._rendered) < len(self.editions):
            return
        if self._todo.root:
            self._todo.root = False
            out = self._new_folder("root")
            rendered = tuple(self._rendered[tag] for tag in self.editions)
            worker = Worker(assemble_root, self.project.root, self._known.statuses, rendered, out)
            self._employ(ROOT, worker, out, True)
        elif self._todo.prove and not self._prover.running:
            self._todo.prove = False
            self._prover.start()

    def _start(self, tag: str, pages: set[str] | None) -> None:
        """Build an edition: some pages of it, or (`None`) the whole."""
        edition, out = self.editions[tag], self._new_folder(tag)
        statuses = self._known.statuses
        if pages is None:
            worker = Worker(render_edition, edition, statuses, out)
        else:
            titles = {page.source: page.title for page in self._rendered[tag].pages}
            again = Again(frozenset(pages), titles)
            before = self.preview.folder(tag)
            worker = Worker(render_again, edition, statuses, before, out, again)
        self._employ(tag, worker, out, pages is None)

    def _employ(self, name: str, worker: Worker, out: Path | None, whole: bool) -> None:
        job = Job(worker, out, whole)
        self._jobs[name] = job
        threading.Thread(target=self._await, args=(name, job), daemon=True).start()

    def _await(self, name: str, job: Job) -> None:
        kind, value = job.worker.answer()
        self._events.put(lambda: self._built(name, job, kind, value))

    def _drop(self, name: str) -> None:
        job = self._jobs.pop(name)
        job.worker.stop()
        _remove(job.out)

    def _built(self, name: str, job: Job, kind: str, value: object) -> None:
        if self._jobs.get(name) is not job:  # dropped meanwhile
            return
        del self._jobs[name]
        if name in self.editions:
            answer = value if isinstance(value, Rendered) else died(self.editions[name], str(value))
            self._built_edition(name, job, answer)
        elif value:
            self._say(f"✗ {value}")
            _remove(job.out)
        elif job.out:
            self._show(name, job.out)

    def _built_edition(self, tag: str, job: Job, answer: Rendered) -> None:
        assert job.out
        if not answer.usable and not job.whole:  # the whole edition follows, and will say why
            _remove(job.out)
            return
        for problem in answer.problems:
            self._say(f"{'!' if answer.usable else '✗'} {problem}")
        if not answer.usable:
            self._say(f"✗ {tag}: not built; the preview shows what was there before")
            _remove(job.out)
            return
        if job.whole:
            self._rendered[tag] = answer
        first = self.preview.folder(tag) is None
        self._show(tag, job.out)
        if first or not job.whole:
            pages = ", ".join(page.url or "/" for page in answer.pages)
            what = "all pages" if job.whole else pages or "assets"
            seconds = time.monotonic() - job.started
            self._say(f"✓ {tag}: {what}, {seconds:.1f} s  {self.url}{tag}/")

    def _show(self, name: str, folder: Path) -> None:
        _remove(self.preview.show(name, folder))

    def _proved(self) -> None:
        """The snippets have run; what they recorded arrives as changed files."""

    def _new_folder(self, name: str) -> Path:
        self._count += 1
        folder = self._folder / f"{name or 'root'}-{self._count}"
        folder.mkdir()
        return folder


def changed_files(changes: Iterable[tuple[watchfiles.Change, str]]) -> set[Path]:
    """The files behind the watcher's `changes`.

    A new folder stands for all that lies in it: a file written into it before the system began
    to watch it is never announced by itself.
    """
    found = set()
    for change, name in changes:
        path = Path(name)
        if not path.is_dir():
            found.add(path)
        elif change is watchfiles.Change.added:
            found.update(inner for inner in path.rglob("*") if inner.is_file())
    return found


def _remove(folder: Path | None) -> None:
    if folder:
        shutil.rmtree(folder, ignore_errors=True)


def _stop() -> None:
    """The event that ends a session: raised between events, never in the middle of one."""
    raise KeyboardInterrupt


def _publish_at(url: str, tags: tuple[str, ...]) -> None:
    """Tell the settings, which read the environment, where this preview is."""
    os.environ["SITE_ROOT"] = "/"
    os.environ["SITE_CSP"] = "false"
    for tag in tags:
        os.environ[f"SITE_URL_{tag.upper()}"] = f"{url}{tag}/"
