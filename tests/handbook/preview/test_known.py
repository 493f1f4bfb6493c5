"""What the builders are told: kept true while files change, or left to them."""

from __future__ import annotations

from pathlib import Path

import pytest

from handbook.preview import known
from handbook.preview.known import Known
from neverstale.project import load
from neverstale.proof import status
from neverstale.source import pages, sources


def test_it_follows_pages_snippets_records_and_settings(proved_root: Path) -> None:
    project = load(proved_root)
    found = Known(project)

    def follows(*names: str) -> bool:
        found.renew(load(proved_root), {proved_root / name for name in names})
        return found.statuses == status.read(sources.read(load(proved_root)))

    record = proved_root / "records/chapter/add.cpu.json"
    page = proved_root / "docs/en/index.md"
    settings = proved_root / "pyproject.toml"
    snippet = proved_root / "snippets/chapter/add.py"
    page.write_text("# Home {#top}\n\nGood evening.\n", encoding="utf-8")
    assert follows("docs/en/index.md")
    snippet.write_text(snippet.read_text(encoding="utf-8").replace("1 + 1", "2"), encoding="utf-8")
    assert follows("snippets/chapter/add.py")
    assert found.statuses and [each.state for each in found.statuses.all()] == ["stale"]
    record.unlink()
    assert follows("records/chapter/add.cpu.json")
    assert found.statuses and [each.state for each in found.statuses.all()] == ["missing"]
    settings.write_text(settings.read_text(encoding="utf-8").replace('"docs/en"', '"docs/zh"'))
    assert follows("pyproject.toml")
    assert found.statuses and found.statuses.sources.project.editions["en"].name == "zh"


def test_once_the_engine_changed_the_builders_read_for_themselves(proved_root: Path) -> None:
    project = load(proved_root)
    found = Known(project)
    assert found.statuses
    found.renew(project, {known.ENGINE / "problem.py"})
    assert found.statuses is None
    found.renew(project, {proved_root / "docs/en/index.md"})
    assert found.statuses is None


def test_what_cannot_be_read_now_is_read_whole_the_next_time(
    proved_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = load(proved_root)
    found = Known(project)
    page = proved_root / "docs/en/index.md"
    with monkeypatch.context() as broken:
        broken.setattr(pages, "read", lambda *arguments: 1 / 0)
        found.renew(project, {page})
        assert found.statuses is None
    page.write_text("# Home {#top}\n", encoding="utf-8")
    found.renew(project, ())
    assert found.statuses == status.read(sources.read(project))
