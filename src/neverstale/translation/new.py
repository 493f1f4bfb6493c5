"""`neverstale new`: a page in every edition, its snippet, its place in the navigation."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from neverstale import writing
from neverstale.problem import NeverstaleError, Problem
from neverstale.project import Project
from neverstale.translation import drift
from neverstale.translation.drift import Wanted
from neverstale.wording import words

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*")
SNIPPET = """\
# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.neverstale]
# devices = ["cpu"]
# ///
# --8<-- [start:first]
total = sum(range(1, 11))
print(total)
# --8<-- [end:first]
"""


def page(project: Project, name: str, titles: Mapping[str, str]) -> list[str]:
    """Begin a page.

    Args:
        project: the site.
        name: chapter and page, such as `cnn/dropout`.
        titles: edition → title; an edition without one gets a page that says, with the date, that
            its translation is wanted.

    Returns:
        The files that were made or changed.

    Raises:
        NeverstaleError: a name or an edition is wrong, a file is there already, or the chapter has
            no place in the navigation. Nothing has been written then.
    """
    if not NAME.fullmatch(name):
        raise _wrong(name, "write chapter/page in small letters, such as cnn/batch-norm")
    if unknown := [edition for edition in titles if edition not in project.editions]:
        known = " or ".join(f"{edition}='…'" for edition in project.editions)
        raise _wrong(unknown[0], f"no such edition; write titles as {known}")
    if empty := [edition for edition, title in titles.items() if not title.strip()]:
        raise _wrong(empty[0], f"give a title, such as {empty[0]}='Batch normalization'")
    if not titles:
        raise _wrong(name, 'give a title, such as en="Batch normalization"')
    chapter, _, short = name.partition("/")
    snippet = f"{chapter}/{short.replace('-', '_')}.py"
    leader = next(iter(titles))
    files = {project.snippets / snippet: SNIPPET}
    for edition, folder in project.editions.items():
        if edition in titles:
            first = words(edition, project.words)["new-page"]
            body = f'{first}\n\n--8<-- "{snippet}:first"'
        else:
            body = f"[[neverstale:wanted {name}.md]]"
        title = titles.get(edition, titles[leader])
        files[folder / f"{name}.md"] = f"# {title} {{#{short}}}\n\n{body}\n"
    for file in files:
        if file.exists():
            raise _wrong(project.relative(file), "is there already; choose another name")
    navigation = {
        file: _entered(project, file, chapter, f"{name}.md", titles.get(edition, titles[leader]))
        for edition, file in project.navigation.items()
    }
    wanted = [edition for edition in project.editions if edition not in titles]
    if wanted:
        drift.lock_file(project)  # told before anything is written
    writing.replace(project, {**files, **navigation})
    if wanted:
        lock = drift.read(project)
        lock.wanted[f"{name}.md"] = Wanted(tuple(wanted), leader, date.today(), "")
        drift.write(project, lock)
    return [project.relative(file) for file in (*files, *navigation)]


def _entered(project: Project, file: Path, chapter: str, page: str, title: str) -> str:
    """The navigation's text with the page after the last one of its chapter."""
    where = project.relative(file)
    lines = file.read_text(encoding="utf-8").split("\n")
    places = [
        i for i, line in enumerate(lines) if re.match(rf"^ +- .*: {chapter}/[\w/-]+\.\w+$", line)
    ]
    if not places:
        raise _wrong(where, f"has no page of chapter {chapter}/ yet; enter a first one by hand")
    last = places[-1]
    indent = lines[last][: len(lines[last]) - len(lines[last].lstrip())]
    plain = re.fullmatch(r"[^\W_][^:#]*", title)
    label = title if plain else json.dumps(title, ensure_ascii=False)
    lines.insert(last + 1, f"{indent}- {label}: {page}")
    return "\n".join(lines)


def _wrong(where: str, message: str) -> NeverstaleError:
    return NeverstaleError(Problem(where, 0, message))
