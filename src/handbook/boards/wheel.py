"""The commands that install a package from the site that shows them: `[[gpuguide-install]]` and
`[[neverstale-install]]`."""

from __future__ import annotations

import html
import os

import gpuguide
import neverstale

FOLDER = "downloads"  # below the site's root
LOCAL = "http://127.0.0.1:8000/en/"
"""The address of a site that says none, as in mkdocs.en.yml."""
VERSIONS = {"gpuguide": gpuguide.__version__, "neverstale": neverstale.__version__}
MORE = {"gpuguide": ("pip install torch",), "neverstale": ()}
"""What is installed besides, each a command."""
WORDS = {
    "en": {
        "file": "The file is part of this site: {link}, {version}, with its licence and a list of "
        "changes. ",
        "gpuguide": "It needs Python 3.11 and, for estimates, PyTorch, which the second command "
        "installs.",
        "neverstale": "It needs Python 3.11 and nothing else.",
    },
    "zh": {
        "file": "这个文件就在本站：{link}，版本 {version}，内含许可证和更新记录。",
        "gpuguide": "需要 Python 3.11；估算还需要 PyTorch，由第二条命令安装。",
        "neverstale": "只需要 Python 3.11。",
    },
}


def backend(package: str) -> str:
    """What makes its wheel, below the folder that src/ lies in."""
    return f"packages/{package}/backend.py"


def name(package: str) -> str:
    """The wheel's file name."""
    return f"{package}-{VERSIONS[package]}-py3-none-any.whl"


def address(package: str) -> str:
    """Where pip finds it: SITE_URL_EN, the English edition's address, says where the site is."""
    edition = os.environ.get("SITE_URL_EN") or LOCAL
    return f"{edition.rstrip('/').removesuffix('/en')}/{FOLDER}/{name(package)}"


def commands(package: str) -> tuple[str, ...]:
    """What to type: inline code on the page, since a block there would need a record of a run."""
    return f"pip install {address(package)}", *MORE[package]


def show(package: str, language: str, root: str) -> str:
    """The commands, and a link to the file, as HTML."""
    link = f'<a href="{root}{FOLDER}/{name(package)}" download>{name(package)}</a>'
    lines = "".join(f"<p><code>{html.escape(one)}</code></p>" for one in commands(package))
    return f"<div>{lines}<p>{_told(package, language, link)}</p></div>"


def markdown(package: str, language: str, root: str) -> str:
    """The same as Markdown, for the page's twin."""
    link = f"[{name(package)}]({root}{FOLDER}/{name(package)})"
    lines = [f"`{one}`" for one in commands(package)]
    return "\n\n".join([*lines, _told(package, language, link)])


def _told(package: str, language: str, link: str) -> str:
    say = WORDS[language]
    return say["file"].format(link=link, version=VERSIONS[package]) + say[package]
