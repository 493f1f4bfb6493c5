"""What a buyer asks of a catalogue entry before any arithmetic.

Can one have it, does today's software run on it, how much memory does the driver hand out, and what
does it cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from gpuguide.catalogue.model import Gpu, Quantity
from gpuguide.catalogue.terms import KIND

SOFTWARE = {
    "NVIDIA": "cuda",
    "AMD": "rocm",
    "Intel": "xpu",
    "Apple": "mps",
    "Google": "xla",
    "AWS": "neuron",
    "Huawei": "cann",
}
"""Vendor → what torch runs on."""

SYSTEMS = ("windows", "linux", "macos")
"""Operating systems of a reader's computer."""
_SYSTEMS = {
    "cuda": ("windows", "linux"),
    "rocm": ("linux",),
    "xpu": ("windows", "linux"),
    "mps": ("macos",),
    "xla": ("linux",),
    "neuron": ("linux",),
    "cann": ("linux",),
}
"""Software → where torch runs on it, with sources in `guide/frameworks.md#pytorch`."""
_RDNA = "RDNA"
"""AMD's builds of PyTorch for Windows are for cards and processors of RDNA 3 and 4, not for
Instinct (rocm.docs.amd.com, radeon-ryzen 7.2.1), and not for the smallest chip, gfx1102
(github.com/ssubedir/RCOm-windows-gfx1030, read 2026-11-30)."""
_GFX1102 = ("rx-7600", "rx-7600-xt")
_LINUX_ONLY = ("gb10", "dgx-station-gb300")
"""Computers that come with NVIDIA's Ubuntu, DGX OS; a DGX Station with Windows is announced
(github.com/hasnocool/ResearchedNewLLMHardware, 2026-08-22)."""

FORMS = ("card", "computer", "laptop", "module", "cloud")
"""What a reader asks for."""
_FORMS = {"PCIe card": "card", "laptop GPU": "laptop", "cloud chip": "cloud",
          "desktop computer": "computer", "processor": "module",
          "system on a chip": "computer"}  # fmt: skip
_LAPTOPS = (
    "apple-m3", "apple-m3-pro", "apple-m3-max", "apple-m4", "apple-m4-pro", "apple-m4-max",
    "apple-m5", "apple-m5-pro", "apple-m5-max", "ryzen-ai-max-plus-395",
)  # fmt: skip
"""Systems on a chip that one also gets in laptops. MacBooks had M3, M3 Pro and M3 Max
(techsalad.net, apple-retires-the-13-inch-misfit-macbook-pro), M4, M4 Pro and M4 Max
(macmegasite.com, 2024-10-30), then M5 (apple.com/macbook-air/specs), M5 Pro and M5 Max
(macrumors.com, 2026-03-03); only desktops had an Ultra. The Ryzen is in HP's ZBook Ultra G1a
(gist.github.com/AnnoyingTechnology/b52402bf1a81dcf96b94459c9b0b322d)."""

CONDITIONS = ("either", "new", "used")

OLDEST_KERNELS = 7.5
"""Compute capability that PyTorch's binaries still have kernels for: Turing, since release 2.15
(github.com/pytorch/pytorch/issues/190385, read 2026-11-23); see `guide/buying.md#used`."""
BF16_FROM = 8.0
"""Compute capability from which on NVIDIA computes in BF16; see `guide/numbers.md#formats`."""
SUPPORT = {
    "kernels": "current PyTorch has no kernels for it",
    "bf16": "no BF16, which this work computes in",
}
"""What today's software may lack on a GPU → how it is called."""

USABLE = 0.98
"""Share of the chips' memory that torch reports as the whole: `tests/gpuguide/choice/reported.toml`
holds what out-of-memory messages of nine products said, 0.971 to 0.992."""
ECC = 15 / 16
"""What is left of GDDR6 where error correction is on as delivered: cards for servers."""

OLD = timedelta(days=90)
"""A seen price older than this is shown as old."""


@dataclass(frozen=True)
class Price:
    """A price of one, or of an hour of one: from `low` to `high`, of a day or month, in a market.

    The market is "" for any.
    """

    low: float
    high: float
    date: str
    middle: float
    market: str

    @property
    def fresh_until(self) -> str:
        """The last day (YYYY-MM-DD) on which it is not old; a month counts from its last day."""
        year, month, day = (int(one) for one in f"{self.date}-1-0".split("-")[:3])
        if len(self.date) < len("2026-01-01"):
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
            return (date(year, month, 1) - timedelta(days=1) + OLD).isoformat()
        return (date(year, month, day) + OLD).isoformat()


def software_of(gpu: Gpu) -> str:
    """What torch runs on there; "" if nothing is known."""
    return SOFTWARE.get(gpu.vendor, "")


def systems(gpu: Gpu) -> tuple[str, ...]:
    """Operating systems on which torch runs on it, some of `SYSTEMS`."""
    software = software_of(gpu)
    if gpu.id in _LINUX_ONLY:
        return ("linux",)
    if software == "rocm" and gpu.architecture.startswith(_RDNA) and gpu.id not in _GFX1102:
        return ("windows", "linux")
    return _SYSTEMS.get(software, ())


def forms_of(gpu: Gpu) -> tuple[str, ...]:
    """Some of `FORMS`, the usual one first; what is not named is a module for servers."""
    usual = _FORMS.get(gpu.form, "module")
    return (usual, "laptop") if gpu.id in _LAPTOPS else (usual,)


def on_sale(gpu: Gpu) -> str:
    """How one gets it (`gpuguide.catalogue.terms.STATES`); "" if unknown."""
    return "" if gpu.availability is None else gpu.availability.value


def support(gpu: Gpu) -> tuple[str, ...]:
    """What today's software lacks there: keys of `SUPPORT`. Only NVIDIA's capability is known."""
    if gpu.compute_capability is None:
        return ()
    capability = float(gpu.compute_capability.value)
    if capability < OLDEST_KERNELS:
        return ("kernels", "bf16")
    return ("bf16",) if capability < BF16_FROM else ()


def capacity(gpu: Gpu) -> float:
    """Bytes of memory that torch reports as the whole.

    Chips of GDDR and HBM come in powers of two, so a published GB of theirs is a GiB, whoever
    publishes it; drivers keep about 2 % of it, and error correction of GDDR6 another sixteenth.
    Memory that the CPU shares counts as it is published: what the GPU may have of it is up to the
    system.
    """
    assert gpu.memory is not None
    value, unit = gpu.memory.value, gpu.memory.unit
    if not gpu.memory_type.startswith(("GDDR", "HBM")):
        return value * (1024**3 if unit == "GiB" else 1e9)
    corrected = gpu.line == "data centre" and gpu.memory_type.startswith("GDDR6")
    return value * 1024**3 * USABLE * (ECC if corrected else 1)


def offers(gpu: Gpu, currency: str) -> dict[str, Price]:
    """Kind of price (`new`, `used`, `launch`) → price in a currency."""
    if currency == "CNY":
        found = (gpu.seen_new_cny, gpu.seen_used_cny, gpu.price_cny)
    else:
        found = (gpu.seen_new, gpu.seen_used, gpu.price)
    kinds = dict(zip(("new", "used", "launch"), found, strict=True))
    return {
        kind: _price(one) for kind, one in kinds.items() if one is not None and one.unit == currency
    }


def stocked(gpu: Gpu) -> bool:
    """Whether shops were seen to have it new, wherever."""
    return gpu.seen_new is not None or gpu.seen_new_cny is not None


def rent(gpu: Gpu, currency: str) -> Price | None:
    """What an hour of it costs, if a cloud's price in a currency is known."""
    found = gpu.rent_cny if currency == "CNY" else gpu.rent
    return None if found is None or found.unit != currency else _price(found)


def _price(one: Quantity) -> Price:
    high = one.value if one.high is None else one.high
    market = next((term for term in one.basis if KIND[term] == "market"), "")
    return Price(one.value, high, one.date, float(round(one.middle)), market)
