"""Could a GPU of this name have done that? What a run says of its device, against the catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gpuguide.catalogue.load import load
from gpuguide.catalogue.model import RATES, Gpu

BOUNDS = {"rate": (0.1, 1.15), "bandwidth": (0.25, 1.1)}
"""Kind of number → smallest and largest share of the datasheet that is believed.

The best matrix rates that were published for six data-centre GPUs are 51 to 87 % of the dense peak
(the guide's page on measuring has the table), and copies reach more of the bandwidth; low power
limits, a shared GPU and small matrices explain less, not a tenth. A processor's own cores are far
below: what ran there by mistake does not pass. Above, boards are sold with clocks some 10 % past
the figure of the datasheet, and memory with a few per cent."""

MEMORY = (0.85, 1.02)
"""Shares of the capacity on the box that drivers report: error correction and the driver itself
keep some; and some boxes say GB where they mean GiB, which `MEMORY` allows for by `GIB`."""

GIB = 1.0737
"""GiB in GB: memory chips come in powers of two, whatever the box says."""

FORM = re.compile(
    r"\(.*?\)|\b(?:\d+ ?gb?|hbm\d\w*|sxm\d?|pcie|nvl|ac|active|nvidia|geforce|tesla)\b"
)
"""What a name in lower case may say beside the model: its maker, its memory, how it is built in."""


def impossible(device: str, told: Mapping[str, Any]) -> str | None:
    """Why a GPU of this name cannot have said this; None if it can.

    Args:
        device: as CUDA names it, such as `NVIDIA H100 80GB HBM3`.
        told: what the driver and the run say: `memory_bytes`, all of the device's; `capability`,
            such as `9.0`; and any of the catalogue's rates in TFLOPS (`fp32`, `tf32`, `bf16`,
            `fp16`) or `bandwidth` in GB/s, as measured. What the catalogue does not know is not
            compared.
    """
    if " MIG " in device:
        return f"{device} is a slice of a GPU, which no datasheet tells of; run on a whole one"
    gpu = catalogued(device, told["memory_bytes"])
    if gpu is None:
        size = told["memory_bytes"] / 1e9
        return f"no GPU of the catalogue is called {device} and has about {size:.0f} GB; add it"
    known = gpu.compute_capability
    if known is not None and known.value != told["capability"]:
        return f"{device} has compute capability {known.value}, not {told['capability']}"
    for name, value in told.items():
        if name not in (*RATES, "bandwidth", "memory_bytes", "capability"):
            return (
                f"the catalogue knows no rate called {name}; it has bandwidth, {', '.join(RATES)}"
            )
        limit = gpu.bandwidth if name == "bandwidth" else gpu.rates.get(name)
        if limit is None:
            continue
        low, high = BOUNDS["bandwidth" if name == "bandwidth" else "rate"]
        if not low * limit.value <= value <= high * limit.value:
            share = value / limit.value
            return (
                f"{name} of {value:,.4g} {limit.unit} is {share:.1%} of what the datasheet of "
                f"{gpu.name} says ({limit.value:,.4g}); {low:.0%} to {high:.0%} are possible"
            )
    return None


def catalogued(name: str, total: int) -> Gpu | None:
    """The catalogue's entry for a GPU as CUDA names it, such as `NVIDIA H100 80GB HBM3`, or None.

    All that tells models apart must be the same (`Ti`, `SUPER`, `Laptop GPU`, `D`); how a card is
    built in and what memory it has (`SXM4`, `PCIe`, `80GB`, `HBM3`) decides between those of a
    model. The memory must be what drivers report of such a card.

    Args:
        name: from `torch.cuda.get_device_name()`.
        total: bytes, from `torch.cuda.get_device_properties()`.
    """
    best, most = None, -1
    for gpu in load():
        if gpu.vendor != "NVIDIA" or gpu.memory is None or _model(gpu.name) != _model(name):
            continue
        alike = len(_words(name) & _words(gpu.name))
        if alike > most and MEMORY[0] <= total / (gpu.memory.value * 1e9) <= MEMORY[1] * GIB:
            best, most = gpu, alike
    return best


def _model(name: str) -> frozenset[str]:
    """The words of a name without maker, memory and form: `A100-SXM4-80GB` → `a`, `100`."""
    return _words(FORM.sub(" ", name.lower()))


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+|\d+", re.sub(r"sxm\d", "sxm", name.lower())))
