"""The root of this package's exceptions, and the slip of whoever writes a page."""

from neverstale.problem import Problem


class HandbookError(Exception):
    """The site could not be put together.

    Args:
        problems: what is wrong; `str()` of the exception gives a line for each.
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class Mistake(ValueError):
    """What stands on a page and means nothing; `str()` says why."""
