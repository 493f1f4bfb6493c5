"""The controls of an interactive figure, as HTML: each with its label, in the page's language."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass

from handbook.boards.number_text import number

Words = Mapping[str, str]


@dataclass(frozen=True)
class Slider:
    """A number that is small in range; its value stands beside it.

    Attributes:
        name: of the field, and of its label among the words.
        low, high: the ends.
        value: at first.
        step: of the arrow keys.
    """

    name: str
    low: float
    high: float
    value: float
    step: float = 1

    def show(self, words: Words) -> str:
        """As HTML."""
        return (
            f'<label class="hb-interactive__slider"><span>{words[self.name]} '
            f'<b data-of="{self.name}">{number(self.value)}</b></span>'
            f'<input type="range" name="{self.name}" min="{self.low}" max="{self.high}" '
            f'step="{self.step}" value="{self.value}"></label>'
        )


@dataclass(frozen=True)
class Number:
    """A number that is typed.

    Attributes:
        name: of the field, and of its label among the words.
        low, high: what it must lie between.
        value: at first.
    """

    name: str
    low: float
    high: float
    value: float

    def show(self, words: Words) -> str:
        """As HTML."""
        return f"<label><span>{words[self.name]}</span>{self.field(self.name)}</label>"

    def field(self, name: str, label: str = "") -> str:
        """The field alone, with a label that only assistive technology tells."""
        told = f' aria-label="{html.escape(label)}"' if label else ""
        return (
            f'<input type="number" name="{name}" min="{self.low}" max="{self.high}" step="any" '
            f'value="{self.value:.10g}" inputmode="decimal" required{told}>'
        )


@dataclass(frozen=True)
class Choice:
    """One of several, each with a name among the words.

    Attributes:
        name: of the field, and of its label.
        options: what can be chosen, the first at first.
    """

    name: str
    options: tuple[str, ...]

    def show(self, words: Words) -> str:
        """As HTML."""
        options = "".join(
            f'<option value="{one}">{html.escape(words[one])}</option>' for one in self.options
        )
        return (
            f'<label><span>{words[self.name]}</span><select name="{self.name}">{options}</select>'
            "</label>"
        )


@dataclass(frozen=True)
class Grid:
    """Rows of numbers that are typed, the fields named `w00`, `w01` and so on.

    Attributes:
        name: of its heading among the words; `row-0`, `column-0` are those of its lines.
        low, high: what each number must lie between.
        values: at first, row by row.
        heads: whether its lines have names that are shown.
    """

    name: str
    low: float
    high: float
    values: tuple[tuple[float, ...], ...]
    heads: bool = False

    def show(self, words: Words) -> str:
        """As HTML."""
        body = ""
        for row, values in enumerate(self.values):
            cells = f'<th scope="row">{words[f"row-{row}"]}</th>' if self.heads else ""
            for column, value in enumerate(values):
                label = words["cell"].format(
                    row=words[f"row-{row}"] if self.heads else row,
                    column=words[f"column-{column}"] if self.heads else column,
                )
                field = Number("", self.low, self.high, value).field(f"w{row}{column}", label)
                cells += f"<td>{field}</td>"
            body += f"<tr>{cells}</tr>"
        head = ""
        if self.heads:
            names = (words[f"column-{column}"] for column in range(len(self.values[0])))
            head = "<thead><tr><td></td>" + "".join(f'<th scope="col">{one}</th>' for one in names)
            head += "</tr></thead>"
        return (
            f"<fieldset><legend>{words[self.name]}</legend>"
            f'<table class="hb-interactive__grid">{head}<tbody>{body}</tbody></table></fieldset>'
        )


Control = Slider | Number | Choice | Grid
