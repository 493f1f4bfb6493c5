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
    """

    opening: str = "```python{}"
    closing: str = "```"
    margin: str = ""
    lead: str = ""

    def around(self, code: str, options: str = "") -> str:
        """The block. A braced list of options takes them as they are."""
        lines = f"{self.opening.format(options)}\n{code}{self.closing}\n"
        return f"{self.lead}\n\n{indent(lines, self.margin)}".lstrip("\n")


PLAIN = Fence()


def with_expected_output(document: Document, fence: Fence) -> str:
    """pytest-codeblocks: the output in a block of its own, named by a comment."""
    comment = "<!--pytest-codeblocks:expected-output-->\n\n"
    return fence.around(document.code) + "\n" + comment + _text(document.output)


def with_output(document: Document, fence: Fence) -> str:
    """mktestdocs: the output in a block of its own, for readers."""
    return fence.around(document.code) + "\n" + _text(document.output)


def with_prints(document: Document, fence: Fence) -> str:
    """pytest-examples: what a statement prints in comments after it."""
    return fence.around(document.text)


def with_prompts(document: Document, fence: Fence) -> str:
    """Sybil: every statement behind a prompt, its output under it."""
    session = "".join(_prompted(step.code) + step.output for step in document.steps())
    return fence.around(session)


def executed(document: Document, fence: Fence) -> str:
    """markdown-exec: the code, which is to be shown above what it prints."""
    return fence.around(document.code, ' exec="1" source="above" result="text"')


def _text(output: str) -> str:
    return f"```text\n{output}```\n"


def _prompted(code: str) -> str:
    first, *rest = code.splitlines()
    if rest and rest[-1].startswith(" "):
        rest.append("")  # a doctest ends a compound statement with an empty line of its own
    return f">>> {first}\n" + "".join(f"... {line}\n" if line else "...\n" for line in rest)
