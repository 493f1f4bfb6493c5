"""The command line: `neverstale run | status | check | doctor | …`."""

from __future__ import annotations

import argparse
import datetime
import functools
import io
import json
import os
import secrets
import sys
import time
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from neverstale import __version__, annotate, project, rules
from neverstale.problem import NeverstaleError, Problem
from neverstale.project import DEVICES, Project
from neverstale.proof import junit, status, verification
from neverstale.source import sources
from neverstale.source.chosen import named, select

if TYPE_CHECKING:
    from neverstale.proof.judge import Result
    from neverstale.running.pair import Pair

GOOD, BAD = 0, 1
DESCRIPTION = """\
Keeps the code in a documentation site true: every snippet is a file that is run, every run leaves
a record, and a page shows only what a fresh record stands behind.

  neverstale init                 begin, in the folder of a site: settings, first snippet and page
  neverstale adopt                accept what is found now, rule by rule, until a day
  neverstale run                  run what is not fresh on the CPU, write records
  neverstale run --all            run everything and compare with the records
  neverstale run --device cuda    the same on this machine's GPU
  neverstale status               how every snippet stands
  neverstale check                pages, snippets and editions: what can be seen without a run
  neverstale confirm              note that both editions changed; or: confirm cnn/pooling.md#shift
  neverstale new guide/page …     begin a page: both editions, a snippet, the navigation
  neverstale prune                delete the records of snippets that are gone
  neverstale published            read the built site back: is every block proved?
  neverstale doctor               can snippets use this machine's GPU? if not, what hides it?
"""
EPILOG = "Exit code: 0 all good, 1 something is wrong (each problem in one line), 2 wrong usage."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # as standard error does by itself
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        without = getattr(options, "without_project", False)
        site = Path(options.project) if without else project.load(Path(options.project))
        code: int = options.command(site, options)
        return code
    except NeverstaleError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return BAD
    except BrokenPipeError:  # who reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BAD
    except OSError as error:  # a disk that is full, a folder that is not ours
        print(f"{error.filename or 'neverstale'}: {error.strerror or error}", file=sys.stderr)
        return BAD
    except KeyboardInterrupt:
        print("stopped; what was proved so far is kept", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "neverstale",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"neverstale {__version__}")
    parser.add_argument("--project", default=".", help="a folder inside the project (default: .)")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def add(name: str, function: object, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text, epilog=EPILOG)
        command.set_defaults(command=function)
        command.add_argument("--json", action="store_true", help="print the result as JSON")
        return command

    def select(command: argparse.ArgumentParser) -> None:
        command.add_argument(
            "only",
            nargs="*",
            metavar="PATH",
            help="snippet files or folders, or pages (then: the snippets they show); default all",
        )

    command = add("run", _run, "run snippets and write records of what was proved")
    select(command)
    command.add_argument("--device", choices=DEVICES, default="cpu", help="default: cpu")
    command.add_argument("--all", action="store_true", help="also what is fresh; compare")
    command.add_argument(
        "--every-edition", action="store_true", help="of what is fresh, also other editions' words"
    )
    command.add_argument("--update", action="store_true", help="accept output that differs")
    command.add_argument(
        "--jobs", type=_count, default=os.cpu_count() or 1, metavar="N", help="default: all cores"
    )
    command.add_argument(
        "--shard", type=_shard, default=(1, 1), metavar="I/N", help="only the I-th of N parts"
    )
    command.add_argument(
        "--hash-seed", type=_seed, default=0, metavar="N",
        help="seed of Python's hashes, which the order of a set follows; or: random; default: 0",
    )  # fmt: skip
    command.add_argument("--junit", type=Path, metavar="FILE", help="also write JUnit XML")
    command.add_argument("-v", "--verbose", action="store_true", help="tracebacks and output")

    select(add("status", _status, "how every snippet stands, per device"))
    command = add("init", _init, "begin: settings, a first snippet and page, styles, a workflow")
    command.set_defaults(without_project=True)
    command = add("adopt", _adopt, "accept what is found now, rule by rule, until a day")
    command.add_argument(
        "--until", type=_day, metavar="DATE", help="such as 2027-05-31; default: in half a year"
    )
    command.add_argument("--dry-run", action="store_true", help="only list what would be accepted")
    add("check", _check, "pages, snippets and editions: what can be seen without a run")
    command = add("confirm", _confirm, "note that the editions say the same in a section")
    command.add_argument(
        "keys",
        nargs="*",
        metavar="PAGE#SECTION",
        help="sections of pages (cnn/pooling.md#shift) or snippets (cnn/kernel.py: its comments); "
        "without any: whatever is new or changed in every edition",
    )
    how = command.add_mutually_exclusive_group()
    how.add_argument("--minor", action="store_true", help="only slips of the pen: refuse more")
    how.add_argument(
        "--wanted", action="store_true", help="tell readers of the other edition that it lags"
    )
    how.add_argument(
        "--differ", metavar="WHY", help="why the editions may say different numbers there"
    )
    command = add("new", _new, "begin a page: both editions, a snippet, the navigation")
    command.add_argument("name", metavar="CHAPTER/PAGE", help="such as cnn/batch-norm")
    command.add_argument(
        "titles",
        nargs="+",
        metavar="EDITION=TITLE",
        help="en='Batch normalization' fr=Normalisation; an edition left out awaits translation",
    )
    add("published", _published, "read the built site back and demand a proof of every block")
    command = add("doctor", _doctor, "whether snippets can use this machine's GPU, layer by layer")
    command.add_argument("--device", choices=("cuda",), default="cuda", help="default: cuda")
    add("prune", _prune, "delete the records of snippets that are gone")
    add("notebooks", _notebooks, "write the labs' notebooks, one per edition, from their records")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a whole number from 1")
    return int(text)


def _seed(text: str) -> int:
    if text == "random":
        return secrets.randbelow(2**32)
    if not text.isdecimal() or int(text) >= 2**32:
        raise argparse.ArgumentTypeError(f"must be a whole number below {2**32}, or: random")
    return int(text)


def _shard(text: str) -> tuple[int, int]:
    part, _, parts = text.partition("/")
    if not (part.isdecimal() and parts.isdecimal() and 1 <= int(part) <= int(parts)):
        raise argparse.ArgumentTypeError("must be I/N, such as 2/8")
    return int(part), int(parts)


def _run(site: Project, options: argparse.Namespace) -> int:
    from neverstale.running.pair import Pair  # Linux only; the other commands run anywhere

    begun = time.perf_counter()
    with Pair(site, options.device, options.jobs, options.hash_seed) as pair:
        if options.all:  # surely something runs: what it runs in starts while sources are read
            pair.server(0)
        return _run_in(pair, site, options, begun)


def _run_in(pair: Pair, site: Project, options: argparse.Namespace, begun: float) -> int:
    from neverstale.running import run

    only = named(site, options.only)
    found = sources.read(site, only=only)
    whole = functools.cache(lambda: found if only is None else sources.read(site))
    names = only or select(found, options.only)
    part, parts = options.shard
    names = names[part - 1 :: parts]
    count = 0

    def report(result: Result) -> None:
        nonlocal count
        count += 1
        if options.json or result.verdict == "fresh":
            return
        mark = {"failed": "FAILED", "skipped": "skipped"}.get(result.verdict, result.verdict)
        print(f"[{count:>{len(str(len(names)))}}/{len(names)}] {mark:9} {result.snippet} "
              f"{result.seconds:.2f} s", flush=True)  # fmt: skip
        for problem in result.problems:
            print(f"    {problem}", flush=True)
            if annotate.wanted():
                print("\n".join(annotate.lines(whole(), result.snippet, problem)), flush=True)
        for line in result.accepted:
            print(f"    {line}", flush=True)
        if result.detail and options.verbose:
            print("    " + result.detail.strip().replace("\n", "\n    "), flush=True)

    results = run.run(
        found,
        names,
        pair,
        everything=options.all,
        every_edition=options.every_edition,
        update=options.update,
        report=report,
    )
    if options.junit:
        junit.write(whole(), results, options.junit)
    failed = [each.snippet for each in results if each.verdict == "failed"]
    lowered = [each for each in failed if _lowered(site, each)]
    shown = whole().shown() if lowered else {}
    accepted = [each for each in lowered if not shown.get(each)]
    if options.json:
        print(json.dumps([_plain(result) for result in results], ensure_ascii=False, indent=1))
    else:
        counts = {name: sum(r.verdict == name for r in results) for name in VERDICTS}
        told = ", ".join(f"{number} {name}" for name, number in counts.items() if number)
        told += f" ({len(accepted)} accepted by the rule unrun)" if accepted else ""
        seed = f", hash seed {options.hash_seed}" if options.hash_seed else ""
        seconds = time.perf_counter() - begun
        print(f"{options.device}: {told or 'nothing to run'} in {seconds:.1f} s{seed}")
    return BAD if len(failed) > len(accepted) else GOOD


def _lowered(site: Project, snippet: str) -> bool:
    """Whether a snippet may fail, as long as no page shows it."""
    return rules.level(site.rules, "unrun", site.relative(site.snippets / snippet)) != "error"


VERDICTS = ("failed", "verified", "unchanged", "fresh", "skipped")


def _plain(result: Result) -> dict[str, object]:
    return {
        "snippet": result.snippet,
        "device": result.device,
        "verdict": result.verdict,
        "seconds": result.seconds,
        "problem": "\n".join(map(str, result.problems)) or None,
        "detail": result.detail,
        "accepted": list(result.accepted),
    }


def _status(site: Project, options: argparse.Namespace) -> int:
    written = sources.read(site)
    names = set(select(written, options.only))
    unreadable = [problem for name in names for problem in written.unreadable.get(name, ())]
    found = status.read(written)
    chosen = [entry for entry in found.all() if entry.snippet in names]
    if options.json:
        entries = [entry for entry in verification.entries(found) if entry["snippet"] in names]
        print(json.dumps(entries, ensure_ascii=False, indent=1))
    else:
        for entry in chosen:
            print(f"{entry.state:9} {entry.device:5} {entry.snippet}  {entry.reason}".rstrip())
    for problem in sorted(unreadable):
        print(problem, file=sys.stderr)
    return BAD if unreadable or any(entry.lacking for entry in chosen) else GOOD


def _tell(site: Project, found: list[Problem], what: str, as_json: bool) -> int:
    problems, warnings = rules.part(site.rules, found)
    if as_json:
        told = [vars(each) | {"level": "error"} for each in problems]
        told += [vars(each) | {"level": "warning"} for each in warnings]
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return BAD if problems else GOOD
    for level, some in (("warning", warnings), ("error", problems)):
        for problem in some:
            rule = f" [{problem.rule}]" if problem.rule else ""
            print(f"{'warning: ' * (level == 'warning')}{problem}{rule}", file=sys.stderr)
            if annotate.wanted():
                print(annotate.line(problem, level))
    more = f", {len(warnings)} warning(s)" if warnings else ""
    print(f"{what}: {f'{len(problems)} problem(s)' if problems else 'good'}{more}")
    return BAD if problems else GOOD


def _check(site: Project, options: argparse.Namespace) -> int:
    from neverstale.adopting import adopt

    written = sources.read(site)
    problems = adopt.checked(written)
    return _tell(site, problems, "check", options.json)


def _init(folder: Path, options: argparse.Namespace) -> int:
    from neverstale.adopting import init

    written, build = init.init(folder)
    if options.json:
        print(json.dumps(written))
    else:
        print("\n".join(written))
        print(f"next: neverstale run; {build}; neverstale published")
        print("a site that is there already: neverstale adopt, then neverstale check")
    return GOOD


def _adopt(site: Project, options: argparse.Namespace) -> int:
    from neverstale.adopting import adopt

    found = adopt.adopt(site, options.until, write=not options.dry_run)
    if options.json:
        print(json.dumps(found.counts))
    else:
        for rule, count in found.counts.items():
            print(f"{count:>6} {rule}: {rules.RULES[rule]}")
        print(f"accepted until {found.until}: {sum(found.counts.values())}")
        if found.preload:
            print(f"imported once for all snippets (preload): {', '.join(found.preload)}")
    for problem in found.left:
        print(problem, file=sys.stderr)
    return BAD if found.left else GOOD


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("must be a date such as 2027-05-31") from None


def _confirm(site: Project, options: argparse.Namespace) -> int:
    from neverstale.translation import confirm

    if not options.keys and (options.minor or options.wanted or options.differ is not None):
        raise NeverstaleError(Problem("confirm", 0, "name the sections: PAGE#SECTION"))
    done = options.keys or confirm.everything(sources.read(site))
    for key in options.keys:
        found = sources.read(site)  # each writes into pages, and moves lines there
        if options.wanted:
            confirm.wanted(found, key)
        else:
            confirm.one(found, key, minor=options.minor, differ=options.differ)
    if options.json:
        print(json.dumps(done, ensure_ascii=False))
    else:
        print("\n".join((*done, f"confirmed: {len(done)}")))
    return GOOD


def _new(site: Project, options: argparse.Namespace) -> int:
    from neverstale.translation import new

    titles = dict(title.partition("=")[::2] for title in options.titles)
    written = new.page(site, options.name, titles)
    print(json.dumps(written) if options.json else "\n".join(written))
    if not options.json:
        print("next: write; then: neverstale run; neverstale check")
    return GOOD


def _published(site: Project, options: argparse.Namespace) -> int:
    from neverstale.page import published

    found = published.check(status.read(sources.read(site)))
    return _tell(site, found, "published", options.json)


def _prune(site: Project, options: argparse.Namespace) -> int:
    found = sources.read(site)
    if found.unreadable:  # what their heads list is not known
        raise NeverstaleError(*chain.from_iterable(found.unreadable.values()))
    gone = [site.relative(path) for path in status.prune(found)]
    print(json.dumps(gone) if options.json else "\n".join((*gone, f"deleted: {len(gone)}")))
    return GOOD


def _doctor(site: Project, options: argparse.Namespace) -> int:
    from neverstale.running import doctor, gpu

    before = gpu.device_files()
    answers = []
    for answer in doctor.examine(site):
        answers.append(answer)
        if not options.json:
            print(answer, flush=True)
    made = sorted(set(gpu.device_files()) - set(before))
    last = answers[-1]
    if options.json:
        told = [{"where": one.where, "failure": one.failure, **one.told} for one in answers]
        print(json.dumps({"device_files": before, "made": made, "answers": told}, indent=1))
        return BAD if last.failure else GOOD
    print(f"device files: {', '.join(before) or 'none'}{(made and f'; made now: {made}') or ''}")
    if not last.failure:
        print("doctor: good; snippets reach the GPU")
    elif len(answers) == 1:
        print("doctor: no GPU that a snippet could use here; what hides it is not the sandbox")
    else:
        print(f"doctor: '{last.where}' hides the GPU from snippets")
    return BAD if last.failure else GOOD


def _notebooks(site: Project, options: argparse.Namespace) -> int:
    from neverstale.page import notebook

    written = [site.relative(path) for path in notebook.write_all(status.read(sources.read(site)))]
    print(json.dumps(written) if options.json else "\n".join(written))
    return GOOD
