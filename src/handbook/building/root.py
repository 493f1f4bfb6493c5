"""What belongs to no single edition: the language choice, the 404 page, downloads, lists."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from gpuguide import GpuguideError
from gpuguide.catalogue import load
from gpuguide.catalogue.export import gpus_csv, gpus_json
from gpuguide.choice.export import chooser_json
from handbook.boards import wheel
from handbook.boards.validation import data as validation
from handbook.building.markdown_pages import write_llms, write_markdown
from handbook.building.notebooks import write_notebooks
from handbook.building.render import Rendered
from handbook.building.sitemap import write_sitemap
from handbook.errors import HandbookError
from neverstale.problem import Problem
from neverstale.project import Project
from neverstale.proof import verification
from neverstale.proof.status import Statuses


def assemble(statuses: Statuses, editions: tuple[Rendered, ...], out: Path) -> None:
    """Write everything but the editions themselves into `out`, which holds them already.

    Args:
        statuses: how every snippet stands.
        editions: what was rendered into `out`/<tag>, in the order in which they are listed.
        out: the folder that will be published.

    Raises:
        HandbookError: a root template is missing, or the validation cannot be read.
        NeverstaleError: a snippet or record cannot be read.
    """
    project = statuses.sources.project
    for edition in editions:  # the root's 404 page, in both languages, answers for all
        (out / edition.tag / "404.html").unlink(missing_ok=True)
    write_templates(project.root, out)
    copy_snippets(project, out)
    entries = verification.entries(statuses)
    (out / "verification.json").write_text(
        json.dumps(entries, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    write_catalogue(out)
    copy_validation(project, out)
    write_wheels(out)
    write_sitemap(editions, out)
    write_markdown(statuses, editions, out)
    write_notebooks(statuses, editions, out)
    write_llms(editions, out)


def write_templates(root: Path, out: Path) -> None:
    """Write the pages that come before a language is chosen, index.html and 404.html."""
    for name in ("index.html", "404.html"):
        source = root / "overrides" / "root" / name
        if not source.is_file():
            where = source.relative_to(root).as_posix()
            raise HandbookError(Problem(where, 0, "this template is missing; the site needs it"))
        text = source.read_text(encoding="utf-8").replace("{{ROOT}}", base_path())
        (out / name).write_text(text, encoding="utf-8")


def write_catalogue(out: Path) -> None:
    """Write the GPU catalogue: `out`/gpus.json, `out`/gpus.csv, and `out`/choose.json.

    The last is what the chooser on the guide's front page counts with.

    Raises:
        HandbookError: a data file is wrong.
    """
    try:
        gpus = load()
    except GpuguideError as error:
        folder = "src/gpuguide/catalogue/data"
        raise HandbookError(
            *(Problem(f"{folder}/{one.file}", 0, str(one)) for one in error.problems)
        ) from error
    (out / "gpus.json").write_text(gpus_json(gpus), encoding="utf-8")
    (out / "gpus.csv").write_text(gpus_csv(gpus), encoding="utf-8")
    (out / "choose.json").write_text(chooser_json(gpus), encoding="utf-8")


def copy_validation(project: Project, out: Path) -> None:
    """Copy what was predicted and measured, if anything was, exactly as it is.

    Raises:
        HandbookError: the file is not what `make validate` writes.
    """
    if validation.read(project) is not None:
        shutil.copyfile(validation.file(project), out / validation.FILE)


def write_wheels(out: Path) -> None:
    """Write `out`/downloads/gpuguide-….whl and neverstale's, for pip to take from the site.

    Raises:
        HandbookError: one cannot be made.
    """
    (out / wheel.FOLDER).mkdir(exist_ok=True)
    for package in wheel.VERSIONS:
        made = out / wheel.FOLDER / wheel.name(package)
        backend = wheel.backend(package)  # below the folder that we lie in, too
        command = [sys.executable, str(Path(__file__).parents[3] / backend), str(made.parent)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode or not made.is_file():
            told = done.stderr.strip().rpartition("\n")[2] or f"made no {made.name}"
            raise HandbookError(Problem(backend, 0, f"the wheel cannot be made: {told}"))


def copy_snippets(project: Project, out: Path) -> None:
    """Copy the snippets for download, exactly as they are."""
    shutil.copytree(
        project.snippets,
        out / "snippets",
        ignore=shutil.ignore_patterns("__pycache__", ".*"),
        dirs_exist_ok=True,
    )


def base_path() -> str:
    """The path under which both editions stand, from SITE_ROOT: "/" or "/handbook/"."""
    return "/" + (os.environ.get("SITE_ROOT", "/").strip("/") + "/").lstrip("/")
