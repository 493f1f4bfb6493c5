"""The page about what can be written leaves nothing out, in either language."""

from __future__ import annotations

from neverstale.project import Project
from neverstale.source import directive, options


def test_every_option_of_a_head_is_listed(site: Project) -> None:
    for folder in site.editions.values():
        text = (folder / "contributing/writing.md").read_text(encoding="utf-8")
        assert len(options._READERS) > 15
        assert [name for name in options._READERS if f"`{name}`" not in text] == []
        assert [name for name in directive.BOARDS if name not in text] == []
