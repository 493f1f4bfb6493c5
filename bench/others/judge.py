"""What a tool makes of a document → a verdict. Each comes from a run; none is an opinion.

A tool that fails for another reason than the untruth has not caught it: that ends the whole run.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from others import cases
from others.cases import FALSE, TRUE, Case, Document
from others.notation import Fence
from others.tools import Outcome, Tool, printed

CAUGHT, CRASH, LATER, SHOWN, CANNOT, THROUGH, UNSEEN = (
    "caught", "crash", "later", "shown", "cannot", "through", "unseen",
)  # fmt: skip
INTERNAL = "INTERNALERROR"  # pytest's word for a plugin that broke
STYLE = "ruff failed|black failed"  # a matter of taste, which shows the code and so any word of it


class Wrong(Exception):
    """A control that does not hold, or a failure for another reason."""


@dataclass(frozen=True)
class Verdict:
    """How a tool took a case.

    Attributes:
        word: `caught` it failed, and says why; `crash` it failed because it broke; `later` it
            passed, and fails on another day; `shown` it passed, and the page tells the truth;
            `cannot` the same, since it writes the outputs itself; `through` it passed, and the
            page does not tell the truth; `unseen` it passed, since it did not run the block.
    """

    word: str


def control(tool: Tool) -> None:
    """What is true passes, with its output on the page; what stops with an error does not.

    Raises:
        Wrong: it is otherwise.
    """
    true = _run(tool, TRUE)
    if true.refused or not true.shows("^10$"):
        raise Wrong(f"{tool.package}: the control that is true: {true.said or true.page}")
    false = _run(tool, FALSE)
    if not false.refused:
        raise Wrong(f"{tool.package}: the control that is false passes: {false.said}")
    _reason(tool, false, "ValueError: 10|^10$")


def judge(tool: Tool, case: Case) -> Verdict:
    """Run it.

    Raises:
        Wrong: it fails for another reason than the untruth.
    """
    document = _filled(case.document) if case.daily else case.document
    with tempfile.TemporaryDirectory(prefix="others") as name:
        folder = Path(name)
        tool.lay(folder, document)
        outcome = tool.run(folder, 0)
        if not outcome.refused and case.typed and not case.edited:
            outcome = tool.typed(folder, document, outcome)
        if not outcome.refused and case.edited:
            outcome = tool.edited(folder, case.edited)
        if outcome.refused:
            return Verdict(_reason(tool, outcome, case.told))
        if case.daily:
            later = tool.run(folder, 1)
            if later.refused:
                _reason(tool, later, case.told)
                return Verdict(LATER)
    if case.copied:
        true = outcome.shows(f"^{re.escape(outcome.copied().strip())}$")
    else:
        true = case.truth is not None and outcome.shows(case.truth)
    if true:
        return Verdict(CANNOT if case.typed and tool.writes else SHOWN)
    return Verdict(THROUGH)


def block(tool: Tool, fence: Fence) -> Verdict:
    """Whether it runs a block of this form: the code stops with an error, beside a true page.

    Raises:
        Wrong: it fails for another reason, or the built page does not show the block.
    """
    beside = replace(cases.UNSEEN, before=TRUE.text)
    with tempfile.TemporaryDirectory(prefix="others") as name:
        folder = Path(name)
        tool.lay(folder, beside, fence)
        outcome = tool.run(folder, 0)
        ran = any(folder.rglob(cases.SEEN))
    if outcome.refused:
        return Verdict(_reason(tool, outcome, tool.block))
    if "raise ValueError(10)" not in outcome.page:
        raise Wrong(f"{tool.package} does not show {fence}: {outcome.page}")
    return Verdict(THROUGH if ran else UNSEEN)


def _run(tool: Tool, document: Document) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="others") as folder:
        tool.lay(Path(folder), document)
        return tool.run(Path(folder), 0)


def _reason(tool: Tool, outcome: Outcome, told: str) -> str:
    """`caught` or `crash`."""
    if re.search(told, outcome.said, re.MULTILINE) and not re.search(STYLE, outcome.said):
        return CAUGHT
    if INTERNAL in outcome.said:
        return CRASH
    raise Wrong(f"{tool.package} does not say {told!r}, but: {outcome.said}")


def _filled(document: Document) -> Document:
    """With the claim that holds on the first day."""
    return replace(document, text=f"{document.text}#> {printed(document.code)}")
