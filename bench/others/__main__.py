"""Write each document as each tool wants it, run the tool, write down what it let through.

    make others              # writes records/others.json; QUARTO=/path/to/quarto names that program

The record is written only if every tool passes what is true, refuses what stops with an error, and
refuses a document for its untruth alone.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from others.cases import CASES
from others.judge import Verdict, Wrong, block, control, judge
from others.notation import ODD
from others.tools import QUARTO, TOOLS

RECORD = Path(__file__).parents[2] / "records" / "others.json"
JOBS = 4  # most of the time goes by in starting Python


def main() -> int:
    """0 if every control held, 1 otherwise."""
    if not QUARTO:
        print("bench/others: Quarto is not installed; QUARTO=/path/to/quarto make others")
        return 1
    cases = {
        (tool, case): partial(judge, TOOLS[tool], CASES[case]) for tool in TOOLS for case in CASES
    }
    blocks = {
        (tool, form): partial(block, TOOLS[tool], ODD[form]) for tool in TOOLS for form in ODD
    }
    tries = cases | blocks
    with ThreadPoolExecutor(JOBS) as pool:
        wrong = [one for one in pool.map(_control, TOOLS) if one]
        found = [] if wrong else list(pool.map(_tried, tries, tries.values()))
    wrong += [one for one in found if isinstance(one, Wrong)]
    for one in wrong:
        print(f"bench/others: {one}")
    if wrong:
        return 1
    words = {
        pair: one.word for pair, one in zip(tries, found, strict=True) if isinstance(one, Verdict)
    }
    RECORD.write_text(json.dumps(_record(words), indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(f"{len(CASES)} untruths, {len(ODD)} forms of a block, {len(TOOLS)} tools")
    return 0


def _control(tool: str) -> Wrong | None:
    try:
        control(TOOLS[tool])
    except Wrong as wrong:
        return wrong
    return None


def _tried(pair: tuple[str, str], run: partial[Verdict]) -> Verdict | Wrong:
    try:
        found = run()
    except Wrong as wrong:
        return wrong
    print(*pair, found.word, flush=True)
    return found


def _record(words: dict[tuple[str, str], str]) -> dict[str, Any]:
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "tools": {
            name: {"version": one.version, "command": one.command} for name, one in TOOLS.items()
        },
        "cases": {case: {tool: words[tool, case] for tool in TOOLS} for case in CASES},
        "blocks": {form: {tool: words[tool, form] for tool in TOOLS} for form in ODD},
    }


if __name__ == "__main__":
    sys.exit(main())
