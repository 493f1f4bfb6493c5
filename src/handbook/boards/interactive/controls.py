"""The controls of an interactive figure, as HTML: each with its label, in the page's language."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass

from gpuguide.catalogue import Gpu, Quantity, load
from handbook.boards.catalogue_words import name as named
from handbook.boards.gpu_table import magnitude
from handbook.boards.number_text import known, number

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
                label = words["each"].format(
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


@dataclass(frozen=True)
class Gpus:
    """GPUs of the catalogue, and numbers of the reader's own.

    Attributes:
        name: of the field, and of its label among the words.
        needs: fields that a GPU must have known.
        also: fields of which it must have one.
        first: the one that is chosen at first.
    """

    name: str
    needs: tuple[str, ...]
    also: tuple[str, ...]
    first: str

    def show(self, words: Words) -> str:
        """As HTML; each option carries the numbers that are known, for the script."""
        makers: dict[str, str] = {}
        for gpu, numbers in self.found():
            data = "".join(f' data-{field}="{value:.10g}"' for field, value in numbers.items())
            chosen = " selected" if gpu.id == self.first else ""
            option = f'<option value="{gpu.id}"{data}{chosen}>{html.escape(gpu.name)}</option>'
            makers[gpu.vendor] = makers.get(gpu.vendor, "") + option
        options = f'<option value="own">{words["own"]}</option>' + "".join(
            f'<optgroup label="{named(vendor, words["lang"])}">{makers[vendor]}</optgroup>'
            for vendor in sorted(makers)
        )
        return (
            f'<label class="hb-interactive__wide"><span>{words[self.name]}</span>'
            f'<select name="{self.name}">{options}</select></label>'
        )

    def found(self) -> list[tuple[Gpu, dict[str, float]]]:
        """The GPUs, by name, with what is known and comparable of them."""
        found = []
        for gpu in sorted(load(), key=lambda gpu: gpu.name):
            numbers = {
                field: magnitude(one)
                for field in (*self.needs, *self.also)
                if isinstance(one := known(gpu, field), Quantity) and _plain(one)
            }
            if all(field in numbers for field in self.needs) and (
                not self.also or any(field in numbers for field in self.also)
            ):
                found.append((gpu, numbers))
        return found


def _plain(found: Quantity) -> bool:
    """Of the GPU alone, and certainly dense."""
    unlike = {"sparsity not stated", "includes CPU and memory", "whole system", "per system"}
    return not unlike & set(found.basis)


Control = Gpus | Slider | Number | Choice | Grid
