"""How fast is it, beside what one would use instead? Prints tables; `--write` keeps them in docs/.

Every comparison is made in one run of this program, on the same snippets or the same text, best of
a few rounds, so that ratios mean something even on a busy machine. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from neverstale import machine, project  # noqa: E402
from neverstale.source import sources  # noqa: E402

METADATA = """\
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
# ///
"""
LIGHT = """\
import torch
import torch.nn.functional as F

torch.manual_seed({i})
x = torch.randn(2, 3, 16, 16)  # (N, C, H, W)
weight = torch.randn({channels}, 3, 3, 3, requires_grad=True)
y = F.conv2d(x, weight, padding=1)
y.square().mean().backward()
print(tuple(y.shape), tuple(weight.grad.shape))
"""
# The floor: the same files in one process that has the libraries, with nothing between them. What
# one file leaves behind (its default device, say) reaches the next, so that much is put right.
WARM = """\
import os, sys
import torch
for path in sys.argv[1:]:
    sys.path[:1] = [os.path.dirname(path)]
    code = compile(open(path, encoding="utf-8").read(), path, "exec")
    exec(code, {"__name__": "__main__", "__file__": path})
    torch.set_default_device(None)
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)
"""
WORDS = {
    "zh": ("做法", "片段", "用时", "与下限之比", "页对", "用 neverstale", "纯 Material", "之比"),
    "en": ("Way", "Snippets", "Time", "Against the floor", "Page pairs", "With neverstale",
           "Plain Material", "Ratio"),
}  # fmt: skip
COMMA = {"zh": "，", "en": ", "}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep the tables in docs/")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--most", type=int, default=1000, help="largest number of snippets")
    parser.add_argument("--pages", type=int, default=500, help="largest number of page pairs")
    options = parser.parse_args()
    name = machine.cpu_name()
    date = datetime.date.today().isoformat()
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        engine = engine_table(Path(folder), options.rounds, options.most)
        site = site_table(Path(folder), options.pages)
    for edition in WORDS:
        text = tables(edition, engine, site)
        print(text)
        if options.write:
            write(edition, f"{text}\n\n{name}{COMMA[edition]}{date}")
    # Other work falls on one process and on many unlike, so ratios hold only for a calm machine.
    print(f"{name} {date}; load {before:.1f} before, {os.getloadavg()[0]:.1f} after")
    return 0


def engine_table(folder: Path, rounds: int, most: int) -> list[tuple[str, str, int, float, float]]:
    """(snippets, way, how many, seconds, ratio to the floor)."""
    rows: list[tuple[str, str, int, float, float]] = []
    chapter = copy_chapters(folder / "chapters")
    sets = [("chapters", folder / "chapters", chapter)]
    for count in (10, 30, 100, 1000):
        if count <= most:
            sets.append(("light", folder / f"light{count}", make(folder / f"light{count}", count)))
    for kind, base, files in sets:
        again = rounds if len(files) <= 100 else 1
        measured = measure(kind, base, files, again, kind == "chapters" or len(files) == 30)
        say(measured)
        rows += measured
    return rows


def measure(
    kind: str, base: Path, files: list[Path], rounds: int, each: bool
) -> list[tuple[str, str, int, float, float]]:
    """The rows for one set of snippets; `each`: also a new `python` for every file."""
    first_records(base)  # each is run twice then; what is measured is every later run
    # In turn, so that what else the machine does falls on both alike.
    pairs = [(clock(warm, files), clock(run_all, base)) for _ in range(rounds)]
    say(f"{len(files)} {kind}, ratio in each round: {', '.join(f'{e / f:.2f}' for f, e in pairs)}")
    floor, engine = (min(times) for times in zip(*pairs, strict=True))
    found = [("warm", floor), ("neverstale", engine)]
    if each:
        found.append(("python file.py", clock(one_by_one, files)))
    return [(kind, name, len(files), seconds, seconds / floor) for name, seconds in found]


def copy_chapters(folder: Path) -> list[Path]:
    """The site's own snippets, the labs left out (one of them outweighs all the others)."""
    make(folder, 0)
    site = project.load(ROOT)
    names = [item.name for item in sources.read(site).snippets.values() if not item.options.lab]
    settings = (folder / "pyproject.toml").read_text(encoding="utf-8")
    preload = f"preload = {list(site.preload)}".replace("'", '"')
    settings = settings.replace('preload = ["torch"]', preload).replace("{ en", '{ zh = "zh", en')
    (folder / "pyproject.toml").write_text(settings, encoding="utf-8")
    for name in names:
        target = folder / "snippets" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(site.snippets / name, target)
    return [folder / "snippets" / name for name in names]


def make(folder: Path, count: int) -> list[Path]:
    """A project of `count` light snippets, like those of a tutorial."""
    (folder / "snippets").mkdir(parents=True)
    (folder / "docs").mkdir()
    (folder / "pyproject.toml").write_text(
        '[tool.neverstale]\npreload = ["torch"]\neditions = { en = "docs" }\n', encoding="utf-8"
    )
    files = []
    for i in range(count):
        path = folder / "snippets" / f"light_{i:04}.py"
        path.write_text(METADATA + LIGHT.format(i=i, channels=i % 7 + 1), encoding="utf-8")
        files.append(path)
    return files


def first_records(folder: Path) -> None:
    quiet([sys.executable, "-m", "neverstale", "--project", str(folder), "run"])


def run_all(folder: Path) -> None:
    quiet([sys.executable, "-m", "neverstale", "--project", str(folder), "run", "--all"])


def warm(files: list[Path]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        quiet([sys.executable, "-c", WARM, *map(str, files)], folder)


def one_by_one(files: list[Path]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for file in files:
            quiet([sys.executable, str(file)], folder)


def site_table(folder: Path, most: int) -> list[tuple[int, float, float]]:
    """(page pairs, seconds of this site's way, seconds of plain Material with the text inlined)."""
    rows = []
    for count in (10, 100, 500):
        if count > most:
            break
        base = folder / f"site{count}"
        files = make(base, 30)
        first_records(base)
        page_pairs(base, count, files)
        pairs = [(clock(build, base, "ours"), clock(build, base, "plain")) for _ in range(2)]
        ours, plain = (min(times) for times in zip(*pairs, strict=True))
        rows.append((count, ours, plain))
        say(rows[-1])
    return rows


def page_pairs(base: Path, count: int, files: list[Path]) -> None:
    """The same pages twice: with directives, and with the code and output typed in."""
    found = sources.read(project.load(base))
    for kind in ("ours", "plain"):
        extension = "  - neverstale.markdown: { edition: EDITION, project: BASE }\n"
        for edition in ("zh", "en"):
            pages = base / kind / edition
            pages.mkdir(parents=True)
            for i in range(count):
                item = found.snippet(files[i % len(files)].name)
                code = f'--8<-- "{item.name}"'
                if kind == "plain":
                    code = f"```python\n{item.shown('en')}```\n\n```text\n(2, 3, 16, 16)\n```"
                prose = PROSE[edition] * 3
                first = f"# Page {i}\n\n## One {{#a{i}}}\n\n{prose}\n\n{code}\n\n"
                text = f"{first}## Two {{#b{i}}}\n\n{prose}\n"
                (pages / f"page{i}.md").write_text(text, encoding="utf-8")
            line = extension.replace("EDITION", edition).replace("BASE", str(base))
            (base / f"{kind}.{edition}.yml").write_text(
                CONFIG.format(edition=edition, docs=pages, out=base / "out" / kind / edition)
                + (line if kind == "ours" else ""),
                encoding="utf-8",
            )


CONFIG = """\
site_name: bench
docs_dir: {docs}
site_dir: {out}
theme: {{ name: material, language: {edition}, font: false }}
plugins: [search]
markdown_extensions:
  - attr_list
  - admonition
  - pymdownx.highlight
  - pymdownx.superfences
"""
PROSE = {
    "zh": "卷积核是一小块权重，把它放在图像的每个位置上，与盖住的像素逐个相乘再相加。",
    "en": "A kernel is a small block of weights, laid on every place of the image in turn. ",
}


def build(base: Path, kind: str) -> None:
    """Both editions, one after the other, in a process each."""
    for edition in ("zh", "en"):
        config = str(base / f"{kind}.{edition}.yml")
        quiet([sys.executable, "-m", "mkdocs", "build", "-q", "-f", config])


def quiet(command: list[str], folder: str | None = None) -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "NO_MKDOCS_2_WARNING": "1",
        "MPLBACKEND": "svg",
    }
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)[:200]}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def clock(work: Callable[..., None], *arguments: object) -> float:
    """Seconds that a call takes."""
    start = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - start


def tables(
    edition: str,
    engine: list[tuple[str, str, int, float, float]],
    site: list[tuple[int, float, float]],
) -> str:
    way, snippets, seconds, floor, pairs, ours, plain, ratio = WORDS[edition]
    names = NAMES[edition]
    lines = [f"| {way} | {snippets} | {seconds} | {floor} |", "|-|-|-:|-:|"]
    for kind, name, count, time_, against in engine:
        what = f"{count:,} {names[kind]}"
        lines.append(f"| {names[name]} | {what} | {time_:.1f} s | {against:.2f}× |")
    lines += ["", f"| {pairs} | {ours} | {plain} | {ratio} |", "|-:|-:|-:|-:|"]
    for count, mine, other in site:
        lines.append(f"| {count} | {mine:.1f} s | {other:.1f} s | {mine / other:.2f}× |")
    return "\n".join(lines)


NAMES = {
    "zh": {
        "warm": "同一个进程，不隔离（下限）",
        "neverstale": "neverstale：每段一个进程",
        "python file.py": "逐个 `python file.py`",
        "chapters": "个本站片段",
        "light": "个轻量片段",
    },
    "en": {
        "warm": "one process, no isolation (the floor)",
        "neverstale": "neverstale: a process each",
        "python file.py": "`python file.py`, one after another",
        "chapters": "of this site",
        "light": "light ones",
    },
}


def write(edition: str, text: str, mark: str = "bench") -> None:
    """Put the tables between the marks of the page that shows them, sealed with their digest."""
    page = ROOT / "docs" / edition / "contributing" / "speed.md"
    marks = rf"<!-- {mark}: begin \w+ -->\n.*?(<!-- {mark}: end -->)"
    digest = hashlib.sha256(text.strip().encode()).hexdigest()[:12]
    begin = f"<!-- {mark}: begin {digest} -->"
    old = page.read_text(encoding="utf-8")
    new, count = re.subn(marks, lambda m: f"{begin}\n\n{text}\n\n{m[1]}", old, flags=re.DOTALL)
    if not count:
        raise SystemExit(f"{page.relative_to(ROOT)}: no '<!-- {mark}: begin … -->' … 'end'")
    page.write_text(new, encoding="utf-8")


def say(row: object) -> None:
    with contextlib.suppress(BrokenPipeError):
        print(row, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
