"""Run the published notebooks as a reader does: each alone in an empty folder, cell after cell, by
IPython in one process. What a cell prints is held against the output that the notebook shows.

    python tools/notebooks.py FILE…      those of site/en, if none is named (or `make notebooks`)

Each is a fork of a process that has the slow packages imported. Measured numbers are compared as
their snippet's head says; tests/site/test_notebooks.py makes sure that the other language has the
same statements.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

from neverstale.project import load
from neverstale.proof import agree, compare, status
from neverstale.proof.status import Statuses
from neverstale.source import sources

ROOT = Path(__file__).resolve().parents[1]


def main(files: list[Path]) -> int:
    import matplotlib.pyplot  # noqa: F401
    import torch  # noqa: F401

    statuses = status.read(sources.read(load(ROOT)))
    failed = 0
    sys.stdout.flush()
    for file in files:
        start = time.monotonic()
        child = os.fork()
        if not child:
            os._exit(_run(file, statuses))
        _, code = os.waitpid(child, 0)
        failed += code != 0
        mark = "✗" if code else "✓"
        print(f"{mark} {file.name}, {time.monotonic() - start:.0f} s", flush=True)
    print(f"{len(files)} notebooks, {failed} failed")
    return 1 if failed else 0


def _run(file: Path, statuses: Statuses) -> int:
    """Run one; the number of cells that did not do what they show."""
    from IPython.core.interactiveshell import InteractiveShell

    cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    shell = InteractiveShell.instance()
    shell.ast_node_interactivity = "none"  # no value of a last line, which no page shows
    said = os.dup(1)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as output:
        os.chdir(folder)
        sys.path[:] = [folder, *(each for each in sys.path if not _ours(each))]
        for number, cell in enumerate((c for c in cells if c["cell_type"] == "code"), 1):
            output.seek(0)
            output.truncate()
            os.dup2(output.fileno(), 1)
            done = shell.run_cell(cell["source"])
            sys.stdout.flush()
            os.dup2(said, 1)
            output.seek(0)
            problem = _problem(done, cell, output.read().decode(), statuses)
            if problem:
                wrong += 1
                print(f"{file}: code cell {number}: {problem}", flush=True)
                if done.error_in_exec:
                    break
        os.chdir("/")
    return min(wrong, 100)


def _ours(path: str) -> bool:
    """Whether a folder holds snippets, which a reader's does not."""
    return path in ("", str(ROOT / "tools")) or path.startswith(str(ROOT / "snippets"))


def _problem(done: Any, cell: dict[str, Any], printed: str, statuses: Statuses) -> str | None:
    """What went otherwise than the cell shows."""
    if error := done.error_before_exec or done.error_in_exec:
        return "".join(traceback.format_exception_only(error)).strip()
    if not (about := cell["metadata"].get("neverstale")):
        return None
    options = statuses.sources.snippet(about["snippet"]).options
    shown = "".join(each["text"] for each in cell["outputs"] if each["output_type"] == "stream")
    if not shown:  # the page leaves the output out
        return None
    varies = [each.match for each in options.varies]
    return compare.difference(shown, printed, agree.rule(options), varies)


if __name__ == "__main__":
    named = [Path(each).resolve() for each in sys.argv[1:]]
    sys.exit(main(named or sorted((ROOT / "site" / "en").rglob("*.ipynb"))))
