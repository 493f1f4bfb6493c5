"""Language models: sizes as published, memory and work by hand, any context."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gpuguide.catalogue import find
from gpuguide.choice.fit import duration
from gpuguide.choice.jobs import pace
from gpuguide.choice.known import common, preset, presets
from gpuguide.choice.language import CONTEXT, Model, forms, language, models, usual
from gpuguide.choice.wishes import Constraints
from gpuguide.cost.memory import Range
from gpuguide.problem import GpuguideError

# Parameters in 10⁹ as the makers give them: model cards on Hugging Face; the report of Gemma 3,
# without its vision encoder; the report of gpt-oss.
PUBLISHED = {
    "qwen3-4b": 4.0, "qwen3-8b": 8.2, "qwen3-14b": 14.8, "qwen3-32b": 32.8, "qwen3-30b-a3b": 30.5,
    "deepseek-r1-7b": 7.62, "deepseek-r1-14b": 14.8, "deepseek-r1-32b": 32.8,
    "llama-8b": 8.030261248, "llama-13b": 13.01586432, "llama-70b": 70.553706496,
    "gemma-3-12b": 11.8, "gemma-3-27b": 27.0, "gpt-oss-20b": 20.9, "gpt-oss-120b": 116.8,
}  # fmt: skip

SPEEDS = tomllib.loads((Path(__file__).parent / "paces.toml").read_text(encoding="utf-8"))["pace"]


def model(name: str) -> Model:
    return next(one for one in models() if one.id == name)


def test_parameters_as_published() -> None:
    assert set(PUBLISHED) == {one.id for one in models()}
    for one in models():
        found = (one.shared + one.mixed) / 1e9
        assert found == pytest.approx(PUBLISHED[one.id], rel=0.007), one.id
    llama = model("llama-70b")
    assert llama.shared + llama.mixed == 70_553_706_496


def test_every_model_names_where_its_sizes_were_read() -> None:
    for one in models():
        assert str(one.source["url"]).startswith("https://") and one.source["title"]
        assert date(2026, 11, 1) <= one.source["read"] <= date(2026, 12, 31)


def test_gpt_oss_takes_what_its_checkpoint_does() -> None:
    """12.8 and 60.8 GiB, by its model card."""
    for name, gib in (("gpt-oss-20b", 12.8), ("gpt-oss-120b", 60.8)):
        weights = preset(f"{name}-mxfp4").parts(1)["parameters"]
        assert weights == pytest.approx(gib * 2**30, rel=0.005)


def test_by_hand() -> None:
    found = language(model("llama-8b"), "fp16", context=1000)
    parts = found.parts(3)
    assert parts["parameters"] == 2 * 8_030_261_248
    assert parts["inputs"] == 3 * 1000 * 2 * 32 * 8 * 128 * 2
    looked_up = 128_256 * 4096  # the words' vectors at the input: a token takes one row
    flops = 2 * (8_030_261_248 - looked_up) + 4 * 32 * 4096 * 1000
    assert sum(one.flops for one in found.groups(1)) == flops
    read = next(one for one in found.groups(1) if one.kind == "matmul")
    assert read.nbytes == 2 * (8_030_261_248 - looked_up)
    four = language(model("llama-8b"), "int4", context=1000)
    assert four.parts(1)["parameters"] == 8_030_261_248 * 4.5 / 8


def test_a_mixture_holds_all_experts_and_reads_those_it_uses() -> None:
    found = preset("qwen3-30b-a3b-fp16")
    assert found.parts(1)["parameters"] == pytest.approx(2 * 30.5e9, rel=0.005)
    read = next(one for one in found.groups(1) if one.kind == "matmul")
    assert read.nbytes == pytest.approx(2 * 3.3e9, rel=0.1)  # 3.3 billion active, by its card
    assert read.flops == pytest.approx(2 * 3.3e9, rel=0.1)


def test_vectors_that_serve_both_ends_are_read() -> None:
    tied = model("gemma-3-12b")
    assert tied.multiplied == tied.shared
    assert replace(tied, tied=False).multiplied == tied.shared


@pytest.mark.parametrize("row", SPEEDS, ids=lambda row: f"{row['gpu']}-{row['model']}")
def test_the_measured_pace_lies_in_the_range(row: dict[str, Any]) -> None:
    """What llama.cpp reached on a GPU that no figure was fitted to."""
    wishes, workload = Constraints(items=1), preset(row["model"], row["context"])
    seconds = duration(workload, wishes, find(row["gpu"]))
    assert isinstance(seconds, Range)
    expected = pace(workload, wishes, seconds)
    assert expected.low <= row["tokens"] <= expected.high


def test_a_window_bounds_the_cache_of_most_layers() -> None:
    """Eight layers of forty-eight see everything in Gemma 3 12B, the rest 1,024 tokens."""
    gemma = model("gemma-3-12b")
    assert gemma.seen(1000) == 48 * 1000
    assert gemma.seen(131072) == 8 * 131072 + 40 * 1024
    whole = replace(gemma, window=0)
    each = [language(one, "int4", 32768).parts(1)["inputs"] for one in (gemma, whole)]
    assert each[1] / each[0] > 5


def test_context_is_part_of_the_question() -> None:
    short, long = preset("qwen3-8b-int4"), preset("qwen3-8b-int4", 32768)
    assert long.parts(1)["inputs"] == 4 * short.parts(1)["inputs"]
    assert "32,768" in long.assumes["en"][0] and "32,768" in long.assumes["zh"][0]
    assert usual(model("llama-13b")) == 4096 and usual(model("qwen3-8b")) == CONTEXT
    for name, context, message in (
        ("llama-13b-int4", 8192, "context: 8192; Llama 2 13B takes 1 to 4096 tokens"),
        ("simple-cnn", 100, "context: only language models that answer have one"),
    ):
        with pytest.raises(GpuguideError) as error:
            preset(name, context)
        assert str(error.value) == message


def test_a_list_names_each_model_once_and_everything_can_be_had() -> None:
    names = [one.id for one in common()]
    assert len(names) == len(set(names)) and set(names) <= {one.id for one in presets()}
    for one in models():
        named = [name for name in names if name in {f"{one.id}-{form}" for form in forms(one)}]
        assert named == [f"{one.id}-{forms(one)[-1]}"]
