"""What an entry of the catalogue is: plain frozen records."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Source:
    """A document that was read.

    Attributes:
        key: short name, unique within its data file.
        title: what the document calls itself.
        url: where a reader finds it.
        read: the day the stored copy was read.
        vendor: whether the words are the vendor's own, read in a copy of the vendor's page.
        via: where the words were read if not at `url`: a document that quotes it. Such a source is
            never the vendor's own, even when `url` is the vendor's.
    """

    key: str
    title: str
    url: str
    read: date
    vendor: bool
    via: str = ""


@dataclass(frozen=True)
class Quantity:
    """A number with all that is needed to judge it.

    Attributes:
        value: the number as published; nothing is rounded or converted.
        unit: its unit, such as `GB`, `GB/s` or `TFLOPS`.
        basis: terms of a fixed vocabulary (`gpuguide.catalogue.terms`), such as `per card`, `dense`
            and `FP32 accumulate`.
        source: where it was read.
        date: for a price, the day it was announced or seen (`YYYY-MM-DD` or `YYYY-MM`), else "".
        high: for a seen price, the upper end of the range that starts at `value`; None if the
            source gives one price.
    """

    value: float
    unit: str
    basis: tuple[str, ...]
    source: Source
    date: str = ""
    high: float | None = None

    @property
    def middle(self) -> float:
        """The value, or of a range the geometric mean: as far from each end in proportion."""
        return self.value if self.high is None else math.sqrt(self.value * self.high)


@dataclass(frozen=True)
class Fact:
    """A published label that is not a quantity, such as a date or a compute capability.

    Attributes:
        value: the label.
        source: where it was read.
        date: for an availability or a restriction, the day of which the source speaks, else "".
    """

    value: str
    source: Source
    date: str = ""


@dataclass(frozen=True)
class Gpu:
    """One product a reader could buy, rent or find second-hand.

    A field that is None, and a rate that is missing, is unknown: nobody guessed.

    Attributes:
        id: unique, lower case, with hyphens; never reused.
        name: as it is sold.
        vendor: who designed it.
        line: product line, such as `GeForce` or `data centre`.
        architecture: the vendor's name for the architecture.
        form: shape of the product, such as `PCIe card` or `SXM5 module`.
        memory_type: such as `GDDR6X`, `HBM3e`.
        market: the only market a model is made for, such as `China`, else "".
        release: date of release or announcement, `YYYY-MM-DD`, `YYYY-MM` or `YYYY`.
        compute_capability: NVIDIA's, such as `8.9`.
        availability: one of `STATES` in `gpuguide.catalogue.terms`: how one gets it.
        restricted: one of `RULES` there: what keeps it from being sold to China freely. None where
            no source names the product, which does not mean that no rule covers it.
        memory: capacity as published (GB or GiB).
        bus_width: memory interface (bit).
        data_rate: memory data rate (Gbit/s per pin).
        bandwidth: memory bandwidth (GB/s or GiB/s).
        power: board power (W).
        interconnect: GPU-to-GPU link (GB/s); 0 where the source says there is none.
        pcie: generation of the host interface.
        length: of a card (mm); boards of other makers may be longer.
        slots: how many it is thick.
        supply: power supply that a computer with it should have (W).
        price: list price at launch, in US dollars (or euros).
        price_cny: list price at launch in China, in yuan.
        seen_new: what shops last asked for a new one.
        seen_used: what sellers last asked for a used one, or one from a private seller.
        seen_new_cny: what shops in China last asked for a new one, in yuan.
        seen_used_cny: what sellers in China last asked for a used one, in yuan.
        rent: what clouds last asked for an hour of it, on demand.
        rent_cny: what clouds in China last asked for it, in yuan.
        rates: data type → peak rate (TFLOPS, TOPS for int8). `fp16` and `fp8` mean FP32 accumulate
            where the source says so; `fp16_acc16` and `fp8_acc16` are the FP16-accumulate rates.
        note: a warning for the reader, language tag → text.
    """

    id: str
    name: str
    vendor: str
    line: str
    architecture: str
    form: str
    memory_type: str
    market: str = ""
    release: Fact | None = None
    compute_capability: Fact | None = None
    availability: Fact | None = None
    restricted: Fact | None = None
    memory: Quantity | None = None
    bus_width: Quantity | None = None
    data_rate: Quantity | None = None
    bandwidth: Quantity | None = None
    power: Quantity | None = None
    interconnect: Quantity | None = None
    pcie: Quantity | None = None
    length: Quantity | None = None
    slots: Quantity | None = None
    supply: Quantity | None = None
    price: Quantity | None = None
    price_cny: Quantity | None = None
    seen_new: Quantity | None = None
    seen_used: Quantity | None = None
    seen_new_cny: Quantity | None = None
    seen_used_cny: Quantity | None = None
    rent: Quantity | None = None
    rent_cny: Quantity | None = None
    rates: dict[str, Quantity] = field(default_factory=dict)
    note: dict[str, str] = field(default_factory=dict)

    def quantities(self) -> dict[str, Quantity]:
        """Every number of this entry: field name, `rates.bf16` for a rate → quantity."""
        found = {name: getattr(self, name) for name in QUANTITIES}
        known: dict[str, Quantity] = {name: one for name, one in found.items() if one is not None}
        return known | {f"rates.{name}": one for name, one in self.rates.items()}

    def facts(self) -> dict[str, Fact]:
        """Every sourced label of this entry, by field name."""
        found = {name: getattr(self, name) for name in FACTS}
        return {name: one for name, one in found.items() if one is not None}

    def unknown(self) -> tuple[str, ...]:
        """Names of the fields that no source was read for, rates included as `rates.bf16`."""
        known = self.quantities() | self.facts()
        wanted = (*FACTS, *QUANTITIES, *(f"rates.{name}" for name in RATES))
        return tuple(name for name in wanted if name not in known)


TEXTS = ("id", "name", "vendor", "line", "architecture", "form", "memory_type")
FACTS = ("release", "compute_capability", "availability", "restricted")
QUANTITIES = (
    "memory",
    "bus_width",
    "data_rate",
    "bandwidth",
    "power",
    "interconnect",
    "pcie",
    "length",
    "slots",
    "supply",
    "price",
    "price_cny",
    "seen_new",
    "seen_used",
    "seen_new_cny",
    "seen_used_cny",
    "rent",
    "rent_cny",
)
RENTS = ("rent", "rent_cny")
SEEN = ("seen_new", "seen_used", "seen_new_cny", "seen_used_cny", *RENTS)
PRICES = ("price", "price_cny", *SEEN)
RATES = (
    "fp32",
    "tf32",
    "bf16",
    "fp16",
    "fp16_acc16",
    "fp8",
    "fp8_acc16",
    "fp4",
    "int8",
)
