"""The catalogue as a whole: invariants that no wrong number should survive."""

from __future__ import annotations

import re
from datetime import date

import pytest

from gpuguide.catalogue import Gpu, load
from gpuguide.catalogue.terms import RULES, STATES, TERMS

GPUS = load()


def those_with(*fields: str) -> pytest.MarkDecorator:
    """One case for each entry that has all these numbers."""
    found = [gpu for gpu in GPUS if set(fields) <= set(gpu.quantities())]
    assert len(found) >= 20, fields
    return pytest.mark.parametrize("gpu", found, ids=lambda gpu: gpu.id)


each = those_with()

DATA_RATE = {
    "GDDR6": (10, 20.5),  # 10: T4, all others from 12
    "GDDR6X": (19, 24),
    "GDDR7": (18, 32),  # 18: RTX PRO 2000, all others from 24
    "HBM2": (1.4, 2.5),
    "HBM2e": (2.4, 3.7),
    "HBM3": (5, 6.6),
    "HBM3e": (5.8, 9.8),
}
"""Memory type → Gbit/s per pin that products have been sold with."""

RATIO = {("tf32", "bf16"): 2, ("bf16", "fp8"): 2, ("fp8", "fp4"): 2, ("bf16", "int8"): 2}
"""Each halving of the width doubles the dense rate, unless EXCEPTIONS says why not."""

GEFORCE = "GeForce tensor cores run at half rate with FP32 accumulate, INT8 and FP4 at full rate"
EXCEPTIONS: dict[tuple[str, str, str], tuple[float, str]] = {
    ("GeForce", "bf16", "int8"): (4, GEFORCE),
    ("GeForce", "fp8", "fp4"): (4, GEFORCE),
    ("RDNA 3", "bf16", "int8"): (1, "RDNA 3 has no faster INT8 path than FP16"),
    ("CDNA 2", "bf16", "int8"): (1, "CDNA 2 has no faster INT8 path than FP16"),
    ("Trainium", "tf32", "bf16"): (1, "AWS gives one figure for BF16, FP16 and TF32"),
    ("trainium3", "bf16", "fp8"): (3.75, "MXFP8 and MXFP4 share one faster path"),
    ("trainium3", "fp8", "fp4"): (1, "MXFP8 and MXFP4 share one faster path"),
    ("tpu-v5p", "bf16", "fp8"): (1, "Google's table gives one figure: no native FP8"),
    ("tpu-v6e", "bf16", "fp8"): (1, "Google's table gives one figure: no native FP8"),
    ("gaudi-3", "bf16", "fp8"): (1, "the matrix engine runs both at the same rate"),
    ("gaudi-3", "tf32", "bf16"): (3.65, "TF32 and FP16 run far slower than BF16 on Gaudi 3"),
}


def expected(gpu: Gpu, low: str, high: str) -> float:
    for name in (gpu.id, gpu.architecture, gpu.line):
        if (name, low, high) in EXCEPTIONS:
            return EXCEPTIONS[name, low, high][0]
    return RATIO[low, high]


def rate(gpu: Gpu, dtype: str) -> float | None:
    found = gpu.rates.get(dtype) or (gpu.rates.get("fp16") if dtype == "bf16" else None)
    return None if found is None else found.value


def test_the_catalogue_is_wide_enough() -> None:
    assert len(GPUS) >= 60
    assert {"NVIDIA", "AMD", "Intel", "Apple", "Google", "AWS", "Huawei"} <= {
        gpu.vendor for gpu in GPUS
    }


def test_ids_and_names_are_unique() -> None:
    assert len({gpu.id for gpu in GPUS}) == len({gpu.name for gpu in GPUS}) == len(GPUS)


@each
def test_every_number_has_a_source_that_was_read(gpu: Gpu) -> None:
    assert gpu.memory is not None, "an entry without memory helps nobody"
    for name, number in gpu.quantities().items():
        assert number.source.url.startswith("http"), name
        assert date(2026, 11, 1) <= number.source.read <= date.today(), name
        assert not (number.source.vendor and number.source.via), name


@each
def test_a_rate_is_dense_or_says_that_its_source_does_not(gpu: Gpu) -> None:
    for name, number in gpu.rates.items():
        assert {"dense", "sparsity not stated"} & set(number.basis), name
        assert name == "fp32" or any("accumulate" in term for term in number.basis), name
        if name.endswith("_acc16"):
            assert "FP16 accumulate" in number.basis


@those_with("bus_width", "bandwidth")
def test_bus_times_data_rate_is_bandwidth(gpu: Gpu) -> None:
    assert gpu.bus_width is not None and gpu.bandwidth is not None
    pins = gpu.bandwidth.value * 8 / gpu.bus_width.value
    if gpu.data_rate is not None:
        assert pins == pytest.approx(gpu.data_rate.value, rel=0.02)
    if gpu.memory_type in DATA_RATE:
        low, high = DATA_RATE[gpu.memory_type]
        assert low <= pins <= high, f"{gpu.memory_type} at {pins:.2f} Gbit/s per pin"


@those_with("bus_width", "memory")
def test_capacity_fits_the_bus(gpu: Gpu) -> None:
    assert gpu.bus_width is not None and gpu.memory is not None
    if gpu.memory_type.startswith("GDDR"):
        per_channel = gpu.memory.value / (gpu.bus_width.value / 32)
        assert per_channel in (1, 2, 3, 4, 6), "GB on each 32-bit channel"
    else:
        per_stack = gpu.memory.value / (gpu.bus_width.value / 1024)
        assert 4 <= per_stack <= 48, "GB in each 1024-bit stack"


PAIRS = [
    (gpu, low, high)
    for gpu in GPUS
    for low, high in RATIO
    if rate(gpu, low) is not None and rate(gpu, high) is not None
]


@pytest.mark.parametrize(("gpu", "low", "high"), PAIRS, ids=lambda one: getattr(one, "id", one))
def test_rates_keep_the_ratio_of_their_widths(gpu: Gpu, low: str, high: str) -> None:
    slow, fast = rate(gpu, low), rate(gpu, high)
    assert slow is not None and fast is not None
    assert fast / slow == pytest.approx(expected(gpu, low, high), rel=0.03)


def test_no_exception_is_without_use() -> None:
    used = {(name, *pair) for gpu, *pair in PAIRS for name in (gpu.id, gpu.architecture, gpu.line)}
    assert set(EXCEPTIONS) <= used


@each
def test_fp16_accumulate_is_twice_fp32_accumulate(gpu: Gpu) -> None:
    for dtype in ("fp16", "fp8"):
        slow, fast = gpu.rates.get(dtype), gpu.rates.get(f"{dtype}_acc16")
        if slow is not None and fast is not None:
            assert fast.value == pytest.approx(2 * slow.value, rel=0.01)


@each
def test_bf16_and_fp16_agree(gpu: Gpu) -> None:
    if gpu.id != "gaudi-3" and {"bf16", "fp16"} <= set(gpu.rates):
        assert gpu.rates["bf16"].value == pytest.approx(gpu.rates["fp16"].value, rel=0.01)


@those_with("power")
def test_power_is_within_bounds(gpu: Gpu) -> None:
    assert gpu.power is not None
    low, high = (30, 600) if gpu.form == "PCIe card" else (50, 1600)
    assert low <= gpu.power.value <= high
    peak = rate(gpu, "bf16")
    if peak is not None:
        assert 0.1 <= peak / gpu.power.value <= 4, "dense BF16 TFLOPS per watt"


@each
def test_notes_come_in_both_languages(gpu: Gpu) -> None:
    assert set(gpu.note) in (set(), {"en", "zh"})


def test_traps_stay_shut() -> None:
    """The numbers most often got wrong, as the notes for this catalogue warn."""
    by = {gpu.id: gpu for gpu in GPUS}
    assert by["h100-sxm-80gb"].rates["bf16"].value == 989.4  # 1979 is sparse
    assert by["rtx-5090"].rates["bf16"].value == 209.5  # 3352 is FP4 and sparse
    assert by["l4"].rates["bf16"].value == 121  # 242 is sparse
    assert by["gaudi-3"].rates["bf16"].value == 1677  # 1835 is a clock that does not ship
    memory = {id: gpu.memory.value for id, gpu in by.items() if gpu.memory is not None}
    assert memory["b200-sxm-180gb"] == 180  # not 90 (one die), not 192
    assert memory["rtx-5090-d-v2"] == 24  # not the 32 GB of the RTX 5090 D
    for id in ("rtx-4090", "rtx-5090", "rtx-6000-ada"):
        link = by[id].interconnect
        assert link is not None and link.value == 0  # no NVLink


def test_every_entry_says_how_one_gets_it() -> None:
    """With the day of which the source speaks."""
    known = [gpu.availability for gpu in GPUS if gpu.availability is not None]
    assert len(known) == len(GPUS)
    assert all(fact.date and fact.value in STATES for fact in known)
    assert {fact.value for fact in known} == set(STATES)


def test_a_rule_on_export_is_dated_and_names_the_model() -> None:
    """The models that a source names; none is marked because it is as fast as one that is named."""
    rules = {gpu.id: gpu.restricted for gpu in GPUS if gpu.restricted is not None}
    for id, rule in rules.items():
        assert rule.value in RULES and rule.date >= "2022-10", id
    assert rules["h100-sxm-80gb"].value == rules["rtx-4090"].value == "licence"
    assert rules["h200-sxm-141gb"].value == "licence case by case"  # since January 2026
    sold = {"rtx-5090-d-v2", "rtx-3090", "rx-7900-xtx", "l4", "rtx-a6000"}
    assert sold <= {gpu.id for gpu in GPUS} and not sold & set(rules)


def test_a_seen_price_is_of_a_market_and_a_day() -> None:
    seen = [(gpu.id, price) for gpu in GPUS for price in (gpu.seen_new, gpu.seen_used) if price]
    assert len(seen) >= 20
    for id, price in seen:
        assert price.date >= "2026" and price.value <= (price.high or price.value), id
        assert set(price.basis) & set(TERMS["market"]), id


@each
def test_titles_of_sources_are_for_readers_of_both_editions(gpu: Gpu) -> None:
    """A title in Chinese is told in English, with “in Chinese”."""
    titles = {one.source.title for one in gpu.quantities().values()}
    titles |= {one.source.title for one in gpu.facts().values()}
    assert titles
    assert not [title for title in titles if re.search(r"[\u3000-\u9fff\uff00-\uffef]", title)]
