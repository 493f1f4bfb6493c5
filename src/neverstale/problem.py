"""What is wrong and where: the one form in which every stage reports a mistake."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake, for the person who must mend it.

    Attributes:
        path: file, relative to the project's root, with forward slashes.
        line: line number from 1, or 0 where the whole file is meant.
        message: what is wrong and what to do, in one line.
        rule: by which rule that a site may lower (`neverstale.rules`); "" for what always holds.
    """

    path: str
    line: int
    message: str
    rule: str = field(default="", compare=False)

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.message}"


class NeverstaleError(Exception):
    """The root of this package's exceptions: carries one or more problems.

    Args:
        problems: what is wrong; `str()` of the exception gives a line for each.
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
