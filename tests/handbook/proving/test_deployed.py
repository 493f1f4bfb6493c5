"""Reading a deployed site back: every difference is told."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from handbook.proving import deployed
from neverstale.project import load


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address(project_root: Path) -> Iterator[str]:
    """A server of a copy of the built site, which the test may spoil."""
    for folder in ("site", "served"):
        (project_root / folder / "zh").mkdir(parents=True)
        (project_root / folder / "zh/index.html").write_text("你好", encoding="utf-8")
        (project_root / folder / "gpus.json").write_text("[]", encoding="utf-8")
    handler = functools.partial(Quiet, directory=str(project_root / "served"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def problems(root: Path, address: str) -> list[str]:
    found = deployed.check(load(root), address, lambda line: None, pause=0)
    return [str(problem) for problem in found]


def test_the_same_site_is_good(project_root: Path, address: str) -> None:
    assert problems(project_root, address) == []


def test_a_changed_file_is_told(project_root: Path, address: str) -> None:
    (project_root / "served/zh/index.html").write_text("别的", encoding="utf-8")
    (told,) = problems(project_root, address)
    assert told == (
        f"site/zh/index.html: {address}/zh/ serves something else than what was verified"
    )


def test_a_missing_file_is_told(project_root: Path, address: str) -> None:
    (project_root / "served/gpus.json").unlink()
    assert problems(project_root, address) == [f"site/gpus.json: {address}/gpus.json answers 404"]


@pytest.mark.parametrize("wrong", ["example.org", "file:///etc"])
def test_what_is_no_address(project_root: Path, address: str, wrong: str) -> None:
    (told,) = problems(project_root, wrong)
    assert "not an address" in told


def test_a_site_that_was_not_built(project_root: Path) -> None:
    assert problems(project_root, "http://127.0.0.1:1") == ["site: not built; run: make site"]
