"""The preview's web server, without a builder behind it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from handbook.preview.server import PortInUse, Preview, PreviewServer


def folder(place: Path, **pages: str) -> Path:
    """A folder of files: `index="…"` becomes index.html, `a="…"` becomes a/index.html."""
    for name, text in pages.items():
        file = place / ("index.html" if name == "index" else f"{name}/index.html")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"<body>{text}</body>", encoding="utf-8")
    return place


@pytest.fixture
def server() -> Iterator[PreviewServer]:
    """A server on a free port."""
    found = PreviewServer(Preview(("", "zh")), 0)
    threading.Thread(target=found.serve_forever, args=(0.05,), daemon=True).start()
    yield found
    found.preview.close()
    found.shutdown()
    found.server_close()


def get(server: PreviewServer, path: str) -> tuple[int, str, dict[str, str]]:
    """Status, body and headers of the answer."""
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    connection.request("GET", path)
    answer = connection.getresponse()
    result = answer.status, answer.read().decode(), dict(answer.getheaders())
    connection.close()
    return result


def test_before_the_first_build(server: PreviewServer) -> None:
    status, body, _ = get(server, "/zh/")
    assert status == 503
    assert "Building" in body and "/-live.js?" in body


def test_pages_files_and_errors(server: PreviewServer, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("no", encoding="utf-8")
    zh = folder(tmp_path / "zh", index="家", a="甲")
    (zh / "a" / "index.md").write_text("# 甲", encoding="utf-8")
    server.preview.show("zh", zh)
    server.preview.show("", folder(tmp_path / "root", index="root"))
    assert "家" in get(server, "/zh/")[1]
    assert "/-live.js?" in get(server, "/zh/a/")[1]
    assert get(server, "/zh/a")[2]["Location"] == "/zh/a/"
    status, body, headers = get(server, "/zh/a/index.md")
    assert (status, body) == (200, "# 甲")
    assert headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert get(server, "/zh/nothing/")[0] == 404
    assert get(server, "/zh/../../secret")[0] == 404
    assert get(server, "/zh/%2e%2e/%2e%2e/secret")[0] == 404


def test_a_content_policy_does_not_stop_the_reloading(
    server: PreviewServer, tmp_path: Path
) -> None:
    root = folder(tmp_path, index="root")
    policy = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
    (root / "index.html").write_text(f"<head>{policy}</head><body></body>", encoding="utf-8")
    server.preview.show("", root)
    body = get(server, "/")[1]
    assert "Content-Security-Policy" not in body and "/-live.js" in body


def test_only_pages_that_changed_are_told(tmp_path: Path) -> None:
    preview = Preview(("", "zh"))
    preview.show("zh", folder(tmp_path / "1", index="家", a="甲"))
    version = preview.version
    preview.show("zh", folder(tmp_path / "2", index="家", a="乙"))
    assert preview.changes_since(version) == (version + 1, ["/zh/a/"])
    styled = folder(tmp_path / "3", index="家", a="乙")
    (styled / "a.css").touch()
    preview.show("zh", styled)
    assert preview.changes_since(version + 1) == (version + 2, ["*"])
    assert preview.changes_since(7)[1] == ["*"], "a page from before a restart loads again"


def test_an_open_page_hears_of_a_change(server: PreviewServer, tmp_path: Path) -> None:
    server.preview.show("zh", folder(tmp_path / "1", index="一"))
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    connection.request("GET", f"/-live/changes?{server.preview.version}")
    answer = connection.getresponse()
    server.preview.show("zh", folder(tmp_path / "2", index="二"))
    lines = []
    while not lines or not lines[-1].startswith("data:"):
        lines.append(answer.readline().decode())
    assert json.loads(lines[-1].removeprefix("data:")) == ["/zh/"]
    connection.close()


def test_a_taken_port_is_one_clear_line(server: PreviewServer) -> None:
    with pytest.raises(PortInUse) as error:
        PreviewServer(Preview(("",)), server.server_port)
    assert str(server.server_port) in str(error.value)
    assert f"PORT={server.server_port + 1} make serve" in str(error.value)
