"""Step times: the roofline by hand, and published runs that must lie within the range."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from gpuguide.catalogue import find
from gpuguide.catalogue.model import Gpu
from gpuguide.choice.choose import middle
from gpuguide.cost.estimate import Estimate, estimate
from gpuguide.cost.measured import table
from gpuguide.cost.memory import Range, Unknown
from gpuguide.cost.speed import (
    Group,
    basis,
    class_of,
    clocks,
    peak,
    products,
    step_time,
    time_of,
    together,
)
from gpuguide.step.events import CLASSES
from gpuguide.step.models import ResNet

A100 = find("a100-sxm-80gb")
PHASES = ("forward", "backward")


def resnet50(batch: int, precision: str, training: bool) -> Estimate:
    with torch.device("meta"):
        model, images = ResNet(), torch.empty(batch, 3, 224, 224)
    optimizer = "momentum" if training else None
    return estimate(
        model, images, precision=precision, training=training, optimizer=optimizer,
        loss="cross_entropy",
    )  # fmt: skip


PUBLISHED = [
    ("a100-sxm-80gb", 256, "fp32", True, 938),  # TF32 in convolutions
    ("v100-sxm2-32gb", 128, "fp32", True, 356),
    ("v100-sxm2-32gb", 256, "fp32", False, 1261),  # measured on the 16 GB model
    ("t4", 256, "fp32", False, 415),
]
CHANNELS_LAST = [
    ("a100-sxm-80gb", 256, "fp16", True, 2470),
    ("v100-sxm2-32gb", 256, "fp16", True, 1156),
    ("v100-sxm2-32gb", 256, "fp16", False, 3382),
    ("t4", 256, "fp16", False, 1198),
]


@pytest.mark.parametrize(("gpu", "batch", "precision", "training", "rate"), PUBLISHED)
def test_published_resnet50_runs_lie_within_the_range(
    gpu: str, batch: int, precision: str, training: bool, rate: int
) -> None:
    """NVIDIA DeepLearningExamples, ResNet50 v1.5 for PyTorch, container pytorch-21.03, images/s.

    The training tables do not say the batch; per image it matters little at these sizes.
    """
    found = step_time(resnet50(batch, precision, training), find(gpu))
    assert isinstance(found, Range)
    assert found.low <= batch / rate <= found.high


@pytest.mark.parametrize(("gpu", "batch", "precision", "training", "rate"), CHANNELS_LAST)
def test_channels_last_is_at_least_as_fast_as_what_is_estimated(
    gpu: str, batch: int, precision: str, training: bool, rate: int
) -> None:
    """The same source with `memory_format: nhwc` (its configs.yml): the known limit, in numbers."""
    found = step_time(resnet50(batch, precision, training), find(gpu))
    assert isinstance(found, Range)
    assert 0.88 <= middle(found) / (batch / rate) <= 2.1


def seconds(*groups: Group, gpu: Gpu = A100) -> float:
    found = time_of(groups, gpu)
    assert isinstance(found, Range)
    return middle(found)


def shares_of(name: str, kind: str) -> list[float]:
    found: list[float] = table("efficiency")["operators"][name][kind]
    return found


def test_a_large_product_by_hand() -> None:
    """The share published for an A100 comes before the one measured on another GPU."""
    flops = 2.0 * 8192**3
    start = shares_of("matmul", "half")[0]
    found = seconds(Group("matmul", "forward", "bfloat16", flops, 3 * 2 * 8192**2, 1, 0))
    assert found == pytest.approx(start + flops / (312e12 * 0.869))


def test_a_copy_by_hand() -> None:
    start, _, _, share, cycles = shares_of("memory", "float32")
    assert A100.bandwidth is not None
    found = seconds(Group("memory", "forward", "float32", 0, 1e9, 1, 0))
    slower = max(1 / (A100.bandwidth.value * 1e9 * share), cycles / clocks(A100))
    assert found == pytest.approx(start + 1e9 * slower)


def test_what_waits_for_the_multiprocessors_gains_nothing_from_more_bandwidth() -> None:
    """Batch norm on an H200: twice the bandwidth changes nothing, twice the clock halves it."""
    group = Group("batchnorm", "forward", "bfloat16", 0, 1e9, 0, 0)
    gpu = find("h200-sxm-141gb")
    assert gpu.bandwidth is not None
    wide = dataclasses.replace(gpu.bandwidth, value=2 * gpu.bandwidth.value)
    plain = dataclasses.replace(gpu.rates["fp32"], value=2 * gpu.rates["fp32"].value)
    before = seconds(group, gpu=gpu)
    assert seconds(group, gpu=dataclasses.replace(gpu, bandwidth=wide)) == before
    fast = dataclasses.replace(gpu, rates=gpu.rates | {"fp32": plain})
    assert seconds(group, gpu=fast) == pytest.approx(before / 2)


def test_what_a_figure_rests_on_and_how_wide_the_range_is() -> None:
    wanted = {
        "h200-sxm-141gb": "measured", "rtx-3090": "measured", "rtx-5090": "measured",
        "h100-sxm-80gb": "generation", "rtx-3060-12gb": "generation", "rtx-5080": "generation",
        "rtx-4090": "carried", "a100-sxm-80gb": "carried", "a10": "carried",
        "b200-sxm-180gb": "carried", "mi300x": "carried",
    }  # fmt: skip
    assert {name: basis(find(name)) for name in wanted} == wanted
    found = table("efficiency")["spread"]
    assert 1 < found["measured"] < found["generation"] < found["carried"]


def test_products_of_a_gpu_without_a_figure_are_those_of_its_generation() -> None:
    shares = table("efficiency")["matmul"]
    assert products(find("rtx-4080")) == shares["rtx-4090"]
    assert products(find("rtx-3060-12gb")) == shares["rtx-3090"]
    assert products(find("l4")) == shares["h200-sxm-141gb"]


def test_tiny_operators_cost_their_launch() -> None:
    each, _ = shares_of("memory", "host")
    found = seconds(*[Group("memory", "forward", "float32", 0, 4, 1, 1)] * 100)
    assert found == pytest.approx(100 * each, rel=0.01)


def test_an_lstm_costs_a_launch_per_time_step() -> None:
    each, launch = shares_of("recurrent", "host")
    found = seconds(Group("recurrent", "forward", "float32", 1e3, 1e3, 1000, 1))
    assert found >= each + 1000 * launch


def test_one_persistent_kernel_costs_one_launch_where_there_is_such() -> None:
    each, launch = shares_of("persistent", "host")
    group = Group("persistent", "forward", "float16", 1e3, 1e3, 1000, 1)
    plain = dataclasses.replace(group, kind="recurrent")
    start = shares_of("persistent", "half")[0]
    assert launch == 0 and seconds(group) < each + 1000 * start < seconds(plain) / 5
    ampere = find("rtx-3090")  # compute capability 8.6
    assert seconds(group, gpu=ampere) == seconds(plain, gpu=ampere)


def test_the_longer_of_gpu_and_processor_counts() -> None:
    assert together(2.0, 0.1) == pytest.approx(2.0, rel=1e-3)
    assert together(0.1, 2.0) == together(2.0, 0.1)
    assert together(1.0, 1.0) == pytest.approx(2 ** (1 / 6)) and together(0.0, 0.0) == 0.0


def test_a_gpu_that_was_measured_has_a_narrower_range() -> None:
    group = Group("memory", "forward", "float32", 0, 1e9, 1, 0)
    spans = []
    for name in ("h200-sxm-141gb", "a100-sxm-80gb"):
        found = time_of([group], find(name))
        assert isinstance(found, Range)
        spans.append(found.high / found.low)
    spread = table("efficiency")["spread"]
    assert spans == pytest.approx([spread["measured"] ** 2, spread["carried"] ** 2])


def test_every_class_has_shares_that_can_be() -> None:
    found = table("efficiency")["operators"]
    assert set(found) == {class_of(kind, phase) for kind in CLASSES for phase in PHASES}
    for row in found.values():
        assert row.keys() == {"host", "half", "tf32", "float32"}
        each, launch = row["host"]
        assert 1e-6 < each < 2e-3 and 0 <= launch < 1e-4
        for kind in ("half", "tf32", "float32"):
            start, compute, flop, memory, byte = row[kind]
            assert 0 < start < 1e-3 and 0 < compute <= 1.2 and 0 <= flop < 0.1
            assert 0 < memory <= 1 and 0 < byte < 3


def test_few_channels_leave_the_gpu_idle() -> None:
    def batch_norm(channels: int) -> float:
        with torch.device("meta"):
            model, x = torch.nn.BatchNorm2d(channels), torch.empty(64, channels, 64, 64)
        found = step_time(estimate(model, x), find("h200-sxm-141gb"))
        assert isinstance(found, Range)
        return middle(found)

    assert batch_norm(32) == pytest.approx(batch_norm(128), rel=0.15)  # a quarter of the bytes


def test_which_rate_is_used() -> None:
    def rate(name: str) -> float:
        return A100.rates[name].value * 1e12

    assert peak(A100, "matmul", "float32") == rate("fp32")
    assert peak(A100, "matmul", "float32", tf32=True) == rate("tf32")
    assert peak(A100, "convolution", "float32") == rate("tf32")
    assert peak(A100, "matmul", "bfloat16") == rate("bf16")


def test_unknown_where_the_catalogue_lacks_a_number() -> None:
    volta = peak(find("v100-sxm2-32gb"), "matmul", "bfloat16")
    assert volta == Unknown(
        "the catalogue has no bf16 rate for V100 SXM2 32 GB, nor one to derive it from"
    )
    assert isinstance(peak(A100, "matmul", "float8_e4m3fn"), Unknown)
    without = dataclasses.replace(find("rx-7600"), bandwidth=None)
    found = time_of([Group("memory", "forward", "float32", 0, 1, 1, 1)], without)
    assert found == Unknown("the catalogue has no memory bandwidth for Radeon RX 7600")


def test_gpus_with_a_figure_of_their_own_are_in_the_catalogue() -> None:
    for name in table("efficiency")["matmul"]:
        assert find(name).id == name
