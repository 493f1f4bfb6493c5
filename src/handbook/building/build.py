"""The whole site, once: both editions side by side, then what belongs to neither."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from pathlib import Path

from handbook.building.edition import Edition, editions
from handbook.building.render import Progress, Rendered
from handbook.building.root import assemble
from handbook.building.workers import Worker, died, read_statuses, render_edition
from handbook.errors import HandbookError
from neverstale.page.notebook import write_all
from neverstale.problem import Problem
from neverstale.project import Project
from neverstale.proof.status import Statuses

Say = Callable[[str], None]
Work = Callable[[Progress, Edition, Statuses, Path], Rendered]
REPORT_EVERY = 2.0  # seconds between two lines of progress


def build_site(
    project: Project,
    *,
    strict: bool = True,
    say: Say = print,
    work: Work = render_edition,
    site: Path | None = None,
) -> int:
    """Build both editions and the root into the project's site folder.

    The folder is exchanged at the very end, so that a failed build leaves the earlier one as it
    was.

    Args:
        project: the site's settings.
        strict: whether any warning fails the build.
        say: receives the lines of progress.
        work: renders an edition, called by a `Worker`.
        site: the folder to build; None takes the project's.

    Returns:
        The number of pages.

    Raises:
        HandbookError: a page, template or setting is wrong; it carries every problem found.
        NeverstaleError: a snippet or record is wrong.
    """
    site = site or project.site
    staging = project.root / ".cache" / site.name
    shutil.rmtree(staging, ignore_errors=True)
    # The labs as another build rendered them: published as they lie there, read by nobody.
    shutil.rmtree(project.root / ".cache" / "mkdocs-jupyter", ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        statuses = read_statuses(project)
        write_all(statuses)
        rendered = render_all(editions(project), statuses, staging, say, work)
        found = (problem for edition in rendered for problem in edition.problems)
        problems = list(dict.fromkeys(found))  # both editions may name the same line
        if not all(edition.usable for edition in rendered) or (strict and problems):
            raise HandbookError(*problems)
        for problem in problems:
            say(f"warning: {problem}")
        start = time.monotonic()
        assemble(statuses, rendered, staging)
        say(f"✓ root, downloads, Markdown, {time.monotonic() - start:.1f} s")
        exchange(staging, site)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return sum(len(edition.pages) for edition in rendered)


def render_all(
    found: tuple[Edition, ...],
    statuses: Statuses,
    out: Path,
    say: Say,
    work: Work = render_edition,
) -> tuple[Rendered, ...]:
    """Render the editions in parallel, each into `out`/<tag>; says how far it is meanwhile."""
    start = time.monotonic()
    workers = {edition.tag: Worker(work, edition, statuses, out / edition.tag) for edition in found}
    by_tag = {edition.tag: edition for edition in found}
    waiting = {worker.connection: tag for tag, worker in workers.items()}
    counts: dict[str, str] = {}
    answers: dict[str, Rendered] = {}
    reported = start
    try:
        while waiting:
            for connection in wait(list(waiting), timeout=REPORT_EVERY):
                tag = waiting[connection]  # type: ignore[index]
                kind, value = workers[tag].receive()
                if kind == "progress":
                    counts[tag] = "{}/{}".format(*value)  # type: ignore[misc]
                    continue
                del waiting[connection]  # type: ignore[arg-type]
                answer = value if isinstance(value, Rendered) else died(by_tag[tag], str(value))
                answers[tag] = answer
                seconds = time.monotonic() - start
                mark = "✓" if answer.usable else "✗"
                cpu = f"{answer.cpu:.1f} s of CPU time"
                say(f"{mark} {tag}: {len(answer.pages)} pages, {seconds:.1f} s ({cpu})")
            if time.monotonic() - reported >= REPORT_EVERY:
                reported = time.monotonic()
                state = ", ".join(f"{tag} {counts.get(tag, 'reading')}" for tag in waiting.values())
                if state:
                    say(f"  … {state} pages")
    finally:
        for worker in workers.values():
            worker.stop()
    return tuple(answers[edition.tag] for edition in found)


def exchange(new: Path, old: Path) -> None:
    """Put the folder `new` in the place of `old`.

    Raises:
        HandbookError: `old` is there and is not a folder that may be replaced.
    """
    if old.exists() and not old.is_dir():
        raise HandbookError(Problem(old.name, 0, "is a file; the site is built into a folder"))
    before = new.with_name(new.name + "-before")
    shutil.rmtree(before, ignore_errors=True)
    old.parent.mkdir(parents=True, exist_ok=True)
    try:
        if old.exists():
            old.rename(before)
        new.rename(old)
    finally:
        if before.exists() and not old.exists():  # stopped in between
            before.rename(old)
    shutil.rmtree(before, ignore_errors=True)
