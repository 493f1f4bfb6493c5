"""Is what is served what was verified? Every file of the built site, fetched and compared."""

from __future__ import annotations

import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from neverstale.problem import Problem
from neverstale.project import Project

ATTEMPTS = 5  # a fresh deployment takes a while to reach every server
TIMEOUT = 30.0  # seconds for one answer


def check(
    project: Project, address: str, say: Callable[[str], None], pause: float = 15.0
) -> list[Problem]:
    """Compare every file of `site/` with what `address` serves.

    Args:
        project: the project whose site was built here.
        address: where its root is served, such as `https://example.org/handbook/`.
        say: receives a line for each attempt.
        pause: seconds between two attempts.

    Returns:
        A problem for each file that is not served, or served otherwise.
    """
    files = sorted(path for path in project.site.rglob("*") if path.is_file())
    if not files:
        return [Problem(project.relative(project.site), 0, "not built; run: make site")]
    base = address if address.endswith("/") else f"{address}/"
    if urllib.parse.urlsplit(base).scheme not in ("http", "https"):
        return [Problem(address, 0, "not an address; write ADDRESS=https://…")]
    problems: list[Problem] = []
    for attempt in range(1, ATTEMPTS + 1):
        with ThreadPoolExecutor(8) as pool:
            found = pool.map(lambda file: _compare(project, file, base), files)
            problems = [problem for problem in found if problem]
        say(f"{len(files) - len(problems)} of {len(files)} files are served as verified")
        # What answers but differs may be the old site; wait for the new one.
        files = [project.root / problem.path for problem in problems]
        if not problems or attempt == ATTEMPTS:
            break
        time.sleep(pause)
    return problems


def _compare(project: Project, file: Path, base: str) -> Problem | None:
    where = project.relative(file)
    name = file.relative_to(project.site).as_posix()
    address = base + urllib.parse.quote(name.removesuffix("index.html"))
    try:
        with urllib.request.urlopen(address, timeout=TIMEOUT) as answer:
            served = answer.read()
    except urllib.error.HTTPError as error:
        return Problem(where, 0, f"{address} answers {error.code}")
    except OSError as error:
        return Problem(where, 0, f"{address} does not answer: {error}")
    if served != file.read_bytes():
        return Problem(where, 0, f"{address} serves something else than what was verified")
    return None
