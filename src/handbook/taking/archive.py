"""The site as a zip that opens from a file: same pages, search, language switch and figures."""

from __future__ import annotations

import base64
import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from handbook.taking import links, scripts
from handbook.taking.links import FOLDER

START = "index.html"
# Lists for search engines, and what servers show.
LEFT_OUT = {"sitemap.xml", "sitemap.xml.gz", "404.html", "llms.txt"}
DATA = {"choose.json", "index.json"}  # what scripts fetch
WHEN = (1980, 1, 1, 0, 0, 0)  # the same site makes the same zip
LINK = re.compile(
    r'(?P<name>\b(?:href|src|data-src|data-index|data-home)=")(?P<to>[^"#?:]*)(?P<rest>[^"]*")'
)
MODULE = re.compile(r'<script type="module" src=')
PHOTO = re.compile(r'data-photo="(?P<to>[^":]*)"')
FIRST = "<head>"


def write(site: Path, root: str, to: Path) -> None:
    """Write the zip.

    Args:
        site: the built site.
        root: the path under which it was built to stand, "/" or "/handbook/".
        to: the zip.

    Raises:
        HandbookError: a script cannot be had from a file.
    """
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        for name, content in sorted(files(site, root)):
            entry = zipfile.ZipInfo(f"{FOLDER}/{name}", WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            made.writestr(entry, content)


def files(site: Path, root: str) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file of the zip."""
    yield "offline.js", scripts.LOADER.read_bytes()
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if not path.is_file() or name in LEFT_OUT or path.name.startswith(FOLDER):
            continue
        if path.suffix == ".html":
            text = path.read_text(encoding="utf-8")
            tag, _, inner = name.partition("/")
            text = links.emptied(site, tag, text) if inner == START and tag in links.WORDS else text
            yield name, page(site, root, name, text).encode()
        elif path.suffix == ".js" and "/javascripts/" not in name:
            text = path.read_text(encoding="utf-8")
            made = scripts.module(name, text) if scripts.is_module(text) else scripts.plain(text)
            yield name, (made if "/vendor/" not in name else as_module(text)).encode()
        else:
            yield name, path.read_bytes()
        if path.name in DATA:
            yield f"{name}.js", scripts.data(path.read_text(encoding="utf-8")).encode()


def as_module(text: str) -> str:
    """Somebody else's plain script, which a module imports for what it does."""
    return f"{text}\noffline.define(async () => ({{}}))\n"


def page(site: Path, root: str, name: str, text: str) -> str:
    """A page whose links lead to files, whatever folder it lies in."""
    here = PurePosixPath(name).parent
    up = posixpath.relpath(".", here.as_posix())

    def local(to: str) -> str:
        return f"{up}/{to.removeprefix(root)}" if to.startswith(root) else to

    def link(match: re.Match[str]) -> str:
        if not match["to"] or match["rest"].startswith(":"):
            return match[0]
        to = local(match["to"])
        if (site / here / to).is_dir():
            to = posixpath.join(to, START)
        return f"{match['name']}{posixpath.normpath(to)}{match['rest']}"

    def photo(match: re.Match[str]) -> str:
        content = base64.b64encode((site / here / local(match["to"])).read_bytes()).decode()
        return f'data-photo="data:image/png;base64,{content}"'

    text = PHOTO.sub(photo, LINK.sub(link, text))
    text = MODULE.sub("<script defer src=", text)
    return text.replace(
        FIRST, f'{FIRST}<script src="{posixpath.normpath(f"{up}/offline.js")}"></script>', 1
    )
