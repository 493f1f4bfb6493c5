"""The words a `basis` is made of, and the units each field may have.

A fixed vocabulary lets tests demand that no rate lacks its sparsity, and lets a page translate each
term once.
"""

from __future__ import annotations

TERMS: dict[str, tuple[str, ...]] = {
    "scope": (
        "per card",  # an add-in card with one GPU
        "per module",  # SXM, OAM or another mezzanine with one GPU
        "per chip",  # a processor rented or soldered as a chip: TPU, Apple, Trainium
        "per GPU",  # one GPU of a superchip or rack that holds several
        "per system",  # a whole computer, such as DGX Spark
    ),
    "sparsity": ("dense", "sparsity not stated"),
    "accumulate": (
        "FP32 accumulate",
        "FP16 accumulate",
        "INT32 accumulate",
        "accumulate not stated",
    ),
    "derived": (
        "half of the published sparse figure",
        "published total divided by the number of GPUs",
    ),
    "clock": ("boost clock",),
    "engine": ("vector", "matrix", "MX block format"),
    "memory": ("shared with the CPU", "largest configuration", "as the maker's API reports"),
    "power": ("TGP", "TBP", "TDP", "configurable maximum", "includes CPU and memory"),
    "link": (
        "NVLink",
        "NVLink bridge",
        "Infinity Fabric",
        "Ethernet",
        "inter-chip interconnect",
        "NeuronLink",
        "UnifiedBus",
        "UALink",
        "none",
    ),
    "direction": ("both directions", "direction not stated"),
    "lanes": ("x8", "x16"),
    "board": ("reference board",),
    "supply": ("asked for by the maker", "suggested by a database"),
    "price": ("list price at launch", "reference design", "whole system"),
    "market": ("United States", "China", "Europe"),
    "offers": (
        "average of the three cheapest offers",  # of a month, outliers removed by the source
        "average of 30 days' sales",
        "asked by the maker's own shop",
        "asked by shops",
        "asked by private sellers",
    ),
    "rental": (
        "asked by one cloud",
        "asked by several clouds",
    ),
}
"""Kind of term → the terms."""

KIND = {term: kind for kind, terms in TERMS.items() for term in terms}
"""Term → its kind."""

STATES = (
    "announced",  # shown, and nobody can order it yet
    "new",  # sold new, alone or as a whole computer
    "used",  # no longer made: left-over stock and used ones
    "data centre",  # in servers and clouds; whoever wants it rents it
    "laptop",  # soldered into laptops
)
"""How one gets a product: the values of `availability`."""

RULES = (
    "licence",  # none leaves for China without a licence of the US government
    "licence case by case",  # the same, and a request is not refused as a matter of course
)
"""What stands between a product and China: the values of `restricted`."""

WORDS = {"availability": STATES, "restricted": RULES}
"""Label with a fixed vocabulary → its words; such a label says of which day it speaks."""

UNITS: dict[str, tuple[str, ...]] = {
    "memory": ("GB", "GiB"),
    "bus_width": ("bit",),
    "data_rate": ("Gbit/s",),
    "bandwidth": ("GB/s", "GiB/s"),
    "power": ("W",),
    "interconnect": ("GB/s",),
    "pcie": ("generation",),
    "length": ("mm",),
    "slots": ("slots",),
    "supply": ("W",),
    "price": ("USD", "EUR"),
    "price_cny": ("CNY",),
    "seen_new": ("USD", "EUR"),
    "seen_used": ("USD", "EUR"),
    "seen_new_cny": ("CNY",),
    "seen_used_cny": ("CNY",),
    "rent": ("USD", "EUR"),
    "rent_cny": ("CNY",),
    "rates": ("TFLOPS",),
    "rates.int8": ("TOPS",),
}
"""Field → units it may have."""

REQUIRED: dict[str, tuple[str, ...]] = {
    "memory": ("scope",),
    "bus_width": ("scope",),
    "data_rate": (),
    "bandwidth": ("scope",),
    "power": ("scope",),
    "interconnect": ("link", "scope"),
    "pcie": (),
    "length": ("board",),
    "slots": ("board",),
    "supply": ("supply",),
    "price": ("price",),
    "price_cny": ("price",),
    "seen_new": ("market", "offers"),
    "seen_used": ("market", "offers"),
    "seen_new_cny": ("market", "offers"),
    "seen_used_cny": ("market", "offers"),
    "rent": ("market", "rental"),
    "rent_cny": ("market", "rental"),
    "rates": ("scope", "sparsity", "accumulate"),
    "rates.fp32": ("scope", "sparsity"),
}
"""Field → kinds of term its basis must have, once each."""


def units(field: str) -> tuple[str, ...]:
    """Units that `field` (such as `memory` or `rates.int8`) may have."""
    return UNITS.get(field) or UNITS[field.partition(".")[0]]


def required(field: str) -> tuple[str, ...]:
    """Kinds of term that the basis of `field` must have."""
    found = REQUIRED.get(field)
    return REQUIRED[field.partition(".")[0]] if found is None else found
