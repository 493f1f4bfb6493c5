"""What no GPU of a name can have done is refused; what was really measured on one passes."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from gpuguide.catalogue import find
from gpuguide.catalogue.possible import BOUNDS, impossible

ROOT = Path(__file__).parents[3]
H200 = {"memory_bytes": 150_119_055_360, "capability": "9.0"}


@pytest.mark.parametrize(
    ("device", "told", "why"),
    [
        ("NVIDIA H200", {"fp32": 0.16}, "fp32 of 0.16 TFLOPS is 0.2% of what the datasheet"),
        ("NVIDIA H200", {"bandwidth": 11.5}, "bandwidth of 11.5 GB/s is 0.2%"),
        ("NVIDIA H200", {"bf16": 1300}, "10% to 115% are possible"),
        ("NVIDIA H200", {"bandwidth": 5400}, "25% to 110% are possible"),
        ("NVIDIA H200", {"capability": "8.9"}, "has compute capability 9.0, not 8.9"),
        ("NVIDIA B200", {}, "no GPU of the catalogue is called NVIDIA B200 and has about 150 GB"),
        ("NVIDIA H100 80GB HBM3", {}, "and has about 150 GB"),
        ("Quantum 9000", {}, "no GPU of the catalogue is called Quantum 9000"),
    ],
)
def test_what_cannot_be(device: str, told: dict[str, float], why: str) -> None:
    assert why in str(impossible(device, H200 | told))


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
