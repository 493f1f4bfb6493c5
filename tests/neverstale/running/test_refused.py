"""What a snippet is told that was refused something: the way out that helps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from neverstale.running import readonly, refused

if TYPE_CHECKING:
    from conftest import Site

CONTAINED = pytest.mark.skipif(not readonly.version(), reason="needs Landlock")


@pytest.mark.parametrize(
    "code",
    [
        "import socket\nsocket.socket()",
        "import socket\nsocket.create_connection(('127.0.0.1', 9))",
        "import socket\nsocket.getaddrinfo('localhost', 80)\nsocket.socket(socket.AF_INET6)",
        "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9/')",
        "import urllib.request\n"
        "try:\n    urllib.request.urlopen('http://[::1]:9/')\n"
        "except OSError as error:\n    raise RuntimeError('no data') from error",
        "import _socket\n_socket.socket()",
        "import asyncio\nasyncio.run(asyncio.open_connection('127.0.0.1', 9))",
    ],
)
def test_a_refused_socket_says_that_there_is_no_network(site: Site, code: str) -> None:
    site.snippet("a.py", code)
    verdict, told = site.verdict("a.py")
    assert (verdict, told.endswith(f"; {refused.NETWORK}")) == ("failed", True), told


@CONTAINED
@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("open({file!r})", refused.READ),
        ("import csv\nrows = list(csv.reader(open({file!r}, newline='')))", refused.READ),
        ("open({file!r}, 'a')", refused.WRITE),
        ("from pathlib import Path\nPath({folder!r}, 'new').write_text('x')", refused.WRITE),
        ("open({folder!r} + '/new', mode='x')", refused.WRITE),
        ("open('/usr/new', 'w')", refused.WRITE),
        ("open('data.txt')", refused.UNLISTED),
        ("open(__file__.replace('a.py', 'data.txt'))", refused.READ),
    ],
)
def test_a_refused_file_says_which_way_out_helps(site: Site, code: str, told: str) -> None:
    file = site.write("other/data.txt", "12")
    site.write("snippets/data.txt", "12")
    site.snippet("a.py", code.format(file=str(file), folder=str(Path(file).parent)))
    verdict, said = site.verdict("a.py")
    assert (verdict, said.endswith(f"; {told}")) == ("failed", True), said


@CONTAINED
@pytest.mark.parametrize("module", ["mine.py", "mine/__init__.py", "mine/inner/deep.py"])
def test_a_module_of_one_s_own_says_which_setting_names_it(site: Site, module: str) -> None:
    """Such as the package that the site documents, installed from where it is written."""
    packages = (f"lib/{parent}/__init__.py" for parent in Path(module).parents[:-1])
    for file in (f"lib/{module}", *packages):
        site.write(file, "")
    name = module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    folder = str(site.root / "lib")
    site.snippet("a.py", f"import sys\n\nsys.path.append({folder!r})\nimport {name}\n")
    verdict, told = site.verdict("a.py")
    assert (verdict, told.endswith(refused.MODULE.format("mine"))) == ("failed", True), told
    settings = site.read("pyproject.toml")
    site.write("pyproject.toml", settings.replace('["src"]', '["lib"]'))
    assert site.verdict("a.py") == ("verified", "")


@CONTAINED
def test_the_way_out_helps(site: Site) -> None:
    site.write("snippets/data.txt", "12")
    code = "print(open('data.txt').read())\nprint(open('new.txt', 'w').write('x'))"
    site.snippet("a.py", code, options='files = ["data.txt"]')
    assert site.verdict("a.py") == ("verified", "")


@pytest.mark.parametrize(
    "code",
    ["open('nowhere.txt')", "raise PermissionError('mine')", "import os\nos.kill(1, 9)"],
)
def test_what_was_not_refused_by_the_sandbox_gets_no_advice(site: Site, code: str) -> None:
    site.snippet("a.py", code)
    verdict, told = site.verdict("a.py")
    assert verdict == "failed" and "snippet" not in told and "'files'" not in told
