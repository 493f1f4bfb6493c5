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

from others.cases import CASES
from others.judge import Verdict, Wrong, control, fences, judge
from others.notation import FENCES
from others.tools import TOOLS

RECORD = Path(__file__).parents[2] / "records" / "others.json"
FENCE = "fence"
JOBS = 2
QUARTO = "quarto-cli", "1.10.19"
NO_DOWNLOAD = "Error downloading Quarto"


def main() -> int:
    """0 if every control held, 1 otherwise."""
    pairs = [(tool, case) for tool in TOOLS for case in (*CASES, FENCE)]
    with ThreadPoolExecutor(JOBS) as pool:
        try:
            _no_quarto()
            list(pool.map(lambda tool: control(tool), TOOLS.values()))
            verdicts = list(pool.map(_judge, pairs))
        except Wrong as wrong:
            pool.shutdown(cancel_futures=True)
            print(f"bench/others: {wrong}")
            return 1
    found = dict(zip(pairs, verdicts, strict=True))
    RECORD.write_text(json.dumps(_record(found), indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(f"{len(CASES) + 1} untruths, {len(TOOLS)} tools")
    return 0


def _no_quarto() -> None:
    """Quarto's package fetches the program while it is installed; here that is tried, and fails.

    Raises:
        Wrong: it does not, or otherwise.
    """
    package = "==".join(QUARTO)
    pip = [sys.executable, "-m", "pip", "install", "-v", "--no-deps", "--no-cache-dir"]
    with tempfile.TemporaryDirectory(prefix="others") as folder:
        done = subprocess.run(
            [*pip, "--target", folder, package], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True,
        )  # fmt: skip
    if done.returncode == 0:
        raise Wrong(f"{package} can be installed here: say in tools.py how it is called")
    if NO_DOWNLOAD not in done.stdout:
        raise Wrong(f"{package}: {done.stdout}")


def _judge(pair: tuple[str, str]) -> Verdict:
    tool, case = TOOLS[pair[0]], pair[1]
    found = fences(tool) if case == FENCE else judge(tool, CASES[case])
    print(*pair, found.word, *found.forms, flush=True)
    return found


def _record(found: dict[tuple[str, str], Verdict]) -> dict[str, Any]:
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "tools": {
            name: {"version": version(one.package), "command": one.command}
            for name, one in TOOLS.items()
        },
        "missing": {"Quarto": {"version": QUARTO[1], "reason": "download"}},
        "forms": list(FENCES),
        "cases": {
            case: {
                tool: {"verdict": found[tool, case].word, "forms": found[tool, case].forms}
                for tool in TOOLS
            }
            for case in (*CASES, FENCE)
        },
    }


if __name__ == "__main__":
    sys.exit(main())
