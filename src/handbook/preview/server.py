"""The preview's web server: what was built last, and a note to each open page that changed."""

from __future__ import annotations

import errno
import json
import mimetypes
import re
import threading
import time
from collections import deque
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

LIVE = "/-live"
EVERYTHING = "*"
VIEWED = 2  # so many pages count as being looked at
KEEP_ALIVE = 15.0  # seconds between two signs of life on an open connection

_SCRIPT = """
{
  const since = document.currentScript.src.split("?")[1];
  const here = () => location.pathname.replace(/index\\.html$/, "");
  const source = new EventSource("/-live/changes?" + since);
  source.onmessage = (event) => {
    const changed = JSON.parse(event.data);
    if (changed.includes("*") || changed.includes(here())) location.reload();
  };
  addEventListener("pagehide", () => source.close());
}
"""
_WAIT = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>AI &amp; GPU Handbook</title>"
    "<body style='font:1.1rem system-ui;margin:4rem'><p>正在生成…</p><p>Building…</p></body></html>"
)
_POLICY = re.compile(rb"<meta http-equiv=[\"']?Content-Security-Policy[^>]*>")
_TYPES = {
    ".md": "text/markdown; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".py": "text/x-python; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".ipynb": "application/x-ipynb+json",
}


class Preview:
    """The folders that are being shown, and which pages changed when.

    Args:
        order: the names of the folders; the root's is "", the others are first path segments.
    """

    def __init__(self, order: tuple[str, ...]) -> None:
        self._folders: dict[str, Path | None] = dict.fromkeys(order)
        self._changes: list[list[str]] = []
        self._first = int(time.time())  # pages opened before a restart have a smaller version
        self._condition = threading.Condition()
        self._viewed: deque[str] = deque(maxlen=VIEWED)
        self.closed = False

    def show(self, name: str, folder: Path) -> Path | None:
        """Show `folder` as `name` from now on; returns the folder that it replaces."""
        with self._condition:
            before = self._folders[name]
            self._folders[name] = folder
            self._changes.append(_changed(name, before, folder))
            self._condition.notify_all()
        return before

    def folder(self, name: str) -> Path | None:
        """The folder that is shown as `name`."""
        return self._folders[name]

    def close(self) -> None:
        """Let all open connections end."""
        with self._condition:
            self.closed = True
            self._condition.notify_all()

    @property
    def version(self) -> int:
        """A number that grows by one with each exchange."""
        return self._first + len(self._changes)

    def changes_since(self, version: int) -> tuple[int, list[str]]:
        """Wait for an exchange after `version`, at most `KEEP_ALIVE` seconds.

        Returns:
            The new version and the paths of the pages that changed; "*" stands for all.
        """
        with self._condition:
            if not self._first <= version <= self.version:  # from an earlier life of this server
                return self.version, [EVERYTHING]
            self._condition.wait_for(
                lambda: self.closed or self.version > version, timeout=KEEP_ALIVE
            )
            news = self._changes[version - self._first :]
            return self.version, [path for paths in news for path in paths]

    def note_view(self, path: str) -> None:
        """Remember that the page at `path` was asked for."""
        path = path.removesuffix("index.html")
        if path in self._viewed:
            self._viewed.remove(path)
        self._viewed.append(path)

    def viewed(self, name: str) -> list[str]:
        """Addresses, below `name`, of the pages that were asked for last."""
        prefix = f"/{name}/"
        return [path.removeprefix(prefix) for path in self._viewed if path.startswith(prefix)]

    def is_waiting(self, path: str) -> bool:
        """Whether the folder that `path` lies in has not been built yet."""
        first = path.strip("/").split("/")[0]
        return self._folders.get(first if first in self._folders else "") is None

    def find(self, path: str) -> Path | None:
        """The file at the address `path`, or None; a folder stands for its index.html."""
        parts = [part for part in path.split("/") if part]
        if ".." in parts:
            return None
        places = []
        own = self._folders.get(parts[0]) if parts else None
        if own:
            places.append(own.joinpath(*parts[1:]))
        root = self._folders[""]
        if root:
            places.append(root.joinpath(*parts))
        for place in places:
            file = place / "index.html" if place.is_dir() else place
            if file.is_file():
                return file
        return None


def _changed(name: str, before: Path | None, after: Path) -> list[str]:
    """Addresses of the pages that differ; everything if a style or script does."""
    if before is None:
        return [EVERYTHING]
    prefix = f"/{name}/" if name else "/"
    changed = []
    for file in after.rglob("*"):
        if file.suffix not in {".html", ".css", ".js", ".svg"}:
            continue
        inside = file.relative_to(after).as_posix()
        old = before / inside
        if old.is_file() and old.read_bytes() == file.read_bytes():
            continue
        if file.suffix != ".html":
            return [EVERYTHING]
        changed.append(prefix + inside.removesuffix("index.html"))
    return changed


class PreviewServer(ThreadingHTTPServer):
    """Serves a `Preview` on 127.0.0.1.

    Args:
        preview: what to serve.
        port: the port; 0 takes a free one.

    Raises:
        PortInUse: another program has the port.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, preview: Preview, port: int) -> None:
        self.preview = preview
        try:
            super().__init__(("127.0.0.1", port), _Handler)
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                raise PortInUse(port) from None
            raise

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hangs up is no news."""


class PortInUse(Exception):
    """Another program uses the port.

    Args:
        port: which.
    """

    def __init__(self, port: int) -> None:
        super().__init__(
            f"port {port} is taken by another program (or may not be used); "
            f"end that one, or choose another port: PORT={port + 1} make serve"
        )


class _Handler(BaseHTTPRequestHandler):
    server: PreviewServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        path = unquote(url.path)
        if path == LIVE + ".js":
            self._send(_SCRIPT.encode(), _TYPES[".js"])
        elif path == LIVE + "/changes":
            self._report(int(url.query) if url.query.isdigit() else 0)
        else:
            self._file(path)

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not printed."""

    def _file(self, path: str) -> None:
        preview = self.server.preview
        version = preview.version  # before the file is read: a later exchange then shows up
        file = preview.find(path)
        if file is None:
            self._missing(path, version)
        elif file.name == "index.html" and not path.endswith(("/", "index.html")):
            self.send_response(HTTPStatus.MOVED_PERMANENTLY)
            self.send_header("Location", path + "/")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            guessed = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            kind = _TYPES.get(file.suffix, guessed)
            if file.suffix == ".html":
                preview.note_view(path)
            self._send(_live(file.read_bytes(), kind, version), kind)

    def _missing(self, path: str, version: int) -> None:
        preview = self.server.preview
        page = preview.find("/404.html")
        waiting = preview.is_waiting(path)
        body = _WAIT.encode() if waiting or page is None else page.read_bytes()
        status = HTTPStatus.SERVICE_UNAVAILABLE if waiting else HTTPStatus.NOT_FOUND
        html = _TYPES[".html"]
        self._send(_live(body, html, version), html, status)

    def _send(self, body: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _report(self, version: int) -> None:
        """Tell the page, as server-sent events, what changes, until it goes away."""
        preview = self.server.preview
        last = self.headers.get("Last-Event-ID", "")
        version = int(last) if last.isdigit() else version
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            self.wfile.write(b"retry: 500\n\n")
            while not preview.closed:
                version, changed = preview.changes_since(version)
                message = ": still here\n\n"
                if changed:
                    message = f"id: {version}\ndata: {json.dumps(changed)}\n\n"
                self.wfile.write(message.encode())
        except OSError:
            return


def _live(body: bytes, kind: str, version: int) -> bytes:
    """A page with the reloading script in it, and allowed to run it; anything else as it is."""
    if not kind.startswith("text/html"):
        return body
    body = _POLICY.sub(b"", body)
    script = f'<script src="{LIVE}.js?{version}"></script>'.encode()
    head, found, tail = body.rpartition(b"</body>")
    return head + script + found + tail if found else body + script
