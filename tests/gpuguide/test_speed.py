"""Step times: the roofline by hand, and published runs that must lie within the range."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from gpuguide.catalogue import find
from gpuguide.estimate import Estimate, estimate
from gpuguide.measured import table
from gpuguide.memory import Range, Unknown
from gpuguide.models import ResNet
from gpuguide.speed import Group, between, efficiency, peak, step_time, time_of

A100 = find("a100-sxm-80gb")


def resnet50(batch: int, precision: str, training: bool) -> Estimate:
    with torch.device("meta"):
        model, images = ResNet(), torch.empty(batch, 3, 224, 224)
    optimizer = "momentum" if training else None
    return estimate(
        model, images, precision=precision, training=training, optimizer=optimizer,
        loss="cross_entropy",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("gpu", "batch", "precision", "training", "images_per_second"),
    [
        ("a100-sxm-80gb", 256, "fp32", True, 938),  # TF32 in convolutions
        ("a100-sxm-80gb", 256, "fp16", True, 2470),
        ("v100-sxm2-32gb", 128, "fp32", True, 356),
        ("v100-sxm2-32gb", 256, "fp16", True, 1156),
        ("v100-sxm2-32gb", 256, "fp32", False, 1261),  # measured on the 16 GB model
        ("v100-sxm2-32gb", 256, "fp16", False, 3382),
        ("t4", 256, "fp32", False, 415),
        ("t4", 256, "fp16", False, 1198),
    ],
)
def test_published_resnet50_runs_lie_within_the_range(
    gpu: str, batch: int, precision: str, training: bool, images_per_second: int
) -> None:
    """NVIDIA DeepLearningExamples, ResNet v1.5 for PyTorch, container pytorch-21.03.

    The training tables do not say the batch; per image it matters little at these sizes.
    """
    found = step_time(resnet50(batch, precision, training), find(gpu))
    assert isinstance(found, Range)
    assert found.low <= batch / images_per_second <= found.high


def test_a_large_product_by_hand() -> None:
    flops = 2.0 * 8192**3
    found = time_of([Group("matmul", "bfloat16", flops, 3 * 2 * 8192**2, 1, 1)], A100)
    assert isinstance(found, Range)
    assert (found.low, found.high) == pytest.approx((flops / (312e12 * 0.869),) * 2)


def test_a_copy_by_hand() -> None:
    share = table("efficiency")["memory"]
    found = time_of([Group("memory", "float32", 0, 1e9, 1, 1)], A100)
    assert isinstance(found, Range)
    assert A100.bandwidth is not None
    assert found.low == pytest.approx(1e9 / (A100.bandwidth.value * 1e9 * share["high"]))
    assert found.high == pytest.approx(1e9 / (A100.bandwidth.value * 1e9 * share["low"]))


def test_tiny_operators_cost_their_launch() -> None:
    found = time_of([Group("memory", "float32", 0, 4, 1, 1)] * 100, A100)
    assert isinstance(found, Range)
    assert (found.low, found.high) == pytest.approx((100 * 3e-6, 100 * 23.2e-6))


def test_an_lstm_costs_a_launch_per_time_step() -> None:
    group = Group("recurrent", "float32", 1e3, 1e3, 1000, 1)
    found = time_of([group], A100)
    assert isinstance(found, Range) and found.low >= 1000 * 3e-6


def test_efficiency_grows_with_size() -> None:
    gpu = find("rtx-3090")
    shares = [efficiency(gpu, Group("matmul", "float16", flops, 1, 1, 1)) for flops in (1e8, 1e10)]
    assert shares[0].low < shares[1].low and shares[0].high < shares[1].high


def test_interpolation() -> None:
    assert between(1, [10, 1000], [0.2, 0.6]) == 0.2
    assert between(100, [10, 1000], [0.2, 0.6]) == pytest.approx(0.4)
    assert between(1e9, [10, 1000], [0.2, 0.6]) == 0.6


def test_which_rate_is_used() -> None:
    def rate(name: str) -> float:
        return A100.rates[name].value * 1e12

    assert peak(A100, "matmul", "float32") == rate("fp32")
    assert peak(A100, "matmul", "float32", tf32=True) == rate("tf32")
    assert peak(A100, "convolution", "float32") == rate("tf32")
    assert peak(A100, "matmul", "bfloat16") == rate("bf16")


def test_unknown_where_the_catalogue_lacks_a_number() -> None:
    volta = peak(find("v100-sxm2-32gb"), "matmul", "bfloat16")
    assert volta == Unknown("the catalogue has no bf16 rate for V100 SXM2 32 GB")
    assert isinstance(peak(A100, "matmul", "float8_e4m3fn"), Unknown)
    without = dataclasses.replace(find("rx-7600"), bandwidth=None)
    found = time_of([Group("memory", "float32", 0, 1, 1, 1)], without)
    assert found == Unknown("the catalogue has no memory bandwidth for Radeon RX 7600")


def test_gpus_with_a_figure_of_their_own_are_in_the_catalogue() -> None:
    for name in table("efficiency")["matmul"]["gpu"]:
        assert find(name).id == name
