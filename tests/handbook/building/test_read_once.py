"""A plain `mkdocs build` reads the sources once, too, through the hook that the settings name."""

from __future__ import annotations

from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from handbook.building import read_once
from neverstale.source import sources

ROOT = Path(__file__).resolve().parents[3]


def test_a_plain_build_reads_the_sources_once(
    proved_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(proved_root)
    for edition in ("zh", "en"):
        page = proved_root / f"docs/{edition}/two.md"
        (page.with_name("three.md")).write_bytes(page.read_bytes())
    calls = []
    real = sources.read

    def read(*arguments: object) -> object:
        calls.append(arguments)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(sources, "read", read)
    hook = Path(read_once.__file__)
    out = proved_root / "out"
    build(load_config("mkdocs.yml", site_dir=str(out), hooks=[str(hook)]))
    assert len(calls) == 1
    for name in ("two", "three"):
        text = (out / name / "index.html").read_text(encoding="utf-8")
        assert 'data-status="verified"' in text
    build(load_config("mkdocs.yml", site_dir=str(out)))  # without it, the first page for all
    assert len(calls) == 2


def test_the_settings_name_the_hook() -> None:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert f"- {Path(read_once.__file__).relative_to(ROOT).as_posix()} #" in text
