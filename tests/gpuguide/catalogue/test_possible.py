"""What no GPU of a name can have done is refused; what was really measured on one passes."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from gpuguide.catalogue import find
from gpuguide.catalogue.load import load
from gpuguide.catalogue.possible import BOUNDS, catalogued, impossible

ROOT = Path(__file__).parents[3]
H200 = {"memory_bytes": 150_119_055_360, "capability": "9.0"}


@pytest.mark.parametrize(
    ("device", "told", "why"),
    [
        ("NVIDIA H200", {"fp32": 0.16}, "fp32 of 0.16 TFLOPS is 0.2% of what the datasheet"),
        ("NVIDIA H200", {"bandwidth": 11.5}, "bandwidth of 11.5 GB/s is 0.2%"),
        ("NVIDIA H200", {"bf16": 1300}, "10% to 115% are possible"),
        ("NVIDIA H200", {"bandwidth": 5400}, "25% to 110% are possible"),
        ("NVIDIA H200", {"fp_32": 0.16}, "the catalogue knows no rate called fp_32"),
        ("NVIDIA H200", {"capability": "8.9"}, "has compute capability 9.0, not 8.9"),
        ("NVIDIA B200", {}, "no GPU of the catalogue is called NVIDIA B200 and has about 150 GB"),
        ("NVIDIA H100 80GB HBM3", {}, "and has about 150 GB"),
        ("NVIDIA H200 MIG 7g.141gb", {}, "is a slice of a GPU"),
        ("Quantum 9000", {}, "no GPU of the catalogue is called Quantum 9000"),
    ],
)
def test_what_cannot_be(device: str, told: dict[str, float], why: str) -> None:
    assert why in str(impossible(device, H200 | told))


@pytest.mark.parametrize(
    ("device", "gib", "name"),
    [
        ("NVIDIA GeForce RTX 3080", 9.8, "GeForce RTX 3080 10 GB"),
        ("NVIDIA GeForce RTX 3080", 11.8, "GeForce RTX 3080 12 GB"),
        ("NVIDIA GeForce RTX 3080 Ti", 11.8, "GeForce RTX 3080 Ti"),
        ("NVIDIA GeForce RTX 4060 Ti", 15.6, "GeForce RTX 4060 Ti 16 GB"),
        ("NVIDIA GeForce RTX 4070 Ti SUPER", 15.6, "GeForce RTX 4070 Ti SUPER"),
        ("NVIDIA GeForce RTX 5080 Laptop GPU", 15.5, "GeForce RTX 5080 Laptop GPU"),
        ("NVIDIA GeForce RTX 4090 D", 23.6, "GeForce RTX 4090 D"),
        ("NVIDIA A100-SXM4-80GB", 79.2, "A100 SXM 80 GB"),
        ("NVIDIA A100-PCIE-40GB", 39.5, "A100 SXM 40 GB"),
        ("NVIDIA A100 80GB PCIe", 79.2, "A100 PCIe 80 GB"),
        ("NVIDIA H100 80GB HBM3", 79.1, "H100 SXM 80 GB"),
        ("NVIDIA H100 PCIe", 79.1, "H100 PCIe 80 GB"),
        ("NVIDIA H200 NVL", 139.8, "H200 NVL 141 GB"),
        ("NVIDIA GH200 144G HBM3e", 140.0, "GH200 144 GB"),
        ("NVIDIA GB200", 184.0, "GB200 (one of its GPUs)"),
        ("NVIDIA GB300", 275.0, "GB300 (one of its GPUs)"),
        ("NVIDIA A10G", 22.0, None),
        ("NVIDIA A800-SXM4-80GB", 79.2, None),
        ("NVIDIA GeForce RTX 2080 Ti", 11.0, None),
        ("NVIDIA GeForce RTX 3060", 8.0, None),
        ("NVIDIA GeForce RTX 3080 Laptop GPU", 16.0, None),
        ("NVIDIA GeForce RTX 4080", 11.8, None),
        ("NVIDIA RTX 5000 Ada Generation Laptop GPU", 16.0, None),
        ("NVIDIA RTX A5500", 24.0, None),
        ("NVIDIA RTX PRO 4000 Blackwell SFF Edition", 24.0, None),
    ],
)
def test_a_card_is_taken_for_itself_and_for_no_relative(
    device: str, gib: float, name: str | None
) -> None:
    found = catalogued(device, int(gib * 2**30))
    assert (found and found.name) == name


def test_every_entry_is_taken_for_itself() -> None:
    for gpu in load():
        if gpu.vendor == "NVIDIA" and gpu.memory is not None:
            assert catalogued(gpu.name, int(gpu.memory.value * 1e9)) == gpu


@pytest.mark.parametrize(
    "told",
    [{}, {"fp32": 51.0, "tf32": 400.0, "bf16": 790.0, "fp16": 780.0}, {"bandwidth": 4300.0}],
)
def test_what_was_seen_on_a_real_one_can_be(told: dict[str, float]) -> None:
    assert impossible("NVIDIA H200", H200 | told) is None


def test_bounds_leave_room_between_a_processor_and_the_peak() -> None:
    for low, high in BOUNDS.values():
        assert 0 < low < 0.51 and 1 < high < 1.2  # 51 %: the least that was published


def test_the_calibration_was_measured_on_the_gpu_that_it_names() -> None:
    """It was measured outside the sandbox that hid the GPU from the snippets: its rates say so."""
    data = json.loads(gzip.decompress((ROOT / "records/calibration.json.gz").read_bytes()))
    gpu = find(data["gpu"])
    assert gpu.bandwidth is not None
    best = {"matmul": 0.0, "moved": 0.0}
    for one in data["samples"]:
        seconds = one["seconds"]
        if one["kind"] == "matmul" and one["dtype"] == "bfloat16":
            best["matmul"] = max(best["matmul"], one["flops"] / seconds / 1e12)
        if one["name"] in ("aten.relu", "aten._to_copy") and one["nbytes"] > 2**28:
            best["moved"] = max(best["moved"], one["nbytes"] / seconds / 1e9)
    told = {"bf16": best["matmul"], "bandwidth": best["moved"]}
    assert min(told.values()) > 0
    assert impossible(data["device"], H200 | told) is None, told


def test_the_validation_took_memory_on_the_gpu_that_it_names() -> None:
    data = json.loads((ROOT / "records/validation.json").read_text(encoding="utf-8"))
    assert impossible(data["device"], H200) is None and data["cuda"]
    for row in data["rows"]:
        measured = row["device_memory"]["measured"]
        assert 0 < row["allocated"]["measured"] <= measured < H200["memory_bytes"], row
