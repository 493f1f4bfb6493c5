"""A page as plain Markdown, nothing left to expand: for readers of text, and for other tools.

Blocks of one snippet carry the mark with which pytest-codeblocks joins them, so that an outside
tool can run what is published.
"""

from __future__ import annotations

import html
import re

from neverstale.page import notebook, unreached
from neverstale.page.block import Place
from neverstale.proof.status import Statuses, shown
from neverstale.source import directive, snippet
from neverstale.source.directive import Directive
from neverstale.source.snippet import Snippet

ATTRIBUTES = re.compile(r" *\{ *#[\w-]+[^}]*\} *$")


def page_markdown(statuses: Statuses, edition: str, name: str) -> str:
    """The Markdown twin of a page.

    Args:
        statuses: how every snippet stands.
        edition: language.
        name: the page below the edition's folder: `cnn/pooling.md`, or a lab's `.ipynb`.

    Raises:
        NeverstaleError: it shows a snippet that cannot be read.
        FileNotFoundError: there is no such page.
    """
    if name.endswith(".ipynb"):
        labs = [lab for lab in statuses.sources.labs() if lab.lab_page == name]
        if not labs:
            raise FileNotFoundError(name)
        return _lab(statuses, labs[0], edition)
    text = (statuses.sources.project.editions[edition] / name).read_text(encoding="utf-8-sig")
    lines = text.split("\n")
    free = dict(directive.outside_fences(text))
    linked = set(re.findall(r"\]\(#([\w-]+)\)", text))
    result: list[str] = []
    found = {n: directive.read_line(line, n) for n, line in enumerate(lines, 1) if n in free}
    coming = [item.name for item in found.values() if item and item.kind == "snippet"]
    begun: set[str] = set()
    for number, line in enumerate(lines, 1):
        item = found.get(number)
        if item is None:
            heading = number in free and line.startswith("#")
            result.append(plain_heading(line, linked) if heading else line)
        elif item.kind == "snippet":
            # Code blocks start at the margin: an outside tool reads no others.
            # What stands between two sections of a snippet is joined with both: the mark means the
            # block before, whosesoever that is.
            again = not begun.isdisjoint(coming)
            joined = ["<!--pytest-codeblocks:cont-->"] if again else []
            result += ["", *joined, *code(Place(statuses, edition), item), ""]
            begun.add(coming.pop(0))
        elif item.kind == "board":
            result.append("")
        else:
            result += [f"{item.indent}*[{item.alt}]*", "", item.indent + item.caption]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(result)).strip() + "\n"


def plain_heading(line: str, linked: set[str]) -> str:
    """A heading without its attributes; one that the page itself links to keeps an anchor."""
    match = ATTRIBUTES.search(line)
    anchor = re.search(r"#([\w-]+)", match[0]) if match else None
    text = ATTRIBUTES.sub("", line)
    return f'{text} <a id="{anchor[1]}"></a>' if anchor and anchor[1] in linked else text


def code(place: Place, item: Directive) -> list[str]:
    """A section's code, what it printed, and what of it no run has reached."""
    statuses, edition = place.statuses, place.edition
    target = place.sources.snippet(item.name)
    first, last = target.span(item.section)
    lines = ["```python", target.shown(edition, item.section).rstrip("\n"), "```", ""]
    lines += _output(statuses, target, first, last, edition) if item.output else []
    return lines + _unreached(statuses, target, first, last, edition)


def _output(statuses: Statuses, target: Snippet, first: int, last: int, edition: str) -> list[str]:
    """What was printed: on the first device, and then on a GPU if that ran it, too."""
    lines: list[str] = []
    for found in shown(target, statuses.by_name[target.name]):
        printed = target.said(edition, found.printed(first, last)).rstrip()
        if printed and lines:
            lines += ["", f"{found.device_name}:", ""]
        # Not a fence: pytest-codeblocks would join the next block to it, not the last code.
        lines += [f"<pre>{html.escape(printed, quote=False)}</pre>"] if printed else []
    return lines


def _unreached(
    statuses: Statuses, target: Snippet, first: int, last: int, edition: str
) -> list[str]:
    """Which lines no run has reached, and why."""
    lines: list[str] = []
    place = Place(statuses, edition)
    for each in unreached.find(place, target, first, last):
        reason, text = (html.escape(part, quote=False) for part in (each.reason, each.text))
        lines += ["", f"*{place.say['unreached-mark']}{reason}* <code>{text}</code>", ""]
    return lines


def _lab(statuses: Statuses, lab: Snippet, edition: str) -> str:
    found = next(iter(shown(lab, statuses.by_name[lab.name])), None)
    cells = set(notebook.code_cells(lab))
    lines: list[str] = []
    begun = False
    for cell in lab.cells:
        if cell in cells:
            lines += ["<!--pytest-codeblocks:cont-->"] if begun else []
            lines += ["```python", lab.shown_lines(edition, cell.first, cell.last).rstrip(), "```"]
            lines += ["", *_output(statuses, lab, cell.first, cell.last, edition)]
            lines += _unreached(statuses, lab, cell.first, cell.last, edition)
            lines += [
                f"*[{alt}]*" for alt in _alts(lab, edition, notebook.figures_of(lab, cell, found))
            ]
            begun = True
        elif cell.edition == edition:
            text = snippet.prose(lab, cell).splitlines()
            lines += [ATTRIBUTES.sub("", line) for line in text]
        lines.append("")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _alts(lab: Snippet, edition: str, names: list[str]) -> list[str]:
    return [lab.options.figures.get(name, {}).get(edition, name) for name in names]
