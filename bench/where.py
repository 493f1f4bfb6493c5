"""Where the time of the last `make test` went: what it noted of itself, the longest step first."""

from __future__ import annotations

import json
import sys
from pathlib import Path

NOTE = Path(__file__).resolve().parents[1] / "build" / "steps.json"


def table(note: dict[str, object]) -> list[str]:
    """A line per step: when it began, its seconds, and those of all processors on its behalf."""
    steps: list[dict[str, object]] = note["steps"]  # type: ignore[assignment]
    lines = [" began  seconds  processor  step"]
    for step in sorted(steps, key=lambda one: -one["seconds"]):  # type: ignore[operator]
        lines.append("{begun:6.0f} {seconds:8.0f} {cpu:10.0f}  {name}".format_map(step))
    cpu = sum(step["cpu"] for step in steps)  # type: ignore[misc]
    lines.append(f"{'':6} {note['seconds']:8.0f} {cpu:10.0f}  all, {note['lanes']} at a time; "
                 f"load average at the end {note['load']:.1f}")  # fmt: skip
    return lines


def main() -> int:
    if not NOTE.is_file():
        print(f"{NOTE.name} is not in build/ yet; run: make test", file=sys.stderr)
        return 1
    print("\n".join(table(json.loads(NOTE.read_text(encoding="utf-8")))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
