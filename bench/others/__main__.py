"""Write each document as each tool wants it, run the tool, write down what it let through.

    make others              # writes records/others.json

The record is written only if every tool passes what is true, refuses what stops with an error, and
refuses a document for its untruth alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import neverstale
from others.cases import CASES
from others.judge import Verdict, Wrong, control, judge
from others.tools import TOOLS

RECORD = Path(__file__).parents[2] / "records" / "others.json"
JOBS = 4  # most of the time goes by in starting Python
QUARTO = "quarto-cli", "1.10.19"
NO_DOWNLOAD = "Error downloading Quarto"


def main() -> int:
    """0 if every control held, 1 otherwise."""
    pairs = [(tool, case) for tool in TOOLS for case in CASES]
    with ThreadPoolExecutor(JOBS) as pool:
        told = [_no_quarto(), *pool.map(_control, TOOLS)]
        verdicts = [] if any(told) else list(pool.map(_judge, pairs))
    wrong = [one for one in (*told, *verdicts) if isinstance(one, Wrong)]
    for one in wrong:
        print(f"bench/others: {one}")
    if wrong:
        return 1
    found = dict(zip(pairs, verdicts, strict=True))
    RECORD.write_text(json.dumps(_record(found), indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(f"{len(CASES)} untruths, {len(TOOLS)} tools")
    return 0


def _no_quarto() -> Wrong | None:
    """Quarto's package fetches the program while it is installed: tried, and has to fail."""
    package = "==".join(QUARTO)
    pip = [sys.executable, "-m", "pip", "install", "-v", "--no-deps", "--no-cache-dir"]
    with tempfile.TemporaryDirectory(prefix="others") as folder:
        done = subprocess.run(
            [*pip, "--target", folder, package], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True,
        )  # fmt: skip
    if done.returncode == 0:
        return Wrong(f"{package} can be installed here: say in tools.py how it is called")
    return None if NO_DOWNLOAD in done.stdout else Wrong(f"{package}: {done.stdout}")


def _control(tool: str) -> Wrong | None:
    try:
        control(TOOLS[tool])
    except Wrong as wrong:
        return wrong
    return None


def _judge(pair: tuple[str, str]) -> Verdict | Wrong:
    tool, case = TOOLS[pair[0]], pair[1]
    try:
        found = judge(tool, CASES[case])
    except Wrong as wrong:
        return wrong
    print(*pair, found.word, flush=True)
    return found


def _record(found: dict[tuple[str, str], Verdict]) -> dict[str, Any]:
    ours = {"neverstale": neverstale.__version__}
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "tools": {
            name: {"version": ours.get(one.package) or version(one.package), "command": one.command}
            for name, one in TOOLS.items()
        },
        "missing": {"Quarto": {"version": QUARTO[1], "reason": "download"}},
        "cases": {case: {tool: found[tool, case].word for tool in TOOLS} for case in CASES},
    }


if __name__ == "__main__":
    sys.exit(main())
