"""Presets: sizes against published ones, coefficients against fresh traces."""

from __future__ import annotations

import math

import pytest
import torch

from gpuguide.catalogue import find
from gpuguide.choice.decoder import Decoder
from gpuguide.choice.fit import required
from gpuguide.choice.known import preset, presets
from gpuguide.choice.networks import Diffusion, Flux, VisionTransformer
from gpuguide.choice.presets import (
    AUTOENCODER,
    ENCODERS,
    LLAMA_8B,
    PLANS,
    trace_plan,
)
from gpuguide.choice.sdxl import StableDiffusionXL
from gpuguide.choice.traced import group
from gpuguide.choice.wishes import Constraints
from gpuguide.choice.workload import Workload, from_json, to_json
from gpuguide.choice.yolo import Yolo
from gpuguide.cost.allocator import replay
from gpuguide.cost.estimate import estimate
from gpuguide.cost.memory import Range
from gpuguide.cost.speed import group_of, time_of
from gpuguide.problem import GpuguideError
from gpuguide.step.models import BERT_BASE, ResNet, SimpleCNN, Transformer, UNet

PLAN = {plan.id: plan for plan in PLANS}


def count(model: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def test_parameters_as_published() -> None:
    """ResNet-50 in torchvision 25,557,032; BERT-base 109,482,240 less its pooler and token types;
    Llama by the weights on Hugging Face; DiT-XL/2 675 million; ViT-B/16 in
    torchvision 86,567,656; FLUX.1 11.9 billion; SDXL's U-Net 2,567,463,684 (training.dreambooth's
    log, 2023-07-12), its decoder 49,490,179; YOLO11m 20,114,688 with 68.5 GFLOP, 68.0 fused
    (Ultralytics' yolo11.yaml)."""
    assert LLAMA_8B.parameters() == 8_030_261_248
    with torch.device("meta"):
        assert count(ResNet()) == 25_557_032
        assert count(Transformer(LLAMA_8B)) == LLAMA_8B.parameters()
        assert count(Transformer(BERT_BASE)) == BERT_BASE.parameters()
        assert count(UNet(classes=1)) == pytest.approx(31.04e6, rel=0.001)
        assert count(Diffusion()) == pytest.approx(675e6, rel=0.02)
        assert count(VisionTransformer()) == 86_567_656
        assert count(Flux()) == pytest.approx(11.9e9, rel=0.005)
        assert count(StableDiffusionXL()) == 2_567_463_684
        assert count(Yolo()) == 20_114_688
        assert count(Decoder()) == 49_490_179
        image = torch.empty(1, 3, 640, 640)
        one = estimate(Yolo().eval(), image, training=False)
    assert one.flops == pytest.approx(68.5e9, rel=0.01)
    pooler, types = 768 * 768 + 768, 2 * 768
    assert BERT_BASE.parameters() + pooler + types == 109_482_240


@pytest.mark.parametrize("name", ["simple-cnn", "lstm-lm", "unet-training"])
def test_the_stored_coefficients_are_those_of_a_fresh_trace(name: str) -> None:
    assert to_json(trace_plan(PLAN[name])) == to_json(preset(name))


@pytest.mark.parametrize("name", ["simple-cnn", "lstm-lm", "unet-training"])
@pytest.mark.parametrize("factor", [1, 5])
def test_lines_hold_beyond_the_two_points_they_were_drawn_through(name: str, factor: int) -> None:
    plan, stored = PLAN[name], preset(name)
    items = factor * plan.items
    with torch.device("meta"):
        found = estimate(plan.model(), plan.inputs(items), **plan.options)
    held = replay(found.trace.events)
    assert sum(stored.parts(items).values()) == pytest.approx(held.allocated, rel=0.02)
    flops = sum(one.flops for one in stored.groups(items))
    assert flops == pytest.approx(found.flops, rel=1e-6)
    operators = [group_of(one) for one in found.trace.operators()]
    nbytes = sum(one.nbytes for one in operators)
    assert sum(one.nbytes for one in stored.groups(items)) == pytest.approx(nbytes, rel=1e-6)


def test_full_fine_tuning_in_bytes_per_parameter() -> None:
    """Weights, gradients, two states, and foreach's temporaries: 20 bytes, or 10 in bf16."""
    for name, nbytes in (("llama-8b-full", 20), ("llama-8b-full-bf16", 10)):
        total = sum(preset(name).parts(1).values())
        assert total == pytest.approx(nbytes * 8_030_261_248, rel=0.01)


def test_weights_take_what_their_published_files_take() -> None:
    """SDXL in FP16 5.14 GB (stabilityai/stable-diffusion-xl-base-1.0, unet, fp16), FLUX.1 dev in
    Q4_0 6.79 GB (city96/FLUX.1-dev-gguf; its smallest parts stay in more bits). Beside them the
    4-bit one holds a matrix unpacked, and takes longer than the other, by what unpacking moves."""
    for name, nbytes, off in (
        ("sdxl-inference", 5.14e9, 0.005), ("flux-4bit-inference", 6.79e9, 0.02),
    ):  # fmt: skip
        rest = 2 * (AUTOENCODER + (ENCODERS if name == "sdxl-inference" else 0))
        weights = preset(name).parts(1)["parameters"] - rest
        assert weights == pytest.approx(nbytes, rel=off)
    whole, small = preset("flux-inference"), preset("flux-4bit-inference")
    unpacked = small.peaks["forward"]["temporaries"].at(1)
    assert unpacked == pytest.approx(2 * 6 * 3072 * 3072, rel=0.001)
    assert sum(small.parts(1).values()) < 0.4 * sum(whole.parts(1).values())
    long, longer = (time_of(one.groups(1), find("rtx-4090")) for one in (whole, small))
    assert isinstance(long, Range) and isinstance(longer, Range)
    unpacking = (23.7e9 + 6.7e9) / 1008e9  # at the full bandwidth
    assert longer.low > long.low + 0.5 * unpacking and longer.high < 1.3 * long.high


def test_a_picture_is_decoded_beside_all_that_stays_in_memory() -> None:
    """SDXL at 1024 × 1024 wants 10 to 11 GB (specpicks.com, best budget GPU for SDXL, 2026)."""
    for name in ("sdxl-inference", "flux-inference", "flux-4bit-inference"):
        one = preset(name)
        phases = {phase: sum(line.at(one.items) for line in parts.values())
                  for phase, parts in one.peaks.items()}  # fmt: skip
        assert phases["decode"] == max(phases.values()) == sum(one.parts(one.items).values())
    need = required(preset("sdxl-inference"), Constraints(), find("rtx-3060-12gb"))
    assert 9.5e9 < need < 11e9


def test_lora_keeps_no_gradients_of_frozen_weights() -> None:
    parts = preset("llama-8b-lora").parts(1)
    assert parts["parameters"] == pytest.approx(2 * 8_030_261_248, rel=0.01)
    assert parts["optimizer_state"] < 0.1e9


def test_every_preset_has_words_in_both_languages() -> None:
    assert len(presets()) == len({one.id for one in presets()}) > len(PLANS)
    for one in presets():
        for words in (one.name, one.assumes, one.item, one.step):
            assert set(words) == {"en", "zh"} and all(words.values())


def test_json_and_back() -> None:
    one = preset("simple-cnn")
    back = from_json(to_json(one))
    assert isinstance(back, Workload) and back == one


def test_memory_grows_with_the_batch() -> None:
    for one in presets():
        sizes = [sum(one.parts(one.items * factor).values()) for factor in (1, 2, 8)]
        assert sizes == sorted(sizes) and all(map(math.isfinite, sizes))


def test_guards() -> None:
    with pytest.raises(GpuguideError, match="no preset 'vgg'; use simple-cnn"):
        preset("vgg")
    with torch.device("meta"):
        cnn, other = SimpleCNN(), torch.nn.Conv2d(1, 1, 1)
        images = torch.empty(1, 1, 28, 28)
    low, high = (estimate(one, images, training=False).trace for one in (cnn, other))
    with pytest.raises(ValueError):
        group((1, 2), low.operators(), high.operators())
