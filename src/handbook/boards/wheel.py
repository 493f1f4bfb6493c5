"""The command that installs gpuguide from the site that shows it, `[[gpuguide-install]]`."""

from __future__ import annotations

import html
import os

from gpuguide import __version__

FOLDER = "downloads"  # below the site's root
BACKEND = "packages/gpuguide/backend.py"  # below the folder that src/ lies in
LOCAL = "http://127.0.0.1:8000/en/"
"""The address of a site that says none, as in mkdocs.en.yml."""
WORDS = {
    "en": "The file is part of this site: {link}, {version}, with its licence and a list of "
    "changes. It needs Python 3.11 and, for estimates, PyTorch, which the second command installs.",
    "zh": "这个文件就在本站：{link}，版本 {version}，内含许可证和更新记录。需要 Python 3.11；"
    "估算还需要 PyTorch，由第二条命令安装。",
}


def name() -> str:
    """The wheel's file name."""
    return f"gpuguide-{__version__}-py3-none-any.whl"


def address() -> str:
    """Where pip finds it: SITE_URL_EN, the English edition's address, says where the site is."""
    edition = os.environ.get("SITE_URL_EN") or LOCAL
    return f"{edition.rstrip('/').removesuffix('/en')}/{FOLDER}/{name()}"


def commands() -> tuple[str, str]:
    """What to type: inline code on the page, since a block there would need a record of a run."""
    return f"pip install {address()}", "pip install torch"


def show(language: str, root: str) -> str:
    """The commands, and a link to the file, as HTML."""
    link = f'<a href="{root}{FOLDER}/{name()}" download>{name()}</a>'
    told = WORDS[language].format(link=link, version=__version__)
    lines = "".join(f"<p><code>{html.escape(one)}</code></p>" for one in commands())
    return f"<div>{lines}<p>{told}</p></div>"


def markdown(language: str, root: str) -> str:
    """The same as Markdown, for the page's twin."""
    link = f"[{name()}]({root}{FOLDER}/{name()})"
    told = WORDS[language].format(link=link, version=__version__)
    return "\n\n".join([*(f"`{one}`" for one in commands()), told])
