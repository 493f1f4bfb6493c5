"""One number of the catalogue → what a page says of it: the value, its source, on what basis."""

from __future__ import annotations

import html
from dataclasses import dataclass

from gpuguide.catalogue import Fact, Gpu, Quantity, Source
from gpuguide.catalogue.model import FACTS, PRICES, QUANTITIES, RATES
from gpuguide.catalogue.terms import WORDS
from handbook.boards.catalogue_words import say, state, term, unit

FIELDS = (*QUANTITIES, *FACTS, *RATES)
NBSP = "\u00a0"
COLUMN_UNITS = {
    "memory": "GB",
    "bus_width": "bit",
    "data_rate": "Gbit/s",
    "bandwidth": "GB/s",
    "power": "W",
    "interconnect": "GB/s",
    "pcie": "",
    "price": "USD",
    "price_cny": "CNY",
    "seen_new": "USD",
    "seen_used": "USD",
    "seen_new_cny": "CNY",
    "seen_used_cny": "CNY",
    "rent": "USD",
    "rent_cny": "CNY",
    "length": "mm",
    "slots": "slots",
    "supply": "W",
    "int8": "TOPS",
    "rates": "TFLOPS",
}
"""Field → the unit that the head of its column in the table names."""


@dataclass(frozen=True)
class Shown:
    """A number as a page shows it.

    Attributes:
        value: the text, such as `1,008 GB/s`.
        url: where its source is.
        title: what the source calls itself.
        origin: how and when it was read, in the page's language.
        basis: on what basis it holds, in the page's language; may be empty.
    """

    value: str
    url: str
    title: str
    origin: str
    basis: str

    @property
    def about(self) -> list[str]:
        """Source and basis, a line each."""
        return [line for line in (self.title, self.origin, self.basis) if line]


def known(gpu: Gpu, field: str) -> Quantity | Fact | None:
    """What the catalogue knows of a field, which is one of FIELDS."""
    if field in RATES:
        return gpu.rates.get(field)
    found: Quantity | Fact | None = getattr(gpu, field)
    return found


def shown(gpu: Gpu, field: str, language: str, *, short: bool = False) -> Shown | None:
    """How a page shows `field` of `gpu`; None if it is unknown.

    Args:
        gpu: the entry.
        field: one of FIELDS.
        language: of the page.
        short: without a unit or date that the head of the field's column says (COLUMN_UNITS).
    """
    found = known(gpu, field)
    if found is None:
        return None
    if isinstance(found, Fact):
        text = state(found.value, language) if field in WORDS else found.value
    else:
        text = value(field, found, language, short)
    basis = found.basis if isinstance(found, Quantity) else ()
    words = [term(word, language) for word in basis]
    if found.date and (short or isinstance(found, Fact)):
        words.append(found.date)
    line = say("basis", language, terms=say("between", language).join(words)) if words else ""
    source = found.source
    return Shown(text, source.url, source.title, origin(source, language), line)


def value(field: str, found: Quantity, language: str, short: bool = False) -> str:
    """The number with its unit, which never parts from it at the end of a line."""
    digits = number(found.value)
    if found.high is not None:
        digits = say("range", language, low=digits, high=number(found.high))
    if field == "interconnect" and found.value == 0:
        return say("none", language)
    if short and found.unit == COLUMN_UNITS.get(field, COLUMN_UNITS["rates"]):
        return digits
    if field == "pcie":
        lanes = [word for word in found.basis if word in ("x8", "x16")]
        return NBSP.join([f"PCIe{NBSP}{found.value:.1f}", *lanes])
    if field in PRICES:
        price = say(found.unit, language, value=digits)
        return price if short else say("dated", language, value=price, date=found.date)
    return f"{digits}{NBSP}{unit(found.unit, language)}"


def number(found: float) -> str:
    """Digits with separators of thousands, as both languages write them."""
    return f"{found:,.10g}"


def origin(source: Source, language: str) -> str:
    """Whether the words are the vendor's own, and when they were read."""
    key = "vendor-own" if source.vendor else "quoted" if source.via else "third-party"
    return say("source", language, origin=say(key, language), date=source.read.isoformat())


def as_html(found: Shown | None, language: str) -> str:
    """A link to the source; its title tells the rest, and assets/handbook.js shows it."""
    if found is None:
        return f'<span class="hb-unknown">{say("unknown", language)}</span>'
    about = html.escape("\n".join(found.about)).replace("\n", "&#10;")
    address = html.escape(found.url)
    text = html.escape(found.value, quote=False)
    return f'<a class="hb-number" href="{address}" title="{about}">{text}</a>'


def as_markdown(found: Shown | None, language: str) -> str:
    """The same for a Markdown twin."""
    if found is None:
        return say("unknown", language)
    about = " · ".join(found.about).replace('"', "'").replace("|", "/")
    address = found.url.replace("(", "%28").replace(")", "%29")
    return f'[{found.value}]({address} "{about}")'
