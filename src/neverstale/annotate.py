"""Problems as GitHub shows them beside the lines of a pull request."""

from __future__ import annotations

import os

from neverstale.problem import Problem
from neverstale.source.sources import Sources


def wanted() -> bool:
    """Whether this runs as a job of GitHub Actions, which reads these lines from the output."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def line(problem: Problem, level: str = "error") -> str:
    """A workflow command, as GitHub's documentation of workflow commands has it."""
    where = f"file={_property(problem.path)}"
    if problem.line:
        where += f",line={problem.line}"
    return f"::{level} {where}::{_data(problem.message)}"


def lines(sources: Sources, snippet: str, problem: Problem) -> list[str]:
    """A failed snippet: at its own line, and at every line of every page that shows it."""
    found = [line(problem)]
    for path, number in sources.places(snippet):
        found.append(line(Problem(path, number, f"shows {snippet}, which failed: {problem}")))
    return found


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
