"""The validation's plan and arithmetic; what it measures needs a GPU."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from gpuguide.catalogue.possible import catalogued
from gpuguide.cost.estimate import estimate
from gpuguide.cost.memory import Range
from gpuguide.measuring import validate
from gpuguide.measuring.configurations import MODELS, Configuration, configurations
from gpuguide.measuring.measure import step_of
from gpuguide.measuring.seal import digest
from gpuguide.measuring.validate import main, predicted, report, summary

ALL = configurations()


def test_enough_of_everything() -> None:
    assert len(ALL) >= 60
    assert len({one.name for one in ALL}) == len(ALL)
    families = Counter(one.family for one in ALL)
    assert set(families) == {"cnn", "rnn", "transformer"} and min(families.values()) >= 15
    assert {one.precision for one in ALL} == {"fp32", "tf32", "bf16", "fp16"}
    assert {one.optimizer for one in ALL} == {None, "sgd", "momentum", "adam", "adamw"}
    splits = Counter(one.split for one in ALL)
    assert splits["report"] >= 45 and splits["fit"] >= 15
    for split in splits:
        assert {one.family for one in ALL if one.split == split} == set(families)


def test_what_is_reported_was_not_fitted_to() -> None:
    fit, reported = ({one.model for one in ALL if one.split == split} for split in SPLITS)
    assert fit and reported and not fit & reported


SPLITS = ("fit", "report")
RECORD = Path(__file__).parents[3] / "records" / "validation.json"


def test_the_record_says_what_the_code_predicts_today() -> None:
    """A part of it, spread over families; `make validate` with `--predict` renews it."""
    data = json.loads(RECORD.read_text(encoding="utf-8"))
    known = {one.name: one for one in ALL}
    assert data["summary"] == summary(data["rows"])
    assert data["digest"] == digest(data)
    assert len(data["rows"]) >= 60
    for one in data["rows"][::7]:
        found = predicted(known[one["configuration"]["name"]], data["gpu"])
        assert one["split"] == known[one["configuration"]["name"]].split
        for name, values in found.items():
            for key, value in values.items():
                assert one[name][key] == pytest.approx(value, rel=1e-6), one["configuration"]


def test_the_memory_goals_are_met_on_the_record() -> None:
    found = json.loads(RECORD.read_text(encoding="utf-8"))["summary"]
    assert found["allocated"]["median"] <= 0.02 and found["allocated"]["percentile90"] <= 0.06
    assert found["device_memory"]["median"] <= 0.05 and found["step_time"]["median"] <= 0.15


@pytest.mark.parametrize("name", MODELS)
def test_every_model_can_be_predicted(name: str) -> None:
    one = next(one for one in ALL if one.model == name)
    found = predicted(one, "a100-sxm-80gb")
    assert set(found) == set(KEYS)
    assert all((found[key]["predicted"] or 0) > 0 for key in KEYS)
    time = found["step_time"]
    assert time["low"] <= time["predicted"] <= time["high"]  # type: ignore[operator]


KEYS = ("allocated", "reserved", "device_memory", "step_time")


@pytest.mark.parametrize("optimizer", ["adamw", None])
def test_the_measured_step_really_runs(optimizer: str | None) -> None:
    torch.manual_seed(0)
    step_of(Configuration("simple-cnn", 2, "bf16", optimizer), "cpu")()


def test_without_a_gpu_it_ends_with_one_line_and_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert main([]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "on a machine that has one" in err


@pytest.mark.parametrize(
    ("name", "gigabytes", "gpu"),
    [
        ("NVIDIA H100 80GB HBM3", 85.0, "h100-sxm-80gb"),
        ("NVIDIA H100 PCIe", 85.0, "h100-pcie-80gb"),
        ("NVIDIA H200", 150.0, "h200-sxm-141gb"),
        ("NVIDIA A100-SXM4-40GB", 42.4, "a100-sxm-40gb"),
        ("NVIDIA A100-SXM4-80GB", 85.0, "a100-sxm-80gb"),
        ("Tesla T4", 15.8, "t4"),
        ("NVIDIA L4", 23.6, "l4"),
        ("NVIDIA GeForce RTX 4090", 25.3, "rtx-4090"),
        ("NVIDIA GeForce RTX 4070 Ti SUPER", 17.1, "rtx-4070-ti-super"),
        ("NVIDIA GeForce GTX 1080", 8.5, None),
    ],
)
def test_names_as_cuda_gives_them(name: str, gigabytes: float, gpu: str | None) -> None:
    found = catalogued(name, int(gigabytes * 1e9))
    assert (found and found.id) == gpu


def made_up(split: str, factor: float) -> dict[str, object]:
    pairs = {key: {"predicted": 100.0 * factor, "measured": 100.0} for key in KEYS}
    return {"configuration": {}, "split": split, **pairs}


def test_only_rows_to_report_are_summed_up() -> None:
    rows = [made_up("fit", 9.0), *(made_up("report", 1 + place / 100) for place in range(10))]
    found = summary(rows)["allocated"]
    assert found == {
        "rows": 10,
        "median": pytest.approx(0.045),
        "percentile90": pytest.approx(0.09),
    }


def test_the_report_names_the_device_and_the_goals() -> None:
    rows = [made_up("report", 1.1)]
    data = {"device": "NVIDIA H100", "torch": "2.13.0", "rows": rows, "summary": summary(rows)}
    text = "\n".join(report(data))
    assert "NVIDIA H100, torch 2.13.0" in text and "10.0%" in text and "2% and 6%" in text


def test_a_whole_run_with_a_stand_in_for_the_gpu(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "validation.json"

    class Properties:
        total_memory = 85 * 10**9

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "NVIDIA H100 80GB HBM3")
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: Properties)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (80 * 10**9, 85 * 10**9))
    answer = {"allocated": 5e7, "reserved": 6e7, "free": 79 * 10**9, "step_time": 1e-3}
    broken = {"simple-cnn-64-bf16-adamw"}
    monkeypatch.setattr(
        validate, "_child", lambda one: "out of memory" if one.name in broken else dict(answer)
    )
    monkeypatch.setattr(validate, "predict", lambda data: data.update(summary={}))
    assert main(["--out", str(out), "--only", "simple-cnn-64"]) == 1
    data = json.loads(out.read_text(encoding="utf-8"))
    assert data["device"] == "NVIDIA H100 80GB HBM3" and len(data["rows"]) == 3
    assert data["rows"][0]["device_memory"]["measured"] == 10**9
    assert "simple-cnn-64-bf16-adamw: out of memory" in capsys.readouterr().out
    broken.clear()
    assert main(["--out", str(out), "--only", "simple-cnn-64", "--add"]) == 0
    assert capsys.readouterr().out.startswith("1/1 simple-cnn-64-bf16-adamw: 1.00 ms")
    assert len(json.loads(out.read_text(encoding="utf-8"))["rows"]) == 4


def test_resnet50_on_an_a100_as_published() -> None:
    """GPUMemNet's table: 15,169 MiB of device memory at batch 128, float32; raw fake-tensor tracing
    says 10,666. cuDNN's workspaces are as seen on an H200."""
    model, images = Configuration("resnet50", 128, "fp32", "adam").build("meta")
    found = estimate(model, images, optimizer="adam", loss="cross_entropy").memory.device
    assert isinstance(found, Range)
    assert 0.84 < found.low / 2**20 / 15169 < found.high / 2**20 / 15169 < 1.0


@pytest.mark.parametrize("option", ["--predict", "--add"])
def test_what_was_edited_by_hand_is_neither_predicted_nor_added_to(
    option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = json.loads(RECORD.read_text(encoding="utf-8"))
    data["rows"][0]["allocated"]["measured"] += 1
    out = tmp_path / "validation.json"
    out.write_text(json.dumps(data), encoding="utf-8")
    monkeypatch.setattr(validate.torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(validate.torch.cuda, "get_device_name", lambda: data["device"])
    monkeypatch.setattr(validate.torch.cuda, "mem_get_info", lambda: (1, 2))
    total = SimpleNamespace(total_memory=150 * 10**9)
    monkeypatch.setattr(validate.torch.cuda, "get_device_properties", lambda _: total)
    with pytest.raises(SystemExit, match="edited after it was measured"):
        main([option, "--out", str(out)])
    assert json.loads(out.read_text(encoding="utf-8")) == data
