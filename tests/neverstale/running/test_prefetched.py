"""Data that no repository holds: a run checks its digest and lets the snippet read it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from neverstale.proof import record
from neverstale.running import readonly
from neverstale.source import prefetched

if TYPE_CHECKING:
    from conftest import Site
HEAD = 'prefetched."table.csv" = {{ sha256 = "{}", at = "{}", from = "https://example.org/t.csv" }}'
CODE = """
import os
print(open("table.csv").read(), os.listdir())
try:
    open("table.csv", "a")
except OSError as error:
    print(type(error).__name__)
"""
TELLS = (
    "table.csv, at {}, is not the file of the head's sha256; fetch it anew from https://example."
)


@pytest.mark.skipif(not readonly.version(), reason="this kernel keeps no file from being written")
def test_it_is_read_where_it_lies_and_not_written(site: Site, tmp_path: Path) -> None:
    data = tmp_path / "elsewhere" / "big.csv"
    data.parent.mkdir()
    data.write_text("1,2", encoding="utf-8")
    digest = hashlib.sha256(b"1,2").hexdigest()
    site.snippet("a.py", CODE, HEAD.format(digest, data))
    assert site.verdict("a.py") == ("verified", "")
    found = record.read(site.load(), "a.py", "cpu")
    assert found is not None
    printed = "".join(text for _, text in found.output)
    assert printed == "1,2 ['table.csv']\nPermissionError\n"
    assert data.read_text(encoding="utf-8") == "1,2"
    data.unlink()  # the record stands: what it read is known by its digest
    assert site.verdict("a.py") == ("fresh", "")
    other = hashlib.sha256(b"3,4").hexdigest()
    site.snippet("a.py", CODE, HEAD.format(other, data))
    assert site.verdict("a.py")[1].startswith(f"table.csv is not at {data}; put there what https")
    data.write_text("1,2", encoding="utf-8")
    assert site.verdict("a.py")[1].startswith(TELLS.format(data))
    data.write_text("3,4", encoding="utf-8")
    assert site.verdict("a.py", "--update") == ("verified", "")


def test_where_it_lies_may_be_said_by_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DATA", "cache")
    for at in ("~/cache/a", "$DATA/a", "cache/a"):
        entry = {"sha256": "0" * 64, "at": at, "from": "https://example.org"}
        [file] = prefetched.read({"a": entry}).values()
        assert file.path(tmp_path) == tmp_path / "cache" / "a"


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for at in ("pipe", ".", "none"):
        entry = {"sha256": "0" * 64, "at": at, "from": "https://example.org"}
        told = prefetched.wrong(prefetched.read({"a": entry}), tmp_path)
        assert told == f"a is not at {at}; put there what https://example.org gives"


def test_one_name_is_one_file(site: Site) -> None:
    site.write("snippets/table.csv", "1")
    head = HEAD.format("0" * 64, "x")
    first = 'files = ["table.csv"]\n'
    site.snippet("a.py", "x = 1", first + head)
    assert site.verdict("a.py")[1] == (
        "'prefetched' names table.csv, which lies beside it; one name, one file"
    )
