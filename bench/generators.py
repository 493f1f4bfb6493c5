"""How long does each generator take for this handbook? Prints a table; `--write` keeps it in docs/.

Both editions, built by MkDocs and by Zensical in turn, best of a few rounds. Not a test.
"""

from __future__ import annotations

import argparse
import datetime
import os
import re
import subprocess
import sys
from pathlib import Path

import bench

from neverstale import machine

ROOT = Path(__file__).resolve().parents[1]
GENERATORS = {"mkdocs": "MkDocs, Material", "zensical": "Zensical"}
EDITION = re.compile(r"^✓ \w+: \d+ pages, ([\d.]+) s \(([\d.]+) s of CPU time\)$", re.MULTILINE)
WHOLE = re.compile(r"^✓ \S+: (?P<pages>\d+) pages, (?P<seconds>[\d.]+) s\s*\Z", re.MULTILINE)
WORDS = {
    "zh": ("生成器", "页数", "排出两版页面", "其中处理器时间", "整个命令"),
    "en": ("Generator", "Pages", "Both editions' pages", "CPU time of that", "The whole command"),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep the table in docs/")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    before = os.getloadavg()[0]
    rounds = [{name: build(name) for name in GENERATORS} for _ in range(options.rounds)]
    name, date = machine.cpu_name(), datetime.date.today().isoformat()
    for edition in WORDS:
        text = table(edition, rounds)
        print(text)
        if options.write:
            bench.write(edition, f"{text}\n\n{name}{bench.COMMA[edition]}{date}", "generators")
    print(f"{name} {date}; load {before:.1f} before, {os.getloadavg()[0]:.1f} after")
    return 0


def build(generator: str) -> tuple[int, float, float, float]:
    """Pages; seconds until those of both editions are there, of CPU time for them, and in all."""
    command = [sys.executable, "-m", "handbook", "build", "--with", generator]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    whole = WHOLE.search(done.stdout)
    if done.returncode or whole is None:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    until, cores = zip(*EDITION.findall(done.stdout), strict=True)
    found = (
        int(whole["pages"]),
        max(map(float, until)),
        sum(map(float, cores)),
        float(whole["seconds"]),
    )
    bench.say((generator, *found))
    return found


def table(edition: str, rounds: list[dict[str, tuple[int, float, float, float]]]) -> str:
    lines = [f"| {' | '.join(WORDS[edition])} |", "|-|-:|-:|-:|-:|"]
    for name, shown in GENERATORS.items():
        pages = rounds[0][name][0]
        times = [f"{min(each[name][at] for each in rounds):.1f} s" for at in (1, 2, 3)]
        lines.append(f"| {' | '.join([shown, str(pages), *times])} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
