"""The live preview as a whole: a process of its own, files edited under it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

OUTPUT_5 = re.compile(r"ns-output.*?>5\s*<", re.DOTALL)
PATIENCE = 120.0  # seconds; on a calm machine each step takes about one


class Served:
    """A running preview of the small project."""

    def __init__(self, root: Path) -> None:
        self.root = root
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = root / "serve.log"
        with self.log.open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "handbook", "serve", "--port", str(self.port)],
                cwd=root,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def get(self, path: str) -> str:
        """The page at `path`, or "" if there is none yet."""
        try:
            url = f"http://127.0.0.1:{self.port}{path}"
            with urllib.request.urlopen(url, timeout=5) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            error.close()  # it is an answer, and holds its connection
            return ""
        except OSError:  # nobody answers yet, or not in time
            return ""

    def wait(self, what: str, condition: Callable[[], bool]) -> None:
        """Wait until `condition` holds."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"no {what}; {self.said()}"
            time.sleep(0.05)

    def write(self, name: str, text: str) -> None:
        """Write a file of the project, as an editor would."""
        (self.root / name).write_text(text, encoding="utf-8")

    def said(self) -> str:
        """What it printed so far."""
        return self.log.read_text(encoding="utf-8")

    def members(self) -> list[int]:
        """Process ids of everything in its session that still lives."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    stat = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
                except (OSError, UnicodeDecodeError):
                    continue
                if stat[3] == str(self.process.pid) and stat[0] != "Z":
                    found.append(int(entry.name))
        return found


@pytest.fixture
def served(project_root: Path) -> Iterator[Served]:
    """The preview, once both editions are there and the snippet has run."""
    preview = Served(project_root)
    try:
        preview.wait("English page", lambda: "Second" in preview.get("/en/two/"))
        preview.wait("Chinese page", lambda: "第二页" in preview.get("/zh/two/"))
        preview.wait("root page", lambda: "中文" in preview.get("/"))
        preview.wait("proof", lambda: 'data-status="verified"' in preview.get("/zh/two/"))
        yield preview
    finally:
        if preview.process.poll() is None:
            os.killpg(preview.process.pid, signal.SIGKILL)
            preview.process.wait()


def test_edits_show_up(served: Served) -> None:
    """Pages, snippets, templates, settings and root files, one after another."""
    served.write("docs/en/index.md", "# Home {#top}\n\nGood evening.\n")
    served.wait("edited page", lambda: "Good evening." in served.get("/en/"))

    snippet = (served.root / "snippets/chapter/add.py").read_text(encoding="utf-8")
    served.write("snippets/chapter/add.py", snippet.replace("1 + 1", "2 + 3"))
    served.wait("edited snippet", lambda: ">3<" in served.get("/zh/two/"))
    served.wait("new output", lambda: bool(OUTPUT_5.search(served.get("/zh/two/"))))

    template = '{% extends "base.html" %}{% block styles %}<!-- mark -->{% endblock %}\n'
    served.write("overrides/main.html", template)
    served.wait("edited template", lambda: "<!-- mark -->" in served.get("/zh/"))

    settings = (served.root / "mkdocs.en.yml").read_text(encoding="utf-8")
    served.write("mkdocs.en.yml", settings.replace("site_name: Book", "site_name: Tome"))
    served.wait("edited settings", lambda: "Tome" in served.get("/en/two/"))

    served.write("overrides/root/index.html", "<body>new root</body>")
    served.wait("edited root page", lambda: "new root" in served.get("/"))


def test_a_mistake_keeps_the_page_and_is_told_in_one_line(served: Served) -> None:
    served.write("overrides/main.html", '{% extend "base.html" %}\n')
    served.wait("message", lambda: "✗ overrides/main.html:1: " in served.said())
    assert "Traceback" not in served.said()
    assert "Second" in served.get("/en/two/")
    served.write("overrides/main.html", '{% extends "base.html" %}<!-- mended -->\n')
    served.write("docs/en/index.md", "# Home {#top}\n\nMended.\n")
    served.wait("mended page", lambda: "Mended." in served.get("/en/"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_leaves_nothing(served: Served, number: signal.Signals) -> None:
    served.write("docs/en/index.md", "# Home {#top}\n\nStopped while building.\n")
    served.process.send_signal(number)
    assert served.process.wait(PATIENCE) == 0
    served.wait("end of all processes", lambda: not served.members())
    assert "Traceback" not in served.said()
    assert not list((served.root / ".cache").glob("serve-*"))


def test_a_taken_port(project_root: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = subprocess.run(
            [sys.executable, "-m", "handbook", "serve", "--port", str(port)],
            cwd=project_root,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
    assert result.returncode == 2
    assert result.stderr.startswith(f"error: port {port} is taken")
    assert len(result.stderr.splitlines()) == 1
