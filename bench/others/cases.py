"""The documents: honest code, on a page that says something untrue of it.

A document is written once, as Python with its claims: what the page says that a statement prints
follows it on lines that begin with `#>`. `notation` turns that into each tool's own notation.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from textwrap import dedent

CLAIM = "#> "


@dataclass(frozen=True)
class Step:
    """A statement, and what the page says that it prints."""

    code: str
    output: str


@dataclass(frozen=True)
class Document:
    """A page: the code of one block, statement by statement.

    Attributes:
        text: code and claims.
        before: another page of the same site, which is tested, or built, before this one.
        picture: the code that drew the picture on the page, `plot.svg`; empty if there is none.
    """

    text: str
    before: str = ""
    picture: str = ""

    @property
    def code(self) -> str:
        """The code without the claims."""
        lines = self.text.splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith(CLAIM))

    @property
    def output(self) -> str:
        """The claims."""
        return "".join(step.output for step in self.steps())

    def steps(self) -> list[Step]:
        """The statements, each with the lines of the blanks before it."""
        lines = self.text.splitlines(keepends=True)
        starts = [_first(statement) - 1 for statement in ast.parse(self.text).body]
        steps = []
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            part = lines[start:end]
            code = [line for line in part if not line.startswith(CLAIM)]
            claims = [line.removeprefix(CLAIM) for line in part if line.startswith(CLAIM)]
            steps.append(Step("".join(code).rstrip("\n") + "\n", "".join(claims)))
        return steps


def _first(statement: ast.stmt) -> int:
    decorators = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(one.lineno for one in decorators)])


@dataclass(frozen=True)
class Case:
    """An untruth.

    Attributes:
        document: the page on the day on which it is written.
        told: what a tool says when it refuses the page for its untruth: a regular expression.
        truth: what a page that tells the truth has on a line; None if no page can tell it.
        edited: the code on a later day, when it has become another.
        typed: the untruth is in what somebody typed as the output; a tool that writes the outputs
            itself has no place for that.
        daily: the claim is what the code prints with one hash seed, and not with another.
        copied: the truth is what a reader gets who runs the code that the page shows.
    """

    document: Document
    told: str
    truth: str | None = None
    edited: Document | None = None
    typed: bool = False
    daily: bool = False
    copied: bool = False


def _document(text: str, before: str = "") -> Document:
    """Without the margin; `@` stands for a blank that `dedent` would take away."""
    return Document(dedent(text).lstrip("\n").replace("@", " "), dedent(before).lstrip("\n"))


TRUE = _document(
    """
    total = sum(range(5))
    print(total)
    #> 10
    """
)
"""The control that must pass, its output on the page."""

FALSE = _document(
    """
    print(10)
    #> 10
    raise ValueError(10)
    """
)
"""The control that must be refused: its code stops with an error."""

SEEN = "ran"
UNSEEN = _document(
    f"""
    open("{SEEN}", "w").close()
    raise ValueError(10)
    """
)
"""Stops with an error too, and leaves a file behind: the code of blocks in an odd form."""

DRAWN = _document(
    """
    import matplotlib.pyplot as plt

    plt.rcParams["svg.fonttype"] = "none"
    figure, axes = plt.subplots()
    _ = axes.plot([1, 2, 3])
    _ = axes.set_title("rising")
    figure.savefig("plot.svg")
    """
)

CASES: dict[str, Case] = {
    "typed": Case(
        _document(
            """
            print(6 * 7)
            #> 41
            """
        ),
        told=r"4[12]|changed after it was written",
        truth="^42$",
        typed=True,
    ),
    "type": Case(
        _document(
            """
            import numpy as np

            x = np.array([3, 4])
            print(x)
            #> [3. 4.]
            """
        ),
        told=r"\[3 4\]|changed after it was written",
        truth=r"^\[3 4\]$",
        typed=True,
    ),
    "kept": Case(
        TRUE,
        told=r"1[05]|changed after the run",
        truth="^15$",
        edited=replace(TRUE, text=TRUE.text.replace("range(5)", "range(6)")),
        typed=True,
    ),
    "picture": Case(
        replace(DRAWN, picture=DRAWN.text.replace("rising", "falling").replace("[1, ", "[9, ")),
        told=r"plot\.svg.*changed after it was drawn",
        truth="^rising$",
        typed=True,
    ),
    "return": Case(
        _document(
            r"""
            print("saved 1 of 2\rsaved 2 of 2")
            #> saved 1 of 2
            #> saved 2 of 2
            """
        ),
        told=r"saved 1 of 2|carriage return",
        truth=r"\A(?![\s\S]*^saved 1 of 2$)[\s\S]*^saved 2 of 2$",
    ),
    "doc": Case(
        _document(
            """
            radius = 2
            "The radius is in metres."
            print(__doc__)
            #> The radius is in metres.
            """
        ),
        told=r"None|metres",
        truth="^None$",
    ),
    "thread": Case(
        _document(
            """
            import threading


            def save():
                raise OSError("no space left")


            thread = threading.Thread(target=save)
            thread.start()
            thread.join()
            print("all saved")
            #> all saved
            """
        ),
        told=r"no space left|Thread-1 \(save\)",
        truth="Error: no space left",
    ),
    "exit": Case(
        _document(
            """
            import atexit

            lost = [1, 2, 3]
            _ = atexit.register(lambda: print("rows lost:", len(lost)))
            print("saved")
            #> saved
            """
        ),
        told=r"rows lost",
        truth="rows lost: 3",
    ),
    "child": Case(
        _document(
            """
            import subprocess
            import sys

            code = "print('rows lost:', 1 + 2)"
            done = subprocess.run([sys.executable, "-c", code], check=True)
            print("saved")
            #> saved
            """
        ),
        told=r"rows lost",
        truth="rows lost: 3",
    ),
    "stderr": Case(
        _document(
            """
            import logging

            lost = [1, 2, 3]
            log = logging.getLogger("saving")
            log.error("rows lost: %d", len(lost))
            print("saved")
            #> saved
            """
        ),
        told=r"rows lost: 3",
        truth="rows lost: 3",
    ),
    "overflow": Case(
        _document(
            """
            import numpy as np

            x = np.array([3e38, 1.0], dtype=np.float32)
            print(10 * x)
            #> [inf 10.]
            """
        ),
        told=r"overflow encountered",
        truth="RuntimeWarning: overflow",
    ),
    "deprecated": Case(
        _document(
            """
            import numpy as np

            x = np.row_stack([[1, 2], [3, 4]])
            print(x.sum())
            #> 10
            """
        ),
        told=r"row_stack",
        truth="DeprecationWarning",
    ),
    "set": Case(
        _document(
            """
            colours = ["red", "green", "blue", "white"]
            print(" ".join(set(colours)))
            """
        ),
        told=r"red",
        daily=True,
    ),
    "uuid": Case(
        _document(
            """
            import uuid

            print(uuid.uuid4())
            #> 9b2f0f8e-0d8c-4c5e-9b86-0f9b7c2b0d11
            """
        ),
        told=r"uuid|-4",
    ),
    "unreached": Case(
        _document(
            """
            import math


            def diagonal(a, b):
                return math.squareroot(a * a + b * b)


            print("ready")
            #> ready
            """
        ),
        told=r"no run has reached|squareroot",
        truth="never ran|No run|no run",
    ),
    "main": Case(
        _document(
            """
            def main():
                raise OSError("no space left")


            print("ready")
            #> ready
            if __name__ == "__main__":
                main()
            """
        ),
        told=r"no space left",
        truth="Error: no space left",
    ),
    "leak": Case(
        _document(
            """
            import numpy as np

            x = np.array([1 / 3])
            print(x)
            #> [0.33]
            """,
            before="""
            import numpy as np

            np.set_printoptions(precision=2)
            print("set")
            #> set
            """,
        ),
        told=r"0\.33333333",
        truth=r"^\[0\.33333333\]$",
    ),
    "blanks": Case(
        _document(
            """
            text = '''begin,@@
            @@@@
            end'''
            print(len(text))
            #> 17
            """
        ),
        told="whitespace|blanks|13",  # 13: what is left of the string on the page
        copied=True,
    ),
}
"""Name → untruth."""
