"""What stands above a page's text must be YAML: what is not would be published as a heading."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from neverstale.project import Project

HEAD = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
KNOWN = {"also", "description", "hide", "search", "title"}


def test_the_head_of_every_page_is_read_as_it_is_meant(site: Project) -> None:
    wrong = []
    for folder in site.editions.values():
        for file in sorted(folder.rglob("*.md")):
            head = HEAD.match(file.read_text(encoding="utf-8"))
            try:
                data = yaml.safe_load(head[1]) if head else {}
            except yaml.YAMLError as error:
                data = str(error).splitlines()[0]
            if not isinstance(data, dict) or not set(data) <= KNOWN:
                wrong.append(f"{site.relative(file)}: {data}")
    assert not wrong
