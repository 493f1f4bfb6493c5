"""Rates that the catalogue lacks: derived by rule, and marked."""

from __future__ import annotations

import dataclasses

import pytest

from gpuguide.catalogue import find, load
from gpuguide.cost.memory import Unknown
from gpuguide.cost.rates import HALF, MAKERS, WITHOUT, Rate, rate, reached
from gpuguide.cost.speed import products


def test_a_catalogued_rate_comes_first() -> None:
    for gpu in load():
        for name, one in gpu.rates.items():
            assert rate(gpu, name) == Rate(one.value)


def test_a_missing_rate_stands_in_the_proportion_of_a_sibling() -> None:
    """GeForce: half precision at twice the float32 rate; the least that a sibling has, by hand."""
    gpu, sibling = find("rtx-4070-super"), find("rtx-4070")
    found = rate(gpu, "fp16")
    assert isinstance(found, Rate) and found.derived == "fp32, as GeForce RTX 4070"
    least = sibling.rates["fp16"].value / sibling.rates["fp32"].value
    assert found.value == pytest.approx(gpu.rates["fp32"].value * least)


def test_siblings_are_of_the_same_line() -> None:
    """RTX 2000 Ada: four times its float32 rate, as workstation cards have, not twice."""
    gpu = find("rtx-2000-ada")
    found = rate(gpu, "bf16")
    assert isinstance(found, Rate)
    assert found.value / gpu.rates["fp32"].value == pytest.approx(4, rel=0.02)


def test_both_half_precisions_have_one_rate_where_the_catalogue_has_both() -> None:
    """What the first rule rests on: within rounding, for every GPU that it is applied to."""
    both = [
        gpu
        for gpu in load()
        if gpu.vendor in MAKERS and gpu.architecture not in WITHOUT and set(HALF) <= set(gpu.rates)
    ]
    assert len(both) > 20
    for gpu in both:
        bf16, fp16 = gpu.rates["bf16"].value, gpu.rates["fp16"].value
        assert bf16 == pytest.approx(fp16, rel=0.01), gpu.id


def test_what_products_were_seen_to_reach_stands_for_a_peak_that_nobody_publishes() -> None:
    spark = find("gb10")
    assert not set(HALF) & set(spark.rates)
    for name in HALF:
        assert rate(spark, name) == Rate(92.3, "measured matrix products")
    assert products(spark) == 1.0
    assert spark.rates["fp4"].value / 8 < 92.3 < spark.rates["fp4"].value / 4
    published = dataclasses.replace(spark, rates=find("rtx-5090").rates)
    assert rate(published, "bf16") == Rate(published.rates["bf16"].value)
    assert reached(published) is None and products(published) < 1


def test_unknown_where_nothing_can_be_derived() -> None:
    assert isinstance(rate(find("v100-sxm2-32gb"), "bf16"), Unknown)
    assert isinstance(rate(find("apple-m3"), "fp16"), Unknown)
    assert isinstance(rate(find("tpu-v5e"), "fp16"), Unknown)
