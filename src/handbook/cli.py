"""The command line: `python -m handbook build | readback | take | serve | deployed | prove`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from handbook.errors import HandbookError
from neverstale.problem import NeverstaleError, Problem
from neverstale.project import load


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: the words of the command line; None takes the program's own.

    Returns:
        The exit status: 0 all well, 1 something in the sources is wrong, 2 the command itself.
    """
    options = _parser().parse_args(arguments)
    say = partial(print, flush=True)
    try:
        if options.command == "serve":
            return _serve(options, say)
        if options.command == "take":
            return _take(options, say)
        if options.command == "readback":
            return _readback(options, say)
        if options.command == "deployed":
            return _deployed(options, say)
        if options.command == "prove":
            return _prove(options, say)
        return _build(options, say)
    except (HandbookError, NeverstaleError) as error:
        for problem in error.problems:
            print(f"error: {problem}", file=sys.stderr)
        return 1
    except OSError as error:  # a disk that is full, a folder that is not ours
        print(f"error: {error.filename or 'disk'}: {error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; site/ is as it was", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="handbook", description="Builds and previews both editions of the handbook."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    build = commands.add_parser("build", help="build the whole site into site/")
    build.add_argument(
        "--lenient", action="store_true", help="print warnings instead of failing on them"
    )
    build.add_argument(
        "--with",
        dest="generator",
        choices=("mkdocs", "zensical"),
        default="mkdocs",
        help="the site generator (default: mkdocs); zensical builds into build/zensical/",
    )
    serve = commands.add_parser("serve", help="live preview of both editions")
    serve.add_argument("--port", type=int, default=8000, help="default: 8000; 0 takes a free one")
    serve.add_argument(
        "--no-run", action="store_true", help="do not run the snippets that are not fresh"
    )
    readback = commands.add_parser(
        "readback", help="make every page and download once more and compare site/ with them"
    )
    take = commands.add_parser("take", help="make the PDFs, EPUBs and the zip of the built site")
    deployed = commands.add_parser("deployed", help="compare a deployed site with site/")
    deployed.add_argument("address", help="where it is served, such as https://example.org/book/")
    prove = commands.add_parser("prove", help="inject faults and demand that the checks catch each")
    prove.add_argument(
        "--only",
        metavar="KIND",
        action="append",
        default=[],
        help="a kind of fault, also several times; only its row of the table is renewed then",
    )
    for command in (build, take, readback, serve, deployed, prove):
        command.add_argument(
            "--root", type=Path, default=Path.cwd(), help="a folder of the project (default: here)"
        )
    return parser


def _build(options: argparse.Namespace, say: partial[None]) -> int:
    from handbook.building.build import Work, build_site
    from handbook.building.workers import render_edition

    start = time.monotonic()
    project = load(options.root)
    os.chdir(project.root)
    site: Path = project.site
    work: Work = render_edition
    if options.generator == "zensical":
        if not find_spec("zensical"):
            message = "zensical is not installed; it is one of the group `test`"
            raise HandbookError(Problem("pyproject.toml", 0, message))
        from handbook.zensical import render

        site, work = project.root / render.SITE, render.render_edition
    pages = build_site(project, strict=not options.lenient, say=say, work=work, site=site)
    seconds = time.monotonic() - start
    say(f"✓ {project.relative(site)}: {pages} pages, {seconds:.1f} s")
    return 0


def _take(options: argparse.Namespace, say: partial[None]) -> int:
    from handbook.taking.take import make

    project = load(options.root)
    os.chdir(project.root)
    make(project, say)
    return 0


def _readback(options: argparse.Namespace, say: partial[None]) -> int:
    from handbook.proving.plain import compare, make
    from handbook.taking import take

    project = load(options.root)
    os.chdir(project.root)
    problems = compare.check(project, make.make(project, say))
    problems += take.check(project)
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    told = f"{len(problems)} problem(s)" if problems else "good"
    print(f"every page and download against its source: {told}")
    return 1 if problems else 0


def _deployed(options: argparse.Namespace, say: partial[None]) -> int:
    from handbook.proving import deployed

    problems = deployed.check(load(options.root), options.address, say)
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    return 1 if problems else 0


def _prove(options: argparse.Namespace, say: partial[None]) -> int:
    from handbook.proving.faults import prove

    return 0 if prove(load(options.root), options.only, say) else 1


def _serve(options: argparse.Namespace, say: partial[None]) -> int:
    from handbook.preview.serve import Session
    from handbook.preview.server import PortInUse

    try:
        session = Session(options.root, options.port, say, prove=not options.no_run)
    except PortInUse as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    session.run()
    return 0
