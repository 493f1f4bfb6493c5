"""`neverstale init`: settings, a first snippet and page, a style sheet, a workflow.

Of the site generator's settings only a few plain lines are read and written: this needs no YAML.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from neverstale.problem import NeverstaleError, Problem

HERE = Path(__file__).parent
SHEET = "stylesheets/neverstale.css"
PAGE = "proved.md"
WORKFLOW = ".github/workflows/neverstale.yml"
FOLDERS = ("snippets", "proved", "neverstale_snippets")  # the first that is not there yet
# Zensical takes these where its file names no extensions; naming one means naming all.
ZENSICAL = """\

[project.markdown_extensions]
abbr = {}
admonition = {}
attr_list = {}
def_list = {}
footnotes = {}
md_in_html = {}
toc.permalink = true
pymdownx.arithmatex.generic = true
pymdownx.betterem = {}
pymdownx.caret = {}
pymdownx.details = {}
pymdownx.emoji.emoji_generator = "zensical.extensions.emoji.to_svg"
pymdownx.emoji.emoji_index = "zensical.extensions.emoji.twemoji"
pymdownx.highlight.anchor_linenums = true
pymdownx.highlight.line_spans = "__span"
pymdownx.highlight.pygments_lang_class = true
pymdownx.inlinehilite = {}
pymdownx.keys = {}
pymdownx.magiclink = {}
pymdownx.mark = {}
pymdownx.smartsymbols = {}
pymdownx.superfences.custom_fences = [{ name = "mermaid", class = "mermaid" }]
pymdownx.tabbed.alternate_style = true
pymdownx.tabbed.combine_header_slug = true
pymdownx.tasklist.custom_checkbox = true
pymdownx.tilde = {}
"""
SETTINGS = """\
[tool.neverstale]
snippets = "{folder}"
records = "{records}"
site = "{site}"
{urls}imports = [] # folders whose modules are yours: a change in one makes records stale
constraints = false # a file of name==version lines: a record of another version is stale

[tool.neverstale.editions]
{language} = "{docs}"

[[tool.neverstale.rules]]
rule = "stray-file"
paths = ["{docs}/{sheet}"]
level = "off"
reason = "the style sheet of proved blocks"
"""
SNIPPET = """\
# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
# --8<-- [start:first]
squares = [number**2 for number in range(5)]
print(squares)
# --8<-- [end:first]
"""
TEXT = """\
# A proved block

What stands below was run, and its output is what that run printed.

--8<-- "first.py:first"
"""


@dataclass(frozen=True)
class Generator:
    """A site generator's settings, as far as they matter here.

    Attributes:
        file: where they are.
        docs: folder of the pages.
        site: folder of the built site.
        urls: whether a page becomes a folder with an index.
        language: of the pages.
        build: the command that builds the site, so that a warning fails.
        packages: what is installed to build it.
        changed: the settings with the extension, the style sheet and the first page in them.
    """

    file: Path
    docs: str
    site: str
    urls: bool
    language: str
    build: str
    packages: str
    changed: str


def init(folder: Path) -> tuple[list[str], str]:
    """Prepare a site.

    Args:
        folder: the one that holds `mkdocs.yml` or `zensical.toml`.

    Returns:
        What was written or changed, and the command that builds the site.

    Raises:
        NeverstaleError: there is no such file, it cannot be understood, or something that would be
            written is there already. Nothing has been written then.
    """
    found = _generator(folder)
    project = folder / "pyproject.toml"
    old = project.read_text(encoding="utf-8") if project.is_file() else ""
    if re.search(r"^\[+tool\.neverstale\b", old, re.MULTILINE):
        raise _wrong("pyproject.toml", "has settings of neverstale already; go on with them")
    names = [name for name in FOLDERS if not (folder / name).exists()]
    if not names:
        raise _wrong(FOLDERS[-1], "is there already; move it")
    records = f"{names[0]}_records" if (folder / "records").exists() else "records"
    settings = SETTINGS.format(
        folder=names[0], records=records, docs=found.docs, site=found.site,
        language=found.language, sheet=SHEET,
        urls="" if found.urls else "directory-urls = false\n",
    )  # fmt: skip
    sheet, workflow = ((HERE / name).read_text(encoding="utf-8")
                       for name in ("neverstale.css", "neverstale.yml"))  # fmt: skip
    for mark, text in (("@PACKAGES@", found.packages), ("@BUILD@", found.build)):
        workflow = workflow.replace(mark, text)
    new = {
        f"{names[0]}/first.py": SNIPPET,
        f"{found.docs}/{PAGE}": TEXT,
        f"{found.docs}/{SHEET}": sheet,
        WORKFLOW: workflow,
    }
    for name in new:
        if (folder / name).exists():
            raise _wrong(name, "is there already; nothing was written")
    changed = {"pyproject.toml": f"{old.rstrip()}\n\n{settings}".lstrip()}
    changed[found.file.name] = found.changed
    ignored = folder / ".gitignore"
    told = ignored.read_text(encoding="utf-8") if ignored.is_file() else ""
    if ".neverstale/" not in told.split():
        changed[".gitignore"] = f"{told.rstrip()}\n.neverstale/\n".lstrip()
    for name, text in {**new, **changed}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return [*new, *changed], found.build


def _generator(folder: Path) -> Generator:
    kinds = {"zensical.toml": _zensical, "mkdocs.yml": _mkdocs, "mkdocs.yaml": _mkdocs}
    for name, read in kinds.items():
        if (folder / name).is_file():
            return read(folder / name)
    raise _wrong(str(folder), "holds no mkdocs.yml or zensical.toml; run this in a site's folder")


def _mkdocs(file: Path) -> Generator:
    text = file.read_text(encoding="utf-8")

    def said(key: str, default: str) -> str:
        match = re.search(rf"^{key}:[ \t]*[\"']?([^\"'#\n]+)", text, re.MULTILINE)
        return match[1].strip() if match else default

    language = re.search(r"^ {2,}language:[ \t]*[\"']?([\w-]+)", text, re.MULTILINE)
    material = re.search(r"^ {2,}name:[ \t]*[\"']?material\b", text, re.MULTILINE)
    zensical = re.search(r"^ +-? *zensical\.", text, re.MULTILINE)  # has moved, and kept its file
    changed = _with(file, text, "markdown_extensions", "attr_list")
    if material:
        changed = _with(file, changed, "markdown_extensions", "pymdownx.superfences")
    changed = _with(file, changed, "markdown_extensions", "neverstale.markdown")
    changed = _with(file, changed, "extra_css", SHEET)
    if re.search(r"^nav:", text, re.MULTILINE):
        changed = _with(file, changed, "nav", f"A proved block: {PAGE}")
    return Generator(
        file,
        docs=said("docs_dir", "docs").rstrip("/"),
        site=said("site_dir", "site").rstrip("/"),
        urls=said("use_directory_urls", "true") != "false",
        language=language[1] if language else "en",
        build=f"{'zensical' if zensical else 'mkdocs'} build --strict",
        packages="zensical" if zensical else "mkdocs-material" if material else "mkdocs",
        changed=changed,
    )


def _with(file: Path, text: str, key: str, item: str) -> str:
    """YAML text with an item at the end of that list, or mapping, unless it is there."""
    lines = text.rstrip("\n").split("\n")
    at = next((i for i, line in enumerate(lines) if line.startswith(f"{key}:")), None)
    if at is None:
        return "\n".join([*lines, "", f"{key}:", f"  - {item}", ""])
    if lines[at].partition("#")[0].strip() != f"{key}:":
        message = f"write {key} as a list, an item a line, and try again"
        raise NeverstaleError(Problem(file.name, at + 1, message))
    end = last = at + 1
    while end < len(lines) and (not lines[end].strip() or lines[end][0] in " -#"):
        last = end + 1 if lines[end].strip() and lines[end][0] != "#" else last
        end += 1
    block = [line for line in lines[at + 1 : last] if line.strip()[:1] not in ("", "#")]
    known = rf"\s*(?:- )?[\"']?{re.escape(item)}[\"']?:?\s*(?:#|$)"
    if any(re.match(known, line) for line in block):
        return text
    first = block[0] if block else "  - "
    indent = first[: len(first) - len(first.lstrip())]
    new = f"{indent}- {item}" if first.lstrip().startswith("- ") else f"{indent}{item}:"
    return "\n".join([*lines[:last], new, *lines[last:], ""])


def _zensical(file: Path) -> Generator:
    text = file.read_text(encoding="utf-8")
    try:
        project = tomllib.loads(text)["project"]
        language = project.get("theme", {}).get("language", "en")
        extensions, sheets = project.get("markdown_extensions"), project.get("extra_css")
    except (tomllib.TOMLDecodeError, KeyError, AttributeError) as error:
        raise _wrong(file.name, f"cannot be read: {error}") from None
    changed = text.rstrip("\n") + "\n"
    if sheets is None:
        line = f'[project]\nextra_css = ["{SHEET}"]\n'
        changed = re.sub(r"^\[project\][ \t]*\n", line, changed, count=1, flags=re.MULTILINE)
    elif SHEET not in sheets:
        raise _wrong(file.name, f"names its own style sheets; add {SHEET} to extra_css, try again")
    if not isinstance(extensions, dict | None):
        raise _wrong(file.name, "write [project.markdown_extensions] as a table, and try again")
    if extensions is None:
        changed += ZENSICAL
    elif "attr_list" not in extensions:
        changed += "\n[project.markdown_extensions.attr_list]\n"
    changed += '\n[project.markdown_extensions."neverstale.markdown"]\n'
    return Generator(
        file,
        docs=str(project.get("docs_dir", "docs")).rstrip("/"),
        site=str(project.get("site_dir", "site")).rstrip("/"),
        urls=bool(project.get("use_directory_urls", True)),
        language=str(language),
        build="zensical build --strict",
        packages="zensical",
        changed=changed,
    )


def _wrong(where: str, message: str) -> NeverstaleError:
    return NeverstaleError(Problem(where, 0, message))
