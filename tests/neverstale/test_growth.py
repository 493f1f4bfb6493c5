"""A check of twice as many snippets does twice the work: counted in lines of the engine's Python,
which no busy machine changes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import neverstale
from neverstale.proof import reach, status, verification
from neverstale.source import check, sources

if TYPE_CHECKING:
    from conftest import Site

OURS = str(Path(neverstale.__file__).parent)


def lines(work: Callable[[], object]) -> int:
    """How many lines of the engine `work` executes."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def stages(site: Site, numbers: Iterator[int], many: int) -> dict[str, int]:
    """Lines of each stage of a check, after so many snippets more, each on a page of its own."""
    for number in (next(numbers) for _ in range(many)):
        site.snippet(f"s{number}.py", f"x = {number}\nprint(x)")
        site.page(f"p{number}.md", f'# P {{#p}}\n\n--8<-- "s{number}.py"\n')
    found = site.sources()
    assert not found.unreadable
    statuses = status.read(found)
    return {
        "read": lines(lambda: sources.read(found.project)),
        "check": lines(lambda: check.check(found)),
        "status": lines(lambda: status.read(found)),
        "reach": lines(lambda: reach.problems(statuses)),
        "unproved": lines(lambda: status.unproved(statuses)),
        "published": lines(lambda: verification.entries(statuses)),
    }


def test_work_grows_with_the_number_of_snippets_and_no_faster(site: Site) -> None:
    numbers = iter(range(1000))
    few, twice, four = (stages(site, numbers, many) for many in (20, 20, 40))
    # What one snippet more costs is the same, however many there are: a quadratic part would make
    # the second step cost more than twice the first.
    for stage in few:
        growth = (four[stage] - twice[stage]) / (twice[stage] - few[stage])
        assert 1.9 < growth < 2.1, f"{stage}: {growth:.2f}"
