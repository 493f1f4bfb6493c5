"""Peak rates, as catalogued, or derived where the catalogue has none, and then marked as derived.

Two rules, for GPUs of NVIDIA, AMD and Intel. float16 and bfloat16 have one rate where the hardware
has both: from Ampere on, and with all of AMD's and Intel's that the catalogue has both of. Within a
maker's architecture and product line, rates of different types stand in a fixed proportion, since
every multiprocessor has the same units: a rate that is missing is one that is there, times the
least proportion of the two among the siblings that have both. They are of the same line if there
are any, else of the architecture. The least, because what is missing is seldom missing from the
best equipped of its kind. What was measured comes before both rules: where nobody publishes a peak
in half precision, what large matrix products were seen to reach stands for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from gpuguide.catalogue import load
from gpuguide.catalogue.model import Gpu
from gpuguide.cost.measured import table
from gpuguide.cost.memory import Unknown

HALF = ("fp16", "bf16")
FROM = (*HALF, "fp32", "int8", "fp8", "fp4")
"""Rates that float32's and half precision's may be derived from, the best first."""
MAKERS = ("NVIDIA", "AMD", "Intel")
WITHOUT = ("Volta", "Turing", "Gaudi 2", "Gaudi 3")
"""Architectures of these makers that have float16 only, or both at rates of their own."""


@dataclass(frozen=True)
class Rate:
    """A peak rate.

    Attributes:
        value: TFLOPS.
        derived: what it was derived from, such as `fp32, as GeForce RTX 4070` or `measured matrix
            products`; empty if catalogued.
    """

    value: float
    derived: str = ""


def rate(gpu: Gpu, name: str) -> Rate | Unknown:
    """A GPU's peak rate by its name in the catalogue, such as `bf16`."""
    if name in gpu.rates:
        return Rate(gpu.rates[name].value)
    if name in HALF and (seen := reached(gpu)):
        return Rate(seen, "measured matrix products")
    known = gpu.vendor in MAKERS and name in ("fp32", *HALF)
    for source in FROM if known else ():
        if source in gpu.rates and (found := sorted(_proportions(gpu, name, source))):
            least, sibling = found[0]
            told = f"{source}, as {sibling}" if sibling != gpu.name else source
            return Rate(gpu.rates[source].value * least, told)
    return Unknown(f"the catalogue has no {name} rate for {gpu.name}, nor one to derive it from")


def reached(gpu: Gpu) -> float | None:
    """TFLOPS that large products in half precision were measured to reach, if no peak is known.

    Source: `measured/efficiency.toml`.
    """
    seen: dict[str, float] = table("efficiency")["reached"]
    return None if gpu.rates.keys() & set(HALF) else seen.get(gpu.id)


def _proportions(gpu: Gpu, name: str, source: str) -> Iterator[tuple[float, str]]:
    """For each sibling with both rates: one over the other, and the sibling's name."""
    if name in _same(gpu, source):
        yield 1.0, gpu.name
        return
    pairs = [
        (one, mine / other.value)
        for one in _kin().get((gpu.vendor, gpu.architecture), ())
        if _alike(gpu, one) and (other := one.rates.get(source))
        for mine in [_value(one, name)]
        if mine
    ]
    near = [pair for pair in pairs if pair[0].line == gpu.line]
    yield from ((proportion, one.name) for one, proportion in near or pairs)


def _same(gpu: Gpu, name: str) -> tuple[str, ...]:
    """Names of the rates that equal one on a GPU."""
    return HALF if name in HALF and gpu.architecture not in WITHOUT else (name,)


def _value(gpu: Gpu, name: str) -> float | None:
    return next((gpu.rates[one].value for one in _same(gpu, name) if one in gpu.rates), None)


@cache
def _kin() -> Mapping[tuple[str, str], list[Gpu]]:
    """The catalogue by maker and architecture; this is asked for a thousand times a page."""
    found: dict[tuple[str, str], list[Gpu]] = {}
    for gpu in load():
        found.setdefault((gpu.vendor, gpu.architecture), []).append(gpu)
    return found


def _alike(gpu: Gpu, other: Gpu) -> bool:
    """Of one compute capability if both are known."""
    one, two = gpu.compute_capability, other.compute_capability
    return one is None or two is None or one.value == two.value
