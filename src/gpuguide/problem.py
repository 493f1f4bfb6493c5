"""What is wrong and where: the one exception of this package."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake, for the person who must mend it.

    Attributes:
        file: name of the data file, or "" where no file is meant.
        entry: id of the entry, or "" where the whole file is meant.
        field: the field as it is written in the file, or "".
        message: what is wrong and what to do, in one line.
    """

    file: str
    entry: str
    field: str
    message: str

    def __str__(self) -> str:
        where = [part for part in (self.file, self.entry, self.field) if part]
        return ": ".join([*where, self.message])


class GpuguideError(Exception):
    """The root of this package's exceptions: carries one or more problems.

    Args:
        problems: what is wrong; `str()` of the exception gives a line for each.
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
