"""The two warm processes of a run: where snippets run, and where some of them run again."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from neverstale.project import Project
from neverstale.running import unconfined
from neverstale.running.server import Server
from neverstale.running.unconfined import Unconfined
from neverstale.source.snippet import Snippet

# Threads that wait for each other sleep: spinning, they would hold a core that another needs.
PATIENT = {"OMP_WAIT_POLICY": "PASSIVE"}


class Pair(contextlib.ExitStack):
    """The warm process, and another for what must run twice: with other hashes and threads, and
    what else the settings say should make no difference.

    Each is started when it is first needed, and imports no more than the snippets do, which would
    only make the start and every fork slower.

    Args:
        project: the settings.
        device: `cpu` or `cuda`.
        jobs: how many snippets run at once.
        seed: that of Python's hashes, which the order of a set follows from.
    """

    def __init__(self, project: Project, device: str, jobs: int, seed: int = 0) -> None:
        super().__init__()
        self.project, self.device = project, device
        threads = max(1, (os.cpu_count() or 1) // jobs)
        other = (seed + 1 + secrets.randbelow(2**32 - 1)) % 2**32
        # No more threads in all: on cores that are taken they would wait for each other.
        again = (jobs, 1) if threads > 1 or jobs == 1 else (jobs // 2, 2)
        self.ways = ((seed, jobs, threads), (other, *again))
        self.servers: dict[int, Server | Unconfined] = {}
        self.kind = Unconfined if unconfined.lacking() else Server
        # Where they work: it goes after they have ended.
        name = tempfile.TemporaryDirectory(prefix="neverstale-", ignore_cleanup_errors=True)
        self.folder = Path(self.enter_context(name))

    def server(self, number: int) -> Server | Unconfined:
        """The first (0), or the one for a further run of some: each takes its jobs once."""
        if number not in self.servers:
            seed, jobs, threads = self.ways[min(number, 1)]
            more = {**PATIENT, **self.project.repeat_environment} if number else {}
            self.servers[number] = self.kind(self.project, self.device, jobs, seed, threads, more)
            self.enter_context(self.servers[number])
        return self.servers[number]

    def prepare(self, item: Snippet, again: bool) -> None:
        """Import what a snippet needs, while other records are read; also for its further runs."""
        names = preload(self.project, item)
        for number in range(1 + len(ways(item)) if again else 1):
            self.server(number).preload(names)

    @property
    def how(self) -> str:
        """What is otherwise in the second, in words."""
        seed, _, threads = self.ways[1]
        more = [f"{key}={value}" for key, value in self.project.repeat_environment.items()]
        return ", ".join([f"hash seed {seed}, {threads} thread{'s' if threads > 1 else ''}", *more])


def ways(item: Snippet) -> list[str]:
    """What a snippet's further runs are: one for each edition with words of its own, or else one as
    the first."""
    return list(item.options.words) or [""]


def preload(project: Project, item: Snippet) -> list[str]:
    """Of what is imported once for all, what a snippet uses."""
    return [name for name in project.preload if name.partition(".")[0] in item.packages]
