"""A document → the page, as each tool wants it written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from textwrap import indent

from others.cases import Document

Notation = Callable[[Document, "Fence"], str]


@dataclass(frozen=True)
class Fence:
    """A form of a code block, all of which MkDocs shows alike.

    Attributes:
        opening: its first line, without options; `{}` is where options go.
        closing: its last line.
        margin: what each of its lines begins with.
        lead: the line before it.
        cell: its first line in Quarto, which runs what stands in braces.
    """

    opening: str = "```python{}"
    closing: str = "```"
    margin: str = ""
    lead: str = ""
    cell: str = "```{python}"

    def around(self, code: str, options: str = "") -> str:
        """The block. A braced list of options takes them as they are."""
        return self._laid(self.opening.format(options), code)

    def as_cell(self, code: str) -> str:
        """The block as Quarto runs it."""
        return self._laid(self.cell, code)

    def _laid(self, opening: str, code: str) -> str:
        lines = f"{opening}\n{code}{self.closing}\n"
        return f"{self.lead}\n\n{indent(lines, self.margin)}".lstrip("\n")


PLAIN = Fence()
ODD = {
    "tilde": Fence("~~~python{}", "~~~", cell="~~~{python}"),
    "space": Fence("``` python{}", cell="``` {python}"),
    "short": Fence("```py{}", cell="```{py}"),
    "title": Fence('```python title="x"{}', cell='```{python title="x"}'),
    "braces": Fence("```{{ .python{} }}", cell="```{ .python }"),
    "list": Fence(margin="    ", lead="- In a list:"),
    "quote": Fence(margin="> "),
}
"""Name → another form of a block."""

PICTURE = "\n![plot](plot.svg)\n"


def with_expected_output(document: Document, fence: Fence) -> str:
    """pytest-codeblocks: the output in a block of its own, named by a comment."""
    comment = "<!--pytest-codeblocks:expected-output-->\n\n"
    return fence.around(document.code) + _claims(document, comment)


def with_output(document: Document, fence: Fence) -> str:
    """mktestdocs: the output in a block of its own, for readers."""
    return fence.around(document.code) + _claims(document)


def with_prints(document: Document, fence: Fence) -> str:
    """pytest-examples: what a statement prints in comments after it."""
    return fence.around(document.text) + _picture(document)


def with_prompts(document: Document, fence: Fence) -> str:
    """Sybil: every statement behind a prompt, its output under it."""
    session = "".join(_prompted(step.code) + step.output for step in document.steps())
    return fence.around(session) + _picture(document)


def executed(document: Document, fence: Fence) -> str:
    """markdown-exec: the code, which is to be shown above what it prints, or draws."""
    if document.picture:
        return fence.around(document.code + SHOWN, ' exec="1" source="above" html="1"')
    return fence.around(document.code, ' exec="1" source="above" result="text"')


def as_cell(document: Document, fence: Fence) -> str:
    """Quarto: the code, under which it shows what that prints and draws."""
    return fence.as_cell(document.code)


SHOWN = """\
with open("plot.svg", encoding="utf-8") as file:
    print(file.read())
"""


def _claims(document: Document, comment: str = "") -> str:
    output = f"\n{comment}```text\n{document.output}```\n" if document.output else ""
    return output + _picture(document)


def _picture(document: Document) -> str:
    return PICTURE if document.picture else ""


def _prompted(code: str) -> str:
    first, *rest = code.splitlines()
    if rest and rest[-1].startswith(" "):
        rest.append("")  # a doctest ends a compound statement with an empty line of its own
    return f">>> {first}\n" + "".join(f"... {line}\n" if line else "...\n" for line in rest)
